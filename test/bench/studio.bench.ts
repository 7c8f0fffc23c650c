import type { Benchmark } from './main.ts';
import { benchBrowser } from './studio/browser.ts';
import { benchExtensionHost } from './studio/extension-host.ts';
import { benchPreview } from './studio/preview.ts';

/** How long somebody waits who works with the studio. */
export const benchmark: Benchmark = {
  about:
    'Preview: the movies example over 1,000 records, in the process that an editor forks, asked over IPC. Each edit changes the transform, unsaved; ' +
    'the time is from the edit to decoded rows, the pause of 40 ms that it waits for more included; `engine` is without it. `run`: scan, transform, partitions, Arrow. ' +
    'Browser: the movies example in `parquetry studio`, from the event of the key to the frame of Chromium that has the new rows, ' +
    'without a GPU; that pause included. ' +
    'Extension host: what all of it holds, VS Code’s own part included, after a collection: in a real VS Code that has the packed extension, ' +
    'step by step; the last is a Parquet file of 5 GB on the screen.',
  run: async (emit, { sizeMb }) => {
    await benchPreview(emit);
    await benchBrowser(emit);
    await benchExtensionHost(emit, sizeMb);
  },
};
