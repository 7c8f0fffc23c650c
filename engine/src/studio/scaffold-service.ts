import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ParquetryError } from '../core/errors.ts';
import type { NewPipeline } from '../protocol/workspace.ts';
import type { Service } from './service.ts';
import type { Workbench } from './workbench.ts';
import { entryOf } from './workspace-service.ts';

/** Files by path of each example, by its name; written by the build from `examples/`. */
const examplesUrl = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/examples.json' : './examples.json',
  import.meta.url,
);

/** Makes pipelines to begin with. Nothing of what is there is ever written over. */
export function createScaffoldService(workbench: Workbench): Service {
  return {
    handlers: {
      async 'workspace.create'({ from, root: wanted }) {
        const root = wanted === undefined ? workbench.roots[0] : workbench.within(wanted);
        if (root === undefined) throw noRoot();
        const { scaffoldName } = await import('./scaffold/scaffold.ts');
        const name = await freeName(root, scaffoldName('example' in from ? from.example : from.name));
        const folder = path.join(root, name);
        await create(folder, name, from);
        return await entryOf(path.join(folder, 'pipeline.yaml'), workbench);
      },
    },
  };
}

async function create(folder: string, name: string, from: NewPipeline): Promise<void> {
  const { exampleScaffold, recordsScaffold, writeNewFiles, writeScaffold } = await import('./scaffold/scaffold.ts');
  if (!('example' in from)) {
    await writeScaffold(folder, await recordsScaffold(name, new TextEncoder().encode(from.records)));
  } else if (from.example === 'clicks') {
    await writeScaffold(folder, await exampleScaffold(name));
  } else {
    const examples = JSON.parse(await readFile(examplesUrl, 'utf8')) as Record<string, Record<string, string>>;
    await writeNewFiles(folder, examples[from.example]!);
  }
}

/** `movies`, `movies-2`, … */
async function freeName(root: string, name: string): Promise<string> {
  const taken = new Set(await readdir(root));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function noRoot(): ParquetryError {
  return new ParquetryError('E_CONFIG', 'a pipeline needs a folder to lie in, and none is open', {
    hint: 'Open a folder first.',
  });
}
