import vm from 'node:vm';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { spreadLines } from './spread-lines.ts';

const source = `const names = ['a', 'b'];
export function pick(value: number): string {
  if (value < 0) return (
    'below'
  );
  const twice = value
    * 2;
  let text = \`<\${
    names[twice % 2]
  }>
second\`;
  value++;
  --value;
  return [text, twice]
    .map((each) =>
      String(each))
    .join(',');
}
`;

async function compiled(): Promise<{ code: string; map: string }> {
  const { code, map } = await transform(source, {
    loader: 'ts',
    format: 'cjs',
    sourcemap: 'external',
    sourcefile: 'pick.ts',
    minifyWhitespace: true,
  });
  return { code, map };
}

function pickOf(code: string): (value: number) => string {
  const module = { exports: {} as Record<string, unknown> };
  vm.runInThisContext(`(module, exports) => {${code}\n}`)(module, module.exports);
  return module.exports.pick as (value: number) => string;
}

describe('code that is spread over lines', () => {
  test('does what it did', async () => {
    const { code, map } = await compiled();
    const spread = spreadLines(code, map);
    for (const value of [-1, 0, 3, 7]) expect(pickOf(spread.code)(value)).toBe(pickOf(code)(value));
  });

  test('has what came from one line of the source on lines of its own, and tells which', async () => {
    const { code, map } = await compiled();
    const spread = spreadLines(code, map);
    const lineOf = (text: string) => spread.code.split('\n').findIndex((line) => line.includes(text)) + 1;
    expect(spread.originOf(lineOf('twice=value'))).toEqual({ source: 0, line: 6 });
    expect(spread.originOf(lineOf('value++'))).toEqual({ source: 0, line: 12 });
    expect(spread.originOf(lineOf('join('))).toEqual({ source: 0, line: 17 });
    expect(spread.originOf(lineOf('names['))).toEqual({ source: 0, line: 9 });
  });

  test('is not broken where a line break would end a statement', async () => {
    const { code, map } = await compiled();
    expect(spreadLines(code, map).code).not.toMatch(/return\s*\n\s*["']below/);
  });
});
