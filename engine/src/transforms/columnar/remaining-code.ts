import type { Schema } from '../../core/schema.ts';
import type { Alias, MapShape, Removal, ResultMember, Use } from '../recognise/shape.ts';
import { isInside, type Span } from '../recognise/tree.ts';
import type { OutputPlan, Paths } from './columnar-plan.ts';
import { resolvePath } from './field-path.ts';
import { isFrom, type Sources } from './sources.ts';

/** What is taken out of the returned objects. */
export interface Edit {
  /** Names of the output fields that need no code. */
  readonly handedOn: ReadonlySet<string>;
  readonly removed: readonly Span[];
}

/** What the code is without that. */
export interface Remaining {
  /** What it may look at in the input. */
  readonly reads: Paths;
  readonly uses: readonly Use[];
  readonly kept: ReadonlySet<Alias>;
  /** Names that it can do without. */
  readonly removals: readonly Removal[];
}

/** Finds out what can be taken out of a `map`, and what it then still does. */
export class RemainingCode {
  private readonly shape: MapShape;
  private readonly input: Schema;
  private readonly output: Schema;
  /** One a returned object. */
  private readonly sources: readonly Sources[];

  constructor(shape: MapShape, { input, output }: { input: Schema; output: Schema }, sources: readonly Sources[]) {
    this.shape = shape;
    this.input = input;
    this.output = output;
    this.sources = sources;
  }

  /** Members of returned objects that are not needed, as all they bring is handed on. */
  editFor(outputs: readonly OutputPlan[]): Edit {
    const isHandedOn = (index: number) => outputs[index]?.kind !== 'computed';
    const handedOn = new Set(this.output.fields.filter((_, i) => isHandedOn(i)).map(({ name }) => name));
    const isNeeded = (sources: Sources, member: ResultMember) =>
      this.output.fields.some(({ name }) => isFrom(sources.get(name), member) && !handedOn.has(name));
    const removed = this.shape.results.flatMap(({ members }, i) =>
      members.flatMap((member) => {
        if (member.kind === 'unknown' || member.span === undefined) return [];
        if (member.kind === 'fields') return isNeeded(this.sources[i]!, member) ? [] : [member.span];
        return this.isPure(member) && handedOn.has(member.name) ? [member.span] : [];
      }),
    );
    return { handedOn, removed };
  }

  /** What the code does after an edit; as it is without one. */
  after(edit: Edit | undefined): Remaining {
    const isRemoved = (span: Span) => edit?.removed.some((each) => isInside(span, each)) === true;
    const uses = this.shape.uses.filter(({ span }) => !isRemoved(span));
    const reads = uses.map(({ path }) => path.map(({ name }) => name));
    const kept = new Set<Alias>();
    const keep = (alias: Alias | undefined) => {
      for (let each = alias; each !== undefined; each = each.from) kept.add(each);
    };
    for (const { alias } of uses) keep(alias);
    for (const [i, { members }] of this.shape.results.entries()) {
      for (const member of members) {
        if (member.kind !== 'fields' || (member.span && isRemoved(member.span))) continue;
        keep(member.alias);
        reads.push(...this.spreadReads(this.sources[i]!, member, edit).map((name) => [name]));
      }
    }
    const isRemovable = (alias: Alias) => edit !== undefined && this.isRemovable(alias, kept);
    for (const alias of this.shape.aliases.toReversed()) {
      if (kept.has(alias) || alias.path.length < 2 || isRemovable(alias)) continue;
      keep(alias); // nothing uses it, but taking it throws where something on the way is null
      reads.push(alias.path.map(({ name }) => name));
    }
    const dropped = this.shape.aliases.filter((alias) => !kept.has(alias) && isRemovable(alias));
    const removals = new Map(dropped.map(({ removal }) => [removal!.start, removal!]));
    return { reads, uses, kept, removals: [...removals.values()] };
  }

  /** Whether nothing is left to be done. */
  isNothing({ handedOn, removed }: Edit, { uses, kept }: Remaining): boolean {
    const [literal] = this.shape.results;
    const isGone = (member: ResultMember) =>
      member.kind === 'fields' || (member.kind === 'property' && removed.includes(member.span));
    const isAll = handedOn.size === this.output.fields.length && literal?.members.every(isGone) === true;
    return isAll && this.shape.isPlain && uses.length === 0 && [...kept].every(({ path }) => path.length === 0);
  }

  /** Whether nothing happens but that values of the record are looked at, none of which can be missing on the way. */
  private isPure({ path, call }: ResultMember & { kind: 'property' }): boolean {
    const paths = call ? call.args.flatMap((argument) => ('path' in argument ? [argument.path] : [])) : path && [path];
    return paths?.every((each) => resolvePath(each, this.input)?.beyond.length === 0) === true;
  }

  /** Fields that a spread which stays must bring: with the code as it is all, as those without a column are counted. */
  private spreadReads(sources: Sources, member: ResultMember, edit: Edit | undefined): string[] {
    if (edit === undefined) return [...sources].filter(([, source]) => isFrom(source, member)).map(([name]) => name);
    const { fields } = this.output;
    const computed = fields.filter(({ name }) => isFrom(sources.get(name), member) && !edit.handedOn.has(name));
    return computed.map(({ name }) => name);
  }

  /** Whether a name that nothing uses can be taken out: together with those it is declared with, and if it cannot throw. */
  private isRemovable({ removal }: Alias, kept: ReadonlySet<Alias>): boolean {
    if (removal === undefined) return false;
    const together = this.shape.aliases.filter((other) => other.removal?.start === removal.start);
    return together.every((other) => {
      const isSafe = other.path.length < 2 || resolvePath(other.path, this.input)?.beyond.length === 0;
      return isSafe && !kept.has(other);
    });
  }
}
