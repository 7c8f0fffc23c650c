import { describe, expect, test } from 'vitest';
import type { ScannedBatch, Scanner } from '../../engine/src/columns/format.ts';
import { brokenClaims, holdTo } from './claim.ts';
import { findComponents } from './fixtures.ts';
import { formatClaims } from './format-contract.ts';
import type { FormatFixture } from './format-subject.ts';
import { memoryFormat } from './formats/memory.ts';

const found = await findComponents<'format', FormatFixture>('format');

describe('the contract of a format', () => {
  holdTo(formatClaims, memoryFormat('memory'));
  for (const { component, fixture } of found) {
    for (const subject of fixture.subjects(component)) holdTo(formatClaims, subject);
  }
});

/** Ways to break the contract, each with a claim that must see it. */
const broken: readonly [what: string, spoil: (scanner: Scanner) => Scanner, claim: RegExp][] = [
  [
    'counts good records only',
    changing((scanner) => ({
      add(body) {
        const before = scanner.rows;
        scanner.add(body);
        return scanner.rows - before;
      },
    })),
    /bad record cost itself/,
  ],
  [
    'throws for a bad record',
    changing((scanner) => ({ take: () => refusing(scanner.take()) })),
    /bad record cost itself|throws for no bytes/,
  ],
  [
    'leads back a byte too far',
    taking(({ records, ...batch }) => ({ ...batch, records: { ...records, end: records.end.map((end) => end + 1) } })),
    /leads back/,
  ],
  [
    'numbers records without the bad ones',
    taking(({ records, ...batch }) => ({
      ...batch,
      records: { ...records, ordinal: records.ordinal.map((_, i) => i) },
    })),
    /bad record cost itself/,
  ],
  ['tells of a bad record again', remembering, /nothing twice/],
  [
    'writes in the body',
    changing((scanner) => ({
      add(body) {
        const found = scanner.add(body.slice());
        body.fill(0);
        return found;
      },
    })),
    /changes none of it/,
  ],
  ['forgets unknown keys', taking((batch) => ({ ...batch, unknownKeys: new Map() })), /counts unknown keys/],
  [
    'names no field',
    taking((batch) => ({ ...batch, bad: batch.bad.map((record) => ({ ...record, field: undefined })) })),
    /names the field/,
  ],
];

test.each(broken)('the contract catches a format that %s', async (what, spoil, claim) => {
  const titles = await brokenClaims(formatClaims, memoryFormat(what, spoil));
  expect(titles).toContainEqual(expect.stringMatching(claim));
});

function changing(change: (scanner: Scanner) => Partial<Scanner>) {
  return (scanner: Scanner): Scanner => {
    const own: Scanner = {
      schema: scanner.schema,
      get rows() {
        return scanner.rows;
      },
      add: (body) => scanner.add(body),
      take: () => scanner.take(),
    };
    return Object.assign(own, change(scanner));
  };
}

function taking(change: (batch: ScannedBatch) => ScannedBatch) {
  return changing((scanner) => ({ take: () => change(scanner.take()) }));
}

function refusing(batch: ScannedBatch): ScannedBatch {
  if (batch.bad.length > 0) throw new Error('a record is bad');
  return batch;
}

function remembering(scanner: Scanner): Scanner {
  const all: ScannedBatch['bad'][number][] = [];
  return taking((batch) => {
    all.push(...batch.bad);
    return { ...batch, bad: [...all] };
  })(scanner);
}
