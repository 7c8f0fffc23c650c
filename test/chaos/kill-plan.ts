import type { Failpoint } from '../../engine/src/core/failpoint.ts';
import type { Strike } from './strikes.ts';

/** A way to die: at which failpoint, and at which time that it is come to. */
interface Death {
  readonly point: Failpoint;
  readonly hits: readonly [from: number, to: number];
  /** New messages with which it is sure to be come to. Default: `FEW`. */
  readonly messages?: number;
  /** What has to happen before, so that the engine gets there. */
  readonly before?: Strike;
  /** Keys of the pipeline file that are others for this engine, as `--set` takes them. */
  readonly set?: readonly string[];
}

/** Renewals begin when a third of the lease of 10 s is left: instead of waiting, the clock jumps once something is held. */
const heldForLong: Strike = { point: 'lane.received', hit: 10, do: 'jump', ms: 7_500 };

const FEW = 300;

/** The moments of a delivery's life at which an engine dies, by name. */
const deaths = {
  'after receive': { point: 'lane.received', hits: [3, 25] },
  'in encode': { point: 'lane.encoded', hits: [1, 2] },
  // Files old enough to be larger than a part, however slowly they grow.
  'mid-multipart': { point: 's3.part', hits: [1, 1], messages: 1_500, set: ['batch.maxAge=5s'] },
  'between intent and file': { point: 'intent.put', hits: [1, 2] },
  'answer lost': { point: 's3.answered', hits: [1, 2] },
  'before delete': { point: 'sqs.delete', hits: [1, 25] },
  'in renewal': { point: 'sqs.renew', hits: [1, 1], before: heldForLong },
} as const satisfies Record<string, Death>;
export type DeathName = keyof typeof deaths;
export const deathNames = Object.keys(deaths) as DeathName[];

export interface PlannedKill {
  readonly name: DeathName;
  readonly strikes: readonly Strike[];
  readonly set: readonly string[];
  /** Messages that it needs at least. */
  readonly messages: number;
}

/** As many deaths of each kind, in an order and at times that chance decides. */
export function planKills(
  ofEach: number,
  random: () => number,
  kinds: readonly DeathName[] = deathNames,
): PlannedKill[] {
  const names = kinds.flatMap((name) => new Array<DeathName>(ofEach).fill(name));
  for (let i = names.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [names[i], names[other]] = [names[other]!, names[i]!];
  }
  return names.map((name) => plan(name, random()));
}

function plan(name: DeathName, share: number): PlannedKill {
  const { point, hits, before, set = [], messages = FEW }: Death = deaths[name];
  const hit = hits[0] + Math.floor(share * (hits[1] - hits[0] + 1));
  return { name, set, messages, strikes: [...(before ? [before] : []), { point, hit, do: 'kill' }] };
}

/** The seed that the environment asks for, or a new one; told, so that a run can be repeated. */
export function chaosSeed(): number {
  const seed = Number(process.env.PARQUETRY_TEST_SEED ?? Math.floor(Math.random() * 1e9));
  console.info(`chaos seed ${seed}: PARQUETRY_TEST_SEED=${seed} repeats it`);
  return seed;
}
