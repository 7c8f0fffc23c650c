import type { ColumnBuilder } from '../../columns/builder.ts';
import { ListBuilder, MapBuilder, StructBuilder } from '../../columns/builders/nested.ts';
import { ParquetryError } from '../../core/errors.ts';
import type { Field, Slot, Type } from '../../core/schema.ts';
import { keyLookup } from './match.ts';
import type { Site } from './messages.ts';
import { objectCode } from './object-code.ts';
import { readerCall } from './reader-call.ts';

/** "null" as a little-endian word. */
const NULL_WORD = 0x6c6c756e;

/** Collects the functions of a scanner while walking its schema. Its methods answer the name of the function they wrote. */
export class ScanCode {
  readonly builders: ColumnBuilder[] = [];
  readonly sites: Site[] = [];
  readonly functions: string[] = [];

  /** Reads the members of a record after its `{` into builders. */
  record(fields: readonly Field[], builders: readonly ColumnBuilder[]): string {
    return this.define('record', 'p, row', this.object(fields, builders, '', undefined));
  }

  private object(
    fields: readonly Field[],
    builders: readonly ColumnBuilder[],
    prefix: string,
    struct: string | undefined,
  ): string {
    const members = fields.map((field, i) => {
      const path = prefix + field.name;
      const builder = this.bind(builders[i]!);
      const value = this.value(field, builders[i]!, path);
      const whenMissing = field.optional ? `${builder}.appendNull();` : `return bad(${this.site(field, path)}, -1);`;
      return { key: field.name, builder, value, whenMissing };
    });
    const keys = fields.map((field) => field.name);
    const lookup = this.define('lookup', 'at, length', keyLookup(keys));
    const names = `names${this.functions.length}`;
    this.functions.push(`const ${names} = new Map(${JSON.stringify(keys.map((key, i) => [key, i]))});`);
    return objectCode({ members, lookup, names, prefix, struct });
  }

  /** Reads one value, or what may stand in its place. */
  private value(slot: Slot, builder: ColumnBuilder, path: string): string {
    const name = this.bind(builder);
    const site = this.site(slot, path);
    const orNull = slot.optional
      ? `if (bytes[p] === 110 && view.getInt32(p, true) === ${NULL_WORD}) { ${name}.appendNull(); return p + 4; }`
      : '';
    const nested = this.nested(slot.type, builder, path);
    const open = builder instanceof ListBuilder ? 91 : 123;
    const read = nested
      ? `return bytes[p] === ${open} ? ${nested}(p + 1) : bad(${site}, p);`
      : `const next = ${readerCall(slot.type, name, 'p')}; return next < 0 ? bad(${site}, p) : next;`;
    return this.define('value', 'p', `${orNull} ${read}`);
  }

  /** Reads what is inside the brackets of a list, struct or map; undefined for scalars. */
  private nested(type: Type, builder: ColumnBuilder, path: string): string | undefined {
    const name = this.bind(builder);
    if (type.kind === 'struct' && builder instanceof StructBuilder) {
      return this.define('struct', 'p', this.object(type.fields, builder.children, `${path}.`, name));
    }
    if (type.kind === 'list' && builder instanceof ListBuilder) {
      return this.define('list', 'p', listCode(name, this.value(type.element, builder.child, `${path}[]`)));
    }
    if (type.kind === 'map' && builder instanceof MapBuilder) {
      const key = this.key(type.key, builder.keys, `${path}.*`);
      return this.define('map', 'p', mapCode(name, key, this.value(type.value, builder.values, `${path}.*`)));
    }
    return undefined;
  }

  /** Reads the key of a map. Keys are always quoted; types that JSON writes without quotes are read from between them. */
  private key(type: Type, builder: ColumnBuilder, path: string): string {
    if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map' || type.kind === 'json') {
      throw new ParquetryError('E_SCHEMA', `the key of map ${path} must be a scalar, got ${type.kind}`);
    }
    const isBare = /int|float|double|bool/.test(type.kind);
    const slot = { type, optional: false };
    if (!isBare) return this.value(slot, builder, path);
    const read = readerCall(type, this.bind(builder), 'p + 1');
    const site = this.site(slot, path);
    return this.define('key', 'p', `const next = ${read}; return bytes[next] === 34 ? next + 1 : bad(${site}, p);`);
  }

  /** Writes a function; `bytes` and `view` are the body in its code. */
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

function listCode(list: string, element: string): string {
  return `
    p = skipSpace(bytes, p);
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
    ${list}.endList();
    return p;`;
}

function mapCode(map: string, key: string, value: string): string {
  return `
    const first = ${map}.keys.length;
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
    keepLastOfEachKey(${map}, first);
    ${map}.endMap();
    return p;`;
}
