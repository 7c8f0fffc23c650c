import { type LedgerSnapshot, type Reasons, sumReasons } from '../core/ledger.ts';
import { count, elapsed, plural, size } from '../core/quantities.ts';
import type { RunSummary, ShutdownSummary } from '../runtime/engine.ts';
import type { Restart } from '../runtime/guardian.ts';
import type { Paint } from './paint.ts';

/** Files listed one by one; the rest is summed up. */
const LISTED_FILES = 12;

/** The end of a run for people: the ledger, the files, what to look at. */
export function renderRun(name: string, summary: RunSummary, paint: Paint, restart?: Restart): string {
  const { ledger, unknownKeys, error, shutdown } = summary;
  const lines = [
    `${paint.bold(name)}  ${summary.reason} after ${elapsed(summary.elapsedMs)}  ${paint.dim(`run ${summary.runId}`)}`,
    ...(restart ? [paint.yellow(restartText(restart))] : []),
    ...(shutdown ? [shutdownText(shutdown)] : []),
    '',
    ...ledgerLines(ledger, paint),
    '',
    ...fileLines(summary, paint),
  ];
  if (unknownKeys.size > 0) lines.push('', `keys in neither schema: ${keyText(unknownKeys)}`);
  if (error) lines.push('', paint.red(`failed: ${error.message}`), ...(error.hint ? [`  ${error.hint}`] : []));
  return `${lines.join('\n')}\n`;
}

/** The accounts are those of the last process: what the ones before it had not finished came again. */
function restartText({ restarts, ending }: Restart): string {
  return `restarted ${plural(restarts, 'time')}, the last time after ${ending}: these are the accounts since then`;
}

/** What became of what was held. */
function shutdownText({ mode, elapsedMs, written, returned, left }: ShutdownSummary): string {
  const parts = [
    `${plural(written.files, 'file')} written (${size(written.bytes)})`,
    `${plural(returned, 'message')} returned`,
    ...(left > 0 ? [`${count(left)} left until their leases end, because they were received too often to return`] : []),
  ];
  return `stopping (${mode}) took ${elapsed(elapsedMs)}: ${parts.join(', ')}`;
}

/** The ledger as a table: a line an account, messages beside records. */
export function ledgerLines(
  { messages, records, rowsDelivered, rowsWritten, closed }: LedgerSnapshot,
  paint: Paint,
): string[] {
  const rows: [string, number | undefined, number][] = [
    ['received', messages.received, records.received],
    ['delivered', messages.acked, records.delivered],
    ...reasonRows('dropped', records.dropped),
    ...reasonRows('dead-lettered', records.deadLettered),
    ['returned', messages.returned, records.returned],
    ['lease lost', messages.leaseLost, records.leaseLost],
    ['in flight', messages.inFlight, records.inFlight],
  ];
  const shown = rows.filter(([label, a, b]) => label === 'received' || label === 'delivered' || (a ?? 0) + b > 0);
  const width = Math.max(...shown.map(([label]) => label.length));
  const table = shown.map(([label, a, b]) => {
    const cells = [(a === undefined ? '' : count(a)).padStart(12), count(b).padStart(14)];
    return `  ${label.padEnd(width)}${cells.join('')}`;
  });
  const head = paint.dim(`  ${'ledger'.padEnd(width)}${'messages'.padStart(12)}${'records'.padStart(14)}`);
  const verdict = closed ? paint.green('ledger closes') : paint.red('ledger does NOT close: please report this');
  const rowText = `${plural(rowsDelivered, 'row')} from delivered records, ${plural(rowsWritten, 'row')} written`;
  return [head, ...table, `  ${verdict}; ${rowText}`];
}

function reasonRows(label: string, reasons: Reasons): [string, undefined, number][] {
  return Object.entries(reasons)
    .sort((a, b) => b[1] - a[1])
    .map(([reason, n]) => [`${label}: ${reason}`, undefined, n]);
}

function fileLines({ written, files }: RunSummary, paint: Paint): string[] {
  if (written.files === 0) return ['  no files written'];
  const sorted = files.toSorted((a, b) => (a.uri < b.uri ? -1 : 1));
  const listed = sorted.slice(0, LISTED_FILES).map((file) => {
    const facts = `${plural(file.rows, 'row').padStart(15)} ${size(file.sizeBytes).padStart(9)} ${plural(file.rowGroups, 'row group').padStart(13)}`;
    return `${facts}  ${file.uri}`;
  });
  const unlisted = written.files - listed.length;
  const more = unlisted > 0 ? [paint.dim(`  … and ${plural(unlisted, 'more file')}`)] : [];
  const totals = `  ${plural(written.files, 'file')}, ${size(written.bytes)}, ${plural(written.rows, 'row')}`;
  return [paint.dim(totals), ...listed, ...more];
}

function keyText(keys: ReadonlyMap<string, number>): string {
  const sorted = [...keys].sort((a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, 8).map(([key, n]) => `${key} (${count(n)})`);
  return shown.join(', ') + (sorted.length > 8 ? `, and ${sorted.length - 8} more` : '');
}

/** The summary as data, for `--json`. */
export function runAsData(summary: RunSummary, restart?: Restart): Record<string, unknown> {
  const { runId, reason, ledger, written, files, unknownKeys, elapsedMs, error, shutdown } = summary;
  return {
    runId,
    reason,
    elapsedMs,
    ledger,
    deadLettered: sumReasons(ledger.records.deadLettered),
    written,
    files,
    unknownKeys: Object.fromEntries(unknownKeys),
    shutdown,
    restarted: restart && { times: restart.restarts, after: restart.ending },
    error: error && { code: error.code, message: error.message, hint: error.hint },
  };
}
