import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { register as ddl } from './ddl.ts';
import { register as deadLetters } from './dead-letters.ts';
import { register as doctor } from './doctor.ts';
import { register as emulator } from './emulator.ts';
import { register as explain } from './explain.ts';
import { register as infer } from './infer.ts';
import { register as init } from './init.ts';
import { register as inspect } from './inspect.ts';
import { register as mcp } from './mcp.ts';
import { register as plan } from './plan.ts';
import { register as preview } from './preview.ts';
import { register as profile } from './profile.ts';
import { register as run } from './run.ts';
import { register as studio } from './studio.ts';
import { register as tap } from './tap.ts';
import { register as test } from './test.ts';
import { register as validate } from './validate.ts';

/** Adds one command to the program. Heavy modules are imported in its action, not before. */
type Register = (program: Command, context: CliContext) => void;

/** All commands, in the order of help. */
export const commands: readonly { heading: string; register: Register }[] = [
  { heading: 'Make a pipeline:', register: init },
  { heading: 'Make a pipeline:', register: infer },
  { heading: 'Make a pipeline:', register: studio },
  { heading: 'Make a pipeline:', register: mcp },
  { heading: 'Check it:', register: validate },
  { heading: 'Check it:', register: preview },
  { heading: 'Check it:', register: test },
  { heading: 'Check it:', register: explain },
  { heading: 'Check it:', register: profile },
  { heading: 'Check it:', register: plan },
  { heading: 'Check it:', register: doctor },
  { heading: 'Run it:', register: run },
  { heading: 'Watch it, and mend what went wrong:', register: tap },
  { heading: 'Watch it, and mend what went wrong:', register: deadLetters },
  { heading: 'Read what it wrote:', register: inspect },
  { heading: 'Read what it wrote:', register: ddl },
  { heading: 'Without an account:', register: emulator },
];
