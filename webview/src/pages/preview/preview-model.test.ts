import { describe, expect, it } from 'vitest';
import { toArrowIpc } from '../../../../engine/src/columns/arrow.ts';
import { batchFromRows } from '../../../../engine/src/columns/rows.ts';
import type { Value } from '../../../../engine/src/columns/values.ts';
import { parseType } from '../../../../engine/src/core/schema-text.ts';
import type { PreviewResult } from '../../../../engine/src/protocol/preview.ts';
import type { Rows } from '../../../../engine/src/protocol/rows.ts';
import { rowHeightPx } from '../../grid/row-window.ts';
import { lineOf, linesOf, previewLines } from './preview-lines.ts';
import { previewModel, recordTexts } from './preview-model.ts';
import { createPreviewView, keptTop } from './preview-view.ts';

type Row = Record<string, Value>;

function rowsOf(types: Record<string, string>, rows: readonly Row[]): Rows {
  const fields = Object.entries(types).map(([name, type]) => ({ name, type: parseType(type), optional: true }));
  const batch = batchFromRows(fields, rows);
  const infos = fields.map(({ name }) => ({ name, type: `${types[name]}?` }));
  return { fields: infos, length: rows.length, arrow: toArrowIpc(batch) };
}

/** A preview whose records all are of the input; `origin` says which gave the rows. */
function resultOf(
  input: Rows,
  output: Rows,
  origin: readonly number[],
  rest: Partial<PreviewResult> = {},
): PreviewResult {
  return {
    ...{ pipeline: 'p', samples: [], records: input.length, isCut: false, input, output },
    inputRow: Int32Array.from({ length: input.length }, (_, i) => i),
    outcomes: new Uint8Array(input.length),
    origin: Int32Array.from(origin),
    ...{ dropped: [], deadLetters: [], unknownKeys: [], partitions: [] },
    elapsedMs: { compile: 1, run: 1, total: 2 },
    ...rest,
  };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);
const simple = (count: number, origin: readonly number[]) => {
  const rows = rowsOf(
    { n: 'int' },
    numbers(count).map((n) => ({ n })),
  );
  return resultOf(
    rows,
    rowsOf(
      { n: 'int' },
      origin.map((n) => ({ n })),
    ),
    origin,
  );
};

describe('lines', () => {
  it('put a record beside all of its rows, and one without any on a line of its own', () => {
    const lines = previewLines({ records: 4, origin: Int32Array.of(0, 2, 2, 2) });
    expect([...lines.record]).toEqual([0, 1, 2, 2, 2, 3]);
    expect([...lines.row]).toEqual([0, -1, 1, 2, 3, -1]);
    expect([...lines.part]).toEqual([0, 0, 0, 1, 2, 0]);
  });

  it('are found by record and part; of a part that is gone, the last there is; of a record that is gone, the next', () => {
    const lines = linesOf(previewLines({ records: 4, origin: Int32Array.of(0, 2, 2) }), (record) => record !== 1);
    expect([lineOf(lines, 2, 1), lineOf(lines, 2, 5), lineOf(lines, 1, 0), lineOf(lines, 9, 0)]).toEqual([2, 2, 1, 3]);
  });

  it('keep the topmost record in place when those before it give more rows, or fewer', () => {
    const before = previewLines({ records: 10, origin: Int32Array.from(numbers(10)) });
    const after = previewLines({ records: 10, origin: Int32Array.of(0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9) });
    const top = 5 * rowHeightPx + 7;
    expect(keptTop(top, before, after)).toBe(8 * rowHeightPx + 7);
    expect(keptTop(keptTop(top, before, after), after, before)).toBe(top);
    expect(keptTop(0, before, after)).toBe(0);
  });
});

