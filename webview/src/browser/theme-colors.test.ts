import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { colorsOf, themes, variableOf } from './theme-colors.ts';

const source = path.resolve(import.meta.dirname, '..');
/** Colours that components know to do without: the use has a value of its own, or the theme means none. */
const optional = new Set([
  'contrastBorder',
  'contrastActiveBorder',
  'widget-shadow',
  'toolbar-hoverOutline',
  'toolbar-hoverBackground',
]);

/** Variables that the pages use without saying what to do where there is none. */
function usedVariables(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(css|tsx?)$/.test(file));
  const texts = files
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(source, file), 'utf8'));
  const used = texts.flatMap((text) => Array.from(text.matchAll(/var\(--vscode-([\w-]+)\)/g), ([, name]) => name!));
  return [...new Set(used)].filter((name) => !/^(editor-)?font-/.test(name)).sort();
}

describe.each(themes)('the colours of %s', (theme) => {
  test('are all that the pages use', () => {
    const defined = new Set(Object.keys(colorsOf(theme)).map(variableOf));
    const missing = usedVariables().filter((name) => !optional.has(name) && !defined.has(`--vscode-${name}`));
    expect(missing).toEqual([]);
  });

  test('can be read as text on what they stand on', () => {
    const colors = colorsOf(theme);
    const pairs = [
      ['foreground', 'editor.background'],
      ['descriptionForeground', 'editor.background'],
      ['descriptionForeground', 'sideBar.background'],
      ['errorForeground', 'editor.background'],
      ['editorWarning.foreground', 'editor.background'],
      ['textLink.foreground', 'editor.background'],
      ['tab.inactiveForeground', 'sideBar.background'],
      ['button.foreground', 'button.background'],
      ['list.activeSelectionForeground', 'list.activeSelectionBackground'],
    ] as const;
    const faint = pairs.filter(
      ([text, ground]) => contrast(colors[text]!, colors[ground]!, colors['editor.background']!) < 4.5,
    );
    expect(faint).toEqual([]);
  });
});

/** As WCAG counts it; what can be seen through lies on the page. */
function contrast(text: string, ground: string, page: string): number {
  const below = over(channels(ground), channels(page));
  const [light, dark] = [over(channels(text), below), below].map(luminance).sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

function channels(color: string): readonly number[] {
  return [1, 3, 5, 7].map((at) => (color.length > at ? Number.parseInt(color.slice(at, at + 2), 16) / 255 : 1));
}

function over(top: readonly number[], bottom: readonly number[]): readonly number[] {
  const share = top[3]!;
  return [0, 1, 2].map((at) => top[at]! * share + bottom[at]! * (1 - share));
}

function luminance(color: readonly number[]): number {
  const [red, green, blue] = color.map((value) =>
    value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
