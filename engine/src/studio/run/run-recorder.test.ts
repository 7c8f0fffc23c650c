import { expect, test } from 'vitest';
import type { RunSnapshot } from '../../runtime/engine.ts';
import { logLine, printedLines } from './log-line.ts';
import { RunRecorder } from './run-recorder.ts';

function snapshot(received: number, rows: number): RunSnapshot {
  const messages = { received: 1, acked: 1, returned: 0, leaseLost: 0, inFlight: 0 };
  const records = {
    ...{ received, delivered: received - 3, returned: 0, leaseLost: 0, inFlight: 0 },
    dropped: { bot: 1, old: 2 },
    deadLettered: {},
  };
  return {
    ledger: { messages, records, rowsWritten: rows, rowsDelivered: rows, closed: true },
    written: { files: 1, rows, bytes: 10 },
    backlog: { visible: 5, inFlight: 2, delayed: 1 },
    lanes: [{ lane: 4, state: 'busy' }],
    openFiles: 0,
    heldBytes: 0,
    sinks: [],
    isPaused: false,
    elapsedMs: 0,
  };
}

test('seconds tell what was done since the last one, over the time that really passed', () => {
  let nowMs = 1_000;
  const recorder = new RunRecorder(() => nowMs);
  recorder.metrics.count('parquetry_received_bytes_total', 300);
  recorder.metrics.count('parquetry_records_received_total', 99);
  nowMs += 2_000;
  recorder.second(snapshot(100, 50), [{ lane: 4, busy: 0.5 }]);
  nowMs += 1_000;
  recorder.second(snapshot(400, 50), []);
  const { history } = recorder.progress({ snapshot: snapshot(400, 50), batches: [] });
  expect(history).toEqual([
    { atMs: 3_000, recordsPerS: 50, bytesPerS: 150, rowsPerS: 25, lanes: 1, lagMessages: 5 },
    { atMs: 4_000, recordsPerS: 300, bytesPerS: 0, rowsPerS: 0, lanes: 1, lagMessages: 5 },
  ]);
});

test('a view tells the ledger, why lanes scaled, files newest first, and where it listens', () => {
  const recorder = new RunRecorder(() => 7);
  const file = { sink: 's3', partition: 'dt=1', rowGroups: 1, messages: 2, closedBy: 'age' };
  recorder.logger.info('file.written', { ...file, uri: 's3://lake/a', rows: 3, sizeBytes: 9 });
  recorder.logger.info('file.written', { ...file, uri: 's3://lake/b', rows: 4, sizeBytes: 9 });
  recorder.logger.info('lanes.scaled', { from: 1, to: 3, reason: 'behind by 9 s' });
  recorder.logger.info('telemetry.listening', { address: '127.0.0.1:9' });
  const view = recorder.progress({ snapshot: snapshot(10, 7), batches: [] });
  expect(view).toMatchObject({
    ledger: {
      received: 10,
      delivered: 7,
      dropped: [
        ['old', 2],
        ['bot', 1],
      ],
      rows: 7,
      files: 1,
      isClosed: true,
    },
    laneDecisions: [{ atMs: 7, lanes: 3, reason: 'behind by 9 s' }],
    lag: { messages: 6, inFlight: 2 },
    files: [{ uri: 's3://lake/b', rows: 4, bytes: 9, closedBy: 'age' }, { uri: 's3://lake/a' }],
    url: 'http://127.0.0.1:9',
  });
  expect(view.logs).toHaveLength(4);
});

test('what is kept is bounded: the newest stay', () => {
  const recorder = new RunRecorder(() => 0);
  for (let i = 0; i < 700; i++) recorder.logger.warn('receive.failed', { i });
  const { logs } = recorder.progress({ snapshot: snapshot(3, 0), batches: [] });
  expect([logs.length, logs.at(-1)?.text]).toEqual([500, 'i=699']);
});

test('a log line says its sentence first, and cuts what is long', () => {
  const fields = { code: 'E_X', message: 'no luck', hint: 'try', n: [1], none: undefined };
  expect(logLine('warn', 'storm', fields, 1)).toEqual({
    atMs: 1,
    level: 'warn',
    event: 'storm',
    text: 'no luck · try · code=E_X n=[1]',
  });
  expect(logLine('info', 'storm', { message: 'x'.repeat(9_999) }, 1).text).toHaveLength(601);
  expect(printedLines('stderr', 'a\n\nb\n', 2)).toEqual([
    { atMs: 2, level: 'error', event: 'stderr', text: 'a' },
    { atMs: 2, level: 'error', event: 'stderr', text: 'b' },
  ]);
});
