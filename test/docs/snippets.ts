import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..', '..');

/** Pages whose snippets are held to run. Reference pages and benchmarks are generated; READMEs of folders are for engineers. */
const PAGES = ['README.md', 'engine/README.md', 'docs/*.md', 'examples/*/README.md'];
const GENERATED = ['docs/benchmarks.md'];

/** A fenced block of a page. The words behind the language say what is done with it; GitHub does not show them. */
export interface Snippet {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** `file=PATH`: the block is this file, in the folder where the page's commands run. */
  readonly file?: string;
  /** `from=PATH`: the block is cut out of this file of the repository, which a test of its own runs. */
  readonly from?: string;
  /** `program`: TypeScript that is no transform; its types are checked against the library. */
  readonly isProgram: boolean;
  /** `no-run: REASON` */
  readonly notRun?: string;
}

/** Paths from the root of the repository. */
export function findPages(): string[] {
  return globSync(PAGES, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !GENERATED.includes(file))
    .sort();
}

/** Whether it is a page for those who have begun already. */
export function isGuide(page: string): boolean {
  return page.startsWith('docs/') && page !== 'docs/getting-started.md';
}

/** All fenced blocks of a page, in order. */
export function readSnippets(page: string): Snippet[] {
  const lines = readFileSync(path.join(root, page), 'utf8').split('\n');
  const snippets: Snippet[] = [];
  for (let i = 0; i < lines.length; i++) {
    const info = /^```(.*)$/.exec(lines[i]!)?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf('```', i + 1);
    if (end < 0) throw new Error(`${page}:${i + 1}: the block does not end`);
    snippets.push({ line: i + 1, text: lines.slice(i + 1, end).join('\n'), ...parseInfo(info) });
    i = end;
  }
  return snippets;
}

function parseInfo(info: string): Omit<Snippet, 'line' | 'text'> {
  const [words = '', notRun] = info.split(/ no-run: /);
  const [language = '', ...options] = words.split(' ');
  const option = (name: string) => options.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
  return { language, file: option('file'), from: option('from'), isProgram: options.includes('program'), notRun };
}
