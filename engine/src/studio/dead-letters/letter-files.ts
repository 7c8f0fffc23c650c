/** Files below the folder of a pipeline's dead letters, by relative names with slashes. */
export interface LetterFiles {
  /** For people: `s3://lake/_errors/clicks`. */
  readonly place: string;
  /** Names greater than `after`, ascending; none if there is no such folder. */
  names(after: string, signal: AbortSignal): AsyncGenerator<string>;
  /** Undefined if there is no such file. */
  read(name: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Writes a file that is not there yet; false if it is. */
  create(name: string, bytes: Uint8Array): Promise<boolean>;
  replace(name: string, bytes: Uint8Array): Promise<void>;
  close(): void;
}
