import type { Schema } from '../../core/schema.ts';
import type { AccessPath, BuiltinCall, ResultLiteral, ResultMember } from '../recognise/shape.ts';

/** Where a returned object has the value of a key from. */
export interface Source {
  readonly member: ResultMember;
  readonly path?: AccessPath;
  readonly call?: BuiltinCall;
  /** What members before it gave the key, and what counts if this one, a spread of something unknown, lacks it. */
  readonly beneath?: Source;
}

/** By key. */
export type Sources = ReadonlyMap<string, Source>;

/** The keys that a returned object is known to have; the last member that gives one counts. */
export function sourcesOf({ members }: ResultLiteral, input: Schema): Sources {
  const sources = new Map<string, Source>();
  for (const member of members) {
    if (member.kind === 'property') sources.set(member.name, { member, path: member.path, call: member.call });
    if (member.kind === 'unknown') for (const [name, beneath] of sources) sources.set(name, { member, beneath });
    if (member.kind !== 'fields') continue;
    for (const { name } of input.fields) {
      if (!member.without.has(name)) sources.set(name, { member, path: [{ name, optional: false, chained: true }] });
    }
  }
  return sources;
}

/** Whether a key may have its value from a member. */
export function isFrom(source: Source | undefined, member: ResultMember): boolean {
  return source !== undefined && (source.member === member || isFrom(source.beneath, member));
}

/** Keys that spreads of the record bring and the output lacks; undefined if that depends on which object is returned. */
export function undeclaredKeys(all: readonly Sources[], output: Schema): readonly string[] | undefined {
  const declared = new Set(output.fields.map(({ name }) => name));
  const [first = [], ...others] = all.map((sources) => {
    return [...sources].filter(([name, source]) => bringsField(source) && !declared.has(name)).map(([name]) => name);
  });
  const isSame = (names: readonly string[]) =>
    names.length === first.length && names.every((name) => first.includes(name));
  return others.every(isSame) ? first : undefined;
}

/** Whether the key is there because the record was spread, and for no other reason. */
function bringsField({ member, beneath }: Source): boolean {
  return member.kind === 'fields' || (member.kind === 'unknown' && beneath !== undefined && bringsField(beneath));
}
