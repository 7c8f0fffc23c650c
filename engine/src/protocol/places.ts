/** A pipeline as a studio means it. */
export interface Target {
  /** Absolute path of the pipeline's folder. */
  readonly folder: string;
  /** Of the pipeline file's `environments`. Absent: none. */
  readonly environment?: string;
}

/** A place in a file. */
export interface Place {
  /** Absolute path. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** Characters to underline. Default: to the end of the word. */
  readonly length?: number;
}

/** A change of text; lines and columns are 1-based, the end is exclusive. */
export interface TextEdit {
  readonly file: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
  /** `textMark` of the text of the file that it was computed for: a shell makes it in no other. Absent: in any. */
  readonly mark?: string;
}

/** Something wrong, or something that will hurt later. */
export interface Diagnosis {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly hint?: string;
  readonly place?: Place;
  readonly fixes?: readonly Fix[];
}

/** A change that mends something, with one click. */
export interface Fix {
  /** "Replace `tragetSize` by `targetSize`". */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}
