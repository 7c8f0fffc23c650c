import { Deque } from '../deque.ts';
import type { StoredMessage } from './message.ts';
import type { ReadyMessages } from './ready-messages.ts';

interface MessageGroup {
  readonly id: string;
  /** Visible messages, in the order of sending. */
  readonly messages: Deque<StoredMessage>;
  inFlight: number;
  listed: boolean;
}

/**
 * A FIFO queue's visible messages: a deque for each message group and a queue of the groups that may be received from.
 *
 * **Invariant:** a group is listed exactly once if it has messages and none in flight, and not at all otherwise. So a
 * receive never looks at locked groups, however many there are.
 */
export class FifoReady implements ReadyMessages {
  #groups = new Map<string, MessageGroup>();
  #open = new Deque<MessageGroup>();

  add(message: StoredMessage): void {
    const group = this.#groupOf(message);
    insertInOrder(group.messages, message);
    this.#list(group);
  }

  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[] {
    const taken: StoredMessage[] = [];
    while (taken.length < max) {
      const group = this.#open.shift();
      if (group === undefined) break;
      group.listed = false;
      takeFromGroup(group, max, taken, accept);
      this.#list(group);
    }
    return taken;
  }

  release(message: StoredMessage): void {
    const group = this.#groupOf(message);
    group.inFlight--;
    this.#list(group);
  }

  clear(): void {
    this.#groups.clear();
    this.#open.clear();
  }

  #groupOf(message: StoredMessage): MessageGroup {
    const id = message.extras?.groupId ?? '';
    let group = this.#groups.get(id);
    if (group === undefined) {
      group = { id, messages: new Deque(), inFlight: 0, listed: false };
      this.#groups.set(id, group);
    }
    return group;
  }

  /** Restores the invariant for one group, and forgets a group that has nothing left. */
  #list(group: MessageGroup): void {
    if (group.inFlight > 0 || group.listed) return;
    while (group.messages.first?.state === 'gone') group.messages.shift();
    if (group.messages.size === 0) {
      this.#groups.delete(group.id);
    } else {
      group.listed = true;
      this.#open.push(group);
    }
  }
}

/** One receive may take several messages of a group: they lock it for others, not for each other. */
function takeFromGroup(
  group: MessageGroup,
  max: number,
  taken: StoredMessage[],
  accept: (message: StoredMessage) => boolean,
): void {
  while (taken.length < max) {
    const message = group.messages.shift();
    if (message === undefined) return;
    if (message.state === 'gone' || !accept(message)) continue;
    group.inFlight++;
    taken.push(message);
  }
}

/** A message that comes back goes before those sent after it: near the front, past others that came back already. */
function insertInOrder(messages: Deque<StoredMessage>, message: StoredMessage): void {
  if (messages.last === undefined || messages.last.order < message.order) {
    messages.push(message);
    return;
  }
  const earlier: StoredMessage[] = [];
  while (messages.first !== undefined && messages.first.order < message.order) earlier.push(messages.shift()!);
  messages.unshift(message);
  for (const before of earlier.reverse()) messages.unshift(before);
}
