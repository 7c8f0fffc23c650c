import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { GetQueueUrlCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DuckDBInstance } from '@duckdb/node-api';
import { processContext } from '../engine/src/cli/context.ts';
import { showProgress } from '../engine/src/cli/run-display.ts';
import { renderRun } from '../engine/src/cli/run-report.ts';
import { sumReasons } from '../engine/src/core/ledger.ts';
import { count, elapsed } from '../engine/src/core/quantities.ts';
import { startEmulatorThread } from '../engine/src/emulator/thread.ts';
import { loadPipeline } from '../engine/src/pipeline/file.ts';
import type { RunSummary } from '../engine/src/runtime/engine.ts';
import type { Run } from '../engine/src/runtime/run.ts';
import { runPipeline } from '../engine/src/runtime/run-pipeline.ts';
import { provision } from '../engine/src/studio/cloud/provision.ts';
import { auditLedger } from '../test/tools/ledger-audit.ts';

/*
 * The main job, as a newcomer sees it first: real data goes through a real queue, two example pipelines turn it into Parquet
 * in S3, and every record is accounted for. Needs no account: SQS and S3 are the embedded ones.
 */

const root = path.resolve(import.meta.dirname, '..');
const lake = path.join(root, 'out', 's3');
const { stderr, signal } = processContext(new AbortController().signal);
const say = (line = '') => stderr.write(`${line}\n`);

/** What a producer sends when it is broken: none of these is a record, each must be told of and cost nothing else. */
const broken = [
  'this is not JSON',
  '{"delay":5,"distance":300',
  '{"delay":"late","distance":300,"time":7.5}\n{"delay":1,"distance":2}',
  '{"delay":1.5,"distance":300,"time":7.5}',
  'H4sIAAAAAAAAA+broken+gzip',
];

const startedMs = Date.now();
await rm(lake, { recursive: true, force: true });
await using emulator = await startEmulatorThread({ port: 0, folder: lake });
say(`embedded SQS and S3 at ${emulator.endpoint}`);

const aws = {
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const sqs = new SQSClient(aws);

const flights = await load('flights');
const movies = await load('movies');
const flightRecords = readRecords('flights-200k.json');
const movieRecords = readRecords('movies.json');
await send('flights', [...pack(flightRecords, 500), ...broken]);
await send('movies', pack(movieRecords, 100));
say();

const engines = new Map<string, Run>();
const running = [flights, movies].map((pipeline) =>
  runPipeline(pipeline, {
    drain: true,
    signal,
    embeddedEndpoint: emulator.endpoint,
    backlogEveryMs: 250,
    onStart: (engine) => engines.set(pipeline.name, engine),
  }),
);
const shown = showProgress(stderr, [
  { name: 'flights', snapshot: () => snapshotOf('flights') },
  { name: 'movies', snapshot: () => snapshotOf('movies') },
]);
const [flightRun, movieRun] = await Promise.all(running).finally(() => shown.end());
say();
const ok = (await conclude('flights', flightRun!)) && (await conclude('movies', movieRun!));

await showRows('flights');
await showRows('movies');
const objects = path.relative(process.cwd(), path.join(lake, 'lake', 'by-key'));
say(
  `objects:      ${path.relative(process.cwd(), path.join(lake, 'lake', 'by-key'))}   (every object is a file below it)`,
);
say(`look inside:  npx parquetry inspect ${objects}/flights/*/*.parquet`);
say('the recipes:  examples/flights, examples/movies');
say();
const { records } = flightRun!.ledger;
const verdict = `${records.delivered} flights delivered and ${sumReasons(records.deadLettered)} broken records dead-lettered`;
const closed = ok && flightRun!.ledger.rowsDelivered === flightRecords.length;
if (closed)
  say(
    stderr.paint.green(
      `ledger closed: ${flightRun!.ledger.rowsDelivered} flights in ${elapsed(Date.now() - startedMs)}: ${verdict}`,
    ),
  );
else say(stderr.paint.red(`ledger NOT closed: expected ${flightRecords.length} flights; ${verdict}`));
sqs.destroy();
process.exitCode = closed ? 0 : 1;

async function load(name: string) {
  const pipeline = await loadPipeline(path.join(root, 'examples', name), { env: 'local' });
  await provision(pipeline, emulator.endpoint);
  return pipeline;
}

function readRecords(file: string): unknown[] {
  return JSON.parse(readFileSync(path.join(root, 'node_modules', 'vega-datasets', 'data', file), 'utf8')) as unknown[];
}

/** NDJSON of many records a message, as producers that batch send it. */
function pack(records: unknown[], perMessage: number): string[] {
  const messages: string[] = [];
  for (let i = 0; i < records.length; i += perMessage) {
    messages.push(
      `${records
        .slice(i, i + perMessage)
        .map((record) => JSON.stringify(record))
        .join('\n')}\n`,
    );
  }
  return messages;
}

async function send(queue: string, messages: string[]): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  for (let i = 0; i < messages.length; i += 10) {
    const Entries = messages.slice(i, i + 10).map((MessageBody, n) => ({ Id: String(n), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  say(`${count(messages.length).padStart(6)} messages on queue ${queue}`);
}

function snapshotOf(name: string) {
  return engines.get(name)?.snapshot();
}

/** The run's own account, then the one of an auditor who knows nothing of the engine. */
async function conclude(name: string, summary: RunSummary): Promise<boolean> {
  say(renderRun(name, summary, stderr.paint));
  const place = { endpoint: emulator.endpoint, queue: name, bucket: 'lake', prefix: name, errors: `_errors/${name}` };
  const audit = await auditLedger(summary, place);
  const facts = `${count(audit.rowsInFooters)} rows in the footers of ${audit.files} files, ${audit.deadLetters} dead letters, ${audit.messagesLeft} messages left`;
  say(`  audit from outside: ${facts}${audit.disagreements.length === 0 ? ', all as the ledger says' : ''}`);
  for (const disagreement of audit.disagreements) say(stderr.paint.red(`  does not agree: ${disagreement}`));
  say();
  return audit.disagreements.length === 0 && summary.ledger.closed && summary.error === undefined;
}

/** A few rows of a table, read by a library that is not ours. */
async function showRows(name: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const files = path.join(lake, 'lake', 'by-key', name, '**', '*.parquet');
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_parquet('${files}', hive_partitioning = true) LIMIT 3`,
  );
  connection.closeSync();
  const names = reader.columnNames();
  const rows = reader.getRows().map((row) => row.map((value) => (value === null ? '·' : String(value))));
  const widths = names.map((column, i) => Math.min(28, Math.max(column.length, ...rows.map((row) => row[i]!.length))));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => cell.slice(0, widths[i]).padEnd(widths[i]!)).join('  ')}`;
  say(`three rows of ${name}, read by DuckDB:`);
  say(stderr.paint.dim(line(names)));
  for (const row of rows) say(line(row));
  say();
}
