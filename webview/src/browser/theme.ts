import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { colorsOf, type Theme, themes, variableOf } from './theme-colors.ts';

/** What the user chose; `system` follows what the system has. */
export type ThemeChoice = Theme | 'system';

/** Fonts as VS Code names them in its pages. */
const fonts = {
  '--vscode-font-family': 'system-ui, "Segoe UI", "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family':
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  '--vscode-editor-font-size': '12px',
  '--vscode-editor-font-weight': 'normal',
};

/** VS Code's names of a theme's kind, on the body: styles of components look for them. */
const kinds: Readonly<Record<Theme, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light',
};

const STORED = 'parquetry.theme';

export interface ThemeSwitch {
  readonly choice: ReadonlySignal<ThemeChoice>;
  readonly theme: ReadonlySignal<Theme>;
  choose(choice: ThemeChoice): void;
}

/** Paints the document, follows the system, and remembers what was chosen. */
export function startTheme(): ThemeSwitch {
  const choice = signal<ThemeChoice>(stored());
  const system = signal(systemTheme());
  const theme = signal<Theme>('dark');
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
    matchMedia(query).addEventListener('change', () => {
      system.value = systemTheme();
    });
  }
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.unshift(sheet);
  effect(() => {
    theme.value = choice.value === 'system' ? system.value : choice.value;
  });
  effect(() => paint(theme.value, sheet));
  return {
    choice,
    theme,
    choose(chosen) {
      choice.value = chosen;
      localStorage.setItem(STORED, chosen);
    },
  };
}

function paint(theme: Theme, sheet: CSSStyleSheet): void {
  const isDark = theme.endsWith('dark');
  const colors = Object.entries(colorsOf(theme)).map(([name, color]) => [variableOf(name), color]);
  const variables = [...Object.entries(fonts), ...colors].map(([name, value]) => `${name}: ${value};`);
  sheet.replaceSync(`:root { color-scheme: ${isDark ? 'dark' : 'light'}; ${variables.join(' ')} }`);
  document.body.classList.remove(...Object.values(kinds));
  document.body.classList.add(kinds[theme]);
  document.body.dataset.vscodeThemeKind = kinds[theme];
}

function systemTheme(): Theme {
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  return matchMedia('(prefers-contrast: more)').matches ? `hc-${scheme}` : scheme;
}

function stored(): ThemeChoice {
  const found = localStorage.getItem(STORED);
  return themes.find((theme) => theme === found) ?? 'system';
}
