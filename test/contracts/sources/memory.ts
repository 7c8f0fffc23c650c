import { setTimeout as timeout } from 'node:timers/promises';
import type { Delivery } from '../../../engine/src/core/delivery.ts';
import { ParquetryError } from '../../../engine/src/core/errors.ts';
import type { SettleOutcome, Source, SourceReader, SourceSettler } from '../../../engine/src/core/source.ts';
import type { SourceSubject, SourceWorld } from '../source-subject.ts';

const LEASE_MS = 30_000;
const BATCH = 10;
const WAIT_MS = 20_000;

interface Item {
  readonly id: string;
  readonly body: Uint8Array;
  receiveCount: number;
  /** Hidden until then: leased, or returned with a delay. */
  hiddenUntilMs: number;
}

/** A queue in memory whose leases expire: the smallest leased source that keeps the contract. */
export class MemoryQueue {
  readonly #items = new Map<string, Item>();
  #nowMs = 0;
  #offered = 0;

  offer(lines: readonly string[]): void {
    for (const line of lines) {
      const id = `item-${this.#offered++}`;
      this.#items.set(id, { id, body: Buffer.from(line), receiveCount: 0, hiddenUntilMs: 0 });
    }
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  source(waitMs = 0): Source {
    return {
      replay: 'unordered',
      leaseMs: LEASE_MS,
      check: async () => {},
      createReader: async () => this.#reader(waitMs),
      createSettler: async () => this.#settler(),
    };
  }

  #reader(waitMs: number): SourceReader {
    return {
      receive: async (signal) => {
        if (signal.aborted) return [];
        const some = this.#take();
        if (some.length === 0 && waitMs > 0) await timeout(waitMs, undefined, { signal, ref: false }).catch(() => {});
        return some;
      },
      close: async () => {},
    };
  }

  #take(): Delivery[] {
    const visible = [...this.#items.values()].filter(({ hiddenUntilMs }) => hiddenUntilMs <= this.#nowMs);
    return visible.slice(0, BATCH).map((item) => {
      item.hiddenUntilMs = this.#nowMs + LEASE_MS;
      const receiveCount = ++item.receiveCount;
      const receipt = `${item.id}/${receiveCount}`;
      return { id: item.id, body: item.body, attributes: {}, receiveCount, receivedAtMs: Date.now(), receipt };
    });
  }

  #settler(): SourceSettler {
    const hide = async (receipts: readonly string[], ms: number) =>
      receipts.map((receipt) =>
        this.#settle(receipt, (item) => {
          item.hiddenUntilMs = this.#nowMs + ms;
        }),
      );
    return {
      ack: async (receipts) =>
        receipts.map((receipt) => this.#settle(receipt, (item) => void this.#items.delete(item.id))),
      nack: hide,
      extend: hide,
      backlog: async () => {
        const inFlight = [...this.#items.values()].filter(({ hiddenUntilMs }) => hiddenUntilMs > this.#nowMs).length;
        return { visible: this.#items.size - inFlight, inFlight, delayed: 0 };
      },
      close: async () => {},
    };
  }

  /** Only who holds the delivery now may settle it; one that is gone already was settled before. */
  #settle(receipt: string, act: (item: Item) => void): SettleOutcome {
    const [id = '', count] = receipt.split('/');
    if (count === undefined) return { error: new ParquetryError('E_INTERNAL', `no receipt: ${receipt}`) };
    const item = this.#items.get(id);
    if (item === undefined) return 'done';
    if (item.receiveCount !== Number(count) || item.hiddenUntilMs <= this.#nowMs) return 'lost';
    act(item);
    return 'done';
  }
}

/** The queue as a subject; `spoil` breaks the source on its way out. */
export function memorySource(name: string, spoil: (source: Source) => Source = (source) => source): SourceSubject {
  return {
    name,
    ends: false,
    leased: true,
    replay: 'unordered',
    oneReader: false,
    hasCheck: true,
    hasBacklog: true,
    hasExtend: true,
    async open(): Promise<SourceWorld> {
      const queue = new MemoryQueue();
      const missing = { ...queue.source(), check: () => Promise.reject(notFound) };
      return {
        source: spoil(queue.source()),
        patient: async () => spoil(queue.source(WAIT_MS)),
        missing: async () => spoil(missing),
        offer: async (lines) => queue.offer(lines),
        advance: (ms) => queue.advance(ms),
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
}

const notFound = new ParquetryError('E_NOT_FOUND', 'there is no such queue', { hint: 'Create it.' });
