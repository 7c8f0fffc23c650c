import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createChaosWorld } from './chaos-world.ts';
import { startRun } from './engine-run.ts';
import { sendMessages } from './send-messages.ts';
import { type Sample, steadiness } from './steadiness.ts';
import { judge } from './workload.ts';

/*
 * An engine under a steady load for minutes: npm run soak [minutes] [messages a second]. Its memory, handles and threads must in no
 * minute be more than in the second one, the first in which everything is warm; memory by 5 % at most. And every row is there once.
 * Looks into /proc, so it runs on Linux.
 */
const [minutes = 10, rate = 200] = process.argv.slice(2).map(Number);
if (!(minutes >= 2)) throw new RangeError(`a soak must last two minutes or more, got ${minutes}`);

await using world = await createChaosWorld(1);
const folder = await world.pipeline({ batch: { maxAge: '5s', targetSize: '6MiB' } });
using run = startRun(folder, { drain: false, guard: true });
const enginePid = await childOf(run.child.pid!);
const minutesSeen: Sample[] = [];
let sent = 0;
for (let minute = 1; minute <= minutes + 1; minute++) {
  const samples: Sample[] = [];
  for (let second = 0; second < 60; second++) {
    await Promise.all([sendMessages(world.endpoint, world.queueUrl, sent, sent + rate), sleep(1_000)]);
    sent += rate;
    samples.push(look(enginePid));
  }
  const sample = medians(samples);
  minutesSeen.push(sample);
  const { rssMb, handles, threads } = sample;
  console.info(
    `minute ${minute}: RSS ${rssMb.toFixed(1)} MB, ${handles} handles, ${threads} threads, ${sent} messages sent`,
  );
}
while ((await world.depth()).some((messages) => messages > 0)) await sleep(100);
run.child.kill('SIGTERM');
const { code } = await run.ended;
await report(code);

/** The engine, once its parent has started it. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    if (child) return child;
    await sleep(50);
  }
}

function look(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  const handles = readdirSync(`/proc/${pid}/fd`).length;
  return { rssMb: number('VmRSS') / 1_024, handles, threads: number('Threads') };
}

function medians(samples: readonly Sample[]): Sample {
  const median = (of: (sample: Sample) => number) => samples.map(of).sort((a, b) => a - b)[samples.length >> 1]!;
  return {
    rssMb: median(({ rssMb }) => rssMb),
    handles: median(({ handles }) => handles),
    threads: median(({ threads }) => threads),
  };
}

async function report(code: number | null): Promise<void> {
  const verdict = judge(sent, await world.keys());
  const { growth, isFlat } = steadiness(minutesSeen.slice(1));
  console.info(`RSS above the second minute at most: ${(100 * growth).toFixed(1)} %; rows: ${JSON.stringify(verdict)}`);
  const isWhole = verdict.missing + verdict.strange + verdict.doubled === 0;
  if (code !== 0 || !isWhole || !isFlat) process.exitCode = 1;
}
