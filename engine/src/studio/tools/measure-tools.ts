import { count, elapsed, size } from '../../core/quantities.ts';
import type { PlanResult } from '../../protocol/plan.ts';
import type { ProfileResult } from '../../protocol/profile.ts';
import { findTarget } from './find-target.ts';
import { countList, diagnosisList, number, paragraphs, placeText, table } from './markdown.ts';
import type { RunTool } from './tool.ts';

const SHOWN_LINES = 10;

/** `parquetry_profile`. */
export const profile: RunTool = async (call) => {
  const { entry, ...target } = await findTarget(call);
  const { signal, show } = call;
  const result = await call.studio.request('profile.run', target, { signal, onSnapshot: show });
  const { columns, ...rest } = result;
  const slim = columns.map(({ histogram: _, trials: __, ...column }) => column);
  return {
    text: profileText(entry.name, result, target.folder),
    data: { pipeline: entry.name, ...rest, columns: slim },
  };
};

function profileText(name: string, result: ProfileResult, folder: string): string {
  const { records, rows, inputBytes, encodedBytes, columns, speed, lines, advice, notes } = result;
  const { scan, transform, encode } = speed.shares;
  const shares = [`scan ${percent(scan)}`, `user code ${percent(transform)}`, `encode ${percent(encode)}`].join(', ');
  const columnRows = columns.map(
    ({ name: column, type, nulls, distinct, min, max, plainBytes, encodedBytes: bytes }) => {
      return [column, type, count(nulls), count(distinct), min, max, size(plainBytes), size(bytes)];
    },
  );
  return paragraphs(
    `${name}: ${count(records)} records (${size(inputBytes)}) became ${count(rows)} rows (${size(encodedBytes)} encoded).`,
    result.dropped.length > 0 && `Dropped: ${countList(result.dropped)}.`,
    result.deadLettered.length > 0 && `Dead-lettered: ${countList(result.deadLettered)}.`,
    `${count(speed.rowsPerSPerCore)} rows/s and ${number(speed.mbPerSPerCore)} MB/s a core: ${shares}.`,
    table(['column', 'type', 'nulls', 'distinct', 'min', 'max', 'plain', 'encoded'], columnRows),
    lines.length > 0 &&
      `Where user code spends its time:\n\n${table(
        ['line', 'share'],
        lines.slice(0, SHOWN_LINES).map((line) => [placeText(line, folder), percent(line.share)]),
      )}`,
    advice.length > 0 && `Advice:\n\n${advice.map(({ title, why }) => `- **${title}** ${why}`).join('\n')}`,
    notes.length > 0 && notes.map((note) => `- ${note}`).join('\n'),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** `parquetry_plan`. */
export const plan: RunTool = async (call) => {
  const { entry, ...target } = await findTarget(call);
  const { recordsPerS, recordsPerMessage, partitions } = call.input as {
    recordsPerS: number;
    recordsPerMessage?: number;
    partitions?: number;
  };
  const { signal, show } = call;
  // A model's question is no reason to contact an account.
  const params = { ...target, recordsPerS, recordsPerMessage, partitions, asksAccount: false };
  const result = await call.studio.request('plan.run', params, { signal, onSnapshot: show });
  return {
    text: planText(entry.name, recordsPerS, result, target.folder),
    data: { pipeline: entry.name, ...result },
  };
};

function planText(name: string, recordsPerS: number, result: PlanResult, folder: string): string {
  const { filesPerHour, fileBytes, rowsPerFile, closedBy, openPartitions, delayMs, memoryBytes, lanes } = result;
  const facts = [
    ['files an hour', number(filesPerHour)],
    ['file', `${size(fileBytes)}, ${count(rowsPerFile)} rows, closed by ${closedBy}`],
    ['open partitions', count(openPartitions)],
    ['delay at most', elapsed(delayMs)],
    ['lanes', count(lanes)],
    ['memory', size(memoryBytes)],
    ['messages in flight', count(result.inFlightMessages)],
    ['data a month', `${number(result.gbPerMonth)} GB`],
    ['cost a month', `$${number(result.usdPerMonth)} (Firehose: $${number(result.firehose.usdPerMonth)})`],
  ];
  const { region, asOf } = result.prices;
  return paragraphs(
    `${name} at ${number(recordsPerS)} records/s. ${result.reachable}`,
    table(['what', 'forecast'], facts),
    `${table(
      ['cost', 'how', '$ a month'],
      result.costs.map(({ what, how, usdPerMonth }) => [what, how, number(usdPerMonth)]),
    )}\n\nPrices of ${region}, ${asOf}.`,
    diagnosisList(result.diagnoses, folder),
    result.notes.map((note) => `- ${note}`).join('\n'),
  );
}
