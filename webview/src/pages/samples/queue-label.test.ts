import { expect, test } from 'vitest';
import { queueLabel } from './queue-label.ts';

const queue = { name: 'clicks', url: '', messages: 1_200, inFlight: 0, delayed: 0, isFifo: false };

test.each([
  [queue, 'clicks (1,200 messages)'],
  [{ ...queue, inFlight: 3, oldestS: 200 }, 'clicks (1,200 messages, 3 in flight, the oldest 3 min 20 s old)'],
  [{ ...queue, messages: 1, oldestS: 7_500 }, 'clicks (1 message, the oldest 2 h 5 min old)'],
  [{ ...queue, problem: 'no such queue' }, 'clicks (does not exist)'],
])('%o is offered as %s', (info, label) => {
  expect(queueLabel(info)).toBe(label);
});
