import type { ParquetryError } from '../core/errors.ts';
import type { LaneHandle, ThreadActivity } from './lane-handle.ts';
import type { LandingMessage, LaneMessage } from './messages.ts';
import { Pulse } from './pulse.ts';

/** A lane that holds deliveries, seals when asked and stops when told; `deaf`, it does neither. */
export class FakeLane implements LaneHandle {
  readonly pulse = new Pulse();
  /** What it was told. */
  readonly told: LandingMessage[] = [];
  readonly #exit = Promise.withResolvers<ParquetryError | undefined>();
  readonly exited = this.#exit.promise;
  get heard(): LandingMessage['type'][] {
    return this.told.map(({ type }) => type);
  }

  #tell: (message: LaneMessage) => void = () => undefined;
  #held: number[] = [];
  #nextSeq = 1;
  #lookedAtMs = Date.now();
  #activity = { activeMs: 0, idleMs: 0 };
  /** Share of time that it is busy. */
  busy = 0;
  deaf = false;
  terminated = false;

  onMessage(listener: (message: LaneMessage) => void): void {
    this.#tell = listener;
  }

  postMessage(message: LandingMessage): void {
    this.told.push(message);
    if (this.deaf) return;
    if (message.type === 'seal') {
      this.seal();
      this.say({ type: 'flushed', request: message.request });
    }
    if (message.type === 'stop') {
      this.seal();
      this.say({ type: 'stopped' });
    }
  }

  activity(): ThreadActivity {
    const elapsedMs = Date.now() - this.#lookedAtMs;
    this.#lookedAtMs = Date.now();
    this.#activity.activeMs += elapsedMs * this.busy;
    this.#activity.idleMs += elapsedMs * (1 - this.busy);
    return { ...this.#activity };
  }

  async terminate(): Promise<void> {
    this.terminated = true;
    this.die(undefined);
  }

  say(message: LaneMessage): void {
    this.#tell(message);
  }

  die(error: ParquetryError | undefined): void {
    this.#exit.resolve(error);
  }

  receive(receiveCount = 1): void {
    const seq = this.#nextSeq++;
    const facts = { receiveCount, receivedAtMs: Date.now(), leasedFromMs: Date.now(), sizeBytes: 1 };
    this.say({ type: 'received', deliveries: [{ ...facts, seq, id: `m${seq}`, receipt: `r${seq}` }] });
    this.#held.push(seq);
  }

  /** Receives a delivery and places its one row. */
  hold(receiveCount = 1): void {
    this.receive(receiveCount);
    const outcome = { found: 1, rows: 1, dropped: {}, deadLettered: {} };
    const deliveries = [{ seq: this.#held.at(-1)!, placements: 1, outcome }];
    this.say({ type: 'processed', deliveries, deadLetters: [], unknownKeys: [] });
    this.say({ type: 'opened', sink: 0, partition: '', firstRowAtMs: Date.now() });
  }

  seal(): void {
    if (this.#held.length === 0) return;
    const deliveries = Uint32Array.from(this.#held);
    const segment = { parts: [new Uint8Array(10)], rows: this.#held.length, meta: new Uint8Array() };
    this.#held = [];
    this.say({ type: 'sealed', sink: 0, partition: '', segment, deliveries, firstRowAtMs: Date.now(), sealMs: 0 });
  }
}
