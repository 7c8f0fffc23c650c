import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkKernelsOfFile } from './checked-kernel.test-support.ts';
import type { Task } from './json-texts.test-support.ts';
import { separateKernel } from './kernel.ts';
import { schemaOf } from './scan.test-support.ts';
import { scanTask } from './scan-task.test-support.ts';

checkKernelsOfFile();

const file = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/movies.json', import.meta.url));
const movies = (JSON.parse(readFileSync(file, 'utf8')) as object[]).map((movie) => JSON.stringify(movie));

const schema = schemaOf({
  Title: 'json?',
  'US Gross': 'int64?',
  'Release Date': 'string',
  'MPAA Rating': 'string?',
  'Running Time min': 'int32?',
  Director: 'string?',
  'IMDB Rating': 'decimal(3, 1)?',
  'IMDB Votes': 'double?',
});

/** A change of some bytes at a place: given as a share of the text, so that it shrinks well. */
const deed = fc.record({
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  cut: fc.nat(6),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\\u', '\\ud800', 'e', '-', '0', 'null')
      .map(Buffer.from),
  ),
});

const mutated = fc
  .record({
    first: fc.nat(movies.length - 40),
    count: fc.integer({ min: 1, max: 30 }),
    asList: fc.boolean(),
    deeds: fc.array(deed, { minLength: 1, maxLength: 8 }),
  })
  .map(({ first, count, asList, deeds }) => {
    const lines = movies.slice(first, first + count);
    let body: Buffer = Buffer.from(asList ? `[${lines.join(',')}]` : lines.join('\n'));
    for (const { place, cut, put } of deeds) {
      const at = Math.floor(place * body.length);
      body = Buffer.concat([body.subarray(0, at), put, body.subarray(at + cut)]);
    }
    return body;
  });

const kernel = separateKernel(16 << 20);

it('real records with bytes changed, cut and put in cost what they cost the plain-JS twin, and no memory around', () => {
  const guards = Array.from({ length: 40 }, () => ({ at: kernel.allocate(256), bytes: 256 }));
  for (const guard of guards.filter((_, i) => i % 2 === 1)) kernel.release(guard.at);
  const kept = guards.filter((_, i) => i % 2 === 0);
  for (const { at, bytes } of kept) kernel.bytes.fill(0xa5, at, at + bytes);
  fc.assert(
    fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), fc.boolean(), (bodies, rest) => {
      const task: Task = { schema, options: { rest }, batches: [bodies] };
      expect(scanTask(task, kernel)).toEqual(scanTask(task));
    }),
    { numRuns: 300 },
  );
  for (const { at, bytes } of kept) {
    expect(kernel.bytes.subarray(at, at + bytes).every((byte) => byte === 0xa5)).toBe(true);
  }
});
