import { expect, test } from 'vitest';
import { toolDefinitions } from '../../../engine/src/protocol/tools.ts';
import { invocationOf } from './invocation.ts';

const input = { key: 'batch.maxAge', value: '59s' };

test.each(toolDefinitions.filter(({ isReadOnly }) => !isReadOnly))(
  '$name asks before it changes anything, and shows what',
  (tool) => {
    const { question } = invocationOf(tool, input);
    expect(question?.title).toBe(`${tool.title}?`);
    expect(JSON.parse(question?.json ?? '')).toEqual(input);
  },
);

test('parquetry_set is one of those, and what only reads asks nothing', () => {
  const asking = toolDefinitions.filter((tool) => invocationOf(tool, input).question !== undefined);
  expect(asking.map(({ name }) => name)).toEqual(['parquetry_set']);
});
