import type { z } from 'zod';
import type { Encoder } from '../columns/encoder.ts';
import type { Format } from '../columns/format.ts';
import type { Component, ComponentContext } from '../core/component.ts';
import type { Sink } from '../core/sink.ts';
import type { Source } from '../core/source.ts';
import { registry as generated } from './registry.generated.ts';

/** What each kind of component makes. */
export interface Made {
  source: Source;
  sink: Sink;
  encoder: Encoder;
  format: Format;
}

export type Kind = keyof Made;

/** A component of which only the kind is known. Its config is a strict object: the pipeline file adds keys to it. */
export type AnyComponent<K extends Kind = Kind> = Component<K, z.ZodObject, Made[K]>;

/** Components by type, each loaded when it is first asked for: a pipeline pays for what it names. */
export type Registry = { readonly [K in Kind]: Readonly<Record<string, () => Promise<{ component: unknown }>>> };

/** The components that come with the engine. */
export const builtIn: Registry = generated;

/** The config schemas of all components of all kinds; what the pipeline file is checked against. */
export type ComponentSet = { readonly [K in Kind]: ReadonlyMap<string, AnyComponent<K>> };

/** Loads one component. The type was checked when the pipeline was: an unknown one is a defect. */
export async function loadComponent<K extends Kind>(
  kind: K,
  type: string,
  registry = builtIn,
): Promise<AnyComponent<K>> {
  const load = Object.hasOwn(registry[kind], type) ? registry[kind][type] : undefined;
  if (!load) throw new TypeError(`there is no ${kind} ${JSON.stringify(type)}`);
  return (await load()).component as AnyComponent<K>;
}

/** Loads all components; cheap, for they load their SDKs only in `create`. */
export async function loadComponents(registry = builtIn): Promise<ComponentSet> {
  const ofKind = async <K extends Kind>(kind: K): Promise<Map<string, AnyComponent<K>>> => {
    const types = Object.keys(registry[kind]);
    const components = await Promise.all(types.map((type) => loadComponent(kind, type, registry)));
    return new Map(components.map((component) => [component.type, component]));
  };
  const [source, sink, encoder, format] = await Promise.all([
    ofKind('source'),
    ofKind('sink'),
    ofKind('encoder'),
    ofKind('format'),
  ]);
  return { source, sink, encoder, format };
}

/** A component chosen and configured in a pipeline file. Plain data: each thread makes its own instance of it. */
export type Choice =
  | { readonly type: string; readonly config: Readonly<Record<string, unknown>> }
  /** The user's own: absolute path of a module, and what is handed to it. */
  | { readonly module: string; readonly options: unknown };

/** Makes a built-in component; `config` has been parsed by the component's schema. */
export async function createComponent<K extends Kind>(
  kind: K,
  choice: Extract<Choice, { type: string }>,
  context: ComponentContext,
): Promise<Made[K]> {
  const component = await loadComponent(kind, choice.type);
  return component.create(choice.config, context);
}
