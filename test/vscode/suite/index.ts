/** What VS Code calls in its extension host: runs the suites and leaves what came of them in a file. */
import { writeFileSync } from 'node:fs';
import type { Suite } from '../workspaces.ts';
import { setCurrentCase, shot } from './driver.ts';
import { revertAll } from './editor.ts';
import { registerMemory } from './memory.ts';
import { registerMultiRoot } from './multi-root.ts';
import { registerNoFolder } from './no-folder.ts';
import { registerTrusted } from './trusted.ts';
import { registerUntrusted } from './untrusted.ts';

const registrations: Record<Suite, () => void> = {
  trusted: registerTrusted,
  untrusted: registerUntrusted,
  'multi-root': registerMultiRoot,
  'no-folder': registerNoFolder,
  memory: registerMemory,
};

export async function run(): Promise<void> {
  const done = (outcome: { ok: boolean; message?: string }) =>
    writeFileSync(process.env.PARQUETRY_OUTCOME!, JSON.stringify(outcome));
  try {
    const { default: Mocha } = await import('mocha'); // ESM: `require` gives another shape on Node 22 than on 24
    const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 240_000, grep: process.env.PARQUETRY_GREP });
    let runner: Mocha.Runner | undefined;
    mocha.suite.emit('pre-require', globalThis, '', mocha);
    mocha.suite.beforeEach(function () {
      setCurrentCase(this.currentTest);
    });
    mocha.suite.afterEach(async function () {
      const { currentTest } = this;
      if (currentTest?.isPending()) await revertAll();
      if (currentTest?.state !== 'failed') return;
      // Nothing works without the pipeline that is made there.
      if (currentTest.title.includes('first command')) runner?.abort();
      await shot(`failed-${currentTest.title.replaceAll(/\W+/g, '-')}`);
    });
    const suite = process.env.PARQUETRY_SUITE as Suite;
    // One that goes on in another window has no use for what comes after a failure.
    mocha.bail(suite === 'multi-root' || suite === 'no-folder');
    registrations[suite]();
    const failures = await new Promise<number>((resolve) => {
      runner = mocha.run(resolve);
    });
    done(failures === 0 ? { ok: true } : { ok: false, message: `${failures} tests failed` });
    if (failures > 0) throw new Error(`${failures} tests failed`);
  } catch (error) {
    done({ ok: false, message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  }
}
