import { describe, expect, it } from 'vitest';
import { ParquetryError } from '../core/errors.ts';
import { SCANNERS, scannerNames, scanWith, schemaOf } from './scan.test-support.ts';

const simple = schemaOf({ a: 'int', b: 'string?' });

describe.each(scannerNames)('with %s,', (scanner) => {
  const scan = scanWith(scanner);
  const create = SCANNERS[scanner];
  const rowsOf = (text: string) => scan(simple, [text]).rows;
  describe('bodies', () => {
    const expected = [
      { a: 1, b: 'x' },
      { a: 2, b: null },
    ];
    it.each([
      ['lines', '{"a":1,"b":"x"}\n{"a":2}\n'],
      ['lines without a last newline, with CRLF and blank lines', '{"a":1,"b":"x"}\r\n\r\n{"a":2}'],
      ['objects one after the other', '{"a":1,"b":"x"}{"a":2}'],
      ['an array', '[{"a":1,"b":"x"},{"a":2}]'],
      ['an array with space everywhere', ' [ { "a" : 1 , "b" : "x" }\n,\t{ "a" : 2 } ]\r\n '],
      ['pretty-printed objects', '{\n  "a": 1,\n  "b": "x"\n}\n{\n  "a": 2\n}\n'],
      ['a byte order mark in front', '\ufeff{"a":1,"b":"x"}\n{"a":2}\n'],
      ['two arrays', '[{"a":1,"b":"x"}][{"a":2}]'],
    ])('may be %s', (_, text) => {
      expect(rowsOf(text)).toEqual(expected);
    });

    it.each(['', ' \r\n\t', '\ufeff', '[]', ' [ ] '])('has no records in %j', (text) => {
      expect(scan(simple, [text])).toMatchObject({ records: 0, rows: [], bad: [] });
    });

    it('keeps where each row came from', () => {
      const scanner = create(simple, { rest: false });
      scanner.add(Buffer.from(' {"a":1}\n{"a":"no"}\n{"a":3} '));
      scanner.add(Buffer.from('[{"a":4}]'));
      expect(scanner.rows).toBe(3);
      const { records, bad } = scanner.take();
      expect([...records.delivery]).toEqual([0, 0, 1]);
      expect([...records.ordinal]).toEqual([0, 2, 0]);
      expect([...records.start]).toEqual([1, 20, 1]);
      expect([...records.end]).toEqual([8, 27, 8]);
      expect(bad).toMatchObject([{ delivery: 0, ordinal: 1, start: 9, end: 19, offset: 14 }]);
    });

    it('starts anew after take', () => {
      const scanner = create(simple, { rest: false });
      scanner.add(Buffer.from('{"a":1}{"a":"x"}{"a":2,"z":1}'));
      scanner.take();
      expect(scanner.rows).toBe(0);
      expect(scanner.add(Buffer.from('{"a":3,"b":"three"}'))).toBe(1);
      const next = scanner.take();
      expect(next.records.rows.length).toBe(1);
      expect(next.records.bodies).toHaveLength(1);
      expect(next.bad).toEqual([]);
      expect(next.unknownKeys.size).toBe(0);
      expect(scanner.take().records.rows.length).toBe(0);
    });

    it('reads bodies longer than any before it', () => {
      const scanner = create(simple, { rest: false });
      for (const rows of [1, 100, 20_000]) {
        expect(scanner.add(Buffer.from(`{"a":${rows},"b":"${'ø'.repeat(rows)}"}\n`.repeat(3)))).toBe(3);
      }
      expect(scanner.take().records.rows.length).toBe(9);
    });
  });

  describe('keys', () => {
    const schema = schemaOf({ a: 'int', 'odd "name"': 'int?', ø: 'int?', '': 'int?', abcdefgh: 'int?' });

    it('may come in any order, be escaped, and be missing where optional', () => {
      const { rows, bad } = scan(schema, ['{"abcdefgh":5,"":4,"\\u00f8":3,"odd \\"name\\"":2,"\\u0061":1}{"a":1}']);
      expect(bad).toEqual([]);
      expect(rows).toEqual([
        { a: 1, 'odd "name"': 2, ø: 3, '': 4, abcdefgh: 5 },
        { a: 1, 'odd "name"': null, ø: null, '': null, abcdefgh: null },
      ]);
    });

    it('of which the last wins when they repeat, also inside', () => {
      const nested = schemaOf({
        a: 'int',
        s: 'struct<x: int?, y: string?>?',
        l: 'list<string?>?',
        m: 'map<string, int?>?',
      });
      const text =
        '{"a":1,"s":{"x":1,"x":2,"y":"p","y":"q"},"l":["a"],"a":9,"l":["b",null],"m":{"k":1,"j":2,"k":3},"s":{"y":"z"}}';
      expect(scan(nested, [text]).rows).toEqual([{ ...JSON.parse(text), s: { x: null, y: 'z' } }]);
    });

    it('that nobody declared are counted by dotted name and skipped', () => {
      const nested = schemaOf({ a: 'int', s: 'struct<x: int?>?' });
      const { rows, unknown } = scan(nested, ['{"q":{"deep":[1,{"a":2}]},"a":1,"s":{"y":1,"x":2}}{"a":2,"q":null}']);
      expect(rows).toEqual([
        { a: 1, s: { x: 2 } },
        { a: 2, s: null },
      ]);
      expect(unknown).toEqual({ q: 2, 's.y': 1 });
    });

    it('beyond a thousand names are counted together', () => {
      const { unknown } = scan(
        simple,
        Array.from({ length: 1100 }, (_, i) => `{"a":1,"k${i}":0}`),
      );
      expect(Object.keys(unknown)).toHaveLength(1001);
      expect(unknown['*']).toBe(100);
    });

    it('that nobody declared are kept as JSON in _rest if asked', () => {
      const { rows } = scan(simple, ['{"q" : {"a": 1},"a":1,"r":"\\n"}{"a":2}{"x":1,"a":"bad"}{"a":3,"y":[]}'], true);
      expect(rows.map((row) => row._rest)).toEqual(['{"q" : {"a": 1},"r":"\\n"}', null, '{"y":[]}']);
    });

    it('must not include _rest where it is in use', () => {
      expect(() => create(schemaOf({ _rest: 'json' }), { rest: true })).toThrow(ParquetryError);
    });

    it('may be many', () => {
      const slots = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`field_${i}`, 'int?']));
      const row = Object.fromEntries(Object.keys(slots).map((name, i) => [name, i]));
      const reversed = Object.fromEntries(Object.entries(row).reverse());
      const { rows } = scan(schemaOf(slots), [JSON.stringify(row), JSON.stringify(reversed), '{"field_249":1}']);
      expect(rows[0]).toEqual(row);
      expect(rows[1]).toEqual(row);
      expect(rows[2]).toEqual({ ...Object.fromEntries(Object.keys(row).map((name) => [name, null])), field_249: 1 });
    });
  });

  describe('a bad record costs only itself', () => {
    const good = [
      { a: 1, b: null },
      { a: 2, b: null },
    ];
    it.each([
      ['a misfit', '{"a":1}\n{"a":"x","b":"y"}\n{"a":2}', 'misfit', '{"a":"x","b":"y"}'],
      ['a misfit on the same line', '{"a":1}{"a":1.5}{"a":2}', 'misfit', '{"a":1.5}'],
      ['a misfit in an array', '[{"a":1},{"a":[{}]},{"a":2}]', 'misfit', '{"a":[{}]}'],
      ['no object', '{"a":1}\n"text"\n{"a":2}', 'misfit', '"text"'],
      ['no object in an array', '[{"a":1},[1,[2]],{"a":2}]', 'misfit', '[1,[2]]'],
      ['broken grammar', '{"a":1}\n{"a":1,}\n{"a":2}', 'malformed', '{"a":1,}'],
      ['a truncated line that swallows the next', '{"a":1}\n{"a":1,"b":\n{"a":2}', 'malformed', '{"a":1,"b":'],
      ['a truncated string', '{"a":1}\n{"b":"x\n{"a":2}', 'malformed', '{"b":"x'],
      ['garbage', '{"a":1}\r\n<html>\r\n{"a":2}', 'malformed', '<html>'],
      [
        'broken pretty print',
        '{"a":1}\n{\n  "a": oops,\n  "s":\n  {"a":7}\n}\n{"a":2}',
        'malformed',
        '{\n  "a": oops,\n  "s":\n  {"a":7}\n}',
      ],
      ['broken grammar in a skipped value', '{"a":1}\n{"a":1,"z":[01]}\n{"a":2}', 'malformed', '{"a":1,"z":[01]}'],
      ['a misfit before broken grammar', '{"a":1}\n{"a":"x","b"}\n{"a":2}', 'malformed', '{"a":"x","b"}'],
      ['a zero byte', '{"a":1}\n{"a":\0}\n{"a":2}', 'malformed', '{"a":\0}'],
      ['control characters, the last ones too', '{"a":1}\n\0\u0001 \t\n{"a":2}', 'malformed', '\0\u0001'],
    ])('%s', (_, text, reason, original) => {
      const { rows, bad, records } = scan(simple, [text]);
      expect(rows).toEqual(good);
      expect(records).toBe(3);
      expect(bad).toHaveLength(1);
      expect(bad[0]).toMatchObject({ ordinal: 1, reason });
      expect(Buffer.from(text).subarray(bad[0]!.start, bad[0]!.end).toString()).toBe(original);
    });

    it('unless it is broken inside an array, which costs the remainder', () => {
      const text = '[{"a":1},{"a":2},{"a":},{"a":3}]';
      const { rows, bad } = scan(simple, [text, '{"a":4}']);
      expect(rows.map((row) => row.a)).toEqual([1, 2, 4]);
      expect(bad).toMatchObject([
        { delivery: 0, ordinal: 2, start: 17, end: text.length, offset: 22, reason: 'malformed' },
      ]);
    });

    it('as is an array that does not end', () => {
      for (const text of ['[{"a":1}', '[{"a":1},', '[{"a":1} {"a":2}]', '[{"a":1},]']) {
        const { rows, bad } = scan(simple, [text]);
        expect(rows).toHaveLength(1);
        expect(bad).toMatchObject([{ ordinal: 1, reason: 'malformed', end: text.length }]);
      }
    });

    it('whose bytes are not UTF-8, while the others of the body are read', () => {
      const broken = Buffer.from('{"a":1}\n{"a":1,"b":"?"}\n{"a":2,"b":"å"}');
      broken[broken.indexOf('?')] = 0xe5;
      const { rows, bad } = scan(simple, [broken]);
      expect(rows).toEqual([
        { a: 1, b: null },
        { a: 2, b: 'å' },
      ]);
      expect(bad).toMatchObject([{ reason: 'malformed', message: expect.stringContaining('UTF-8') }]);
    });

    it('whose nesting is too deep to be read again', () => {
      const schema = schemaOf({ v: 'json?' });
      const deep = (levels: number) => `{"v":${'['.repeat(levels)}${']'.repeat(levels)}}\n`;
      const { rows, bad } = scan(schema, [`${deep(511) + deep(512) + deep(100_000)}{"v":1}`]);
      expect(rows).toHaveLength(2);
      expect(bad.map((record) => record.message)).toEqual([
        'a record must not be nested deeper than 512, got 513',
        'a record must not be nested deeper than 512, got 100001',
      ]);
    });

    it('and leaves nothing of it in nested columns', () => {
      const schema = schemaOf({ l: 'list<struct<x: string, m: map<string, int>>>', z: 'int' });
      const row = { l: [{ x: 'p', m: { a: 1 } }], z: 1 };
      const bad = [
        { ...row, z: 'x' },
        { l: [...row.l, { x: 1 }], z: 1 },
        { ...row, l: [{ x: 'q', m: { a: 1, b: 'c' } }] },
      ];
      const text = [row, ...bad, row].map((record) => JSON.stringify(record)).join('\n');
      const scanned = scan(schema, [text]);
      expect(scanned.rows).toEqual([row, row]);
      expect(scanned.bad.map((record) => record.field)).toEqual(['z', 'l[].x', 'l[].m.*']);
    });
  });

  describe('messages', () => {
    const messageOf = (slot: string, json: string) => scan(schemaOf({ f: slot }), [`{"f":${json}}`]).bad[0]?.message;

    it('name the field, the rule and the value', () => {
      expect(messageOf('int', '"late"')).toBe('f must be int (a whole number within ±(2^53 − 1)), got "late"');
      expect(messageOf('bool', '{"x": 1}')).toBe('f must be bool, got {"x": 1}');
      expect(messageOf('list<int?>?', '"x"')).toBe('f must be list<int?>, got "x"');
      expect(messageOf('decimal(3, 1)', '1.25')).toMatch(/^f must be decimal\(3, 1\) .*, got 1.25$/);
      expect(messageOf('int', 'null')).toBe('f is required, got null');
      expect(scan(simple, ['{"b":"x"}']).bad[0]!.message).toBe('a is required, but missing');
      expect(messageOf('int', '"12"')).toMatch(/declare the field string/);
      expect(messageOf('timestamp', '1709290000')).toMatch(/declare the field int/);
    });

    it('shorten long values', () => {
      expect(messageOf('int', `"${'x'.repeat(500)}"`)).toMatch(/got "x{56}\.\.\.$/);
    });

    it('say what the grammar wanted and where', () => {
      expect(scan(simple, ['{"a":1 "b":2}']).bad[0]).toMatchObject({
        offset: 7,
        message: 'JSON must have "," or "}" at byte 7, got "\\"b\\":2}"',
      });
      expect(scan(simple, ['{"a":1']).bad[0]!.message).toBe(
        'JSON must have "," or "}" at byte 6, got the end of the body',
      );
    });
  });
});
