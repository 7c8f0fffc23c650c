import { describe } from 'vitest';
import { captureContext } from '../../engine/src/cli/captured-context.ts';
import { createProgram } from '../../engine/src/cli/main.ts';
import type { OptionKey } from '../integration/options/option-keys.ts';
import { runFlags } from '../integration/options/run-flags.ts';
import { testOptions } from '../integration/options/test-options.ts';

/* Every flag of `parquetry run` does something; see options.test.ts. */

const { commands } = createProgram(captureContext({ cwd: '.' }));
const { options } = commands.find((command) => command.name() === 'run')!;
const flags = options.map(({ long, argChoices }): OptionKey => ({ path: long!, values: argChoices ?? [] }));

describe('a flag of parquetry run', () => testOptions(flags, runFlags));
