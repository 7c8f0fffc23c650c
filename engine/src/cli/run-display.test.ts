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
  lanes: [{ state: 'busy' }, { state: 'idle' }],
  openFiles: 3,
  heldBytes: 2_048,
  elapsedMs: 1_500,
};

function output(isTTY: boolean, columns = 120): { output: Output; text(): string } {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
  };
  return { output: { write, isTTY, columns, paint: createPaint(false) }, text: () => text };
}

describe('on a terminal', () => {
  test('shows what is durable, received and waiting, and gives the cursor back', () => {
    const { output: out, text } = output(true);
    showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }])();
    expect(text()).toContain('██████▒▒▒▒▒▒░░░░░░░░░░░░ 50 of 100 messages received, 25 durable');
    expect(text()).toContain('2,490 delivered, 8 dropped, 2 dead-lettered');
    expect(text()).toContain('lanes ■□  0 files written (0 B), 3 open (2.0 KiB)');
    expect(text().endsWith('\u001b[?25h')).toBe(true);
  });

  test('never writes beyond the width', () => {
    const { output: out, text } = output(true, 40);
    showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }])();
    const lines = text()
      .replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')
      .split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  test('waits for a run that has not begun', () => {
    const { output: out, text } = output(true);
    showProgress(out, [{ name: 'clicks', snapshot: () => undefined }])();
    expect(text()).toContain('clicks  starting');
  });
});

test('elsewhere prints a line now and then', () => {
  vi.useFakeTimers();
  const { output: out, text } = output(false);
  const stop = showProgress(out, [{ name: 'clicks', snapshot: () => snapshot }]);
  vi.advanceTimersByTime(5_000);
  stop();
  vi.useRealTimers();
  expect(text()).toBe(
    'clicks: 5,000 records received, 2,490 delivered, 2 dead-lettered, 25 messages in flight, 50 messages waiting, 0 files written\n',
  );
});
