import type { ColumnBuilder } from '../../columns/builder.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field, Slot, Type, TypeOf } from '../../core/schema.ts';
import { PLAIN, skipSpace } from './ascii.ts';
import { readDecimal } from './decimal.ts';
import { readDouble, readFloat } from './double.ts';
import { readInt, readInt64, readSmallInt, readUint64 } from './integer.ts';
import { keepLastOfEachKey } from './map-keys.ts';
import { keyLookup, keyMatch } from './match.ts';
import type { Site } from './messages.ts';
import { readBinary, readBool, readUuid } from './scalar.ts';
import { skipString } from './skip.ts';
import { readJson, readString, textOf } from './string.ts';
import { readDate, readTime, readTimestamp, TIMESTAMP_FORMS } from './timestamp.ts';
import type { UnknownKeys } from './unknown-keys.ts';

/** What the generated code reads from and reports to. */
export interface ScanState {
  /** Index of the site that the last record failed at; -1 if its grammar is to blame. */
  site: number;
  /** Where the value begins that does not fit; -1 if its key is missing. */
  offset: number;
  readonly unknown: UnknownKeys;
}

export interface CompiledScan {
  /** Gives the array that the next calls read from: at least PADDING_BYTES zeros follow the body. */
  attach(bytes: Buffer, view: DataView): void;
  /** Reads the object whose `{` is just before `at` as row number `row`; answers the position after it, or FAILED. */
  scan(at: number, row: number): number;
  readonly sites: readonly Site[];
}

const RUNTIME = {
  PLAIN,
  TIMESTAMP_FORMS,
  skipSpace,
  skipString,
  textOf,
  keepLastOfEachKey,
  readBinary,
  readBool,
  readDate,
  readDecimal,
  readDouble,
  readFloat,
  readInt,
  readInt64,
  readJson,
  readSmallInt,
  readString,
  readTime,
  readTimestamp,
  readUint64,
  readUuid,
};

/** Fields whose order is predicted. Longer objects would make functions that V8 no longer optimises. */
const PREDICTED_FIELDS = 100;
/** Bits of a small integer, which V8 keeps unboxed everywhere. */
const BITS = 30;

/**
 * Generates the scanner of a schema: one function a value, list, map and object, with the builders as constants. An object
 * is read on the guess that its keys come in the schema's order, written without spaces or with one; the first key that
 * does not fit the guess sends the rest of the object to a loop that looks keys up.
 */
export function compileScan(
  fields: readonly Field[],
  builders: readonly ColumnBuilder[],
  state: ScanState,
): CompiledScan {
  const code = new ScanCode();
  const root = code.object(fields, builders, { prefix: '', struct: undefined });
  const source = `'use strict';
    const { ${Object.keys(RUNTIME).join(', ')} } = runtime;
    ${code.builders.map((_, i) => `const B${i} = builders[${i}];`).join('\n')}
    let source, sourceView;
    function bad(site, at) { if (state.site < 0) { state.site = site; state.offset = at; } return -1; }
    ${code.functions.join('\n')}
    return { attach(bytes, view) { source = bytes; sourceView = view; }, scan: ${root} };`;
  const make = new Function('runtime', 'builders', 'state', source) as (
    runtime: typeof RUNTIME,
    builders: readonly ColumnBuilder[],
    state: ScanState,
  ) => Omit<CompiledScan, 'sites'>;
  return { ...make(RUNTIME, code.builders, state), sites: code.sites };
}

/** Collects the functions of a scanner while walking its schema. Each method answers the name of the function it wrote. */
class ScanCode {
  readonly builders: ColumnBuilder[] = [];
  readonly sites: Site[] = [];
  readonly functions: string[] = [];

