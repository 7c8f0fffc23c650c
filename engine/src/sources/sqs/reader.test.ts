import { describe, expect, it } from 'vitest';
import { ParquetryError } from '../../core/errors.ts';
import type { Metrics } from '../../core/telemetry.ts';
import { createSqsReader, type ReaderPorts } from './reader.ts';

const pointer = '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"lake","s3Key":"k"}]';
const signal = new AbortController().signal;

function setUp(ports: Partial<ReaderPorts>) {
  const counts: Record<string, number> = {};
  const warnings: string[] = [];
  const metrics: Metrics = {
    count: (name, add) => {
      counts[name] = (counts[name] ?? 0) + add;
    },
    gauge: () => {},
    observe: () => {},
  };
  const logger = { debug: () => {}, info: () => {}, warn: (event: string) => warnings.push(event), error: () => {} };
  const reader = createSqsReader({
    queue: { receive: async () => [] },
    fetchPayload: async () => Buffer.from('payload'),
    clock: { now: () => 7 },
    logger,
    metrics,
    close: () => {},
    ...ports,
  });
  return { reader, counts, warnings };
}

describe('a reader', () => {
  it('leaves a message whose payload is not available to the queue, and delivers the others', async () => {
    const { reader, counts, warnings } = setUp({
      queue: {
        receive: async () => [
          { MessageId: 'a', Body: pointer },
          { MessageId: 'b', Body: '{}' },
        ],
      },
      fetchPayload: () => Promise.reject(new ParquetryError('E_UNAVAILABLE', 'S3 is away')),
    });
    expect(await reader.receive(signal)).toMatchObject([{ id: 'b', receivedAtMs: 7 }]);
    expect(warnings).toEqual(['source.sqs.payload.unavailable']);
    expect(counts).toMatchObject({
      parquetry_sqs_messages_received_total: 2,
      parquetry_sqs_payloads_unavailable_total: 1,
    });
  });

  it('leaves a message to the queue when a stop cuts off its payload: nothing is wrong with it', async () => {
    const { reader } = setUp({
      queue: { receive: async () => [{ MessageId: 'a', Body: pointer }] },
      fetchPayload: () => Promise.reject(new ParquetryError('E_CANCELLED', 'stopped on request')),
    });
    expect(await reader.receive(signal)).toEqual([]);
  });

  it('frees the memory of bodies that are done with, and leaves alone what small ones share', async () => {
    const { reader } = setUp({
      queue: {
        receive: async () => [
          { MessageId: 'a', Body: 'x'.repeat(100_000) },
          { MessageId: 'b', Body: '{}' },
        ],
      },
    });
    const neighbour = Buffer.from('neighbour');
    const deliveries = (await reader.receive(signal))!;
    reader.release?.(deliveries);
    expect(deliveries.map(({ body }) => body.buffer.byteLength)).toEqual([0, Buffer.poolSize]);
    expect(neighbour.toString()).toBe('neighbour');
  });

  it('does not call SQS once aborted', async () => {
    const { reader } = setUp({ queue: { receive: () => Promise.reject(new Error('never')) } });
    expect(await reader.receive(AbortSignal.abort())).toEqual([]);
  });

  it('passes on why receiving failed', async () => {
    const { reader } = setUp({
      queue: { receive: () => Promise.reject(new ParquetryError('E_ACCESS', 'queue clicks refuses access')) },
    });
    await expect(reader.receive(signal)).rejects.toMatchObject({ code: 'E_ACCESS' });
  });
});
