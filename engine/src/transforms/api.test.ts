import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { t } from './api.ts';

describe('the API of transforms', () => {
  it('needs neither Node nor packages', async () => {
    const entry = fileURLToPath(new URL('./api.ts', import.meta.url));
    const options = { bundle: true, write: false, metafile: true, platform: 'neutral', logLevel: 'silent' } as const;
    const { metafile, outputFiles } = await build({ entryPoints: [entry], minify: true, ...options });
    const strangers = Object.keys(metafile.inputs).filter(
      (path) => !/\/src\/(core|transforms)\/[^.]+\.ts$/.test(`/${path}`),
    );
    expect(strangers).toEqual([]);
    expect(outputFiles[0]?.contents.length).toBeLessThan(18_432);
  });

  it('leaves the built-ins out of transforms that use none', async () => {
    const contents = "export { drop } from './api.ts';";
    const stdin = { contents, resolveDir: import.meta.dirname, loader: 'ts' } as const;
    const { outputFiles } = await build({ stdin, bundle: true, write: false, platform: 'neutral' });
    const kept = outputFiles[0]!.text.match(/^\/\/ .*builtins.*$/gm) ?? [];
    expect(kept).toEqual([]);
  });

  it('makes schemas that are plain data, in the order they are written', () => {
    const schema = t.row({
      z: t.list(t.decimal(4, 2).optional()),
      a: t.struct({ b: t.timestamp('ms', { utc: false }) }).optional(),
      m: t.map(t.uuid(), t.json()),
    });
    expect(structuredClone(schema)).toEqual({
      fields: [
        {
          name: 'z',
          optional: false,
          type: { kind: 'list', element: { type: { kind: 'decimal', precision: 4, scale: 2 }, optional: true } },
        },
        {
          name: 'a',
          optional: true,
          type: {
            kind: 'struct',
            fields: [{ name: 'b', type: { kind: 'timestamp', unit: 'ms', utc: false }, optional: false }],
          },
        },
        {
          name: 'm',
          optional: false,
          type: { kind: 'map', key: { kind: 'uuid' }, value: { type: { kind: 'json' }, optional: false } },
        },
      ],
    });
  });

  it.each([
    [() => t.decimal(39, 0), 'precision must be from 1 to 38, got 39'],
    [() => t.decimal(4, 5), 'scale must be from 0 to the precision 4, got 5'],
    [() => t.timestamp('s' as 'ms'), 'unit must be ms, us or ns, got s'],
  ])('refuses types that cannot be: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});
