import { expect, test } from 'vitest';
import { describeTaken, redactionOf } from './taken.ts';

test('says which fields were redacted, and which were not to be found', () => {
  expect(
    describeTaken({
      records: 1_200,
      redactedFields: [
        ['user.email', 1_100],
        ['items.*.name', 1],
        ['phone', 0],
      ],
      warnings: ['FIFO: its groups stood still.'],
    }),
  ).toBe(
    '1,200 records were saved. Redacted: user.email (1,100 values), items.*.name (1 value). No record has phone. FIFO: its groups stood still.',
  );
});

test('says so where nothing was redacted', () => {
  const taken = { records: 1, redactedFields: [], warnings: [] };
  expect(describeTaken(taken)).toBe('1 record was saved. Nothing was redacted.');
});

test('fields are parted by commas or blanks', () => {
  expect(redactionOf(' user.email, items.*.name  phone ')).toEqual({ fields: ['user.email', 'items.*.name', 'phone'] });
  expect(redactionOf(' ')).toBeUndefined();
});
