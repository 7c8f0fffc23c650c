import { runCli } from '../../engine/src/cli/main.ts';

/* The command line in a process of its own, from source: what the tests of crashes and signals start. */
await runCli();
