import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('parseJson', () => {
  it('reads escaped keys right after a key that is a backslash', () => {
    parseJson('{"h":[],"\\\\":0}');
    JSON.parse('{"h":[],"\\\\":0}');
    expect(parseJson('{"h":1,"\\n":2}')).toEqual({ h: 1, '\n': 2 });
    expect(parseJson('{"h":1,"\\u0061":{"\\"":[1e2,-0,"\\\\"]}}')).toEqual({ h: 1, a: { '"': [100, -0, '\\'] } });
  });

  it('keeps a key that is __proto__ as a key', () => {
    expect(Object.entries(parseJson('{"__proto__":1,"\\u0061":2}') as object)).toEqual([
      ['__proto__', 1],
      ['a', 2],
    ]);
  });

  it('inverts JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(parseJson(text))).toBe(text);
      }),
    );
  });

  it('refuses what is not JSON', () => {
    for (const text of ['', '{"\\u0061":1', '{"a":"\\"}', '{"\\x":1}', 'nul', '[1,]', '"\\']) {
      expect(() => parseJson(text)).toThrow();
    }
  });
});
