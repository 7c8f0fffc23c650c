/* The command line as it is built, which starts twice as fast as from source: these tests start it hundreds of times. */
const { runCli } = (await import(new URL('../../engine/dist/cli.js', import.meta.url).href)) as {
  runCli(): Promise<void>;
};
await runCli();
