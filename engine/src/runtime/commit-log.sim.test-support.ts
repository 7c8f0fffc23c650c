import type { FileState, Intent, IntentStore } from '../core/intents.ts';
import { CommitLog } from './commit-log.ts';

/*
 * A world in which every request is a step that a seeded scheduler takes when it likes: writers that stand still for longer than
 * a lease, die between any two requests, or lose the answer of one that was carried out. The log under test is the real one.
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

interface Received {
  readonly message: Message;
  readonly receipt: number;
  readonly leasedUntilMs: number;
  readonly again: boolean;
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

export interface SimulationOptions {
  readonly seed: number;
  readonly messages: number;
  readonly writers: number;
  /** Without the check of leases, or without fences: to see the claims fail. */
  readonly broken?: 'no-lease-check' | 'no-fence' | 'no-lookup';
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
    void this.#work(writer, new CommitLog(this.#storeOf(writer), { now: () => 0 }, () => []));
  }

  /** The loop of a landing, as far as the protocol goes: receive, look up, write a file a partition, ack. */
  async #work(writer: number, log: CommitLog): Promise<void> {
    while (!this.#messages.every(({ isDeleted }) => isDeleted)) {
      try {
        const held = await this.#step(writer, 'receive', () => this.#receive());
        if (held.length > 0) await this.#deliver(writer, log, held);
      } catch {
        // A lost answer or an overtaken write: the messages come again.
      }
    }
    await log.drain();
  }

  async #deliver(writer: number, log: CommitLog, held: readonly Received[]): Promise<void> {
    const { broken } = this.#options;
    const again = held.filter((one) => one.again).map(({ message }) => message.id);
    const landed =
      again.length > 0 && broken !== 'no-lookup' ? await log.landed(again) : new Map<string, Set<string>>();
    const commits = [];
    for (const partition of PARTITIONS) {
      const rows = held.filter(({ message }) => inPartition(message.id, partition));
      const placed = rows.filter(({ message }) => !landed.get(message.id)?.has(partition));
      if (placed.length === 0) continue;
      const file = `${partition}/f${this.#nextName++}`;
      const deliveries = placed.map(({ message }) => message.id);
      const holds = () =>
        broken === 'no-lease-check' || placed.every(({ leasedUntilMs }) => this.#nowMs < leasedUntilMs);
      const commit = await log.begin({ file, partition, deliveries }, holds);
      await this.#step(writer, `write ${file} ${deliveries.join(' ')}`, () => this.#write(file, deliveries));
      commits.push({ commit, deliveries });
    }
    for (const one of held) {
      const deleted = await this.#step(writer, `delete ${one.message.id}`, () => this.#delete(one));
      for (const { commit, deliveries } of commits) {
        if (deliveries.includes(one.message.id)) log.settled(commit, deleted);
      }
    }
    log.flush();
  }

  #receive(): Received[] {
    const visible = this.#messages.filter(({ isDeleted, visibleFromMs }) => !isDeleted && visibleFromMs <= this.#nowMs);
    return visible.slice(0, 1 + Math.floor(this.#random() * 3)).map((message) => {
      message.visibleFromMs = this.#nowMs + LEASE_MS;
      const again = message.receiveCount++ > 0;
      return { message, receipt: ++message.receipt, leasedUntilMs: message.visibleFromMs, again };
    });
  }

  #delete({ message, receipt }: Received): boolean {
    // SQS deletes with the latest receipt, whether or not the visibility has run out; an older one does nothing.
    if (message.receipt !== receipt) return false;
    message.isDeleted = true;
    return true;
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

/** Every message has rows in two of the three partitions. */
function inPartition(id: string, partition: string): boolean {
  return Number(id.slice(1)) % PARTITIONS.length !== PARTITIONS.indexOf(partition);
}

/** Lets everything that can go on without a step go on. */
async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}
