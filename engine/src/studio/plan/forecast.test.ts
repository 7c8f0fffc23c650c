import { describe, expect, test } from 'vitest';
import { bytesPerRowAt, type ForecastFacts, forecast } from './forecast.ts';

const sizes = { rowSizes: [{ rows: 1_000, bytesPerRow: 100 }], fileOverheadBytes: 0 };
const facts: ForecastFacts = {
  recordsPerS: 1_000,
  recordsPerMessage: 10,
  recordBytes: 400,
  rowsPerRecord: 1,
  batch: { targetSizeBytes: 10_000_000, maxAgeMs: 60_000, heldBytes: 1e9 },
  sinks: [{ ...sizes, partitions: [{ path: '', share: 1 }] }],
  inFlightCap: 100_000,
  recordsPerSPerLane: 100_000,
};

describe('a forecast', () => {
  test('closes files by age where the rate does not fill them', () => {
    const { filesPerHour, fileBytes, rowsPerFile, closedBy, longestHoldMs, inFlightMessages } = forecast(facts);
    expect(filesPerHour).toBeCloseTo(60, -1);
    expect(fileBytes).toBeCloseTo(6_000_000, -5);
    expect(rowsPerFile).toBeCloseTo(60_000, -4);
    expect([closedBy, longestHoldMs, inFlightMessages]).toEqual(['age', 60_000, 6_000]);
  });

  test('closes them by size where it does', () => {
    const { filesPerHour, fileBytes, closedBy } = forecast({ ...facts, recordsPerS: 10_000 });
    expect(closedBy).toBe('size');
    expect(fileBytes).toBeCloseTo(10_000_000, -5);
    expect(filesPerHour).toBeCloseTo(360, 0);
  });

  test('closes them when the queue lends no more', () => {
    const batch = { ...facts.batch, maxAgeMs: 3_600_000, targetSizeBytes: 1e12 };
    const { closedBy, longestHoldMs, inFlightMessages } = forecast({ ...facts, recordsPerMessage: 1, batch });
    expect([closedBy, longestHoldMs, inFlightMessages]).toEqual(['in-flight', 100_000, 100_000]);
  });

  test('closes them by rows, and by memory, where these end first', () => {
    expect(forecast({ ...facts, batch: { ...facts.batch, maxRows: 10_000 } })).toMatchObject({
      closedBy: 'rows',
      filesPerHour: 360,
    });
    const squeezed = forecast({ ...facts, batch: { ...facts.batch, heldBytes: 300_000 } });
    expect(squeezed.closedBy).toBe('memory');
    expect(squeezed.filesPerHour).toBeGreaterThan(500);
  });

  test('has a file a partition, and waits for rows where few come', () => {
    const partitions = [
      { path: 'a', share: 0.9999 },
      { path: 'b', share: 0.0001 },
    ];
    const [often, rare] = forecast({ ...facts, sinks: [{ ...sizes, partitions }] }).partitions;
    expect(often!.filesPerHour).toBeCloseTo(60, 0);
    // One row in ten seconds: the next file begins with it.
    expect(rare!.filesPerHour).toBeCloseTo(3_600 / 70, 0);
    expect(rare!.fileBytes).toBeCloseTo(700, -2);
  });

  test('takes the bytes of a row from row groups of its size, and adds what a file has besides', () => {
    const rowSizes = [
      { rows: 100, bytesPerRow: 300 },
      { rows: 10_000, bytesPerRow: 100 },
    ];
    expect([10, 100, 1_000, 10_000, 1e6].map((rows) => bytesPerRowAt({ rowSizes }, rows))).toEqual([
      300, 300, 200, 100, 100,
    ]);
    const sink = { rowSizes, fileOverheadBytes: 500, partitions: [{ path: '', share: 1 }] };
    const { fileBytes, rowsPerFile } = forecast({ ...facts, recordsPerS: 10, sinks: [sink] });
    expect(fileBytes).toBeCloseTo(rowsPerFile * bytesPerRowAt(sink, rowsPerFile) + 500);
  });

  test('counts lanes with air', () => {
    expect(forecast({ ...facts, recordsPerS: 69_000 }).lanes).toBe(1);
    expect(forecast({ ...facts, recordsPerS: 71_000 }).lanes).toBe(2);
  });

  test('counts the files of all sinks', () => {
    const two = forecast({ ...facts, sinks: [facts.sinks[0]!, facts.sinks[0]!] });
    expect(two.filesPerHour).toBeCloseTo(forecast(facts).filesPerHour * 2);
    expect(two.rowsPerFile).toBeCloseTo(forecast(facts).rowsPerFile);
  });
});
