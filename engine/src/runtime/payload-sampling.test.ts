import { expect, test } from 'vitest';
import type { Delivery } from '../core/delivery.ts';
import type { SourceReader } from '../core/source.ts';
import { type LogFields, silentLogger, silentMetrics } from '../core/telemetry.ts';
import { sampled } from './payload-sampling.ts';

function readerOf(bodies: readonly Uint8Array[]): SourceReader {
  const deliveries = bodies.map((body, i): Delivery => {
    return { id: `d${i}`, receipt: '', body, attributes: {}, receiveCount: 1, receivedAtMs: 0 };
  });
  return { receive: async () => deliveries, close: async () => undefined };
}

/** What is logged of these bodies when `random` gives these numbers. */
async function samples(share: number, bodies: readonly (string | Uint8Array)[], random: readonly number[] = []) {
  const logged: LogFields[] = [];
  const numbers = [...random];
  const port = {
    logger: { ...silentLogger, info: (_event: string, fields: LogFields = {}) => void logged.push(fields) },
    metrics: silentMetrics,
    random: () => numbers.shift() ?? 0,
  };
  const reader = sampled(readerOf(bodies.map((body) => Buffer.from(body))), share, port);
  await reader.receive(new AbortController().signal);
  return logged;
}

test('a share of 0, the default, leaves the reader as it is', () => {
  const reader = readerOf([]);
  expect(sampled(reader, 0, { logger: silentLogger, metrics: silentMetrics, random: () => 0 })).toBe(reader);
});

test('logs the share that chance picks, with what the delivery is', async () => {
  const logged = await samples(0.5, ['{"id":1}', '{"id":2}', '{"id":3}'], [0.49, 0.5, 0.1]);
  expect(logged).toEqual([
    { delivery: 'd0', receiveCount: 1, sizeBytes: 8, payload: '{"id":1}' },
    { delivery: 'd2', receiveCount: 1, sizeBytes: 8, payload: '{"id":3}' },
  ]);
});

test('cuts what is long, not within a character', async () => {
  const [long] = await samples(1, [`a${'é'.repeat(1_000)}`]);
  expect(long!.payload).toBe(`a${'é'.repeat(511)}…`);
  expect(long!.sizeBytes).toBe(2_001);
});

test('shows the beginning of what is no text in hex', async () => {
  const [binary] = await samples(1, [new Uint8Array([0x50, 0x41, 0x52, 0x31, 0, 0xff])]);
  expect(binary!.payload).toBe('<binary> 5041523100ff');
});
