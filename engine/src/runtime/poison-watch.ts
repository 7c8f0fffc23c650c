import type { IsolationReason } from '../columns/transform.ts';
import { type Poison, PoisonList, type PoisonState } from './poison-list.ts';

/** A lane that was lost, and where it was. Deliveries are named as the source calls them. */
export interface LaneLoss {
  readonly reason: IsolationReason;
  /** One sentence for a dead letter: what happened at the record. */
  readonly message: string;
  /** Deliveries that it was at: one of them may be to blame. */
  readonly chunk: readonly string[];
  /** The delivery and the record of it that it was at; undefined and -1 where that is not known. */
  readonly delivery?: string;
  readonly record: number;
  /** The chunk was one delivery, processed by itself. */
  readonly alone: boolean;
}

/** A suspect whose lane was lost so often while it was processed by itself is poison as a whole, whatever the cause. */
const MAX_STRIKES = 3;

/**
 * Decides from lost lanes what is poison. A record is poison only if that is shown: user code did not come back from it, or its
 * delivery was processed by itself and ended its lane at that record. Before that the deliveries a lane was at are suspects, which
 * are processed by themselves when they come again. Pure.
 */
export class PoisonWatch {
  readonly list = new PoisonList();
  /** Suspects with which a lane was lost without a record to blame. */
  readonly #strikes = new Map<string, number>();

  constructor(known: PoisonState = { poison: [], suspects: [] }) {
    this.list.learn(known);
  }

  /** Answers what is known since; that is in `list` by then. */
  lost(loss: LaneLoss): PoisonState {
    const poison = this.#convict(loss);
    if (poison) {
      this.list.add(poison);
      this.#acquit(poison.delivery);
      return { poison: [poison], suspects: [] };
    }
    for (const delivery of loss.chunk) this.list.suspect(delivery);
    return { poison: [], suspects: loss.chunk };
  }

  /** A suspect was processed by itself, and nothing happened. */
  cameThrough(delivery: string): void {
    this.#acquit(delivery);
  }

  #acquit(delivery: string): void {
    this.list.clear(delivery);
    this.#strikes.delete(delivery);
  }

  #convict({ reason, message, chunk, delivery, record, alone }: LaneLoss): Poison | undefined {
    if (delivery !== undefined && (alone || (reason === 'stuck' && record >= 0))) {
      return { delivery, record, reason, message };
    }
    const [only] = chunk;
    // Memory may have been filled by others before it came.
    if (reason === 'memory' || only === undefined || chunk.length > 1 || !this.list.isSuspect(only)) return undefined;
    const strikes = (this.#strikes.get(only) ?? 0) + 1;
    this.#strikes.set(only, strikes);
    if (strikes < MAX_STRIKES) return undefined;
    return { delivery: only, record: -1, reason, message: `${message}, ${strikes} times in a row` };
  }
}
