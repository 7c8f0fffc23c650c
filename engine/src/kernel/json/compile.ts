import type { ColumnBuilder } from '../../columns/builder.ts';
import type { Field } from '../../core/schema.ts';
import { PLAIN, skipSpace } from './ascii.ts';
import { readDecimal } from './decimal.ts';
import { readDouble, readFloat } from './double.ts';
import { readInt, readInt64, readSmallInt, readUint64 } from './integer.ts';
import { keepLastOfEachKey } from './map-keys.ts';
import type { Site } from './messages.ts';
import { readBinary, readBool, readUuid } from './scalar.ts';
import { ScanCode } from './scan-code.ts';
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

/**
 * Generates the scanner of a schema: one function a value, list, map and object, with the builders as constants, so that
 * V8 sees one kind of everything at each place.
 */
export function compileScan(
  fields: readonly Field[],
  builders: readonly ColumnBuilder[],
  state: ScanState,
): CompiledScan {
  const code = new ScanCode();
  const record = code.record(fields, builders);
  const source = `'use strict';
    const { ${Object.keys(RUNTIME).join(', ')} } = runtime;
    ${code.builders.map((_, i) => `const B${i} = builders[${i}];`).join('\n')}
    let source, sourceView;
    function bad(site, at) { if (state.site < 0) { state.site = site; state.offset = at; } return -1; }
    ${code.functions.join('\n')}
    return { attach(bytes, view) { source = bytes; sourceView = view; }, scan: ${record} };`;
  const make = new Function('runtime', 'builders', 'state', source) as (
    runtime: typeof RUNTIME,
    builders: readonly ColumnBuilder[],
    state: ScanState,
  ) => Omit<CompiledScan, 'sites'>;
  return { ...make(RUNTIME, code.builders, state), sites: code.sites };
}
