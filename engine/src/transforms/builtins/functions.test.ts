import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threadKernel } from '../../kernel/kernel.ts';
import { type Timestamp, time } from '../api.ts';
import { day, dayOfWeek, dayOfYear, hour, minute, month, second, year } from './date-parts.ts';
import { hash } from './hash.ts';
import { canonicalIp, ipPrefix, ipVersion } from './ip.ts';
import { lookup } from './lookup.ts';
import { parseBool, parseDouble, parseInt64, parseInteger, parseTimestamp } from './parse.ts';
import { lower, matches, trim, upper } from './text.ts';

describe('built-in functions', () => {
  it('answer null to null and undefined', () => {
    const ofText = [lower, upper, trim, hash, canonicalIp, ipVersion, parseInt64, parseInteger, parseDouble, parseBool];
    const ofTime = [year, month, day, hour, minute, second, dayOfWeek, dayOfYear];
    for (const missing of [null, undefined]) {
      for (const each of [...ofText, ...ofTime]) expect((each as (value: unknown) => unknown)(missing)).toBeNull();
      expect(matches(missing, /a/)).toBeNull();
      expect(ipPrefix(missing, 8)).toBeNull();
      expect(parseTimestamp(missing, '%Y')).toBeNull();
      expect(lookup(new Map([[null, 1]]), missing as null)).toBeNull();
    }
  });

  it('change case as no locale would', () => {
    expect([lower('İI'), upper('straße'), upper('ıi'), lower('ΟΔΟΣ')]).toEqual(['i̇i', 'STRASSE', 'II', 'οδος']);
  });

  it('match from the start, whatever the flags of the pattern', () => {
    const sticky = /b/gy;
    expect([matches('ab', sticky), matches('ba', sticky), matches('ba', sticky)]).toEqual([false, true, true]);
    expect(sticky.lastIndex).toBe(0);
  });

  it('look up what is there', () => {
    const table = new Map<string, number | undefined>([
      ['a', 0],
      ['b', undefined],
    ]);
    expect([lookup(table, 'a'), lookup(table, 'b'), lookup(table, 'c')]).toEqual([0, null, null]);
  });
});

describe('hash', () => {
  it.each([
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['abc', '44bc2cf5ad770999'],
  ])('of %j is the published XXH64', (text, digits) => {
    expect(hash(text)).toBe(digits);
  });

  it('is what the kernel computes, at every length', () => {
    const kernel = threadKernel();
    const block = kernel.allocate(4_096);
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme', maxLength: 100 }), fc.string({ minLength: 300, maxLength: 500 })),
        (text) => {
          const size = kernel.bytes.write(text, block);
          expect(hash(text)).toBe(BigInt.asUintN(64, kernel.exports.xxh64(block, size)).toString(16).padStart(16, '0'));
        },
      ),
    );
    kernel.release(block);
  });
});

describe('parse', () => {
  it.each<[string, bigint | null]>([
    ['0', 0n],
    ['-00012', -12n],
    ['+9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775808', null],
    [`${'0'.repeat(500)}7`, 7n],
    ...['', ' 1', '1 ', '1.0', '1e3', '0x10', '--1', '+', '١'].map((text): [string, null] => [text, null]),
  ])('parseInt64(%j) is %s', (text, value) => {
    expect(parseInt64(text)).toBe(value);
  });

  it.each<[string, number | null]>([
    ['-0', 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', null],
    ['1.5', null],
  ])('parseInteger(%j) is %s', (text, value) => {
    expect(parseInteger(text)).toBe(value);
  });

  it.each<[string, number | null]>([
    ['-0', -0],
    ['.5', 0.5],
    ['5.', 5],
    ['+1.5e-3', 0.0015],
    ['1e308', 1e308],
    ['1e309', null],
    ...['', 'NaN', 'Infinity', '.', 'e5', '1,5', ' 1', '1_000', '0x1'].map((text): [string, null] => [text, null]),
  ])('parseDouble(%j) is %s', (text, value) => {
    expect(parseDouble(text)).toBe(value);
  });

  it('reads back every number it can', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(parseDouble(String(number))).toBe(Object.is(number, -0) ? 0 : number);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
        expect(parseInt64(String(integer))).toBe(integer);
      }),
    );
  });

  it('knows truth in four words', () => {
    expect(['true', 'FALSE', '1', '0', 'yes', ''].map(parseBool)).toEqual([true, false, true, false, null, null]);
  });

  it('reads timestamps as time.tryParse does', () => {
    expect(parseTimestamp('2024-02-29T12:00:00+02:00')).toBe(time.parse('2024-02-29T10:00:00Z'));
    expect(parseTimestamp('29.02.2024', '%d.%m.%Y')).toBe(time.parse('2024-02-29'.concat('T00:00:00Z')));
    expect(parseTimestamp('2023-02-29T12:00:00Z')).toBeNull();
  });
});

