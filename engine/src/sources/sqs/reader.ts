import type { Message } from '@aws-sdk/client-sqs';
import type { S3Location } from '../../aws/s3-uri.ts';
import type { Clock } from '../../core/clock.ts';
import type { Delivery } from '../../core/delivery.ts';
import { asParquetryError } from '../../core/errors.ts';
import { freeBuffer } from '../../core/free-buffer.ts';
import type { SourceReader } from '../../core/source.ts';
import type { Logger, Metrics } from '../../core/telemetry.ts';
import { type ReceiveTimes, toDelivery } from './message.ts';
import type { ReceivePort } from './queue.ts';

export interface ReaderPorts {
  readonly queue: ReceivePort;
  /** Gets an offloaded payload, with retries; rejects with a ParquetryError. */
  readonly fetchPayload: (at: S3Location, signal: AbortSignal) => Promise<Uint8Array>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  close(): void;
}

/** The receiving half. Holds no state: any number of polls may be open at once. */
export function createSqsReader(ports: ReaderPorts): SourceReader {
  return {
    async receive(signal) {
      const leasedFromMs = ports.clock.now();
      const messages = await poll(ports, signal);
      const receivedAtMs = ports.clock.now();
      ports.metrics.count('parquetry_sqs_receive_calls_total', 1);
      ports.metrics.count('parquetry_sqs_messages_received_total', messages.length);
      const deliveries = await Promise.all(
        messages.map((message) => deliver(ports, message, { leasedFromMs, receivedAtMs }, signal)),
      );
      return deliveries.filter((delivery) => delivery !== undefined);
    },
    release: (deliveries) => {
      for (const { body } of deliveries) freeBuffer(body);
    },
    close: async () => ports.close(),
  };
}

async function poll({ queue }: ReaderPorts, signal: AbortSignal): Promise<readonly Message[]> {
  if (signal.aborted) return [];
  try {
    return await queue.receive(signal);
  } catch (thrown) {
    const error = asParquetryError(thrown);
    if (error.code === 'E_CANCELLED') return [];
    throw error;
  }
}

/**
 * Undefined for a message whose payload S3 cannot give at the moment: it is neither delivered nor settled, so the queue hands it
 * out again when its visibility timeout has passed.
 */
async function deliver(
  { fetchPayload, logger, metrics }: ReaderPorts,
  message: Message,
  times: ReceiveTimes,
  signal: AbortSignal,
): Promise<Delivery | undefined> {
  try {
    return await toDelivery(message, times, (at) => fetchPayload(at, signal));
  } catch (thrown) {
    const error = asParquetryError(thrown);
    metrics.count('parquetry_sqs_payloads_unavailable_total', 1);
    logger.warn('source.sqs.payload.unavailable', { id: message.MessageId, code: error.code, error: error.message });
    return undefined;
  }
}
