import type * as Monaco from './monaco-entry.ts';

export type { Monaco };

/** Its workers, by the label that Monaco asks with; all others are the editor's. */
const workers: Readonly<Record<string, string>> = { typescript: 'typescript-worker', javascript: 'typescript-worker' };

let loading: Promise<typeof Monaco> | undefined;
/** Browsers remember that a module could not be loaded, by its address. */
let tries = 0;

/** Monaco, which is a bundle of its own and megabytes large: loaded with the first file that is opened. */
export function loadMonaco(): Promise<typeof Monaco> {
  loading ??= load();
  loading.catch(() => {
    loading = undefined;
    tries++;
  });
  return loading;
}

async function load(): Promise<typeof Monaco> {
  Object.assign(globalThis, {
    MonacoEnvironment: {
      getWorker: (_module: string, label: string) =>
        new Worker(`/monaco/${workers[label] ?? 'editor-worker'}.js`, { type: 'module', name: label }),
    },
  });
  const styles = document.createElement('link');
  styles.rel = 'stylesheet';
  styles.href = '/monaco/monaco.css';
  const styled = new Promise((resolve) => {
    styles.onload = resolve;
    styles.onerror = resolve;
  });
  document.head.append(styles);
  const address = tries === 0 ? '/monaco/monaco.js' : `/monaco/monaco.js?${tries}`;
  const [monaco] = await Promise.all([import(address) as Promise<typeof Monaco>, styled]);
  return monaco;
}
