import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapturedContext, captureContext } from './captured-context.ts';
import { register } from './explain.ts';

const flights = fileURLToPath(new URL('../../../examples/flights', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parquetry-explain-'));
  await cp(flights, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: string[] = []): Promise<CapturedContext> {
  const context = captureContext({ cwd: folder });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  register(program, context);
  await program.parseAsync(['explain', ...args], { from: 'user' });
  return context;
}

describe('parquetry explain', () => {
  it('shows what every field comes from, and why a copy is computed', async () => {
    expect((await run()).out()).toBe(`flights  1 of 5 fields need no JavaScript values

  output       type               from
  delay_min    int32   computed   delay
  distance_mi  int32   computed   distance
  hour         double  handed on  time
  late         bool    computed   delay
  period       string  computed   time

Computed, though they look like copies
  transform.ts:14:5: delay_min: delay is int in the input and int32 in the output
    Declare delay_min as int to hand it on.
  transform.ts:15:5: distance_mi: distance is int in the input and int32 in the output
    Declare distance_mi as int to hand it on.

Made into JavaScript values
  delay, distance, time
`);
  });

  it('prints everything as JSON', async () => {
    const explanation: unknown = JSON.parse((await run(['--json'])).out());
    expect(explanation).toMatchObject({
      pipeline: 'flights',
      runsCode: true,
      fields: [
        { name: 'delay_min', how: 'computed', reads: ['delay'], remark: { place: { line: 14 } } },
        {},
        {},
        {},
        {},
      ],
    });
  });

  it('says at which place the code was not understood, and what to write instead', async () => {
    await writeFile(
      path.join(folder, 'transform.ts'),
      `import { defineTransform, t } from 'parquetry';
const note = (record: object) => Object.keys(record).length;
export default defineTransform({
  output: t.row({ hour: t.double(), keys: t.int() }),
  map: (flight) => ({ hour: flight.time, keys: note(flight) }),
});`,
    );
    const text = (await run()).out();
    expect(text).toContain('0 of 2 fields');
    expect(text).toContain('Nothing is handed on, because\n  transform.ts:5:53: the record is used as a whole\n');
    expect(text).toContain('Hand over the fields that are needed: f(r.a, r.b).');
  });
});
