/** What the kernel's scanner exports (assembly/json-exports.ts). `scan`, `column` and `object` are addresses of what `planScan` laid out. */
export interface ScanExports {
  /** Reads records from `at` on; answers where the first is that it does not take, or where the body ends. */
  jsonScanRecords(scan: number, at: number): number;
  /** Reads elements of an array from the one at `at` on; answers where the last one it took ends, `at` if it took none. */
  jsonScanElements(scan: number, at: number): number;
  /** Prepares the columns to be handed out: dictionary codes, bitmaps and null counts. */
  jsonFinish(scan: number): void;
  /** Empties the columns. */
  jsonReset(scan: number): void;
  /** Forgets unknown keys and how often they were counted. */
  jsonForgetKeys(scan: number): void;
  /** Makes room for rows in the index; answers 0 if there is no memory. */
  jsonReserveRows(scan: number, rows: number): number;
  /** Makes room in a column for slots and bytes in all; answers 0 if there is no memory. */
  jsonReserve(scan: number, column: number, slots: number, bytes: number): number;
  /** A new dictionary; 0 if there is no memory. */
  jsonCreateDictionary(): number;
  /** Fills the hash table of an object's members. */
  jsonIndexMembers(object: number): void;
  /** Counts a key of an object, as it is written in its quotes, under a number; answers 0 if there is no memory. */
  jsonLearnKey(scan: number, object: number, key: number, length: number, number: number): number;
  /** Where the powers of five lie: see `powersOfFive`. */
  jsonSetPowersOfFive(table: number): void;
  /** Gives back all memory but that of the plan. */
  jsonRelease(scan: number): void;
}
