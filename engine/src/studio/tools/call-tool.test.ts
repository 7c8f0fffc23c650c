import { expect, test } from 'vitest';
import { pipelineFolder } from '../../pipeline/pipeline-folder.test-support.ts';
import { toolDefinitions } from '../../protocol/tools.ts';
import { openStudio } from '../open-studio.test-support.ts';
import { toolRuns } from './call-tool.ts';
import { parseToolInput } from './tool-input.ts';

const plan = toolDefinitions.find(({ name }) => name === 'parquetry_plan')!;

test('every tool that is defined runs, and no other', () => {
  expect(Object.keys(toolRuns).sort()).toEqual(toolDefinitions.map(({ name }) => name).sort());
  for (const { name, description, inputSchema } of toolDefinitions) {
    expect(name).toMatch(/^parquetry_[a-z]+$/);
    expect(description.length).toBeGreaterThan(50);
    expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
  }
});

test.each([
  [7, 'must be an object'],
  [[], 'must be an object'],
  [{}, 'must have recordsPerS'],
  [{ recordPerS: 1 }, 'has no "recordPerS"'],
  [{ recordsPerS: '1' }, 'must have a number as recordsPerS, got "1"'],
  [{ recordsPerS: -1 }, 'must have a number from 0 as recordsPerS, got -1'],
  [{ recordsPerS: 1, partitions: 1.5 }, 'must have a whole number as partitions, got 1.5'],
])('the input %j is refused', (input, rule) => {
  expect(() => parseToolInput(plan, input)).toThrow(`the input of parquetry_plan ${rule}`);
});

test('an input that follows the schema is taken as it is', () => {
  expect(parseToolInput(plan, { recordsPerS: 0.5 })).toEqual({ recordsPerS: 0.5 });
  expect(parseToolInput(toolDefinitions[0]!, undefined)).toEqual({});
});

test('a pipeline is meant by its name, its folder, or as the only one', async () => {
  const yaml = (name: string) => `name: ${name}\nsource: { stdin: }\nsinks: [ stdout: ]\n`;
  await using folder = await pipelineFolder(yaml('a'), {
    'b/pipeline.yaml': yaml('bees'),
    'b/schema/input.v1.json': '{ "version": 1, "fields": { "id": "int" } }',
  });
  await using studio = await openStudio([folder.path]);
  const validate = async (pipeline?: string) => {
    const input = pipeline === undefined ? {} : { pipeline };
    return (await studio.peer.request('tools.call', { name: 'parquetry_validate', input })).text;
  };
  for (const name of ['bees', 'b', `${folder.path}/b`, 'b/pipeline.yaml'])
    expect(await validate(name)).toBe('bees is valid.');
  await expect(validate()).rejects.toMatchObject({ code: 'E_CONFIG', hint: expect.stringContaining('bees') });
  await expect(validate('bee')).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: 'Did you mean bees?' });
});
