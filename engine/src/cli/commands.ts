import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { register as ddl } from './ddl.ts';
import { register as emulator } from './emulator.ts';
import { register as explain } from './explain.ts';
import { register as infer } from './infer.ts';
import { register as init } from './init.ts';
import { register as inspect } from './inspect.ts';
import { register as run } from './run.ts';
import { register as test } from './test.ts';
import { register as validate } from './validate.ts';

/** Adds one command to the program. Heavy modules are imported in its action, not before. */
type Register = (program: Command, context: CliContext) => void;

/** All commands, in the order of help. */
export const commands: readonly { heading: string; register: Register }[] = [
  { heading: 'Make a pipeline:', register: init },
  { heading: 'Make a pipeline:', register: infer },
  { heading: 'Check it:', register: validate },
  { heading: 'Check it:', register: test },
  { heading: 'Check it:', register: explain },
  { heading: 'Run it:', register: run },
  { heading: 'Read what it wrote:', register: inspect },
  { heading: 'Read what it wrote:', register: ddl },
  { heading: 'Without an account:', register: emulator },
];
