/** Built-in functions on whole columns of texts. Byte arrays are given as Arrow has them: i32 offsets into data. */
export interface TextKernels {
  /**
   * Copies `length` bytes, changing the case of the 26 ASCII letters from `firstLetter` on. Reads and writes up to 15 bytes
   * past the end. Answers the bytes before the first that is not ASCII.
   */
  changeAsciiCase(source: number, target: number, length: number, firstLetter: number): number;
  /** Bytes before the first one that is not ASCII; `length` if all are. Reads up to 15 bytes past the end. */
  asciiPrefix(source: number, length: number): number;
  /** XXH64 as 16 hex digits of each text that is not null; answers the bytes written. `validity` 0: no text is null. */
  hashTexts(
    offsets: number,
    data: number,
    validity: number,
    count: number,
    target: number,
    targetOffsets: number,
  ): number;
}