  /** Reads the members of an object after its `{`. */
  object(
    fields: readonly Field[],
    builders: readonly ColumnBuilder[],
    about: { readonly prefix: string; readonly struct: string | undefined },
  ): string {
    const { prefix, struct } = about;
    const members = fields.map((field, i) => this.member(field, builders[i]!, { prefix, index: i }));
    const masks = seenMasks(fields.length);
    const lookup = this.define('lookup', 'at, length', keyLookup(fields.map((field) => field.name)));
    const names = `names${this.functions.length}`;
    this.functions.push(`const ${names} = new Map(${JSON.stringify(fields.map((field, i) => [field.name, i]))});`);
    return this.define(
      'object',
      struct ? 'p' : 'p, row',
      `${struct ? `const row = ${struct}.length;` : ''}
      ${masks.map((_, i) => `let seen${i} = 0;`).join(' ')}
      if (bytes[p] !== 34) p = skipSpace(bytes, p);
      if (bytes[p] !== 125) {
        let ended = false;
        predicted: { ${members
          .slice(0, PREDICTED_FIELDS)
          .map((member) => member.predicted)
          .join('\n')} }
        for (;;) {
          p = skipSpace(bytes, p);
          if (ended) {
            if (bytes[p] === 125) break;
            if (bytes[p] !== 44) return -1;
            p = skipSpace(bytes, p + 1);
          }
          if (bytes[p] !== 34) return -1;
          let end = p + 1, field = -1;
          while (PLAIN[bytes[end]] === 1) end++;
          if (bytes[end] === 34) field = ${lookup}(p + 1, end++ - p - 1);
          else {
            end = skipString(bytes, p);
            if (end < 0) return -1;
            field = ${names}.get(textOf(bytes, p)) ?? -1;
          }
          let at = skipSpace(bytes, end);
          if (bytes[at] !== 58) return -1;
          at = skipSpace(bytes, at + 1);
          switch (field) {
            ${members.map((member, i) => `case ${i}: ${member.found} break;`).join('\n')}
            default: at = state.unknown.skip(bytes, ${JSON.stringify(prefix)}, p, at);
          }
          if (at < 0) return -1;
          p = at;
          ended = true;
        }
      }
      ${masks.map((mask, i) => `if (seen${i} !== ${mask}) { ${membersOf(members, i)} }`).join('\n')}
      ${struct ? `${struct}.endStruct();` : ''}
      return p + 1;`,
    );
  }

  /** The code about one field of an object: where it is expected, where it was looked up, where it is missing. */
  private member(
    field: Field,
    builder: ColumnBuilder,
    about: { readonly prefix: string; readonly index: number },
  ): Member {
    const value = this.value(field, builder, about.prefix + field.name);
    const name = this.bind(builder);
    const seen = `seen${Math.floor(about.index / BITS)}`;
    const bit = 1 << (about.index % BITS);
    const key = Buffer.from(`${JSON.stringify(field.name)}:`);
    return {
      predicted: `if (${keyMatch(key, 'p')}) {
          p += ${key.length};
          if (bytes[p] === 32) p++;
          p = ${value}(p);
          if (p < 0) return -1;
          ${seen} |= ${bit};
          if (bytes[p] !== 44) { ended = true; break predicted; }
          p++;
          if (bytes[p] === 32) p++;
        }`,
      found: `if (${seen} & ${bit}) ${name}.truncate(row); else ${seen} |= ${bit}; at = ${value}(at);`,
      missing: `if (!(${seen} & ${bit})) ${field.optional ? `${name}.appendNull();` : `return bad(${this.site(field, about.prefix + field.name)}, -1);`}`,
    };
  }

