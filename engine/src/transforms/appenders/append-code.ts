import type { ColumnBuilder } from '../../columns/builder.ts';
import type { ListBuilder, MapBuilder, StructBuilder } from '../../columns/builders/nested.ts';
import type { Field, Slot, Type } from '../../core/schema.ts';
import { areMany, inGroups } from '../function-size.ts';
import { GeneratedCode } from '../generated-code.ts';
import { isUnread } from '../rows/lazy-json.ts';
import { hasTextKeys, isNested } from '../text-keys.ts';
import type { AppendParts, FieldTarget, Place, Target } from './append-parts.ts';
import { Appender } from './appender.ts';
import { CompareCode } from './compare-code.ts';
import { CopiedColumn } from './copied-column.ts';
import { createAppender } from './create-appender.ts';
import { type InlineCheck, inlineCheck } from './inline-check.ts';
import { entriesOf } from './map-entries.ts';
import { wantedValue } from './wanted.ts';

/**
 * Writes a function that appends a row. For the fields id (int) and note (string, optional):
 * ```
 * (row, same) => {
 *   let keys = 0; for (const _ in row) keys++;
 *   present = 2;
 *   const v0 = row["id"];
 *   if (Number.isSafeInteger(v0)) {
 *     if (b1.length === b1.capacity) b1.grow();
 *     b1.words[2 * b1.length] = v0 | 0; b1.words[2 * b1.length + 1] = Math.floor(v0 / 4294967296); b1.length++;
 *   } else return misfit.refuse("an int within ±(2^53 - 1)", v0) || misfit.inField("id");
 *   …
 *   if (keys !== present) countKeys(row);
 *   return true;
 * }
 * ```
 * Counting keys costs 2 ns each by V8's enum cache, asking their names ten times that: it is done only when the row
 * has more keys than declared fields with a value. `same` says that the values kept of the input are those of the row
 * the user's code was given.
 */
export class AppendCode {
  private readonly code = new GeneratedCode();
  private readonly parts: AppendParts;
  private readonly misfit: string;
  private readonly input: string;
  private readonly isUnread: string;
  private readonly compare: CompareCode;
  private readonly entriesOf: string;

  constructor(parts: AppendParts) {
    this.parts = parts;
    this.misfit = this.code.constant('misfit', parts.misfit);
    this.input = this.code.constant('input', parts.input);
    this.isUnread = this.code.constant('isUnread', isUnread);
    this.compare = new CompareCode(this.code);
    this.entriesOf = this.code.constant('entriesOf', entriesOf);
    this.code.declare('let present = 0;');
  }

  compile(fields: readonly FieldTarget[]): (row: object, same: boolean) => boolean {
    const place: Place = { path: '', trail: '', absent: 'present--;' };
    const calls = inGroups(fields).map((part) => {
      const name = this.code.name('append');
      this.code.declare(`const ${name} = (row, same) => { ${this.fields(part, 'row', place)} return true; };`);
      return `if (!${name}(row, same)) return false;`;
    });
    const names = fields.map(({ field }) => field.name);
    const [before, after] = this.keyCount(names, { value: 'row', keys: 'keys', present: 'present', path: '' });
    const append = `(row, same) => { present = ${fields.length}; ${before} ${calls.join(' ')} ${after} return true; }`;
    return this.code.evaluate(append) as (row: object, same: boolean) => boolean;
  }

  /** Statements before and after the fields of an object. */
  private keyCount(
    names: readonly string[],
    { value, keys, present, path }: { value: string; keys: string; present: string; path: string },
  ): [before: string, after: string] {
    const counts = this.parts.keys;
    if (counts === undefined) return ['', ''];
    const declared = new Set(names);
    const countKeys = this.code.constant('countKeys', (object: object): void => {
      for (const key of Object.keys(object)) if (!declared.has(key)) counts.add(path + key);
    });
    return [
      `let ${keys} = 0; for (const _ in ${value}) ${keys}++;`,
      `if (${keys} !== ${present}) ${countKeys}(${value});`,
    ];
  }

  private fields(fields: readonly FieldTarget[], object: string, place: Place): string {
    const statements = fields.map(({ field, target }) => {
      const name = JSON.stringify(field.name);
      const value = this.code.name('v');
      const trail = ` || ${this.misfit}.inField(${name})${place.trail}`;
      const slot = this.slot(field, target, value, { ...place, path: place.path + field.name, trail });
      return `const ${value} = ${object}[${name}];\n${slot}`;
    });
    return statements.join('\n');
  }

  private slot(slot: Slot, target: Target, value: string, place: Place): string {
    if (target instanceof CopiedColumn) return this.copied(slot, target, value, place);
    if (target instanceof Appender) return this.appended(slot, this.code.constant('a', target), value, place);
    const builder = this.code.constant('b', target);
    const check = this.nested(slot.type, target, { value, builder, place }) ?? inlineCheck(slot.type, builder, value);
    if (check === undefined) return this.slot(slot, createAppender(target, this.parts.misfit), value, place);
    const { wanted = JSON.stringify(wantedValue(slot.type)), before = '', fits, store } = check;
    const none = slot.optional
      ? `else if (${value} === undefined || ${value} === null) { if (${value} === undefined) { ${place.absent} } ${builder}.appendNull(); }`
      : '';
    return `${before} if (${fits}) { ${store} }
      ${none}
      else return ${this.misfit}.refuse(${wanted}, ${value})${place.trail};`;
  }

