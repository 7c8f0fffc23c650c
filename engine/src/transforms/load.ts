import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { ParquetryError } from '../core/errors.ts';
import type { Transform } from './api.ts';
import type { CompiledModule, CompiledTransform } from './compile.ts';
import { checkOutput } from './output-check.ts';
import { createStackMapper, scriptName } from './stack.ts';
import { thrownText } from './thrown.ts';

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname', '__url'];
const WRITE = 'Write: export default defineTransform({ output, map }).';

/** Whose mistake it is when a user's module fails: a component is part of the configuration. */
type UserCode = 'E_TRANSFORM' | 'E_CONFIG';

/**
 * Runs a compiled component in this thread and answers what it exports. User code runs: never on the main thread.
 * Throws E_CONFIG if the module's own code throws.
 */
export function loadModule(compiled: CompiledModule): Readonly<Record<string, unknown>> {
  return evaluate(compiled, 'E_CONFIG').exports;
}

/**
 * Runs a compiled transform in this thread and answers its definition. User code runs, as in `loadModule`. Throws
 * E_TRANSFORM if the module's own code throws, or there is no definition, or not a whole one.
 */
export function loadTransform(compiled: CompiledTransform): Transform {
  return checkTransform(evaluate(compiled, 'E_TRANSFORM').exports.default, compiled);
}

/** A loaded transform, and a way into the scope of its module. */
export interface OpenTransform {
  readonly transform: Transform;
  /** The value of an expression as if it stood at the end of the module; errors in it have the module's name. */
  evaluate(expression: string): unknown;
}

/** As `loadTransform`, with a way to evaluate more of the user's code beside the module's own variables. */
export function openTransform(compiled: CompiledTransform): OpenTransform {
  const { exports, evaluate: inScope } = evaluate(compiled, 'E_TRANSFORM', OPEN_SCOPE);
  const sourceUrl = `\n//# sourceURL=${scriptName(compiled)}`;
  return {
    transform: checkTransform(exports.default, compiled),
    evaluate: (expression) => inScope?.(expression + sourceUrl),
  };
}

function checkTransform(definition: unknown, { file }: CompiledTransform): Transform {
  const refused = (rule: string, hint: string) => new ParquetryError('E_TRANSFORM', `${file} ${rule}`, { hint, file });
  if (definition === undefined) throw refused('must have a default export', WRITE);
  if (!isTransform(definition)) throw refused('must export what defineTransform returns', WRITE);
  if (typeof definition.map !== 'function') throw refused('must have a map function', 'Add map: (record) => row.');
  checkOutput(definition.output, file);
  return definition;
}

/** What a module's code is given as `module`. */
interface ModuleObject {
  readonly exports: Record<string, unknown>;
  evaluate?(expression: string): unknown;
}

/** Behind the module's own code, whose positions stay: only here can its variables be seen. */
const OPEN_SCOPE = '\n;module.evaluate = (__expression) => eval(__expression);';

function evaluate(compiled: CompiledModule, code: UserCode, more = ''): ModuleObject {
  const { file } = compiled;
  const module: ModuleObject = { exports: {} };
  try {
    const run = compileScript(compiled, more);
    run(module.exports, createRequire(file), module, file, dirname(file), pathToFileURL(file).href);
  } catch (thrown) {
    throw userError(compiled, 'must load', thrown, { code });
  }
  return module;
}

/** The error for what a user's code threw, at the user's line; the mapped stack is in `details.stack`. */
export function userError(
  compiled: CompiledModule,
  rule: string,
  thrown: unknown,
  { code = 'E_TRANSFORM', retryable }: { readonly code?: UserCode; readonly retryable?: boolean } = {},
): ParquetryError {
  const stacks = createStackMapper(compiled);
  return new ParquetryError(code, `${compiled.file} ${rule}, got ${thrownText(thrown)}`, {
    cause: thrown,
    file: compiled.file,
    ...stacks.place(thrown),
    details: { stack: stacks.map(thrown) },
    retryable,
  });
}

type ModuleFunction = (...values: readonly unknown[]) => void;

/** A script for a debugger: its first line begins with a head, but counts its columns without. */
function compileScript(compiled: CompiledModule, more: string): ModuleFunction {
  const [code, filename] = [scriptOf(compiled, more), scriptName(compiled)];
  if (!compiled.forDebugger) return vm.compileFunction(code, PARAMETERS, { filename }) as ModuleFunction;
  const head = `(function (${PARAMETERS.join(', ')}) { `;
  return vm.runInThisContext(`${head}${code}\n})`, { filename, columnOffset: -head.length }) as ModuleFunction;
}

/** By its mark, not by its class: the user's bundle has a copy of the API of its own. */
function isTransform(value: unknown): value is Transform {
  return typeof value === 'object' && value !== null && 'parquetry' in value && value.parquetry === 'transform/1';
}

/**
 * While a debugger is attached, the code carries its map, so that breakpoints in the user's files hold. The script's name is no
 * URL that a debugger could resolve sources against: they are absolute.
 */
function scriptOf({ file, code, sourceMap }: CompiledModule, more: string): string {
  if (inspector.url() === undefined) return code + more;
  const map = JSON.parse(sourceMap) as { sources: string[] };
  const sources = map.sources.map((source) => pathToFileURL(resolve(dirname(file), source)).href);
  const text = Buffer.from(JSON.stringify({ ...map, sources })).toString('base64');
  return `${code}${more}\n//# sourceMappingURL=data:application/json;base64,${text}`;
}
