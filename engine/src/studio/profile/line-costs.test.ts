import type { Profiler } from 'node:inspector';
import { expect, test } from 'vitest';
import { lineCosts } from './line-costs.ts';

const url = 'file:///transform.ts';
// Line 1 is a library's that was bundled, the others are the user's.
const code = 'function slow(){}\nfunction map(r){\nconst a=JSON.parse(r);\nreturn slow(a)}';

function node(
  id: number,
  functionName: string,
  at: { url?: string; line?: number },
  more: object,
): Profiler.ProfileNode {
  const callFrame = { functionName, scriptId: '1', url: at.url ?? '', lineNumber: (at.line ?? 1) - 1, columnNumber: 0 };
  return { id, callFrame, hitCount: 0, ...more };
}

const profile: Profiler.Profile = {
  startTime: 0,
  endTime: 10_000,
  samples: new Array(10).fill(2),
  nodes: [
    node(1, '(root)', {}, { children: [2, 6] }),
    node(2, 'map', { url, line: 2 }, { hitCount: 2, positionTicks: [{ line: 3, ticks: 2 }], children: [3, 4, 5] }),
    node(3, 'parse', {}, { hitCount: 4 }),
    node(4, 'slow', { url, line: 1 }, { hitCount: 3, positionTicks: [{ line: 1, ticks: 3 }] }),
    node(5, '(garbage collector)', {}, { hitCount: 5 }),
    node(6, 'scan', { url: 'file:///engine.ts' }, { hitCount: 9 }),
  ],
};

test('calls of built-ins and of bundled libraries are put on the line that names them', () => {
  const costs = lineCosts(profile, { url, code, isOwn: (line) => line > 1 });
  expect(costs).toEqual([
    { line: 3, ms: 6 }, // its own two, and four of JSON.parse
    { line: 4, ms: 3 },
  ]);
});

test('a call that no line names is shared among the lines of its function', () => {
  const anonymous = structuredClone(profile);
  anonymous.nodes[2]!.callFrame.functionName = '';
  anonymous.nodes[1]!.positionTicks = [
    { line: 3, ticks: 1 },
    { line: 4, ticks: 1 },
  ];
  expect(lineCosts(anonymous, { url, code, isOwn: (line) => line > 1 })).toEqual([
    { line: 4, ms: 6 },
    { line: 3, ms: 3 },
  ]);
});
