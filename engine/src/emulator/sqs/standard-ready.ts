import { Deque } from '../deque.ts';
import type { StoredMessage } from './message.ts';
import type { ReadyMessages } from './ready-messages.ts';

/** A standard queue's visible messages, by the time they became visible: one that comes back waits its turn again. */
export class StandardReady implements ReadyMessages {
  #messages = new Deque<StoredMessage>();

  add(message: StoredMessage): void {
    while (this.#messages.first?.state === 'gone') this.#messages.shift();
    this.#messages.push(message);
  }

  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[] {
    const taken: StoredMessage[] = [];
    while (taken.length < max) {
      const message = this.#messages.shift();
      if (message === undefined) break;
      if (message.state !== 'gone' && accept(message)) taken.push(message);
    }
    return taken;
  }

  release(): void {}

  clear(): void {
    this.#messages.clear();
  }
}
