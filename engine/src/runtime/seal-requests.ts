import type { LanePort } from './landing-parts.ts';
import type { SealTarget } from './messages.ts';
import type { OpenFile } from './open-files.ts';

/** Asks lanes to seal what belongs into files, and knows when they have. */
export class SealRequests {
  readonly #lanes: ReadonlyMap<number, LanePort>;
  readonly #waiting = new Map<number, { lanes: Set<number>; done: () => void }>();
  #nextRequest = 1;

  constructor(lanes: ReadonlyMap<number, LanePort>) {
    this.#lanes = lanes;
  }

  /** Resolves when every lane that is there has sealed its part of these files, or is gone; with `only`, that lane alone. */
  ask(files: readonly OpenFile[], only?: number): Promise<void> {
    const targets = this.#targetsByLane(files, only);
    if (targets.size === 0) return Promise.resolve();
    const request = this.#nextRequest++;
    return new Promise((done) => {
      this.#waiting.set(request, { lanes: new Set(targets.keys()), done });
      for (const [lane, list] of targets) this.#lanes.get(lane)?.postMessage({ type: 'seal', request, targets: list });
    });
  }

  flushed(lane: number, request: number): void {
    const seal = this.#waiting.get(request);
    if (!seal) return;
    seal.lanes.delete(lane);
    if (seal.lanes.size > 0) return;
    this.#waiting.delete(request);
    seal.done();
  }

  /** The lane answers nothing any more. */
  forget(lane: number): void {
    for (const request of [...this.#waiting.keys()]) this.flushed(lane, request);
  }

  #targetsByLane(files: readonly OpenFile[], only?: number): Map<number, SealTarget[]> {
    const targets = new Map<number, SealTarget[]>();
    for (const { unsealed, sink, partition } of files) {
      for (const lane of unsealed.keys()) {
        if (!this.#lanes.has(lane) || (only !== undefined && lane !== only)) continue;
        const list = targets.get(lane) ?? [];
        list.push({ sink, partition });
        targets.set(lane, list);
      }
    }
    return targets;
  }
}
