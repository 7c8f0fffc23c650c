import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A .cpuprofile as V8 writes it, as far as it is read here. */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

type Stages = readonly (readonly [pattern: RegExp, stage: string])[];

/** Stages by the files whose code runs, or was called from; the first that matches the innermost frame that matches any. */
const stagesOf: Readonly<Record<'lane' | 'main', Stages>> = {
  lane: [
    [/\/sources\/|\/aws\/|undici|@aws-sdk|@smithy/, 'receive'],
    [/\/formats\/|\/kernel\/wasm-scan|\/kernel\/json/, 'scan'],
    [/\/transforms\/|transform\.|evalmachine/, 'transform'],
    [/\/encoders\/|\/row-groups|\/kernel\/(page|encode)/, 'encode'],
    [/\/runtime\//, 'lane and port'],
  ],
  main: [
    [/\/sources\/|undici/, 'settle'],
    [/\/sinks\/|\/encoders\/|\/parquet\/|@aws-sdk|@smithy/, 'write files'],
    [/\/runtime\//, 'landing'],
  ],
};

/**
 * What the threads of a process were seen at, by stage; shares of the time that they were not idle, which sum up to 1. `rest` is
 * what no code of ours was on the stack of: starting up, native code, Node itself.
 */
export async function stageShares(folder: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const file of await readdir(folder)) {
    const thread = file.includes('-main-') ? 'main' : 'lane';
    const profile = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as CpuProfile;
    addStageTimes(times, profile, stagesOf[thread]);
  }
  const sum = [...times.values()].reduce((total, time) => total + time, 0);
  return new Map(Array.from(times, ([stage, time]) => [stage, time / sum]));
}

function addStageTimes(times: Map<string, number>, profile: CpuProfile, stages: Stages): void {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  profile.samples.forEach((id, i) => {
    const name = nodes.get(id)!.callFrame.functionName;
    if (name === '(idle)') return;
    const stage = name === '(garbage collector)' ? 'collect garbage' : (stageOf(id, nodes, parents, stages) ?? 'rest');
    times.set(stage, (times.get(stage) ?? 0) + profile.timeDeltas[i]!);
  });
}

function stageOf(
  leaf: number,
  nodes: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
  stages: Stages,
): string | undefined {
  for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
    const { url } = nodes.get(id)!.callFrame;
    const found = stages.find(([pattern]) => pattern.test(url));
    if (found) return found[1];
  }
  return undefined;
}
