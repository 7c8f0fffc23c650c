/** Memory where bodies are read without a copy, if they lie in it from the start of what was taken. */
export interface BodyMemory {
  /** So many bytes, contents undefined; undefined if there is no room for them. */
  take(size: number): Uint8Array<ArrayBuffer> | undefined;
  /** Takes back what begins where something taken does; false if nothing does, or it was given back before. */
  give(bytes: Uint8Array): boolean;
}
