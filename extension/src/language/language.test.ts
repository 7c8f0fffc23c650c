import { describe, expect, test } from 'vitest';
import { lineBars } from '../../../engine/src/protocol/line-bars.ts';
import type { PreviewDeadLetter, PreviewResult } from '../../../engine/src/protocol/preview.ts';
import { previewDiagnoses } from '../../../engine/src/protocol/preview-diagnoses.ts';
import { pipelineLenses, transformLenses } from './lenses.ts';

describe('actions above files', () => {
  test('stand above the first key of a pipeline file, whatever comment comes first', () => {
    const lenses = pipelineLenses('# what it is\n\nname: movies\nsource: {}\n');
    expect(lenses.map(({ title }) => title)).toEqual(['Preview', 'Profile', 'Plan', 'Run', 'Debug', 'Test']);
    expect(new Set(lenses.map(({ line }) => line))).toEqual(new Set([2]));
  });

  test('stand above defineTransform, not its import', () => {
    const source =
      "import { defineTransform } from 'parquetry';\n\n// defineTransform(\nexport default defineTransform({\n";
    expect(transformLenses(source)[0]!.line).toBe(3);
    expect(transformLenses('export const a = 1;\n')).toEqual([]);
  });
});

describe('what a preview found', () => {
  const place = { file: '/p/transform.ts', line: 7, column: 3 };
  const letter = (record: number, message: string): PreviewDeadLetter => ({
    ...{ record, message, place, stage: 'transform', reason: 'thrown', original: '{}' },
  });
  const state = (deadLetters: readonly PreviewDeadLetter[]) => ({
    ...{ revision: 1, isRunning: false, result: { deadLetters } as unknown as PreviewResult },
  });

  test('is one mark a line and message, with how many records it cost', () => {
    const found = previewDiagnoses(state([letter(4, 'boom'), letter(9, 'boom'), letter(9, 'bang')]));
    expect(found.map(({ message }) => message)).toEqual([
      'boom (2 records, the first is record 5 of the samples)',
      'bang (record 10 of the samples)',
    ]);
    expect(found.every((each) => each.place === place)).toBe(true);
  });

  test('is not marked where nobody knows the line', () => {
    expect(previewDiagnoses(state([{ ...letter(1, 'x'), place: undefined }]))).toEqual([]);
  });

  test('a record that user code did not come back from is an error at its line', () => {
    const failure = { code: 'E_TRANSFORM', message: 'map did not return within 1 s', place, record: 3 };
    expect(previewDiagnoses({ ...state([]), failure })).toMatchObject([{ severity: 'error', place }]);
  });
});

test('every line is indented alike, and the hot one says so', () => {
  const cost = (line: number, share: number) => ({ file: '/p/t.ts', line, column: 1, share, selfMs: share * 100 });
  const bars = lineBars([cost(2, 0.841), cost(3, 0.1), cost(4, 0.001)], 5);
  expect(bars.map(({ label }) => label.trim())).toEqual(['', '84.1 %', '10.0 %', '', '']);
  expect(bars.map(({ strength }) => strength)).toEqual(['none', 'hot', 'warm', 'none', 'none']);
});
