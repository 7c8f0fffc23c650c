/**
 * What a writer is about to do, put down before it does it: which deliveries have rows in which file. Whoever receives one of
 * them again finds out here whether its rows are durable already.
 */
export interface Intent {
  /** Name of the file as `OutputFile.name`. */
  readonly file: string;
  readonly partition: string;
  /** Of the file. */
  readonly sizeBytes: number;
  /** Ids of all deliveries with rows in the file. */
  readonly deliveries: readonly string[];
}

/** What lies under the file name of an intent: nothing; the file; or an empty one that keeps it from being written. */
export type FileState = 'absent' | 'written' | 'fenced';

export interface IntentName {
  readonly name: string;
  readonly modifiedAtMs: number;
}

/**
 * Where intents of one sink are kept. Strongly consistent: what was put is listed from then on, by every process. Methods
 * retry what is retryable and reject with a ParquetryError.
 */
export interface IntentStore {
  /** Fails with what is wrong and what to do where intents cannot be kept, or a name cannot be fenced. */
  check(): Promise<void>;
  /** Puts an intent; the name is unique. */
  put(name: string, intent: Intent): Promise<void>;
  names(): Promise<readonly IntentName[]>;
  /** Undefined if it was removed meanwhile. */
  get(name: string): Promise<Intent | undefined>;
  /** Names that do not exist count as removed. */
  remove(names: readonly string[]): Promise<void>;
  /** E_INTEGRITY if what lies there is not the file. */
  stateOf(intent: Intent): Promise<FileState>;
  /** Puts `empty`, a file without rows, under the intent's file name unless something lies there; answers what does now. */
  fence(intent: Intent, empty: readonly Uint8Array[]): Promise<FileState>;
  /** Cuts off what is under way; the store is not used any more. */
  close(): void;
}
