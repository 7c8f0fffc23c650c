import { describe, expect, it } from 'vitest';
import { createBuilder } from '../columns/builder.ts';
import type { BytesBuilder } from '../columns/builders/bytes.ts';
import { textAt } from '../columns/cells.ts';
import type { ColumnBatch } from '../columns/column.ts';
import { readRow } from '../columns/values.ts';
import { t } from './api/t.ts';
import { createRowAppender } from './appenders/row-appender.ts';
import { createRowReader } from './rows/row-reader.ts';

const TEXTS = [
  '12345678901234567890',
  '0.10',
  '1e2',
  '"\\u0041"',
  '{"id":98765432109876543210,"at":1.0}',
  '[ 1.50, {"b":2, "a":1} ]',
];
const shape = t.row({ doc: t.json() });

function batchOf(texts: readonly string[]): ColumnBatch {
  const builder = createBuilder({ kind: 'json' }) as BytesBuilder;
  for (const text of texts) builder.appendText(text);
  return { fields: shape.fields, length: texts.length, columns: [builder.finish()] };
}

/** The texts that come out of `map`, over some batches. */
function mapped(map: (row: { doc: unknown }, i: number) => object, texts = TEXTS, batches = 4): string[][] {
  const reader = createRowReader(shape);
  const appender = createRowAppender(shape, { input: reader.input });
  return Array.from({ length: batches }, () => {
    appender.clear();
    reader.bind(batchOf(texts));
    for (const i of texts.keys()) {
      if (!appender.append(map(reader.at(i) as { doc: unknown }, i), i)) throw new Error(appender.misfit.message);
    }
    const [column] = appender.finish().columns;
    return texts.map((_, i) => textAt(column!, i));
  });
}

describe('a json that is handed on', () => {
  it('is written as it came, digit for digit', () => {
    for (const texts of mapped((row) => ({ ...row }))) expect(texts).toEqual(TEXTS);
  });

  it('is so whatever becomes of others in its batch', () => {
    const map = (row: { doc: unknown }, i: number) => (i % 2 ? { doc: 'mine' } : row);
    const wanted = TEXTS.map((text, i) => (i % 2 ? '"mine"' : text));
    for (const texts of mapped(map)) expect(texts).toEqual(wanted);
    const one = mapped(map, TEXTS.slice(0, 1), 1);
    expect(one).toEqual([TEXTS.slice(0, 1)]);
  });

  it('is written as JavaScript has it once user code looked into it', () => {
    const look = (row: { doc: unknown }) => {
      Object.keys(Object(row.doc));
      return row;
    };
    const [texts] = mapped(look);
    expect(texts!.slice(4)).toEqual(TEXTS.slice(4).map((text) => JSON.stringify(JSON.parse(text))));
  });

  it('fits any type that its value fits', () => {
    const output = t.row({
      s: t.struct({ a: t.int(), b: t.list(t.string()) }),
      l: t.list(t.json()),
      m: t.map(t.string(), t.json()),
    });
    const reader = createRowReader(shape);
    const appender = createRowAppender(output, { input: reader.input });
    reader.bind(batchOf(['{"a":1,"b":["x"]}']));
    const fresh = () => (reader.at(0) as { doc: object }).doc;
    expect(appender.append({ s: fresh(), l: [fresh(), fresh()], m: fresh() }, 0)).toBe(true);
    const doc = '{"a":1,"b":["x"]}';
    const m = { a: '1', b: '["x"]' };
    expect(readRow(appender.finish(), 0)).toEqual({ s: { a: 1, b: ['x'] }, l: [doc, doc], m });
    expect([...appender.undeclaredKeys.take()]).toEqual([]);
  });

  it('costs its record if it is none', () => {
    expect(() => mapped((row) => row, ['nope'])).toThrow(SyntaxError);
  });
});
