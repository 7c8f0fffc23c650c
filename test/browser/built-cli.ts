/** `parquetry` as `node esbuild.mjs` bundled it. */
const bundle = new URL('../../engine/dist/cli.js', import.meta.url).href;
const { runCli } = (await import(bundle)) as { runCli(): Promise<void> };
await runCli();
