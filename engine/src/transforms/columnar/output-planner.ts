import type { Field, Schema, Type } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import { columnBuiltins } from '../builtins/registry.ts';
import type { BuiltinCall, MapShape, Use } from '../recognise/shape.ts';
import { isInside } from '../recognise/tree.ts';
import { pathText } from '../recognise/uses.ts';
import type { BuiltinArgument, OutputPlan, Reason } from './columnar-plan.ts';
import { locate, type Place, resolvePath } from './field-path.ts';
import type { Source, Sources } from './sources.ts';
import { isHandedOnAs, isObject } from './storage.ts';

/** Says for fields of the output what they are made of. */
export class OutputPlanner {
  private readonly shape: MapShape;
  private readonly input: Schema;
  /** One a returned object. */
  private readonly sources: readonly Sources[];
  /** Objects that the code may change, with the place. */
  private readonly touched: readonly (Use & { readonly place: Place })[];

  constructor(shape: MapShape, input: Schema, sources: readonly Sources[]) {
    this.shape = shape;
    this.input = input;
    this.sources = sources;
    this.touched = shape.uses.flatMap((use) => {
      const place = locate(use.path, input);
      return place && mayTouch(use, place) ? [{ ...use, place }] : [];
    });
  }

  /** As little as possible by code; all of it if something bars the way. */
  plan(field: Field, isBarred: boolean): OutputPlan {
    const sources = this.sources.map((all) => all.get(field.name));
    const computed = (reason?: Reason): OutputPlan => ({ kind: 'computed', reads: this.readsOf(sources), reason });
    const [first] = sources;
    if (!isBarred && first?.call !== undefined) return this.planCall(field, sources) ?? computed();
    if (isBarred || first?.path === undefined) return computed();
    const from = pathText(first.path);
    const at = first.member.span?.start;
    if (sources.some((source) => source?.path === undefined || pathText(source.path) !== from)) {
      return computed({ message: 'the returned objects have different values for it', at });
    }
    const places = sources.map((source) => resolvePath(source!.path!, this.input));
    const [place] = places;
    if (place === undefined || places.includes(undefined)) return computed(unresolved(from, at));
    if (place.beyond.length > 0) return computed();
    const reason = this.refusal(field, from, place);
    if (reason !== undefined) return computed({ at, ...reason });
    const mustHaveValue = !field.optional && places.some((each) => each!.nullable);
    return { kind: 'handed-on', from, indexes: place.indexes, mustHaveValue };
  }

  /** Undefined if the returned objects call different things, or the built-in cannot do it on columns. */
  private planCall(field: Field, sources: readonly (Source | undefined)[]): OutputPlan | undefined {
    const calls = sources.map((source) => source?.call && this.resolveCall(source.call));
    const [call] = calls;
    if (call === undefined || calls.some((other) => JSON.stringify(other) !== JSON.stringify(call))) return undefined;
    const { name, args, types } = call;
    if (columnBuiltins.get(name)?.accepts(types, field.type) !== true) return undefined;
    return { kind: 'built-in', name, args, mustHaveValue: !field.optional };
  }

  private resolveCall({ name, args }: BuiltinCall) {
    const resolved: BuiltinArgument[] = [];
    const types: (Type | undefined)[] = [];
    for (const argument of args) {
      const place = 'path' in argument ? resolvePath(argument.path, this.input) : undefined;
      if ('path' in argument && place?.beyond.length !== 0) return undefined;
      types.push(place?.type);
      resolved.push('path' in argument ? { from: pathText(argument.path), indexes: place!.indexes } : argument);
    }
    return { name, args: resolved, types };
  }

  private refusal({ name, type, optional }: Field, from: string, place: Place): Reason | undefined {
    if (!isHandedOnAs({ type: place.type, optional: place.nullable }, { type, optional })) {
      const [wanted, got] = [formatType(type), formatType(place.type)];
      if (wanted === got) return { message: `${from} may be null on one side only, which for json is a value` };
      return {
        message: `${from} is ${got} in the input and ${wanted} in the output`,
        hint: `Declare ${name} as ${got} to hand it on.`,
      };
    }
    const touch = this.touched.find(({ place: { indexes } }) => {
      const shared = Math.min(indexes.length, place.indexes.length);
      return indexes.slice(0, shared).join() === place.indexes.slice(0, shared).join();
    });
    if (touch === undefined) return undefined;
    return {
      message: `${pathText(touch.path)} is an object that the code may change here`,
      hint: 'Hand over a copy, or single values of it.',
      at: touch.span.start,
    };
  }

  private readsOf(sources: readonly (Source | undefined)[]): string[] {
    const spans = sources.flatMap((source) => source?.member.span ?? []);
    const within = this.shape.uses.filter(({ span }) => spans.some((each) => isInside(span, each)));
    return [
      ...new Set(within.map(({ path }) => pathText(path.slice(0, resolvePath(path, this.input)?.indexes.length)))),
    ];
  }
}

function unresolved(from: string, at: number | undefined): Reason {
  return {
    message: `${from} is no field of the input, or one of a struct that may be null`,
    hint: 'Write ?. after an optional struct: r.geo?.lat.',
    at,
  };
}

/** Whether a use gives code an object that it may change. */
function mayTouch({ kind, touches }: Use, { type, beyond }: Place): boolean {
  if (kind === 'result' || touches === 'nothing' || !isObject(type)) return false;
  if (beyond.length > 0) return beyond[0] !== 'length' || (type.kind !== 'list' && type.kind !== 'binary');
  if (type.kind === 'list' && !isObject(type.element.type)) return touches === 'anything';
  return !(type.kind === 'binary' && touches === 'elements');
}