describe('the comparison', () => {
  const input = rowsOf({ id: 'int64', name: 'string', cents: 'int', extra: 'string' }, [
    { id: 9007199254740993n, name: 'a', cents: 5, extra: 'x' },
    { id: 2n, name: null, cents: 7, extra: null },
    { id: 3n, name: 'c', cents: 8, extra: 'y' },
  ]);

  it('tells apart what a double would not, and null from the word', () => {
    const output = rowsOf({ id: 'int64', name: 'string' }, [
      { id: 9007199254740992n, name: 'a' },
      { id: 2n, name: 'null' },
      { id: 3n, name: 'c' },
    ]);
    const model = previewModel(resultOf(input, output, [0, 1, 2]));
    const states = [0, 1, 2].map((row) => [model.cellState(row, row, 0), model.cellState(row, row, 1)]);
    expect(states).toEqual([
      ['changed', undefined],
      [undefined, 'changed'],
      [undefined, undefined],
    ]);
    expect([...model.isChanged]).toEqual([1, 1, 0]);
    expect(model.counts.changed).toBe(2);
  });

  it('takes a value for the same in another type that writes it the same', () => {
    const output = rowsOf({ cents: 'decimal(9, 0)' }, [{ cents: '5' }, { cents: '7' }, { cents: '9' }]);
    const model = previewModel(resultOf(input, output, [0, 1, 2]));
    expect([0, 1, 2].map((row) => model.cellState(row, row, 0))).toEqual([undefined, undefined, 'changed']);
  });

  it('takes JSON that is a string for that string', () => {
    const json = rowsOf({ v: 'json' }, [{ v: '"a"' }, { v: '1' }, { v: '"1"' }]);
    const output = rowsOf({ v: 'string' }, [{ v: 'a' }, { v: '1' }, { v: '2' }]);
    const model = previewModel(resultOf(json, output, [0, 1, 2]));
    expect([0, 1, 2].map((row) => model.cellState(row, row, 0))).toEqual([undefined, undefined, 'changed']);
  });

  it('recognises a column by its letters, or by its values, and calls others added', () => {
    const output = rowsOf({ ID: 'int64', price: 'int', note: 'string' }, [
      { ID: 9007199254740993n, price: 5, note: 'n' },
      { ID: 2n, price: 7, note: null },
      { ID: 3n, price: 8, note: 'n' },
    ]);
    const model = previewModel(resultOf(input, output, [0, 1, 2]));
    expect([...model.columns.inputOf]).toEqual([0, 2, -1]);
    expect([...model.columns.outputOf]).toEqual([0, -1, 1, -1]);
    expect([model.cellState(0, 0, 2), model.cellState(1, 1, 2)]).toEqual(['added', undefined]);
  });

  it('compares each of several rows with their record', () => {
    const output = rowsOf({ cents: 'int' }, [{ cents: 5 }, { cents: 6 }]);
    const model = previewModel(resultOf(input, output, [0, 0]));
    expect([model.cellState(0, 0, 0), model.cellState(0, 1, 0)]).toEqual([undefined, 'changed']);
    expect([...model.isChanged]).toEqual([1, 0, 0]);
  });

  it('compares nothing with a record that could not be read', () => {
    const output = rowsOf({ cents: 'int' }, [{ cents: 5 }]);
    const model = previewModel(resultOf(input, output, [1], { inputRow: Int32Array.of(0, -1, 1) }));
    expect(model.cellState(1, 0, 0)).toBeUndefined();
  });

  it('stands where there is no row at all', () => {
    const nothing = rowsOf({ v: 'list<int>' }, []);
    expect(previewModel(resultOf(nothing, nothing, [])).counts.all).toBe(0);
  });
});

describe('a view', () => {
  it('finds records by any cell of either side, by reasons and by what could not be read', () => {
    const input = rowsOf({ a: 'string' }, [{ a: 'Oslo' }, { a: 'Bergen' }]);
    const output = rowsOf({ b: 'int' }, [{ b: 47 }]);
    const letter = {
      record: 2,
      stage: 'parse',
      reason: 'malformed',
      message: 'no JSON',
      original: '{Trondheim',
    } as const;
    const result = resultOf(input, output, [0], {
      records: 3,
      inputRow: Int32Array.of(0, 1, -1),
      dropped: [{ record: 1, reason: 'Rainy' }],
      deadLetters: [letter],
    });
    const texts = recordTexts(previewModel(result));
    const found = (text: string) => texts.flatMap((all, record) => (all.includes(text) ? [record] : []));
    expect(['oslo', '47', 'rainy', 'trondheim', 'no json'].map(found)).toEqual([[0], [0], [1], [2], [2]]);
  });

  it('keeps place and selection by record and column when a result is another', () => {
    const view = createPreviewView();
    view.accept(simple(100, numbers(100)));
    view.top.value = 50 * rowHeightPx;
    view.outputSelection.value = { row: 60, column: 0 };
    view.accept(simple(100, [0, 0, 0, ...numbers(99, 1)]));
    expect(view.top.value).toBe(52 * rowHeightPx);
    expect(view.outputSelection.value).toEqual({ row: 62, column: 0 });
    view.accept(simple(40, numbers(40)));
    expect(view.outputSelection.value).toBeUndefined();
  });

  it('does nothing for a result that says the same', () => {
    const view = createPreviewView();
    view.accept(simple(3, [0, 1, 2]));
    const model = view.model.value;
    view.accept(structuredClone(simple(3, [0, 1, 2])));
    expect(view.model.value).toBe(model);
    view.accept(simple(3, [0, 1, 1]));
    expect(view.model.value).not.toBe(model);
  });

  it('shows what a filter and a search both leave, and the selected record where it is now', () => {
    const view = createPreviewView();
    view.accept({ ...simple(20, numbers(20)), dropped: [] });
    view.outputSelection.value = { row: 12, column: 0 };
    view.show('all', '2');
    expect([...view.lines.value.record]).toEqual([2, 12]);
    expect(view.outputSelection.value).toEqual({ row: 1, column: 0 });
    view.show('dropped', '');
    expect(view.lines.value.length).toBe(0);
    view.show('all', '');
    expect(view.lines.value.length).toBe(20);
  });
});
