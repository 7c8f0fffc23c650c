import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balances, Ledger, type RecordOutcome, sumLedgers } from './ledger.ts';

const outcome = fc.record({ good: fc.nat(9), dropped: fc.nat(5), dead: fc.nat(5) }).map(
  ({ good, dropped, dead }): RecordOutcome => ({
    found: good + dropped + dead,
    rows: good,
    dropped: dropped ? { bot: dropped } : {},
    deadLettered: dead ? { misfit: dead } : {},
  }),
);
const fate = fc.constantFrom('acked', 'returned', 'lost', 'open-processed', 'open-unprocessed');

test('closes over any history in which every delivery is told of', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(outcome, fate)), (history) => {
      const ledger = new Ledger();
      const open: (RecordOutcome | undefined)[] = [];
      for (const [records, how] of history) {
        ledger.received(1);
        if (how !== 'open-unprocessed') ledger.processed(records);
        if (how === 'open-processed') open.push(records);
        else if (how === 'open-unprocessed') open.push(undefined);
        else ledger.settled(how as 'acked' | 'returned' | 'lost', records);
      }
      expect(ledger.snapshot(open).closed).toBe(true);
    }),
  );
});

test('does not close when a lease vanished without being settled', () => {
  const ledger = new Ledger();
  ledger.received(2);
  ledger.processed({ found: 3, rows: 3, dropped: {}, deadLettered: {} });
  ledger.settled('acked', { found: 3, rows: 3, dropped: {}, deadLettered: {} });
  expect(ledger.snapshot([]).closed).toBe(false);
  expect(ledger.snapshot([undefined]).closed).toBe(true);
});

test('counts drops and dead letters by reason, in records', () => {
  const ledger = new Ledger();
  ledger.received(1);
  const records = { found: 6, rows: 4, dropped: { bot: 2 }, deadLettered: { misfit: 1, thrown: 1 } };
  ledger.processed(records);
  ledger.settled('acked', records);
  const { records: account, rowsDelivered } = ledger.snapshot([]);
  expect(account).toMatchObject({
    received: 6,
    delivered: 2,
    dropped: { bot: 2 },
    deadLettered: { misfit: 1, thrown: 1 },
  });
  expect(rowsDelivered).toBe(4);
});

test.each(['constructor', '__proto__'])('adds up a reason named %s like any other', (reason) => {
  const ledger = new Ledger();
  const dropped = JSON.parse(`{"${reason}":1}`);
  for (let i = 0; i < 2; i++) {
    const outcome = { found: 1, rows: 0, dropped, deadLettered: {} };
    ledger.received(1);
    ledger.processed(outcome);
    ledger.settled('acked', outcome);
  }
  const { records, closed } = ledger.snapshot([]);
  expect({ closed, entries: Object.entries(records.dropped) }).toEqual({ closed: true, entries: [[reason, 2]] });
});

test('counts reasons beyond a thousand names together, and still closes', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 1_500; i++) {
    const records = { found: 1, rows: 0, dropped: { [`user ${i}`]: 1 }, deadLettered: {} };
    ledger.received(1);
    ledger.processed(records);
    ledger.settled('acked', records);
  }
  const { records, closed } = ledger.snapshot([]);
  expect(closed).toBe(true);
  expect(Object.keys(records.dropped)).toHaveLength(1_001);
  expect(records.dropped['*']).toBe(500);
});

test('ledgers add up to one in which the equation holds, and that closes only if each of them does', () => {
  const one = new Ledger();
  one.received(2);
  one.processed({ found: 3, rows: 2, dropped: { bot: 1 }, deadLettered: {} });
  one.settled('acked', { found: 3, rows: 2, dropped: { bot: 1 }, deadLettered: {} });
  const sum = sumLedgers([one.snapshot([undefined]), one.snapshot([undefined])]);
  expect(sum).toMatchObject({
    closed: true,
    rowsDelivered: 4,
    messages: { received: 4, acked: 2, inFlight: 2 },
    records: { received: 6, delivered: 4, dropped: { bot: 2 } },
  });
  expect(balances(sum.messages, sum.records)).toBe(true);
  expect(sumLedgers([one.snapshot([]), one.snapshot([undefined])]).closed).toBe(false);
  expect(sumLedgers([])).toMatchObject({ closed: true, messages: { received: 0 } });
});
