import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const dist = fileURLToPath(new URL('../webview/dist/', import.meta.url));

/** Of a page that is opened for a moment's look, over a connection to a machine far away. */
const budget = { startBytes: 60_000, allBytes: 400_000 };

interface Module {
  readonly bytes: number;
  readonly eager: readonly string[];
  readonly lazy: readonly string[];
}

/** A module as it is sent, and what it imports, as esbuild writes that. */
function readModule(name: string): Module {
  const code = readFileSync(dist + name, 'utf8');
  const named = (pattern: RegExp) => Array.from(code.matchAll(pattern), ([, file]) => file!);
  return {
    bytes: gzipSync(code).length,
    eager: named(/(?:from|import)"\.\/([\w-]+\.js)"/g),
    lazy: named(/import\("\.\/([\w-]+\.js)"\)/g),
  };
}

/** Bytes, compressed, of an entry and all that it reaches. */
function reachableBytes(entry: string, follow: (module: Module) => readonly string[]): number {
  const seen = new Map<string, Module>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    const module = readModule(name);
    seen.set(name, module);
    follow(module).forEach(visit);
  };
  visit(entry);
  return [...seen.values()].reduce((sum, { bytes }) => sum + bytes, 0);
}

test('the pages of VS Code begin with little, and are small in all', () => {
  const startBytes = reachableBytes('main.js', ({ eager }) => eager);
  const allBytes = reachableBytes('main.js', ({ eager, lazy }) => [...eager, ...lazy]);
  expect(startBytes).toBeGreaterThan(5_000);
  expect(startBytes).toBeLessThan(budget.startBytes);
  expect(allBytes).toBeGreaterThan(startBytes);
  expect(allBytes).toBeLessThan(budget.allBytes);
});

test('nobody loads Monaco who has an editor', () => {
  const reached = new Set<string>();
  const visit = (name: string) => {
    if (reached.has(name)) return;
    reached.add(name);
    const { eager, lazy } = readModule(name);
    [...eager, ...lazy].forEach(visit);
  };
  visit('main.js');
  const withMonaco = [...reached].filter((name) => readFileSync(dist + name, 'utf8').includes('monaco-editor'));
  expect(withMonaco).toEqual([]);
});
