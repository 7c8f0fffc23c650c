import { isNull, textAt } from '../../columns/cells.ts';
import type { Column, ColumnBatch, Dictionary } from '../../columns/column.ts';

/** Strings with codes, as the kernel's scanner gives them; one for all batches of a test. */
export class Coder {
  private readonly dictionaries = new Map<string, GrowingDictionary>();

  batch(batch: ColumnBatch): ColumnBatch {
    return { ...batch, columns: batch.columns.map((column, i) => this.column(column, String(i))) };
  }

  private column(column: Column, path: string): Column {
    const children = column.children?.map((child, i) => this.column(child, `${path}.${i}`));
    if (children !== undefined) return { ...column, children };
    if (column.type.kind !== 'string') return column;
    const dictionary = this.dictionaries.get(path) ?? new GrowingDictionary();
    this.dictionaries.set(path, dictionary);
    // What stands for null means nothing: a code that is none shows who looks at it.
    const codes = Int32Array.from({ length: column.length }, (_, row) => {
      return isNull(column, row) ? 1e9 : dictionary.codeOf(textAt(column, row));
    });
    return { ...column, codes, dictionary };
  }
}

class GrowingDictionary implements Dictionary {
  private readonly texts: string[] = [];

  get size(): number {
    return this.texts.length;
  }

  text(code: number): string {
    return this.texts[code]!;
  }

  codeOf(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}
