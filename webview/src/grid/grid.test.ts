import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnAt, columnAxis, leftToShow, visibleColumns } from './column-axis.ts';
import { copyText } from './copy-text.ts';
import { indented } from './indent-json.ts';
import { moveCell } from './move-cell.ts';
import {
  clampTop,
  maxHeightPx,
  type RowSpace,
  scaleOf,
  scrollHeight,
  topOfScroll,
  topToShow,
  visibleRows,
} from './row-window.ts';
import type { GridSource } from './source.ts';

const space = (rowCount: number): RowSpace => ({ rowCount, rowHeightPx: 22, viewHeightPx: 600 });

describe('the window of rows', () => {
  it('covers what is seen, and a few more on either side', () => {
    expect(visibleRows(2200, space(1000), 4)).toEqual([96, 132]);
    expect(visibleRows(0, space(3), 4)).toEqual([0, 3]);
    expect(visibleRows(0, space(0), 4)).toEqual([0, 0]);
  });

  it('reaches the last of billions of rows by the scroll bar, and each row by its steps', () => {
    const many = space(5_000_000_000);
    const end = scrollHeight(many) - many.viewHeightPx;
    expect(scrollHeight(many)).toBe(maxHeightPx);
    expect(visibleRows(topOfScroll(end, 0, many), many)[1]).toBe(many.rowCount);
    const oneDown = clampTop(1_000_000 * 22 + 22, many);
    // The browser rounds where the bar is put; the step is kept.
    expect(topOfScroll(Math.round(oneDown / scaleOf(many)), oneDown, many)).toBe(oneDown);
  });

  it('follows every pixel where all rows fit', () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(20_000), (scrollTop, top) => {
        expect(topOfScroll(scrollTop, top, space(1000))).toBe(scrollTop);
      }),
    );
  });

  it('does not pull back a grid that scrolls along and has further to go', () => {
    const end = 1000 * 22 - 600;
    expect(topOfScroll(end, end + 150, space(1000))).toBe(end + 150);
  });

  it('moves no further than a row needs to be seen', () => {
    expect(topToShow(5, 0, space(1000))).toBe(0);
    expect(topToShow(50, 0, space(1000))).toBe(51 * 22 - 600);
    expect(topToShow(2, 100, space(1000))).toBe(44);
  });
});

describe('columns', () => {
  const axis = columnAxis([100, 50, 200]);

  it('are found by where they lie', () => {
    expect([0, 99, 100, 149, 150, 349, 9999].map((x) => columnAt(axis, x))).toEqual([0, 0, 1, 1, 2, 2, 2]);
    expect(visibleColumns(axis, 100, 50)).toEqual([1, 2]);
    expect(visibleColumns(axis, 90, 70)).toEqual([0, 3]);
    expect(visibleColumns(columnAxis([]), 0, 500)).toEqual([0, 0]);
  });

  it('are scrolled to by their start if they are wider than the view', () => {
    expect(leftToShow(axis, 2, 0, 150)).toBe(150);
    expect(leftToShow(axis, 1, 0, 120)).toBe(30);
    expect(leftToShow(axis, 0, 40, 120)).toBe(0);
  });
});

describe('keys', () => {
  const size = { rows: 100, columns: 5, pageRows: 20 };
  const go = (key: string, isFar = false) =>
    moveCell({ row: 10, column: 2 }, { key, ctrlKey: isFar, metaKey: false }, size);

  it('move by a cell, a page or to an end, and never out of the grid', () => {
    expect(go('ArrowUp')).toEqual({ row: 9, column: 2 });
    expect(go('PageUp')).toEqual({ row: 0, column: 2 });
    expect(go('End')).toEqual({ row: 10, column: 4 });
    expect(go('End', true)).toEqual({ row: 99, column: 4 });
    expect(go('ArrowLeft', true)).toEqual({ row: 10, column: 0 });
    expect(go('x')).toBeUndefined();
  });
});

describe('what is copied', () => {
  const texts = [
    ['a', 'tab\there', 'null'],
    ['say "x"', '9007199254740993', 'long…'],
  ];
  const source: GridSource = {
    rowCount: 2,
    columns: ['x', 'y', 'z'].map((name) => ({ name, type: 'string' })),
    cell: (row, column) => {
      const text = texts[row]![column]!;
      return { text, kind: text === 'null' ? 'null' : 'text', isCut: text.endsWith('…') };
    },
    fullText: () => 'long and whole',
  };

  it('is a table that spreadsheets read, in whichever direction it was selected', () => {
    const table = 'a\t"tab\there"\t\n"say ""x"""\t9007199254740993\tlong and whole';
    expect(copyText(source, { row: 0, column: 0 }, { row: 1, column: 2 })).toBe(table);
    expect(copyText(source, { row: 1, column: 2 }, { row: 0, column: 0 })).toBe(table);
  });

  it('is, of one cell, just its text', () => {
    expect(copyText(source, { row: 1, column: 0 }, { row: 1, column: 0 })).toBe('say "x"');
  });
});

describe('nested values', () => {
  it('stand over lines with every digit and sign they have', () => {
    const text = '{"a":[1,12345678901234567890.10],"b":{},"c":"{\\"x\\": [1]}"}';
    expect(indented(text)).toBe(
      '{\n  "a": [\n    1,\n    12345678901234567890.10\n  ],\n  "b": {},\n  "c": "{\\"x\\": [1]}"\n}',
    );
  });

  it('are the same JSON as before', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(indented(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});
