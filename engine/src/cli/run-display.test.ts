import { describe, expect, test, vi } from 'vitest';
import type { RunSnapshot } from '../runtime/engine.ts';
import type { Output } from './context.ts';
import { createPaint } from './paint.ts';
import { showProgress } from './run-display.ts';

const snapshot: RunSnapshot = {
  ledger: {
    messages: { received: 50, acked: 25, returned: 0, leaseLost: 0, inFlight: 25 },
    records: {
      received: 5_000,
      delivered: 2_490,
      dropped: { bot: 8 },
      deadLettered: { misfit: 2 },
      returned: 0,
      leaseLost: 0,
      inFlight: 2_500,
    },
    rowsWritten: 2_490,
    rowsDelivered: 2_490,
    closed: true,
  },
  written: { files: 0, rows: 0, bytes: 0 },
  backlog: { visible: 50, inFlight: 25, delayed: 0 },
  lanes: [
    { lane: 0, state: 'busy' },
    { lane: 1, state: 'idle' },
  ],
  openFiles: 3,
  heldBytes: 2_048,
  sinks: [],
  isPaused: false,
  elapsedMs: 1_500,
};

function output(isTTY: boolean, columns = 120): { output: Output; text(): string } {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
  };
  return { output: { write, isTTY, columns, paint: createPaint(false) }, text: () => text };
}

/** What a terminal shows in the end, as far as displays use one. */
function screen(text: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [part, count, code] of text.matchAll(/\u001b\[(\??\d*)([A-Za-z])|[\r\n]|[^\r\n\u001b]+/g)) {
    if (code === 'A') row -= Number(count);
    else if (code === 'J') lines.splice(row, lines.length, '');
    else if (part === '\n') lines[++row] ??= '';
    else if (code === undefined && part !== '\r') lines[row] = part;
  }
  return lines;
}

describe('on a terminal', () => {
  test('shows what is durable, received and waiting, and gives the cursor back', () => {
    const { output: out, text } = output(true);
    showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }]).end();
    expect(text()).toContain('██████▒▒▒▒▒▒░░░░░░░░░░░░ 50 of 100 messages received, 25 durable');
    expect(text()).toContain('2,490 delivered, 8 dropped, 2 dead-lettered');
    expect(text()).toContain('lanes ■□  0 files written (0 B), 3 open (2.0 KiB)');
    expect(text().endsWith('\u001b[?25h')).toBe(true);
  });

  test('a line of the log stays above what is redrawn, which is there once', () => {
    const { output: out, text } = output(true);
    const shown = showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }]);
    shown.above('one\n');
    shown.above('two\n');
    shown.end();
    const lines = screen(text());
    expect(lines.slice(0, 2)).toEqual(['one', 'two']);
    expect(lines.filter((line) => line.includes('messages received'))).toHaveLength(1);
  });

  test('never writes beyond the width', () => {
    const { output: out, text } = output(true, 40);
    showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }]).end();
    const lines = text()
      .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
      .split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  test('waits for a run that has not begun', () => {
    const { output: out, text } = output(true);
    showProgress(out, [{ name: 'clicks', snapshot: () => undefined }]).end();
    expect(text()).toContain('clicks  starting');
  });
});

test('elsewhere prints a line now and then', () => {
  vi.useFakeTimers();
  const { output: out, text } = output(false);
  const stop = showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }]);
  vi.advanceTimersByTime(5_000);
  stop.end();
  vi.useRealTimers();
  expect(text()).toBe(
    'clicks: 5,000 records received, 2,490 delivered, 2 dead-lettered, 25 messages in flight, 50 messages waiting, 0 files written\n',
  );
});
