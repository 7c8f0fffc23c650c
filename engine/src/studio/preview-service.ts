import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** Samples through the engine, once or whenever something changes. */
export function createPreviewService(workbench: Workbench): Service {
  let opened: Promise<import('./preview/previews.ts').Previews> | undefined;
  const previews = () => {
    opened ??= import('./preview/previews.ts').then(({ Previews }) => new Previews(workbench));
    return opened;
  };
  return {
    handlers: {
      async 'preview.run'(params, { signal }) {
        return (await (await previews()).previewer.run(params, { signal })).result;
      },
      async 'preview.watch'(params, { signal, show }) {
        const all = await previews();
        const stop = all.watch(params, show);
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        stop();
      },
      async 'preview.saveTest'(params, { signal }) {
        const { saveTest } = await import('./preview/save-test.ts');
        return saveTest({ workbench, previewer: (await previews()).previewer }, params, signal);
      },
    },
    async close() {
      await (await opened)?.close();
    },
  };
}
