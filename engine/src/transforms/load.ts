import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { type ErrorFacts, ParquetryError } from '../core/errors.ts';
import type { Transform } from './api.ts';
import type { CompiledModule, CompiledTransform } from './compile.ts';
import { checkOutput } from './output-check.ts';
import { createStackMapper, scriptName } from './stack.ts';
import { thrownText } from './thrown.ts';

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname', '__url'];

/**
 * Runs a compiled module in this thread and answers what it exports. User code runs: never on the main thread.
 * Throws E_TRANSFORM if the module's own code throws.
 */
export function loadModule(compiled: CompiledModule): Readonly<Record<string, unknown>> {
  const module = { exports: {} as Record<string, unknown> };
  try {
    const run = vm.compileFunction(scriptOf(compiled), PARAMETERS, {
      filename: scriptName(compiled),
    });
    const { file } = compiled;
    run(module.exports, createRequire(file), module, file, dirname(file), pathToFileURL(file).href);
  } catch (thrown) {
    throw transformError(compiled, 'must load', thrown);
  }
  return module.exports;
}

/** Runs a compiled transform and answers its definition. Throws E_TRANSFORM if there is none, or not a whole one. */
export function loadTransform(compiled: CompiledTransform): Transform {
  const { file } = compiled;
  const definition = loadModule(compiled).default;
  const refused = (rule: string, hint: string) => new ParquetryError('E_TRANSFORM', `${file} ${rule}`, { hint, file });
  if (definition === undefined) {
    throw refused('must have a default export', 'Write: export default defineTransform({ output, map }).');
  }
  if (!isTransform(definition)) {
    throw refused(
      'must export what defineTransform returns',
      'Write: export default defineTransform({ output, map }).',
    );
  }
  if (typeof definition.map !== 'function') throw refused('must have a map function', 'Add map: (record) => row.');
  checkOutput(definition.output, file);
  return definition;
}

/** E_TRANSFORM for what the user's code threw, at the user's line; the mapped stack is in `details.stack`. */
export function transformError(
  compiled: CompiledModule,
  rule: string,
  thrown: unknown,
  facts: Pick<ErrorFacts, 'retryable'> = {},
): ParquetryError {
  const stacks = createStackMapper(compiled);
  return new ParquetryError('E_TRANSFORM', `${compiled.file} ${rule}, got ${thrownText(thrown)}`, {
    cause: thrown,
    file: compiled.file,
    ...stacks.place(thrown),
    details: { stack: stacks.map(thrown) },
    ...facts,
  });
}

/** By its mark, not by its class: the user's bundle has a copy of the API of its own. */
function isTransform(value: unknown): value is Transform {
  return typeof value === 'object' && value !== null && 'parquetry' in value && value.parquetry === 'transform/1';
}

/** While a debugger is attached, the code carries its map, so that breakpoints in the user's files hold. */
function scriptOf({ code, sourceMap }: CompiledModule): string {
  if (inspector.url() === undefined) return code;
  const map = Buffer.from(sourceMap).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map}`;
}
