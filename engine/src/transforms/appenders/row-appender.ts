import { type ColumnBuilder, createBuilder, finishBatch } from '../../columns/builder.ts';
import type { BoolBuilder } from '../../columns/builders/bool.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { Bytes16Builder } from '../../columns/builders/bytes16.ts';
import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Int64Builder } from '../../columns/builders/int64.ts';
import type { ListBuilder, MapBuilder, StructBuilder } from '../../columns/builders/nested.ts';
import type { ColumnBatch } from '../../columns/column.ts';
import type { Field, Schema, Slot, Type } from '../../core/schema.ts';
import { hasTextKeys } from '../text-keys.ts';
import type { Appender } from './appender.ts';
import { Misfit, wantedType } from './misfit.ts';
import { ListAppender, MapAppender, type SlotAppender, StructAppender } from './nested.ts';
import {
  BigIntAppender,
  BoolAppender,
  FloatAppender,
  IntAppender,
  isSmallInt,
  SmallIntAppender,
  TimestampAppender,
} from './numbers.ts';
import {
  BinaryAppender,
  DateAppender,
  DecimalAppender,
  JsonAppender,
  StringAppender,
  TimeAppender,
  UuidAppender,
} from './texts.ts';
import { UndeclaredKeys } from './undeclared-keys.ts';

/** Puts the rows that user code returns into columns, checking every value. */
export interface RowAppender {
  /** Rows so far. */
  readonly length: number;
  /** Appends a row, or answers false and says in `misfit` why; the caller then truncates. Throws what getters throw. */
  append(row: object): boolean;
  /** Takes back the rows from `length` on, and whatever of an unfinished one was appended. */
  truncate(length: number): void;
  readonly misfit: Misfit;
  readonly undeclaredKeys: UndeclaredKeys;
  /** The rows as columns; valid until the next append or truncate. */
  finish(): ColumnBatch;
}

/** An appender for an output schema; compiles code for it once. Its memory is kept from batch to batch. */
export function createRowAppender({ fields }: Schema): RowAppender {
  const misfit = new Misfit();
  const undeclaredKeys = new UndeclaredKeys();
  const make = new AppenderFactory(misfit, undeclaredKeys);
  const builders = fields.map((field) => createBuilder(field.type));
  const appendFields = make.fields(fields, builders, '');
  let length = 0;

  return {
    misfit,
    undeclaredKeys,
    get length() {
      return length;
    },
    append(row) {
      if (!appendFields(row)) return false;
      length++;
      return true;
    },
    truncate(to) {
      for (const builder of builders) builder.truncate(to);
      length = to;
    },
    finish: () => finishBatch(fields, builders, length),
  };
}

class AppenderFactory {
  private readonly misfit: Misfit;
  private readonly keys: UndeclaredKeys;

  constructor(misfit: Misfit, keys: UndeclaredKeys) {
    this.misfit = misfit;
    this.keys = keys;
  }

  /** `builder` is the one that `createBuilder` makes for the type; that is what the casts rely on. */
  appender(type: Type, builder: ColumnBuilder, path: string): Appender {
    const { misfit } = this;
    if (isSmallInt(type.kind)) return new SmallIntAppender(type.kind, builder as FixedBuilder, misfit);
    switch (type.kind) {
      case 'int':
        return new IntAppender(builder as Int64Builder, misfit);
      case 'int64':
      case 'uint64':
        return new BigIntAppender(type, builder as Int64Builder, misfit);
      case 'timestamp':
        if (type.unit === 'ns') return new BigIntAppender(type, builder as Int64Builder, misfit);
        return new TimestampAppender(type, builder as Int64Builder, misfit);
      case 'time':
        return new TimeAppender(builder as Int64Builder, misfit);
      case 'float':
      case 'double':
        return new FloatAppender(type.kind, builder as FixedBuilder, misfit);
      case 'bool':
        return new BoolAppender(builder as BoolBuilder, misfit);
      case 'string':
        return new StringAppender(builder as BytesBuilder, misfit);
      case 'binary':
        return new BinaryAppender(builder as BytesBuilder, misfit);
      case 'json':
        return new JsonAppender(builder as BytesBuilder, misfit);
      case 'date':
        return new DateAppender(builder as FixedBuilder, misfit);
      case 'decimal':
        return new DecimalAppender(type, builder as Bytes16Builder, misfit);
      case 'uuid':
        return new UuidAppender(builder as Bytes16Builder, misfit);
      default:
        return this.nested(type, builder, path);
    }
  }

