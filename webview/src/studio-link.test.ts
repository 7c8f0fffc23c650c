import { expect, test } from 'vitest';
import { createPeer } from '../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../engine/src/protocol/studio-methods.ts';
import { memoryTransports, type Transport } from '../../engine/src/protocol/transport.ts';
import { type MessagePorts, type Posted, postedTransport } from './posted-transport.ts';
import { linkStudio } from './studio-link.ts';

/** Engines that are there, or are not: `connect` as a page has it, and how to end the one that was connected last. */
function engines(isThere: () => boolean) {
  let last: Transport | undefined;
  let connected = 0;
  return {
    connect() {
      const [page, engine] = memoryTransports();
      last = engine;
      connected++;
      if (isThere()) createPeer<Record<never, never>, StudioMethods>(engine, { 'run.list': () => ({ runs: [] }) });
      else engine.close();
      return page;
    },
    kill: () => last!.close(),
    count: () => connected,
  };
}

test('a page is given a new engine once one answers, however many tries that takes', async () => {
  let waits = 0;
  const found = engines(() => waits === 0 || waits >= 3);
  const link = linkStudio(found.connect, async () => {
    waits++;
  });
  const first = link.peer.value;
  const lost = first.request('run.list', {}).then(() => first.request('preview.run', { folder: '/x' }));
  await expect(lost).rejects.toMatchObject({ code: 'E_METHOD' });
  const isBack = new Promise<void>((resolve) => link.peer.subscribe((peer) => peer !== first && resolve()));
  found.kill();
  await first.closed;
  await isBack;
  expect(waits).toBe(3);
  expect(await link.peer.value.request('run.list', {})).toEqual({ runs: [] });
  expect(link.isGone.value).toBe(false);
});

test('a link that was closed tries no more', async () => {
  const found = engines(() => true);
  const link = linkStudio(found.connect, async () => {});
  link.close();
  await link.peer.value.closed;
  expect(found.count()).toBe(1);
});

/** A webview and its extension in one thread. */
function webview() {
  const listeners = new Set<(data: unknown) => void>();
  const posted: Posted[] = [];
  const ports: MessagePorts = {
    post: (message) => posted.push(message),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const say = (data: unknown) => {
    for (const listener of [...listeners]) listener(data);
  };
  return { ports, posted, say, listeners };
}

test('frames for the engine and for the shell go past each other, and a null ends one of them', () => {
  const { ports, posted, say, listeners } = webview();
  const heard: string[] = [];
  for (const to of ['engine', 'shell'] as const) {
    const transport = postedTransport(ports, to);
    transport.listen({ frame: ({ type }) => heard.push(`${to} ${type}`), closed: () => heard.push(`${to} closed`) });
    transport.send({ type: 'cancel', id: 1 });
  }
  say({ to: 'shell', frame: { type: 'result', id: 1, result: 0 } });
  say({ to: 'engine', frame: null });
  say({ to: 'engine', frame: { type: 'result', id: 1, result: 0 } });
  say('something else');
  expect(posted.map(({ to }) => to)).toEqual(['engine', 'shell']);
  expect(heard).toEqual(['shell result', 'engine closed']);
  expect(listeners.size).toBe(1);
});
