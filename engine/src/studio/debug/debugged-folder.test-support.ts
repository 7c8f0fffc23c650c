import { fileURLToPath } from 'node:url';

/** The program that a debugger starts. */
export const entry = fileURLToPath(new URL('./debug-record.ts', import.meta.url));
export const yaml = 'name: clicks\nsource: { stdin: }\ntransform: ./transform.ts\nsinks: [ stdout: ]\n';
/** The line of `double` in the file beside, and what is returned there. */
const helper = `/** In a file of its own. */
export function double(id: number): bigint {
  const twice = BigInt(id) * 2n;
  return twice;
}
`;
const transform = `import { defineTransform, drop, t } from 'parquetry';
import { double } from './helper.ts';

export default defineTransform({
  output: t.row({ id: t.int64(), country: t.string().optional() }),
  map: ({ id, country }) => {
    if (id === 1) return drop('one');
    if (id === 3) throw new Error('three');
    const twice: bigint = double(id);
    return { id: twice, country };
  },
});
`;
const samples = ['{"id":1}', 'nonsense', '{"id":2,"country":"NO"}', '{"id":3}']
  .map((line) => line.replace('}', ',"event_time":"2026-01-01T00:00:00Z"}'))
  .join('\n');
const cases = '- { name: two, input: { id: 2, event_time: 2026-01-01T00:00:00Z }, expect: {} }\n';
/** A pipeline whose `map` calls into a file beside it. */
export const files = {
  'transform.ts': transform,
  'helper.ts': helper,
  'samples/a.ndjson': samples,
  'transform.test.yaml': cases,
};
