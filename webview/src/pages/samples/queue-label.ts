import type { QueueInfo } from '../../../../engine/src/protocol/cloud.ts';
import { countOf, durationText } from '../../components/quantities.ts';

/** What tells a queue that is worth a look from one where nothing arrives. */
export function queueLabel({ name, messages, inFlight, oldestS, problem }: QueueInfo): string {
  if (problem !== undefined) return `${name} (does not exist)`;
  const facts = [
    countOf(messages, 'message'),
    ...(inFlight > 0 ? [`${inFlight} in flight`] : []),
    ...(oldestS === undefined ? [] : [`the oldest ${durationText(oldestS * 1_000)} old`]),
  ];
  return `${name} (${facts.join(', ')})`;
}
