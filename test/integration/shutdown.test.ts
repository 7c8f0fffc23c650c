import { expect, test } from 'vitest';
import type { Sink } from '../../engine/src/core/sink.ts';
import { createWorld } from './harness.ts';

test('a drain that waits for a sink which never answers ends within the grace, and the messages go back', async () => {
  await using world = await createWorld();
  await world.send(['{"id":1}']);
  const stop = new AbortController();
  const hanging: Sink = {
    async write() {
      stop.abort();
      return new Promise(() => undefined);
    },
    close: async () => undefined,
  };
  const folder = await world.pipeline({ input: { id: 'int' }, config: { shutdown: { grace: '1s' } } });
  const summary = await world.run(folder, { signal: stop.signal, live: { sinks: [hanging] } });
  expect(summary).toMatchObject({
    reason: 'failed',
    error: { code: 'E_UNAVAILABLE' },
    ledger: { closed: true, messages: { acked: 0, returned: 1 } },
  });
});