  /** Nothing but the comparing while the column passes. */
  private copied(slot: Slot, target: CopiedColumn, value: string, place: Place): string {
    const column = this.code.constant('c', target);
    const absent = slot.optional ? `if (${value} === undefined) { ${place.absent} }` : '';
    const append = this.slot(slot, target.target, value, place);
    return `if (same && ${column}.passing && ${this.isCopy(slot, column, value)}) { ${absent} }
      else {
        if (${column}.passing) ${column}.gather();
        ${slot.type.kind === 'json' ? this.copiedText(target, { column, value, append }) : append}
      }`;
  }

  /** A json is copied digit by digit whether or not its column passes. */
  private copiedText(
    target: CopiedColumn,
    { column, value, append }: { column: string; value: string; append: string },
  ): string {
    const isCopy = `same && ${value} !== null && ${value} === ${this.input}[${target.place}] && ${this.isUnread}(${value})`;
    return `if (${isCopy}) ${column}.copySlot(); else { ${append} }`;
  }

  /** `Object.is` of a text and itself does not look at it; `===` does, to learn what it compares, and waits for memory. */
  private isCopy({ type, optional }: Slot, column: string, value: string): string {
    const kept = `${this.input}[${column}.place]`;
    const equals = isNested(type)
      ? `${this.comparer(type, column)}(${value}, ${column}.tape)`
      : `Object.is(${optional ? `${value} ?? null` : value}, ${kept})`;
    const isThere = optional ? '' : `${value} !== null && ${value} !== undefined && `;
    return `${isThere}${equals}${type.kind === 'json' ? ` && ${this.isUnread}(${value})` : ''}`;
  }

  private comparer(type: Type, column: string): string {
    const name = this.compare.comparer(type);
    this.code.declare(`${column}.equals = ${name};`);
    return name;
  }

  /** By a call, for what takes more than a line. */
  private appended({ type, optional }: Slot, appender: string, value: string, place: Place): string {
    const takesNull = type.kind === 'json' && !optional;
    const missing = takesNull ? `${value} === undefined` : `${value} === undefined || ${value} === null`;
    const whenMissing = optional
      ? `{ if (${value} === undefined) { ${place.absent} } ${appender}.appendNull(); }`
      : `return ${this.misfit}.refuse(${JSON.stringify(wantedValue(type))}, ${value})${place.trail};`;
    return `if (${missing}) ${whenMissing}
      else if (!${appender}.append(${value})) return false${place.trail};`;
  }

  private nested(
    type: Type,
    target: ColumnBuilder,
    at: { value: string; builder: string; place: Place },
  ): InlineCheck | undefined {
    switch (type.kind) {
      case 'list':
        return this.list(type.element, target as ListBuilder<ColumnBuilder>, at);
      case 'struct':
        return this.struct(type.fields, target as StructBuilder<ColumnBuilder>, at);
      case 'map':
        return this.map(type, target as MapBuilder<ColumnBuilder, ColumnBuilder>, at);
      default:
        return undefined;
    }
  }

  private list(
    element: Slot,
    target: ListBuilder<ColumnBuilder>,
    { value, builder, place }: { value: string; builder: string; place: Place },
  ): InlineCheck {
    const [index, item] = [this.code.name('i'), this.code.name('v')];
    const trail = ` || ${this.misfit}.inElement(${index})${place.trail}`;
    const slot = this.slot(element, target.child, item, { path: `${place.path}[]`, trail, absent: '' });
    return {
      fits: `Array.isArray(${value})`,
      store: `for (let ${index} = 0; ${index} < ${value}.length; ${index}++) {
          const ${item} = ${value}[${index}];
          ${slot}
        }
        ${builder}.endList();`,
    };
  }

  private map(
    { key, value: item }: Extract<Type, { kind: 'map' }>,
    target: MapBuilder<ColumnBuilder, ColumnBuilder>,
    { value, builder, place }: { value: string; builder: string; place: Place },
  ): InlineCheck {
    const [entries, k, v] = [this.code.name('e'), this.code.name('k'), this.code.name('v')];
    const trail = ` || ${this.misfit}.inElement(${k})${place.trail}`;
    const inside = { trail, absent: '' };
    const keySlot = this.slot({ type: key, optional: false }, target.keys, k, { ...inside, path: `${place.path} key` });
    const itemSlot = this.slot(item, target.values, v, { ...inside, path: `${place.path}{}` });
    return {
      before: `const ${entries} = ${this.entriesOf}(${value}, ${hasTextKeys(key)});`,
      fits: `${entries} !== undefined`,
      store: `for (const [${k}, ${v}] of ${entries}) { ${keySlot} ${itemSlot} } ${builder}.endMap();`,
    };
  }

  private struct(
    fields: readonly Field[],
    target: StructBuilder<ColumnBuilder>,
    { value, builder, place }: { value: string; builder: string; place: Place },
  ): InlineCheck {
    const targets = fields.map((field, i) => ({ field, target: target.children[i]! }));
    const fits = `typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})`;
    const path = `${place.path}.`;
    if (!areMany(fields)) {
      const body = this.objectBody(targets, value, { path, trail: place.trail });
      return { fits, store: `${body} ${builder}.endStruct();` };
    }
    const name = this.code.name('struct');
    this.code.declare(
      `const ${name} = (value) => { ${this.objectBody(targets, 'value', { path, trail: '' })} return true; };`,
    );
    return { fits, store: `if (!${name}(${value})) return false${place.trail}; ${builder}.endStruct();` };
  }

  private objectBody(fields: readonly FieldTarget[], value: string, at: Omit<Place, 'absent'>): string {
    const [keys, present] = [this.code.name('keys'), this.code.name('present')];
    const names = fields.map(({ field }) => field.name);
    const [before, after] = this.keyCount(names, { value, keys, present, path: at.path });
    const body = this.fields(fields, value, { ...at, absent: `${present}--;` });
    return `let ${present} = ${fields.length}; ${before} ${body} ${after}`;
  }
}
