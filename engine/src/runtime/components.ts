import path from 'node:path';
import type { Encoder } from '../columns/encoder.ts';
import type { ComponentContext } from '../core/component.ts';
import { ParquetryError } from '../core/errors.ts';
import type { Sink } from '../core/sink.ts';
import type { Source } from '../core/source.ts';
import { type Choice, createComponent } from '../pipeline/components.ts';
import type { CompiledModule } from '../transforms/compile.ts';
import { loadModule } from '../transforms/load.ts';

/** Own modules of a pipeline, compiled once on the main thread, by absolute path. */
export type OwnModules = Readonly<Record<string, CompiledModule>>;

interface Kinds {
  source: Source;
  sink: Sink;
  encoder: Encoder;
}

/** What each kind must be able to do; own modules are checked against it before anything runs. */
const required: { readonly [K in keyof Kinds]: readonly (keyof Kinds[K])[] } = {
  source: ['createReader', 'createSettler'],
  sink: ['write', 'close'],
  encoder: ['encode', 'assemble'],
};

/** Makes a component on this thread: a built-in one from the registry, or the user's own module. */
export function makeComponent<K extends keyof Kinds>(
  kind: K,
  choice: Choice,
  context: ComponentContext,
  own: OwnModules,
): Promise<Kinds[K]> {
  if ('type' in choice) return createComponent(kind, choice, context) as Promise<Kinds[K]>;
  return makeOwn(kind, choice, context, own);
}

/** An own module's default export is a function `(options, context) => component`, which may be async. */
async function makeOwn<K extends keyof Kinds>(
  kind: K,
  { module, options }: Extract<Choice, { module: string }>,
  context: ComponentContext,
  own: OwnModules,
): Promise<Kinds[K]> {
  const name = path.relative(context.folder, module);
  const compiled = own[module];
  if (!compiled) throw new ParquetryError('E_INTERNAL', `${name} was not compiled`);
  const { default: create } = loadModule(compiled) as { default?: unknown };
  const hint = `It should end with: export default (options, context) => ({ ${required[kind].join(', ')} … })`;
  if (typeof create !== 'function')
    throw new ParquetryError('E_CONFIG', `${name} must export a function by default`, { hint });
  const made = await create(options, context);
  for (const member of required[kind]) {
    if (typeof made?.[member] === 'function') continue;
    throw new ParquetryError('E_CONFIG', `the ${kind} of ${name} must have a method ${String(member)}`, { hint });
  }
  return made;
}
