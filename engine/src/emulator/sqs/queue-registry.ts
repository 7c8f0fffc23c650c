import { invalidParameter, SqsError } from './errors.ts';
import type { QueuePorts } from './queue.ts';
import { Queue } from './queue.ts';
import { defaultAttributes, isAttributeName, withAttributes } from './queue-attributes.ts';
import { settingsOf } from './queue-settings.ts';
import { checkRedriveAllowPolicy, checkRedrivePolicy } from './redrive-policy.ts';

/** PurgeQueue may be called once in this time. */
const PURGE_INTERVAL_MS = 60_000;
const FIFO_SUFFIX = '.fifo';

/** A queue with what is kept about it beside its messages. */
export interface QueueEntry {
  readonly name: string;
  readonly arn: string;
  readonly queue: Queue;
  readonly tags: Map<string, string>;
  /** The attributes that can be set. */
  attributes: ReadonlyMap<string, string>;
  createdAtMs: number;
  modifiedAtMs: number;
  purgedAtMs: number;
}

export interface RegistryOptions extends Omit<QueuePorts, 'findQueue'> {
  accountId: string;
  region: string;
  inFlightLimit: number;
}

/** All queues, by name; the one place where a queue comes to be, changes its attributes and goes. */
export class QueueRegistry {
  readonly #options: RegistryOptions;
  readonly #entries = new Map<string, QueueEntry>();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** The queue with this name; throws QueueDoesNotExist. */
  require(name: string): QueueEntry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new SqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return entry;
  }

  findByArn(arn: string): QueueEntry | undefined {
    const entry = this.#entries.get(arn.slice(arn.lastIndexOf(':') + 1));
    return entry?.arn === arn ? entry : undefined;
  }

  /** All queues by name. */
  list(): QueueEntry[] {
    return [...this.#entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Creates a queue, or returns the one that exists if the attributes given are the ones it has. */
  create(name: string, requested: Record<string, string>): QueueEntry {
    const { FifoQueue: fifoQueue, ...attributes } = requested;
    const fifo = checkName(name, fifoQueue);
    const existing = this.#entries.get(name);
    if (existing !== undefined) return sameQueue(existing, attributes);
    const { accountId, region, inFlightLimit, clock, decideDelivery } = this.#options;
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    const complete = withAttributes(defaultAttributes(fifo), attributes, fifo);
    this.#checkPolicies(complete, attributes, { arn, fifo });
    const ports: QueuePorts = { clock, decideDelivery, findQueue: (target) => this.findByArn(target)?.queue };
    const queue = new Queue({ name, arn, fifo, settings: settingsOf(complete), inFlightLimit, ports });
    const now = clock.now();
    const entry: QueueEntry = {
      name,
      arn,
      queue,
      tags: new Map(),
      attributes: complete,
      createdAtMs: now,
      modifiedAtMs: now,
      purgedAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#entries.set(name, entry);
    return entry;
  }

  /** Applies all changes or, on an error, none. */
  setAttributes(entry: QueueEntry, changes: Record<string, string>): void {
    const { queue } = entry;
    const next = withAttributes(entry.attributes, changes, queue.fifo);
    this.#checkPolicies(next, changes, queue);
    entry.attributes = next;
    entry.modifiedAtMs = this.#options.clock.now();
    queue.settings = settingsOf(next);
  }

  /** All attributes, or those of `names` that the queue has. */
  attributesOf(entry: QueueEntry, names: readonly string[]): Record<string, string> {
    for (const name of names) {
      if (!isAttributeName(name)) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    const all = allAttributes(entry);
    if (names.includes('All')) return all;
    return Object.fromEntries(names.filter((name) => Object.hasOwn(all, name)).map((name) => [name, all[name]!]));
  }

  /** Throws PurgeQueueInProgress within 60 s of the last purge. */
  purge(entry: QueueEntry): void {
    const now = this.#options.clock.now();
    if (now < entry.purgedAtMs + PURGE_INTERVAL_MS) {
      const rule = `Only one PurgeQueue operation on ${entry.name} is allowed every 60 seconds.`;
      throw new SqsError('PurgeQueueInProgress', rule);
    }
    entry.purgedAtMs = now;
    entry.queue.purge();
  }

  delete(entry: QueueEntry): void {
    this.#entries.delete(entry.name);
    entry.queue.close();
  }

  #checkPolicies(
    attributes: ReadonlyMap<string, string>,
    changes: Record<string, string>,
    source: { arn: string; fifo: boolean },
  ): void {
    const redrive = attributes.get('RedrivePolicy');
    if (redrive !== undefined && 'RedrivePolicy' in changes) {
      checkRedrivePolicy(redrive, source, (arn) => {
        const target = this.findByArn(arn);
        if (target === undefined) return undefined;
        return { fifo: target.queue.fifo, redriveAllowPolicy: target.attributes.get('RedriveAllowPolicy') };
      });
    }
    const allow = attributes.get('RedriveAllowPolicy');
    if (allow !== undefined && 'RedriveAllowPolicy' in changes) checkRedriveAllowPolicy(allow);
  }
}

/** Whether the name is one of a FIFO queue; throws when name and attribute disagree. */
function checkName(name: string, fifoQueue: string | undefined): boolean {
  const fifo = fifoQueue === 'true';
  if (fifoQueue !== undefined && !fifo) throw new SqsError('InvalidAttributeName', 'Unknown Attribute FifoQueue.');
  const stem = fifo && name.endsWith(FIFO_SUFFIX) ? name.slice(0, -FIFO_SUFFIX.length) : name;
  if (name.length > 80 || !/^[\w-]+$/.test(stem) || (fifo && stem === name)) {
    const rule = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
    throw invalidParameter(
      'QueueName',
      name,
      fifo ? `${rule}, ending in ${FIFO_SUFFIX} for a FIFO queue.` : `${rule}.`,
    );
  }
  return fifo;
}

function sameQueue(existing: QueueEntry, requested: Record<string, string>): QueueEntry {
  for (const [name, value] of Object.entries(requested)) {
    if (existing.attributes.get(name) === value) continue;
    const difference = 'A queue already exists with the same name and a different value for attribute';
    throw new SqsError('QueueNameExists', `${difference} ${name}`);
  }
  return existing;
}

function allAttributes(entry: QueueEntry): Record<string, string> {
  const { visible, inFlight, delayed } = entry.queue.counts();
  return {
    ...Object.fromEntries(entry.attributes),
    ...(entry.queue.fifo && { FifoQueue: 'true' }),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    CreatedTimestamp: String(Math.floor(entry.createdAtMs / 1000)),
    LastModifiedTimestamp: String(Math.floor(entry.modifiedAtMs / 1000)),
    QueueArn: entry.arn,
  };
}
