import type { Delivery } from '../core/delivery.ts';
import type { SourceReader } from '../core/source.ts';
import type { Logger, Metrics } from '../core/telemetry.ts';

/** Enough to know a record by; the log cuts longer texts, too. */
const MAX_PAYLOAD_BYTES = 1_024;
const MAX_BINARY_BYTES = 32;

export interface SamplingPort {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Logs the bodies of a share of the deliveries, as they came and cut, when they come. Not where records go wrong: those are in the
 * dead letters, whole. The share is of deliveries, each chosen by chance.
 */
export function sampled(reader: SourceReader, share: number, port: SamplingPort): SourceReader {
  if (share <= 0) return reader;
  return {
    async receive(signal) {
      const deliveries = await reader.receive(signal);
      for (const delivery of deliveries ?? []) if (port.random() < share) logSample(delivery, port);
      return deliveries;
    },
    release: reader.release?.bind(reader),
    close: () => reader.close(),
  };
}

function logSample({ id, receiveCount, body }: Delivery, { logger, metrics }: SamplingPort): void {
  metrics.count('parquetry_payloads_sampled_total', 1);
  logger.info('payload.sampled', { delivery: id, receiveCount, sizeBytes: body.byteLength, payload: shown(body) });
}

/** As text where it is text, else the first bytes in hex. */
function shown(body: Uint8Array): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, MAX_PAYLOAD_BYTES));
  const isCut = body.byteLength > bytes.byteLength;
  const text = isCut ? bytes.toString('utf8').replace(/\ufffd+$/, '') : bytes.toString('utf8');
  if (/[\ufffd\0]/.test(text)) return `<binary> ${bytes.toString('hex', 0, MAX_BINARY_BYTES)}`;
  return isCut ? `${text}…` : text;
}
