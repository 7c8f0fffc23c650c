import { describe, expect, it } from 'vitest';
import { compileModule } from './compile.ts';
import { loadModule } from './load.ts';
import { createStackMapper } from './stack.ts';
import { createProject } from './testing.ts';

const FILES = {
  'main.ts': `import { inner } from './inner.ts';
interface Unseen { nothing: true }
export const outer = (value: unknown): unknown =>
  [value].map((each) => inner(each));`,
  'inner.ts': `type Gone = string;
/* a comment */ export function inner(value: unknown): unknown {
  if (value instanceof Function) return value();
  throw new TypeError('first line\\n    second line');
}`,
};

async function load() {
  await using files = await createProject(FILES);
  const compiled = await compileModule(files.path('main.ts'));
  const { outer } = loadModule(compiled) as { outer(value: unknown): unknown };
  return { files, outer, stacks: createStackMapper(compiled) };
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it must throw, but it did not');
}

describe('a stack', () => {
  it('leads through the files of the user, and through nothing else', async () => {
    const { files, outer, stacks } = await load();
    const lines = stacks.map(thrownBy(() => outer(1))).split('\n');
    expect(lines.slice(0, 2)).toEqual(['TypeError: first line', '    second line']);
    expect(lines.slice(2).map((line) => line.replace(/^.*?\(?([^( ]+?)\)?$/, '$1'))).toEqual([
      `${files.path('inner.ts')}:4:9`,
      `${files.path('main.ts')}:4:25`,
      `${files.path('main.ts')}:4:11`,
    ]);
  });

  it('gives the place nearest to the throw', async () => {
    const { files, outer, stacks } = await load();
    const thrown = thrownBy(() => outer(() => JSON.parse('{')));
    expect(stacks.place(thrown)).toEqual({ file: files.path('inner.ts'), line: 3, column: 41 });
  });

  it('is only a message for what has none', async () => {
    const { stacks } = await load();
    expect(stacks.map('text')).toBe('a thrown string: "text"');
    const strange: Error = Object.defineProperty(new Error('odd'), 'stack', {
      get() {
        throw strange;
      },
    });
    expect(stacks.map(strange)).toBe('Error: odd');
    expect(stacks.place(strange)).toBeUndefined();
    expect(stacks.place(undefined)).toBeUndefined();
  });
});