describe('date parts', () => {
  it('are those of time.parts', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micros) => {
        const at = micros as Timestamp;
        const parts = { year: year(at), month: month(at), day: day(at), hour: hour(at), minute: minute(at) };
        const all = { ...parts, second: second(at), weekday: dayOfWeek(at) };
        expect(time.parts(at)).toMatchObject(all);
        const firstDay = time.startOf(at, 'year');
        expect(dayOfYear(at)).toBe((time.startOf(at, 'day') - firstDay) / 86_400_000_000 + 1);
      }),
    );
  });

  it('refuse what is no whole number of microseconds', () => {
    expect(() => hour(0.5 as Timestamp)).toThrow('whole microseconds');
  });
});

describe('ip', () => {
  it.each([
    ['10.1.2.3', 4, '10.1.2.3'],
    ['2001:DB8:0:0:0:0:0:1', 6, '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', 6, '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', 6, '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', 6, '2001:db8::1:0:0:1'],
    ['::', 6, '::'],
    ['0:0:0:0:0:0:0:1', 6, '::1'],
    ['::FFFF:c0a8:1', 6, '::ffff:192.168.0.1'],
    ['64:ff9b::192.0.2.33', 6, '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', 6, '1:2:3:4:5:6:7:0'],
  ] as const)('%s is of version %i and written %s', (text, version, canonical) => {
    expect([ipVersion(text), canonicalIp(text)]).toEqual([version, canonical]);
  });

  it.each([
    ...['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', '1.2.3.-4', '1.2.3.4/8'],
    ...[':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '12345::', 'g::', ':1', '1:'],
    ...['fe80::1%eth0', '1.2.3.4::', '::1.2.3', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '[::1]'],
  ])('%j is no address', (text) => {
    expect([ipVersion(text), canonicalIp(text), ipPrefix(text, 8)]).toEqual([null, null, null]);
  });

  it('writes every address as URL does', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const written = canonicalIp(text)!;
        expect(new URL(`http://[${written}]`).host).toBe(new URL(`http://[${text}]`).host);
        expect(canonicalIp(written)).toBe(written);
      }),
    );
  });

  it.each([
    ['10.1.2.3', 16, undefined, '10.1.0.0/16'],
    ['10.1.255.3', 20, undefined, '10.1.240.0/20'],
    ['10.1.2.3', 0, undefined, '0.0.0.0/0'],
    ['10.1.2.3', 32, undefined, '10.1.2.3/32'],
    ['2001:db8:1:2::3', 16, undefined, '2001:db8:1::/48'],
    ['2001:db8:1:2::3', 16, 33, '2001:db8::/33'],
  ])('the network of %s with %i and %s bits is %s', (text, v4Bits, v6Bits, prefix) => {
    expect(ipPrefix(text, v4Bits, v6Bits)).toBe(prefix);
  });

  it('refuses a length that no prefix has, even for what is no address', () => {
    for (const bits of [-1, 33, 1.5]) expect(() => ipPrefix(null, bits)).toThrow(/from 0 to 32, got/);
  });
});
