/** Fewer rows say little of sizes: headers and dictionaries outweigh values. */
export const FEW_ROWS = 1_000;
