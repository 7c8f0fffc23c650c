import type { Dictionary } from '../../columns/column.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Kernel } from '../kernel.ts';
import { COLUMN, DICTIONARY } from './layout.ts';
import type { PlannedColumn } from './plan.ts';

/** The dictionary of a column that has one. */
export type DictionaryOf = (column: PlannedColumn) => Dictionary;

/** The dictionary of a string column, in the kernel's memory until the column gives it up. */
export class KernelDictionary implements Dictionary {
  /** As of the last take. */
  size = 0;
  private readonly kernel: Kernel;
  private readonly column: number;
  private readonly texts: string[] = [];

  constructor(kernel: Kernel, column: number) {
    this.kernel = kernel;
    this.column = column;
    this.refresh();
  }

  /** Takes in what was added; called at each take. */
  refresh(): void {
    const { words } = this.kernel;
    this.size = words[(this.address() + DICTIONARY.size) >> 2]!;
  }

  text(code: number): string {
    return this.texts[code] ?? this.decode(code);
  }

  private decode(code: number): string {
    const { words, bytes } = this.kernel;
    const address = this.address();
    if (address === 0 || code >= this.size) {
      throw new ParquetryError('E_INTERNAL', `a code must be below ${this.size} of a dictionary in use, got ${code}`, {
        hint: 'Read texts while the batch that has the codes is valid.',
      });
    }
    const offsets = words[(address + DICTIONARY.offsets) >> 2]! >> 2;
    const data = words[(address + DICTIONARY.data) >> 2]!;
    const text = bytes.toString('utf8', data + words[offsets + code]!, data + words[offsets + code + 1]!);
    this.texts[code] = text;
    return text;
  }

  private address(): number {
    return this.kernel.words[(this.column + COLUMN.dictionary) >> 2]!;
  }
}
