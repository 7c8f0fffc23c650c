import path from 'node:path';
import type { KnownOutputs } from './language/complete.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';

/** What editors ask about the files of a pipeline. */
export function createLanguageService(workbench: Workbench): Service {
  const outputs: KnownOutputs = new Map();
  let descriptions: import('./language/descriptions.ts').Descriptions | undefined;
  return {
    handlers: {
      async 'language.check'(params) {
        const { checkFolder } = await import('./language/check.ts');
        const { Descriptions } = await import('./language/descriptions.ts');
        descriptions ??= new Descriptions();
        const { diagnoses, output } = await checkFolder(workbench, params, descriptions);
        if (output) outputs.set(workbench.within(params.folder), output);
        return { diagnoses };
      },
      async 'language.complete'({ file, line, column }) {
        const { completeAt } = await import('./language/complete.ts');
        return { items: await completeAt(workbench, { file, line, column }, outputs) };
      },
      async 'language.hover'({ file, line, column }) {
        const output = outputs.get(path.dirname(workbench.within(file)));
        if (output && /\.[cm]?[jt]s$/.test(file)) {
          const { transformHoverAt } = await import('./language/transform-hover.ts');
          return transformHoverAt(workbench, { file, line, column }, output);
        }
        const { hoverAt } = await import('./language/hover.ts');
        return hoverAt(workbench, { file, line, column });
      },
      async 'language.types'(params) {
        const { typesOf } = await import('./language/types.ts');
        return typesOf(workbench, params);
      },
      async 'language.set'({ file, path, value }) {
        const { setInYaml } = await import('../pipeline/set-in-file.ts');
        const { markedEdits } = await import('../protocol/text-mark.ts');
        const absolute = workbench.within(file);
        const text = await workbench.read(absolute);
        return { edits: markedEdits(setInYaml(text, absolute, path, value), text) };
      },
    },
  };
}
