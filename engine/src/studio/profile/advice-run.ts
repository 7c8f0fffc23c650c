import path from 'node:path';
import { plural } from '../../core/quantities.ts';
import { type AdviceFacts, percent, type Suggestion } from './advice.ts';

/** Of user code, in one line, and of all time, in user code: below it nobody gains by rewriting the line. */
const HOT_SHARE = 0.4;
const TRANSFORM_SHARE = 0.3;
/** Of input on one core: beyond it receiving and writing take longer than anybody's code. */
const FAST_MB_PER_S = 80;

/** Records that become dead letters: nothing is worth more than these. */
export function badRecordsAdvice({ measures }: AdviceFacts): Suggestion[] {
  const bad = measures.deadLettered.reduce((sum, [, records]) => sum + records, 0);
  if (bad === 0) return [];
  const reasons = measures.deadLettered.map(([reason, records]) => `${reason} ${records}`).join(', ');
  return [
    {
      id: 'bad-records',
      title: `${plural(bad, 'record')} of ${measures.records} would become dead letters`,
      why: `By reason: ${reasons}. The preview shows each with the place in the code; figures here are of the others.`,
      gain: 1,
    },
  ];
}

/** One line that most of the time goes into. */
export function hotLineAdvice({ measures }: AdviceFacts): Suggestion[] {
  const [hottest] = measures.lines;
  const { mbPerSPerCore, shares } = measures.speed;
  const { transform } = shares;
  if (!hottest || hottest.share < HOT_SHARE || transform < TRANSFORM_SHARE) return [];
  if (mbPerSPerCore > FAST_MB_PER_S) return [];
  const { file, line, column, share } = hottest;
  return [
    {
      id: 'hot-line',
      title: `${percent(share)} of your code's time is spent in line ${line} of ${path.basename(file)}`,
      why: `Your code takes ${percent(transform)} of the time of a lane. Work that is the same for every record belongs into setup(), or above the transform.`,
      gain: share * transform * 0.5,
      place: { file, line, column },
    },
  ];
}