  /** Reads one value with what may stand in its place. */
  private value(slot: Slot, builder: ColumnBuilder, path: string): string {
    const name = this.bind(builder);
    const site = this.site(slot, path);
    const { type } = slot;
    const orNull = slot.optional
      ? `if (bytes[p] === 110 && view.getInt32(p, true) === ${wordOf('null')}) { ${name}.appendNull(); return p + 4; }`
      : '';
    if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map') {
      const nested = this.nested(type, builder, path);
      const open = type.kind === 'list' ? 91 : 123;
      return this.define('value', 'p', `${orNull} return bytes[p] === ${open} ? ${nested}(p + 1) : bad(${site}, p);`);
    }
    return this.define(
      'value',
      'p',
      `${orNull} const next = ${readerCall(type, name)}; return next < 0 ? bad(${site}, p) : next;`,
    );
  }

  private nested(type: TypeOf<'list' | 'struct' | 'map'>, builder: ColumnBuilder, path: string): string {
    const parts = builder as never as {
      readonly child: ColumnBuilder;
      readonly children: readonly ColumnBuilder[];
      readonly keys: ColumnBuilder;
      readonly values: ColumnBuilder;
    };
    const name = this.bind(builder);
    if (type.kind === 'struct') return this.object(type.fields, parts.children, { prefix: `${path}.`, struct: name });
    if (type.kind === 'list') return this.list(name, this.value(type.element, parts.child, `${path}[]`));
    const key = this.mapKey(type.key, parts.keys, `${path}.*`);
    return this.map(name, key, this.value(type.value, parts.values, `${path}.*`));
  }

  private list(name: string, element: string): string {
    return this.define(
      'list',
      'p',
      `p = skipSpace(bytes, p);
      if (bytes[p] === 93) p++;
      else for (;;) {
        p = ${element}(p);
        if (p < 0) return -1;
        if (bytes[p] <= 32) p = skipSpace(bytes, p);
        if (bytes[p] === 93) { p++; break; }
        if (bytes[p] !== 44) return -1;
        p++;
        if (bytes[p] <= 32) p = skipSpace(bytes, p);
      }
      ${name}.endList();
      return p;`,
    );
  }

  private map(name: string, key: string, value: string): string {
    return this.define(
      'map',
      'p',
      `const first = ${name}.keys.length;
      p = skipSpace(bytes, p);
      if (bytes[p] === 125) p++;
      else for (;;) {
        if (bytes[p] !== 34) return -1;
        p = ${key}(p);
        if (p < 0) return -1;
        p = skipSpace(bytes, p);
        if (bytes[p] !== 58) return -1;
        p = ${value}(skipSpace(bytes, p + 1));
        if (p < 0) return -1;
        p = skipSpace(bytes, p);
        if (bytes[p] === 125) { p++; break; }
        if (bytes[p] !== 44) return -1;
        p = skipSpace(bytes, p + 1);
      }
      keepLastOfEachKey(${name}, first);
      ${name}.endMap();
      return p;`,
    );
  }

  /** Keys are always quoted; those of types that JSON writes without quotes are read from between them. */
  private mapKey(type: Type, builder: ColumnBuilder, path: string): string {
    if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map' || type.kind === 'json') {
      throw new ParquetryError('E_SCHEMA', `${path}: a map's key must be a scalar, got ${type.kind}`);
    }
    const value = this.value({ type, optional: false }, builder, path);
    const bare = /int|float|double|bool/.test(type.kind);
    if (!bare) return value;
    const site = this.site({ type, optional: false }, path);
    return this.define(
      'key',
      'p',
      `const next = ${value}(p + 1); return next < 0 ? -1 : bytes[next] === 34 ? next + 1 : bad(${site}, p);`,
    );
  }

  private define(what: string, parameters: string, body: string): string {
    const name = `${what}${this.functions.length}`;
    this.functions.push(`function ${name}(${parameters}) { const bytes = source, view = sourceView; ${body} }`);
    return name;
  }

  private bind(builder: ColumnBuilder): string {
    const known = this.builders.indexOf(builder);
    return `B${known >= 0 ? known : this.builders.push(builder) - 1}`;
  }

  private site(slot: Slot, path: string): number {
    return this.sites.push({ path, type: slot.type, optional: slot.optional }) - 1;
  }
}

interface Member {
  readonly predicted: string;
  readonly found: string;
  readonly missing: string;
}

/** For each word of seen bits, its value when all its fields were seen. */
function seenMasks(fields: number): number[] {
  const words = Math.ceil(fields / BITS);
  return Array.from({ length: words }, (_, i) => 2 ** Math.min(BITS, fields - i * BITS) - 1);
}

function membersOf(members: readonly Member[], word: number): string {
  return members
    .slice(word * BITS, (word + 1) * BITS)
    .map((member) => member.missing)
    .join(' ');
}

/** The call that reads a scalar at `p` into builder `name`. */
function readerCall(type: Type, name: string): string {
  const args = `bytes, p, ${name}`;
  switch (type.kind) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'uint32': {
      const bits = Number(type.kind.replace(/\D+/, ''));
      const [min, max] = type.kind.startsWith('u') ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
      return `readSmallInt(${args}, ${min}, ${max})`;
    }
    case 'timestamp':
      return `readTimestamp(${args}, TIMESTAMP_FORMS.${type.unit}_${type.utc ? 'utc' : 'local'})`;
    case 'string':
      return `readString(bytes, view, p, ${name})`;
    default:
      return `read${type.kind[0]!.toUpperCase()}${type.kind.slice(1)}(${args})`;
  }
}

function wordOf(text: string): number {
  return Buffer.from(text).readInt32LE(0);
}
