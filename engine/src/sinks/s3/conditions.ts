import type { Condition, ObjectToWrite } from './bucket.ts';
import type { WriterPorts } from './requests.ts';

export interface ConditionSettings {
  readonly conditionalWrites: 'auto' | 'never';
  /** Whether the store is known to honour `If-None-Match`, as AWS is. Others are put to the test. */
  readonly trusted: boolean;
  readonly multipartThresholdBytes: number;
}

/** Knows how to write without overwriting to this store. One a sink. */
export interface Conditions {
  readonly current: Condition;
  /** The store answered that it has no conditional writes. */
  unsupported(): void;
  /** Tells about an object that was just written; may write it once more, to see whether that is refused. */
  written(object: ObjectToWrite, signal: AbortSignal): Promise<void>;
}

/**
 * Some stores ignore `If-None-Match` instead of refusing it, and then overwrite. The one way to find out without harm is to send an
 * object again under its own name: a store that honours the header answers 412, one that ignores it is left with equal bytes.
 */
export function createConditions(ports: WriterPorts, settings: ConditionSettings): Conditions {
  const { bucket, bucketUri, logger } = ports;
  let current: Condition = settings.conditionalWrites === 'auto' ? 'if-absent' : 'always';
  let known = settings.trusted || current === 'always';

  const giveUp = (why: 'unsupported' | 'ignored') => {
    if (current === 'if-absent') logger.warn('sink.s3.conditional_writes.missing', { bucket: bucketUri, why });
    current = 'always';
    known = true;
  };

  return {
    get current() {
      return current;
    },
    unsupported: () => giveUp('unsupported'),
    async written(object, signal) {
      if (known || object.content.sizeBytes > settings.multipartThresholdBytes) return;
      known = true; // writes at the same moment need not all ask
      try {
        const outcome = await bucket.put(object, 'if-absent', signal);
        if (outcome.kind === 'written') giveUp('ignored');
        if (outcome.kind === 'unsupported') giveUp('unsupported');
      } catch {
        known = false; // not tried again: the object is written all the same, and the next one will tell
      }
    },
  };
}
