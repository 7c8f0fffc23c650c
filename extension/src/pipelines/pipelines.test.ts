import { describe, expect, test } from 'vitest';
import type { PipelineEntry } from '../../../engine/src/protocol/workspace.ts';
import type { Ask } from '../engine/engine-host.ts';
import { Pipelines, pipelineOf } from './pipelines.ts';
import { describeObject, describeQueue, environmentNodes, pipelineChildren } from './tree-nodes.ts';

const entry = (folder: string, environments: readonly string[] = []): PipelineEntry => ({
  ...{ folder, file: `${folder}/pipeline.yaml`, name: folder.slice(1), environments },
  ...{ transform: `${folder}/transform.ts`, samples: [] },
});

function setUp(given: readonly PipelineEntry[]) {
  let entries = given;
  const chosen = new Map<string, string | undefined>();
  const asked: string[] = [];
  const ask = (async (method: string) => {
    asked.push(method);
    return { pipelines: entries };
  }) as unknown as Ask;
  const choices = {
    get: (folder: string) => chosen.get(folder),
    set: async (folder: string, environment?: string) => void chosen.set(folder, environment),
  };
  const change = (next: readonly PipelineEntry[]) => {
    entries = next;
  };
  return { pipelines: new Pipelines(ask, choices), asked, change };
}

test('a file belongs to the innermost pipeline whose folder holds it', () => {
  const entries = [entry('/a'), entry('/a/b'), entry('/ab')];
  expect(pipelineOf('/a/b/transform.ts', entries)?.folder).toBe('/a/b');
  expect(pipelineOf('/a/x/y.ts', entries)?.folder).toBe('/a');
  expect(pipelineOf('/abc/y.ts', entries)).toBeUndefined();
});

test('pipelines are read once, until they are refreshed', async () => {
  const { pipelines, asked } = setUp([entry('/a')]);
  await Promise.all([pipelines.all(), pipelines.all()]);
  expect(asked).toHaveLength(1);
  await pipelines.refresh();
  expect(asked).toHaveLength(2);
});

describe('the environment of a pipeline', () => {
  test('is local until another is chosen, where there is a local one', async () => {
    const { pipelines } = setUp([entry('/a', ['local', 'production']), entry('/b', ['production'])]);
    await pipelines.all();
    expect(pipelines.target('/a')).toEqual({ folder: '/a', environment: 'local' });
    expect(pipelines.target('/b')).toEqual({ folder: '/b' });
    await pipelines.choose('/a', 'production');
    expect(pipelines.environment('/a')).toBe('production');
  });

  test('none is a choice, too; one that is gone from the file is not', async () => {
    const { pipelines } = setUp([entry('/a', ['local'])]);
    await pipelines.all();
    await pipelines.choose('/a', undefined);
    expect(pipelines.environment('/a')).toBeUndefined();
    await pipelines.choose('/a', 'staging');
    expect(pipelines.environment('/a')).toBe('local');
  });

  test('whoever listens hears of a choice', async () => {
    const { pipelines } = setUp([entry('/a', ['local'])]);
    await pipelines.all();
    let heard = 0;
    const stop = pipelines.onChange(() => heard++);
    await pipelines.choose('/a', 'local');
    stop();
    await pipelines.choose('/a', undefined);
    expect(heard).toBe(1);
  });

  test('another one is told with its pipeline, the same one is not', async () => {
    const { pipelines } = setUp([entry('/a', ['local', 'production']), entry('/b', ['local'])]);
    await pipelines.all();
    const heard: string[] = [];
    pipelines.onChoice((folder) => heard.push(folder));
    await pipelines.choose('/a', 'local');
    await pipelines.choose('/a', 'production');
    await pipelines.choose('/b', undefined);
    expect(heard).toEqual(['/a', '/b']);
  });

  test('one that is gone from the file is told, one of a file that cannot be read is not', async () => {
    const { pipelines, change } = setUp([entry('/a', ['local', 'production'])]);
    await pipelines.all();
    await pipelines.choose('/a', 'production');
    const heard: (string | undefined)[] = [];
    pipelines.onChoice((folder) => heard.push(pipelines.environment(folder)));
    change([entry('/a')]);
    await pipelines.refresh();
    expect(heard).toEqual([]);
    change([entry('/a', ['local', 'production'])]);
    await pipelines.refresh();
    change([entry('/a', ['local'])]);
    await pipelines.refresh();
    expect(heard).toEqual(['production', 'local']);
  });
});

describe('the tree', () => {
  test('shows the files of a pipeline and what there is of it, without asking an account', () => {
    const types = pipelineChildren(entry('/a', ['local'])).map((node) => ('group' in node ? node.group : node.type));
    expect(types).toEqual(['file', 'file', 'environments', 'queues', 'buckets']);
  });

  test('marks the environment that is chosen', () => {
    const nodes = environmentNodes(entry('/a', ['local', 'production']), 'local');
    expect(nodes).toMatchObject([{ isChosen: true }, { isChosen: false }, { environment: undefined, isChosen: false }]);
  });

  test('says how deep a queue is and how large and old an object', () => {
    const queue = {
      name: 'q',
      url: 'u',
      messages: 1204,
      inFlight: 12,
      delayed: 0,
      isFifo: false,
      deadLetterQueue: 'q-dlq',
    };
    expect(describeQueue(queue)).toBe('1,204 waiting · 12 in flight · dead letters to q-dlq');
    expect(describeQueue({ ...queue, inFlight: 0, deadLetterQueue: undefined, oldestS: 200 })).toBe(
      '1,204 waiting, oldest 3 min',
    );
    expect(describeQueue({ ...queue, oldestS: 7.4 })).toMatch(/^1,204 waiting, oldest 7 s ·/);
    expect(describeQueue({ ...queue, problem: 'there is no such queue' })).toBe('there is no such queue');
    const object = { uri: 's3://b/k', key: 'k', sizeBytes: 1.5 * 2 ** 20, modifiedAtMs: 0 };
    expect(describeObject(object, 3 * 60_000)).toBe('1.5 MiB · 3 min ago');
  });
});