  /** Compiles the appending of an object's fields; `path` is that of the object, with a dot at the end unless empty. */
  fields(fields: readonly Field[], builders: readonly ColumnBuilder[], path: string): (value: object) => boolean {
    const appenders = fields.map(({ name, type }, i) => this.appender(type, builders[i]!, path + name));
    const declared = new Set(fields.map(({ name }) => name));
    const countKeys = (value: object): void => {
      for (const key of Object.keys(value)) if (!declared.has(key)) this.keys.add(path + key);
    };
    return compileFields(fields, appenders, { misfit: this.misfit, countKeys });
  }

  private nested(type: Type, builder: ColumnBuilder, path: string): Appender {
    const { misfit } = this;
    switch (type.kind) {
      case 'list': {
        const list = builder as ListBuilder<ColumnBuilder>;
        return new ListAppender(list, this.slot(type.element, list.child, `${path}[]`), misfit);
      }
      case 'struct': {
        const struct = builder as StructBuilder<ColumnBuilder>;
        return new StructAppender(struct, this.fields(type.fields, struct.children, `${path}.`), misfit);
      }
      case 'map': {
        const map = builder as MapBuilder<ColumnBuilder, ColumnBuilder>;
        const key = this.slot({ type: type.key, optional: false }, map.keys, `${path} key`);
        const value = this.slot(type.value, map.values, `${path}{}`);
        return new MapAppender(map, { key, value, textKeys: hasTextKeys(type.key) }, misfit);
      }
      default:
        throw new TypeError(`type must be one there is an appender for, got ${wantedType(type)}`);
    }
  }

  private slot({ type, optional }: Slot, builder: ColumnBuilder, path: string): SlotAppender {
    return { appender: this.appender(type, builder, path), optional };
  }
}

interface Ports {
  readonly misfit: Misfit;
  /** Counts the undeclared keys of an object that may have some. */
  countKeys(value: object): void;
}

/**
 * For the fields id and note (optional):
 * ```
 * (row) => {
 *   let more = 0; for (const _ in row) more++;
 *   const v0 = row["id"]; if (v0 !== undefined) more--;
 *   if (v0 === undefined || v0 === null) return misfit.refuse(a0.wanted, v0) || misfit.inField("id");
 *   if (!a0.append(v0)) return misfit.inField("id");
 *   const v1 = row["note"]; …
 *   if (v1 === undefined || v1 === null) b1.appendNull(); else if (!a1.append(v1)) return misfit.inField("note");
 *   if (more !== 0) countKeys(row);
 *   return true;
 * }
 * ```
 * Counting keys costs 2 ns each by V8's enum cache, asking their names ten times that: it is done only when the row
 * has more keys than declared fields with a value.
 */
function compileFields(
  fields: readonly Field[],
  appenders: readonly Appender[],
  { misfit, countKeys }: Ports,
): (value: object) => boolean {
  const steps = fields.map((field, i) => fieldCode(field, i, appenders[i]!));
  const source = `'use strict';
    const [${appenders.map((_, i) => `a${i}`)}] = appenders;
    const [${appenders.map((_, i) => `b${i}`)}] = builders;
    return (row) => {
      let more = 0;
      for (const _ in row) more++;
      ${steps.join('\n')}
      if (more !== 0) countKeys(row);
      return true;
    };`;
  const builders = appenders.map(({ builder }) => builder);
  const compile = new Function('appenders', 'builders', 'misfit', 'countKeys', source);
  return compile(appenders, builders, misfit, countKeys);
}

function fieldCode({ name, optional }: Field, i: number, { takesNull }: Appender): string {
  const key = JSON.stringify(name);
  const missing = takesNull && !optional ? `v${i} === undefined` : `v${i} === undefined || v${i} === null`;
  const whenMissing = optional
    ? `b${i}.appendNull();`
    : `return misfit.refuse(a${i}.wanted, v${i}) || misfit.inField(${key});`;
  return `
      const v${i} = row[${key}];
      if (v${i} !== undefined) more--;
      if (${missing}) ${whenMissing}
      else if (!a${i}.append(v${i})) return misfit.inField(${key});`;
}
