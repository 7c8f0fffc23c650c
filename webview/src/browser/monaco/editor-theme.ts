import { effect } from '@preact/signals';
import type { ThemeSwitch } from '../theme.ts';
import { colorsOf, type Theme, themes } from '../theme-colors.ts';
import type { Monaco } from './load-monaco.ts';

const bases = { dark: 'vs-dark', light: 'vs', 'hc-dark': 'hc-black', 'hc-light': 'hc-light' } as const satisfies Record<
  Theme,
  string
>;

/** Paints the editor in the colours of the pages around it, now and when they change. */
export function followTheme(monaco: typeof Monaco, { theme }: ThemeSwitch): void {
  for (const name of themes) {
    monaco.editor.defineTheme(`parquetry-${name}`, {
      base: bases[name],
      inherit: true,
      rules: [],
      colors: { ...colorsOf(name) },
    });
  }
  effect(() => monaco.editor.setTheme(`parquetry-${theme.value}`));
}
