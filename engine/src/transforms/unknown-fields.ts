import { closest } from '../core/closest.ts';
import type { Field, Schema, Type } from '../core/schema.ts';
import type { CompiledTransform } from './compile.ts';
import { analyseMap } from './recognise/analyse.ts';
import { pathText } from './recognise/uses.ts';
import { createApiTest, createPlaceFinder, type SourcePlace } from './stack.ts';

/** A name in the code of `map` that no schema has. */
export interface UnknownField {
  /** `input`: of the record, always undefined; `output`: of a returned row, thrown away and counted. */
  readonly of: 'input' | 'output';
  /** Dotted. */
  readonly name: string;
  /** The field that it most likely means. */
  readonly near?: string;
  readonly place?: SourcePlace;
}

/**
 * Fields that the code of `map` reads of its record and the input schema does not declare, and keys of returned rows that the
 * output does not, each once, as far as the code says by itself what it reads. Nothing is run.
 */
export function findUnknownFields(
  compiled: CompiledTransform,
  input: readonly Field[],
  output: readonly Field[],
): UnknownField[] {
  const isApi = createApiTest(compiled);
  const shape = analyseMap(compiled.code, isApi);
  if (shape === undefined) return [];
  const placeOf = placeFinder(compiled);
  const read = shape.uses.flatMap(({ path, span }): UnknownField[] => {
    const missing = missingStep(
      path.map(({ name }) => name),
      input,
    );
    if (missing === undefined) return [];
    const name = pathText(path.slice(0, missing.depth + 1));
    return [{ of: 'input', name, near: missing.near, place: placeOf(span.start) }];
  });
  const names = output.map(({ name }) => name);
  const written = shape.results.flatMap(({ members }) =>
    members.flatMap((member): UnknownField[] => {
      if (member.kind !== 'property' || names.includes(member.name)) return [];
      return [
        { of: 'output', name: member.name, near: closest(member.name, names), place: placeOf(member.span.start) },
      ];
    }),
  );
  return [...new Map([...read, ...written].map((found) => [`${found.of} ${found.name}`, found])).values()];
}

/** The first step of a path that leads nowhere; undefined where all lead on, or to a value that may have any. */
function missingStep(path: readonly string[], fields: readonly Field[], depth = 0): Missing | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return undefined;
  const field = fields.find((known) => known.name === name);
  if (field) return field.type.kind === 'struct' ? missingStep(rest, fieldsOf(field.type), depth + 1) : undefined;
  const near = closest(
    name,
    fields.map((known) => known.name),
  );
  return { depth, near };
}

interface Missing {
  readonly depth: number;
  readonly near?: string;
}

function fieldsOf(type: Type): Schema['fields'] {
  return type.kind === 'struct' ? type.fields : [];
}

/** Where an offset of the compiled code was written. */
function placeFinder(compiled: CompiledTransform): (offset: number) => SourcePlace | undefined {
  const find = createPlaceFinder(compiled);
  return (offset) => {
    const lines = compiled.code.slice(0, offset).split('\n');
    return find(lines.length, lines.at(-1)!.length + 1);
  };
}
