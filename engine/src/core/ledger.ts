/** Counts by reason. */
export type Reasons = Record<string, number>;

/** What became of one delivery's records, as its lane saw them. */
export interface RecordOutcome {
  /** Records found in the delivery, good and bad; an undividable body counts as one. */
  readonly found: number;
  readonly dropped: Readonly<Reasons>;
  readonly deadLettered: Readonly<Reasons>;
  /** Rows that the records became; one record may become several rows or, dropped, none. */
  readonly rows: number;
}

/** How a delivery ended. */
export type Settlement = 'acked' | 'returned' | 'lost';

/** One line of accounts: what came in and where it went. All numbers are records, or messages. */
export interface Account {
  received: number;
  delivered: number;
  dropped: Reasons;
  deadLettered: Reasons;
  /** Given back to the source; they will come again. */
  returned: number;
  /** Durable, but the lease had run out before the ack: they may come again. */
  leaseLost: number;
  /** Counted from open leases, never by subtraction. */
  inFlight: number;
}

export interface LedgerSnapshot {
  readonly messages: Readonly<Omit<Account, 'dropped' | 'deadLettered' | 'delivered'> & { acked: number }>;
  readonly records: Readonly<Account>;
  /** Rows made durable, summed over sinks. */
  readonly rowsWritten: number;
  /** Rows that delivered records became, once a record whatever the number of sinks. */
  readonly rowsDelivered: number;
  readonly closed: boolean;
}

/** The accounts of a run. Pure: told of events, asked for a snapshot. */
export class Ledger {
  #messages = { received: 0, acked: 0, returned: 0, leaseLost: 0 };
  #records: Account = emptyAccount();
  #rowsWritten = 0;
  #rowsDelivered = 0;

  get messagesReceived(): number {
    return this.#messages.received;
  }

  received(messages: number): void {
    this.#messages.received += messages;
  }

  /** A lane has looked into a delivery: its records exist from now on. */
  processed(outcome: RecordOutcome): void {
    this.#records.received += outcome.found;
  }

  /** A delivery's lease has ended. `outcome` is absent when no lane got to look into it. */
  settled(how: Settlement, outcome: RecordOutcome | undefined): void {
    if (how === 'acked') this.#messages.acked++;
    else if (how === 'returned') this.#messages.returned++;
    else this.#messages.leaseLost++;
    if (!outcome) return;
    if (how === 'returned') this.#records.returned += outcome.found;
    else if (how === 'lost') this.#records.leaseLost += outcome.found;
    else this.#delivered(outcome);
  }

  wrote(rows: number): void {
    this.#rowsWritten += rows;
  }

  /** `open`: the leases that are open right now, counted by whoever holds them; a record count where processed. */
  snapshot(open: Iterable<RecordOutcome | undefined>): LedgerSnapshot {
    let messagesInFlight = 0;
    let recordsInFlight = 0;
    for (const outcome of open) {
      messagesInFlight++;
      recordsInFlight += outcome?.found ?? 0;
    }
    const messages = { ...this.#messages, inFlight: messagesInFlight };
    const records = { ...structuredClone(this.#records), inFlight: recordsInFlight };
    return {
      messages,
      records,
      rowsWritten: this.#rowsWritten,
      rowsDelivered: this.#rowsDelivered,
      closed: balances(messages, records),
    };
  }

  #delivered(outcome: RecordOutcome): void {
    const dropped = addReasons(this.#records.dropped, outcome.dropped);
    const deadLettered = addReasons(this.#records.deadLettered, outcome.deadLettered);
    this.#records.delivered += outcome.found - dropped - deadLettered;
    this.#rowsDelivered += outcome.rows;
  }
}

/** The accounts of several ledgers as one; it closes if each of them does. */
export function sumLedgers(ledgers: readonly LedgerSnapshot[]): LedgerSnapshot {
  const messages = { received: 0, acked: 0, returned: 0, leaseLost: 0, inFlight: 0 };
  const records = emptyAccount();
  const sum = { rowsWritten: 0, rowsDelivered: 0, closed: true };
  for (const ledger of ledgers) {
    for (const key of Object.keys(messages) as (keyof typeof messages)[]) messages[key] += ledger.messages[key];
    for (const key of ['received', 'delivered', 'returned', 'leaseLost', 'inFlight'] as const) {
      records[key] += ledger.records[key];
    }
    addReasons(records.dropped, ledger.records.dropped);
    addReasons(records.deadLettered, ledger.records.deadLettered);
    sum.rowsWritten += ledger.rowsWritten;
    sum.rowsDelivered += ledger.rowsDelivered;
    sum.closed &&= ledger.closed;
  }
  return { messages, records, ...sum };
}

/** **The** equation: received = delivered + dropped + dead-lettered + returned + lease lost + in flight, for messages and records. */
export function balances(messages: LedgerSnapshot['messages'], records: Account): boolean {
  const messagesOut = messages.acked + messages.returned + messages.leaseLost + messages.inFlight;
  const recordsOut =
    records.delivered +
    sumReasons(records.dropped) +
    sumReasons(records.deadLettered) +
    records.returned +
    records.leaseLost +
    records.inFlight;
  return messages.received === messagesOut && records.received === recordsOut;
}

export function sumReasons(reasons: Readonly<Reasons>): number {
  let sum = 0;
  for (const reason in reasons) sum += reasons[reason] ?? 0;
  return sum;
}

/** Without a prototype: users name reasons, and `constructor` must be as good as any other. */
export function noReasons(): Reasons {
  return Object.create(null);
}

/** Reasons beyond this many names are counted together: one with an id in it must not eat the memory of a service. */
const MAX_REASONS = 1_000;
const OTHER_REASONS = '*';

export function addReason(into: Reasons, reason: string, count: number): void {
  const isNew = into[reason] === undefined;
  const name = isNew && Object.keys(into).length >= MAX_REASONS ? OTHER_REASONS : reason;
  into[name] = (into[name] ?? 0) + count;
}

/** Adds one set of reasons into another; answers the sum of what was added. */
export function addReasons(into: Reasons, from: Readonly<Reasons>): number {
  let added = 0;
  for (const [reason, count] of Object.entries(from)) {
    addReason(into, reason, count);
    added += count;
  }
  return added;
}

function emptyAccount(): Account {
  const reasons = { dropped: noReasons(), deadLettered: noReasons() };
  return { received: 0, delivered: 0, ...reasons, returned: 0, leaseLost: 0, inFlight: 0 };
}
