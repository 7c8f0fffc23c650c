import { hash } from 'node:crypto';
import type { DeliveryContext } from '../columns/transform.ts';
import { drop } from './api/drop.ts';
import type { MapContext, Timestamp } from './api.ts';

/** Namespace of the UUIDs that `ctx.uuid()` makes: never to be changed, or replays would get other ones. */
const UUID_NAMESPACE = Buffer.from('7c1f8d0e3b9a4c57a6e2f04d1b8c5e93', 'hex');

/** The one `ctx` object of a lane, moved from record to record. */
export interface RecordContext {
  readonly ctx: MapContext<unknown, unknown>;
  /** Moves on to a record of a delivery. */
  enter(delivery: DeliveryContext, ordinal: number): void;
  /** Takes what `prefetch` returned for the chunk that begins. */
  prefetched(value: unknown): void;
}

/** A context for a lane whose `setup` returned `state`. */
export function createRecordContext(state: unknown): RecordContext {
  let calls = 0;
  let current: DeliveryContext | undefined;
  const ctx = {
    state,
    prefetched: undefined as unknown,
    now: 0 as Timestamp,
    deliveryId: '',
    ordinal: 0,
    attributes: {} as Readonly<Record<string, string>>,
    uuid: () => uuidV5(`${ctx.deliveryId}/${ctx.ordinal}/${calls++}`),
    drop,
  };
  return {
    ctx,
    enter(delivery, ordinal) {
      calls = 0;
      ctx.ordinal = ordinal;
      if (delivery === current) return;
      current = delivery;
      ctx.now = ((delivery.sentAtMs ?? delivery.receivedAtMs) * 1000) as Timestamp;
      ctx.deliveryId = delivery.id;
      ctx.attributes = delivery.attributes;
    },
    prefetched(value) {
      ctx.prefetched = value;
    },
  };
}

/** RFC 9562, version 5: the SHA-1 of namespace and name. */
export function uuidV5(name: string): string {
  const digest = hash('sha1', Buffer.concat([UUID_NAMESPACE, Buffer.from(name)]), 'hex');
  const variant = ((Number.parseInt(digest[16]!, 16) & 0b0011) | 0b1000).toString(16);
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
