/** Where records can be looked at: as they are read, as rows that leave the transform, as they are set aside. */
export const tapPoints = ['source', 'output', 'dead-letters'] as const;
export type TapPoint = (typeof tapPoints)[number];

/** What lanes are told. Those that start later ask first. */
export type TapCommand =
  | {
      readonly type: 'tap';
      readonly id: number;
      readonly at: TapPoint;
      readonly sample: number;
      readonly count: number;
    }
  /** A lane's lines have reached the reader: it may send as many bytes more. */
  | { readonly type: 'taken'; readonly id: number; readonly lane: number; readonly bytes: number }
  | { readonly type: 'untap'; readonly id: number };

/** What lanes answer. */
export type TapAnswer =
  | { readonly type: 'lane'; readonly lane: number }
  | {
      readonly type: 'tapped';
      readonly id: number;
      readonly lane: number;
      /** One JSON document each, without line feeds. */
      readonly lines: readonly string[];
      readonly bytes: number;
      /** Records of the sample that there was no room for. */
      readonly dropped: number;
    };

/** Lanes and hub find each other by the run's id: channels reach every thread of the process, and nobody has to pass them on. */
export function tapChannels(runId: string): { readonly commands: string; readonly answers: string } {
  return { commands: `parquetry-tap/${runId}/commands`, answers: `parquetry-tap/${runId}/answers` };
}
