/** Rows on their way to a screen. */
export interface Rows {
  readonly fields: readonly FieldInfo[];
  readonly length: number;
  /** Arrow IPC stream, one record batch; columns as `fields`. Values are exact: int64, decimals and timestamps as their integers. */
  readonly arrow: Uint8Array;
}

export interface FieldInfo {
  readonly name: string;
  /** As schema files write it: `timestamp(us)`, `decimal(18, 2)?`. */
  readonly type: string;
}

/** A name and how often. */
export type Count = readonly [name: string, count: number];
