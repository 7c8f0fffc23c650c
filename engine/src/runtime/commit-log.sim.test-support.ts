import type { FileState, Intent, IntentStore } from '../core/intents.ts';
import { type Commit, CommitLog } from './commit-log.ts';
import { LeaseKeeper, leasedUntil } from './lease-keeper.ts';
import type { LandingMessage, ReceivedDelivery, SealTarget } from './messages.ts';
import { OpenDeliveries, type OpenDelivery } from './open-deliveries.ts';
import { Redeliveries } from './redeliveries.ts';

/*
 * A world in which every request is a step that a seeded scheduler takes when it likes: writers that stand still for longer than
 * a lease, die between any two requests, or lose the answer of one that was carried out. Writers go on receiving while they hold
 * files open, and renew what they hold; the queue says yes to receipts that are out of date. The parts under test are the real ones.
 */

const LEASE_MS = 1_000;
const PARTITIONS = ['a', 'b', 'c'];

interface Message {
  readonly id: string;
  visibleFromMs: number;
  receiveCount: number;
  /** Valid until the next receive. */
  receipt: number;
  isDeleted: boolean;
}

/** An object under a name: rows, or a fence. */
interface StoredFile {
  readonly rows: readonly string[];
  readonly isFence: boolean;
}

/** What happened, for the claims of a test. */
export interface SimulatedRun {
  /** How often each `message/partition` is in a file. */
  readonly copies: ReadonlyMap<string, number>;
  /** Messages that are neither deleted nor durable, which must be none in the end. */
  readonly missing: readonly string[];
  readonly intentsLeft: number;
  readonly history: readonly string[];
}

/** `late-renewals`: a lease that is over is renewed. `blind-adoption`: what comes again is taken for the next receive of what is held. */
export type Broken =
  | 'no-lease-check'
  | 'no-fence'
  | 'no-lookup'
  | 'no-late-answers'
  | 'late-renewals'
  | 'blind-adoption';

export interface SimulationOptions {
  readonly seed: number;
  readonly messages: number;
  readonly writers: number;
  /** Without one of its parts: to see the claims fail. */
  readonly broken?: Broken;
}

