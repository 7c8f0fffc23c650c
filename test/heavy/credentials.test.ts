import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { tokenUntil } from '../../engine/src/emulator/expired-token.ts';
import type { Run } from '../../engine/src/runtime/run.ts';
import { createWorld } from '../integration/harness.ts';

/*
 * Temporary credentials end in mid-run: the AWS of these tests gives keys that are good for two seconds, the way containers get them,
 * and refuses what is signed with others. Nothing is refused for good and nothing is lost.
 */

const LIFE_MS = 2_000;
const KEYS = 5;
/** Of a run that goes through a few of them, however slow the machine. */
const PATIENCE_MS = 120_000;

afterEach(() => void vi.unstubAllEnvs());

/** The credentials endpoint of a container. `claimedMs`: how long it says that its keys are good for. */
async function startKeys(claimedMs: number) {
  let issued = 0;
  const server = createServer((_, response) => {
    const body = {
      AccessKeyId: `KEY${++issued}`,
      SecretAccessKey: 'secret',
      Token: tokenUntil(Date.now() + LIFE_MS),
      Expiration: new Date(Date.now() + claimedMs).toISOString(),
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  return {
    issued: () => issued,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.each(['direct', 'sdk'])('check 20: a run longer than its credentials live (client: %s)', (client) => {
  test.each([
    ['renews them in time', LIFE_MS],
    ['renews them when AWS says that they are over, whatever the endpoint said', 3_600_000],
  ])('%s', async (_, claimedMs) => {
    await using keys = await startKeys(claimedMs);
    await using world = await createWorld();
    world.emulator.faults.add({ fault: { kind: 'expired-token' } });
    const folder = await world.pipeline({
      input: { id: 'int' },
      config: { source: { sqs: { queue: 'records', waitTime: '200ms', client } }, batch: { maxAge: '1s' } },
    });
    const stop = new AbortController();
    const started = Promise.withResolvers<Run>();
    const running = world.run(folder, { drain: false, signal: stop.signal, onStart: started.resolve });
    const run = await started.promise;
    const ackedAt: number[] = []; // by the keys that were issued by then
    let sent = 0;
    for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; await setTimeout(250)) {
      ackedAt[keys.issued()] ??= run.snapshot().ledger.messages.acked;
      if (new Set(Object.values(ackedAt)).size > KEYS) break;
      await world.send(Array.from({ length: 10 }, () => JSON.stringify({ id: sent++ })));
    }
    stop.abort();
    const summary = await running;
    const drained = await world.run(folder);
    for (const { error, ledger } of [summary, drained])
      expect({ error, closed: ledger.closed }).toEqual({ error: undefined, closed: true });
    const ids = (await world.rows()).map(({ id }) => Number(id)).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: sent }, (_, id) => id));
    expect(new Set(Object.values(ackedAt)).size, 'keys with which it got on').toBeGreaterThan(KEYS);
  });
});
