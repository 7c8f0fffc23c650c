import type { Clock } from '../core/clock.ts';
import { eachLimited } from '../core/each-limited.ts';
import { ParquetryError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import type { Intent, IntentStore } from '../core/intents.ts';

/**
 * An intent outlives the messages it names by a day, then it says nothing: SQS keeps a message for 14 days at most.
 */
const USEFUL_MS = 15 * 24 * 3_600_000;
/** Names in a call, from the DeleteObjects reference. */
const MAX_REMOVED = 1_000;

/** Requests of a look at once. */
const REQUESTS = 16;

/** An intent that was read: it never changes, and once its file is written, that never changes either. */
interface KnownIntent {
  readonly intent: Intent;
  isWritten: boolean;
}

/** A file on its way, and the deliveries in it that are not deleted at the source yet. */
export interface Commit {
  readonly name: string;
  /** Acks still to come. */
  open: number;
  /** A delivery of it may come again: its next holder must find the intent. */
  kept: boolean;
}

/**
 * Exactly once into a store with conditional writes, for sources that hand the same delivery out again (docs/exactly-once.md).
 *
 * A writer puts an intent, makes sure that it still holds the leases of all deliveries in the file, and only then writes the
 * file, under a name nobody else uses and on condition that nothing lies there. A delivery that comes again was last held by
 * somebody who either put an intent while holding it, which is found here, or will never write: its check fails. An intent whose
 * file is absent is fenced: an empty file takes the name, so that a writer that was only slow is refused.
 */
export class CommitLog {
  readonly #store: IntentStore;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #empty: () => readonly Uint8Array[];
  readonly #known = new Map<string, KnownIntent>();
  #asked = new Set<string>();
  #look: Promise<unknown> = Promise.resolve();
  #nextLook: Promise<ReadonlyMap<string, ReadonlySet<string>>> | undefined;
  readonly #done: string[] = [];
  #isRemoving = false;
  #removing: Promise<void> = Promise.resolve();

  /** `empty` makes the file that fences a name. */
  constructor(store: IntentStore, clock: Pick<Clock, 'now'>, empty: () => readonly Uint8Array[]) {
    this.#store = store;
    this.#clock = clock;
    this.#empty = empty;
  }

  /** Fails with what is wrong and what to do where the store cannot be used for this. */
  check(): Promise<void> {
    return this.#store.check();
  }

  /**
   * Resolves when the file may be written. Rejects with E_CONFLICT if a lease ran out meanwhile: then the file must not be
   * written, now or later.
   */
  async begin(intent: Intent, holdsLeases: () => boolean): Promise<Commit> {
    const name = nameOf(intent);
    await this.#store.put(name, intent);
    failpoint('intent.put');
    if (holdsLeases()) return { name, open: intent.deliveries.length, kept: false };
    await this.#store.remove([name]).catch(() => undefined); // left behind, it is fenced one day: as good
    throw new ParquetryError('E_CONFLICT', `a lease ran out before ${intent.file} was written`, {
      hint: 'Somebody else holds the delivery now and will write it. Longer visibility leaves slow uploads more time.',
    });
  }

  /** One delivery of a commit is settled; `deleted` says that it will never come again. */
  settled(commit: Commit, deleted: boolean): void {
    commit.open--;
    if (!deleted) commit.kept = true;
    if (commit.open > 0 || commit.kept) return;
    this.#done.push(commit.name);
  }

  /** Starts to remove the intents that nobody needs any more. */
  flush(): void {
    if (this.#done.length === 0 || this.#isRemoving) return;
    this.#isRemoving = true;
    this.#removing = this.#store
      .remove(this.#done.splice(0, MAX_REMOVED))
      .catch(() => undefined) // an intent too many costs a look, not a row
      .finally(() => {
        this.#isRemoving = false;
      });
  }

  /** Resolves when nothing is being removed any more. */
  async drain(): Promise<void> {
    do {
      this.flush();
      await this.#removing;
    } while (this.#done.length > 0);
  }

  /** Cuts off what is under way. */
  close(): void {
    this.#store.close();
  }

  /**
   * For deliveries that came again: the partitions in which their rows are durable. To be asked after they were received; rows
   * for all other partitions must be written anew, and can be: no earlier attempt lands any more.
   */
  async landed(deliveries: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    // A look that has begun may have missed what these need; all that come meanwhile share the next one.
    const next = this.#nextLook ?? this.#look.catch(() => undefined).then(() => this.#lookAt());
    this.#nextLook = next;
    for (const id of deliveries) this.#asked.add(id);
    return next;
  }

  async #lookAt(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    this.#nextLook = undefined;
    const wanted = this.#asked;
    this.#asked = new Set();
    const look = this.#findLanded(wanted);
    this.#look = look;
    return look;
  }

  async #findLanded(wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const landed = new Map<string, Set<string>>();
    await this.#refresh();
    await eachLimited([...this.#known], REQUESTS, async ([name, known]) => {
      const again = known.intent.deliveries.filter((id) => wanted.has(id));
      if (again.length === 0 || !(await this.#hasLanded(name, known))) return;
      for (const id of again) {
        const partitions = landed.get(id) ?? new Set();
        landed.set(id, partitions.add(known.intent.partition));
      }
    });
    return landed;
  }

  async #hasLanded(name: string, known: KnownIntent): Promise<boolean> {
    if (known.isWritten) return true;
    let state = await this.#store.stateOf(known.intent);
    if (state === 'absent') state = await this.#store.fence(known.intent, this.#empty());
    if (state === 'written') {
      known.isWritten = true;
      return true;
    }
    // Fenced for good: without the intent the answer is the same.
    this.#known.delete(name);
    this.#done.push(name);
    return false;
  }

  /** Makes the known intents those that there are now. */
  async #refresh(): Promise<void> {
    const names = await this.#store.names();
    // By the store's clock, too: one here that went ahead by days must not take intents that are needed.
    const newestMs = names.reduce((newest, { modifiedAtMs }) => Math.max(newest, modifiedAtMs), 0);
    const oldMs = Math.min(this.#clock.now(), newestMs) - USEFUL_MS;
    const current = new Set<string>();
    for (const { name, modifiedAtMs } of names) {
      if (modifiedAtMs < oldMs) this.#done.push(name);
      else current.add(name);
    }
    for (const name of this.#known.keys()) if (!current.has(name)) this.#known.delete(name);
    const unread = [...current].filter((name) => !this.#known.has(name));
    await eachLimited(unread, REQUESTS, async (name) => {
      const intent = await this.#store.get(name);
      if (intent) this.#known.set(name, { intent, isWritten: false });
    });
  }
}

/** The unique end of the file's name: the partition before it may be longer than a key has room for. */
function nameOf({ file }: Intent): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