/** Runs writers over a queue until every message is deleted, with deaths and pauses until a while before the end. */
export async function simulate(options: SimulationOptions): Promise<SimulatedRun> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #messages: Message[];
  readonly #files = new Map<string, StoredFile>();
  readonly #intents = new Map<string, Intent>();
  readonly #steps: { readonly writer: number; take(): void }[] = [];
  readonly #paused = new Map<number, number>();
  readonly #dead = new Set<number>();
  readonly #history: string[] = [];
  #nowMs = 0;
  #state: number;
  #nextName = 1;
  #nextWriter = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#state = options.seed;
    this.#messages = Array.from({ length: options.messages }, (_, i) => {
      return { id: `m${i}`, visibleFromMs: 0, receiveCount: 0, receipt: 0, isDeleted: false };
    });
  }

  async run(): Promise<SimulatedRun> {
    for (let i = 0; i < this.#options.writers; i++) this.#startWriter();
    for (let turn = 0; turn < 4_000 && !this.#messages.every(({ isDeleted }) => isDeleted); turn++) {
      await settleMicrotasks();
      this.#turn(turn < 400);
    }
    // What still stands still wakes up at last: late writes are the ones to be afraid of.
    for (let turn = 0; turn < 500 && this.#steps.length > 0; turn++) {
      this.#nowMs += LEASE_MS;
      this.#steps.shift()!.take();
      await settleMicrotasks();
    }
    return this.#result();
  }

  #turn(isStormy: boolean): void {
    this.#nowMs += Math.floor(this.#random() * 60);
    if (isStormy && this.#random() < 0.03) this.#disturb();
    const ready = this.#steps.filter(({ writer }) => (this.#paused.get(writer) ?? 0) <= this.#nowMs);
    if (ready.length === 0) {
      this.#nowMs += LEASE_MS / 2;
      return;
    }
    const step = ready[Math.floor(this.#random() * ready.length)]!;
    this.#steps.splice(this.#steps.indexOf(step), 1);
    step.take();
  }

  /** Stops a writer for longer than a lease, or for good: then another one starts. */
  #disturb(): void {
    const writer = Math.floor(this.#random() * this.#nextWriter);
    if (this.#random() < 0.5) {
      this.#paused.set(writer, this.#nowMs + LEASE_MS * (1 + 4 * this.#random()));
      this.#note(writer, 'stands still');
    } else if (!this.#dead.has(writer)) {
      this.#dead.add(writer);
      this.#note(writer, 'dies');
      this.#startWriter();
    }
  }

  #startWriter(): void {
    const writer = this.#nextWriter++;
    const log = new CommitLog(this.#storeOf(writer), { now: () => 0 }, () => []);
    const desk = new Desk(log, {
      broken: this.#options.broken,
      now: () => this.#nowMs,
      renew: (receipts) => this.#step(writer, `renew ${receipts.join(' ')}`, () => this.#renew(receipts)),
    });
    void this.#work(writer, desk);
  }

  /** The loop of a landing, as far as the protocol goes: receive, look up, hold, write a file a partition, delete. */
  async #work(writer: number, desk: Desk): Promise<void> {
    while (!this.#messages.every(({ isDeleted }) => isDeleted)) {
      const leasedFromMs = this.#nowMs;
      const received = await this.#step(writer, 'receive', () => this.#receive(leasedFromMs)).catch(() => []);
      if (received.length > 0) await desk.take(received);
      await desk.renewLeases();
      if (this.#random() < 0.8) continue; // the files stay open
      for (const partition of PARTITIONS) await this.#writeFile(writer, desk, partition);
      for (const delivery of desk.finished()) {
        const { id, receipt } = delivery;
        const answer = this.#step(writer, `delete ${id}`, () => this.#delete(id, receipt));
        const isAnswered = await answer.then(
          () => true,
          () => false,
        );
        desk.settled(delivery, isAnswered);
      }
      desk.log.flush();
    }
    await desk.log.drain();
  }

  async #writeFile(writer: number, desk: Desk, partition: string): Promise<void> {
    const deliveries = desk.rowsOf(partition);
    if (deliveries.length === 0) return;
    const file = `${partition}/f${this.#nextName++}`;
    const ids = deliveries.map(({ id }) => id);
    try {
      const commit = await desk.log.begin({ file, partition, sizeBytes: 1, deliveries: ids }, () =>
        desk.holdsLeases(deliveries),
      );
      await this.#step(writer, `write ${file} ${ids.join(' ')}`, () => this.#write(file, ids));
      desk.wrote(deliveries, commit);
    } catch {
      for (const delivery of deliveries) delivery.failed = true; // overtaken, or an answer lost: the messages come again
    }
  }

  #receive(leasedFromMs: number): Omit<ReceivedDelivery, 'seq'>[] {
    const visible = this.#messages.filter(({ isDeleted, visibleFromMs }) => !isDeleted && visibleFromMs <= this.#nowMs);
    return visible.slice(0, 1 + Math.floor(this.#random() * 3)).map((message) => {
      message.visibleFromMs = this.#nowMs + LEASE_MS;
      const facts = {
        id: message.id,
        receipt: `${message.id}.${++message.receipt}`,
        receiveCount: ++message.receiveCount,
      };
      return { ...facts, receivedAtMs: this.#nowMs, leasedFromMs, sizeBytes: 1 };
    });
  }

  #delete(id: string, receipt: string): void {
    // SQS deletes with the latest receipt, whether or not the visibility has run out; an older one does nothing, and SQS says so to nobody.
    const message = this.#withReceipt(receipt);
    if (message?.id === id) message.isDeleted = true;
  }

  #renew(receipts: readonly string[]): void {
    for (const receipt of receipts) {
      const message = this.#withReceipt(receipt);
      if (message) message.visibleFromMs = this.#nowMs + LEASE_MS;
    }
  }

  #withReceipt(receipt: string): Message | undefined {
    return this.#messages.find((message) => `${message.id}.${message.receipt}` === receipt);
  }

  #write(file: string, rows: readonly string[]): void {
    if (this.#files.has(file)) throw new Error('overtaken');
    this.#files.set(file, { rows, isFence: false });
  }

  #storeOf(writer: number): IntentStore {
    const stateOf = ({ file }: Intent): FileState => {
      const stored = this.#files.get(file);
      if (!stored) return 'absent';
      return stored.isFence ? 'fenced' : 'written';
    };
    const step = <T>(what: string, act: () => T) => this.#step(writer, what, act);
    return {
      check: async () => undefined,
      close: () => undefined,
      put: (name, intent) => step(`intent ${name}`, () => void this.#intents.set(name, intent)),
      names: () => step('list', () => Array.from(this.#intents.keys(), (name) => ({ name, modifiedAtMs: 0 }))),
      get: (name) => step(`read ${name}`, () => this.#intents.get(name)),
      remove: (names) =>
        step(`remove ${names.join(' ')}`, () => {
          for (const name of names) this.#intents.delete(name);
        }),
      stateOf: (intent) => step(`look at ${intent.file}`, () => stateOf(intent)),
      fence: (intent) =>
        step(`fence ${intent.file}`, () => {
          if (this.#options.broken === 'no-fence') return stateOf(intent);
          if (!this.#files.has(intent.file)) this.#files.set(intent.file, { rows: [], isFence: true });
          return stateOf(intent);
        }),
    };
  }

  /** A request: carried out when its turn comes. Its answer may get lost; a dead writer never hears it, but it may still arrive. */
  #step<T>(writer: number, what: string, act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const take = () => {
        // A request that was on its way when its writer died arrives, or does not.
        if (this.#dead.has(writer) && this.#random() < 0.5) return;
        this.#note(writer, what);
        try {
          if (this.#nowMs < 20_000 && this.#random() < 0.02) return reject(new Error('the request got lost'));
          const answer = act();
          if (this.#dead.has(writer)) return;
          if (this.#nowMs < 20_000 && this.#random() < 0.02) reject(new Error('the answer got lost'));
          else resolve(answer);
        } catch (error) {
          if (!this.#dead.has(writer)) reject(error);
        }
      };
      this.#steps.push({ writer, take });
    });
  }

  #result(): SimulatedRun {
    const copies = new Map<string, number>();
    for (const { id } of this.#messages) {
      for (const partition of PARTITIONS) if (inPartition(id, partition)) copies.set(`${id}/${partition}`, 0);
    }
    for (const [file, { rows }] of this.#files) {
      const partition = file.slice(0, file.indexOf('/'));
      for (const id of rows) copies.set(`${id}/${partition}`, (copies.get(`${id}/${partition}`) ?? 0) + 1);
    }
    const missing = this.#messages.filter(({ isDeleted }) => !isDeleted).map(({ id }) => id);
    return { copies, missing, intentsLeft: this.#intents.size, history: this.#history };
  }

  #note(writer: number, what: string): void {
    this.#history.push(`${this.#nowMs} w${writer} ${what}`);
  }

  /** Mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}

interface DeskPorts {
  readonly broken: Broken | undefined;
  now(): number;
  renew(receipts: readonly string[]): Promise<void>;
}

/** What a writer holds. */
class Desk {
  readonly log: CommitLog;
  readonly #ports: DeskPorts;
  readonly #open = new OpenDeliveries();
  readonly #redeliveries: Redeliveries;
  readonly #leases: LeaseKeeper;
  readonly #durable = new Map<number, readonly SealTarget[]>();
  readonly #commits = new Map<number, Commit[]>();
  #nextSeq = 1;

  constructor(log: CommitLog, ports: DeskPorts) {
    this.log = log;
    this.#ports = ports;
    this.#redeliveries = new Redeliveries([log], this.#open, {
      superseded: () => undefined,
      failed: (deliveries) => {
        for (const delivery of deliveries) this.#open.settled(delivery);
      },
    });
    const extend = async (receipts: readonly string[]) => {
      await ports.renew(receipts);
      return receipts.map(() => 'done' as const);
    };
    const terms = { leaseMs: LEASE_MS, lapsesForGood: ports.broken !== 'late-renewals' };
    this.#leases = new LeaseKeeper(terms, extend, ports, { lost: () => undefined, failed: () => undefined });
  }

  /** Looks up what came again; all that was not taken over by what is held is held from then on. */
  async take(received: readonly Omit<ReceivedDelivery, 'seq'>[]): Promise<void> {
    const numbered = received.map((facts) => ({ ...facts, seq: this.#nextSeq++ }));
    for (const { seq } of numbered) this.#durable.set(seq, []);
    if (this.#ports.broken === 'blind-adoption') this.#takeForNext(numbered);
    this.#open.received(0, numbered);
    if (this.#ports.broken === 'no-lookup') return;
    const port = {
      postMessage: (message: LandingMessage) => {
        if (message.type !== 'looked-up') return;
        for (const { seq, landed } of message.deliveries) this.#durable.set(seq, landed);
      },
    };
    await this.#redeliveries.lookUp(0, port, numbered);
  }

  /** As if nobody else could have held it meanwhile. */
  #takeForNext(received: readonly ReceivedDelivery[]): void {
    for (const { id, receiveCount } of received) {
      for (const held of this.#open.withId(id)) held.receiveCount = receiveCount - 1;
    }
  }

  async renewLeases(): Promise<void> {
    this.#leases.tick(this.#open.values());
    await this.#leases.drain();
  }

  /** Deliveries with rows for a file. */
  rowsOf(partition: string): OpenDelivery[] {
    return [...this.#open.values()].filter(({ id, seq }) => {
      const isDurable = this.#durable.get(seq)!.some((place) => place.partition === partition);
      return inPartition(id, partition) && !isDurable;
    });
  }

  holdsLeases(deliveries: readonly OpenDelivery[]): boolean {
    if (this.#ports.broken === 'no-lease-check') return true;
    return deliveries.every((delivery) => !delivery.lost && this.#ports.now() < leasedUntil(delivery, LEASE_MS));
  }

  wrote(deliveries: readonly OpenDelivery[], commit: Commit): void {
    for (const { seq } of deliveries) this.#commits.set(seq, [...(this.#commits.get(seq) ?? []), commit]);
  }

  /** What is wholly durable, to be deleted; the rest is let go. */
  finished(): OpenDelivery[] {
    const held = [...this.#open.values()];
    const finished = held.filter(({ failed, lost }) => !failed && !lost);
    for (const delivery of finished) delivery.settling = true;
    for (const delivery of held) if (!delivery.settling) this.settled(delivery, false);
    return finished;
  }

  settled(delivery: OpenDelivery, isAnswered: boolean): void {
    this.#open.settled(delivery);
    const inTime = this.#ports.broken === 'no-late-answers' || this.#ports.now() < leasedUntil(delivery, LEASE_MS);
    for (const commit of this.#commits.get(delivery.seq) ?? []) this.log.settled(commit, isAnswered && inTime);
  }
}

/** Every message has rows in two of the three partitions. */
function inPartition(id: string, partition: string): boolean {
  return Number(id.slice(1)) % PARTITIONS.length !== PARTITIONS.indexOf(partition);
}

/** Lets everything that can go on without a step go on. */
async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}
