import type { Contender, Outcome } from './crew.ts';

/** What interleaved passes of one contender and the peer came to. */
export interface Comparison {
  /** Median of the passes. */
  readonly seconds: number;
  /** Median of how many times faster than the peer in the pass after it. */
  readonly ratio: number;
  /** How many times faster its fastest pass was than the peer's fastest: what busy neighbours leave of a median, they leave least of that. */
  readonly bestRatio: number;
  /** The same of the time spent on cores. */
  readonly cpuRatio?: number;
  readonly outcome: Outcome;
}

/**
 * V8 compiles the loops of a lane within its first two passes, and what runs once a page or once a chunk within the four after
 * them, a tenth of the time with zstd: an engine runs for days.
 */
const WARM_UPS = 6;
const LEAST_WARM_UPS = 2;
/** On a busy machine the rounds after the third are left out once this has gone by, of which warming up may take a third: the whole must end in minutes. */
const PATIENCE_MS = 15_000;
const LEAST_ROUNDS = 3;

/**
 * Lets contenders and the peer among them make passes in turn (one, peer, other, peer, …), so that the machine's moods hit both
 * of a pair. `check` is called after the warm-up, when the files of all are there.
 */
export async function compare<Name extends string>(
  contenders: ReadonlyMap<Name, Contender>,
  peerName: Name,
  rounds: number,
  check: () => Promise<void>,
): Promise<Map<Name, Comparison>> {
  const outcomes = new Map<Name, Outcome>();
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  for (let i = 0; i < WARM_UPS; i++) {
    if (i >= LEAST_WARM_UPS && elapsed() > PATIENCE_MS / 3) break;
    for (const [name, contender] of contenders) outcomes.set(name, await contender.pass());
  }
  await check();
  const peer = contenders.get(peerName)!;
  const pairs = new Map<Name, Pair[]>(Array.from(contenders.keys(), (name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    if (round >= LEAST_ROUNDS && elapsed() > PATIENCE_MS) break;
    for (const [name, contender] of contenders) {
      if (contender === peer) continue;
      const own = await contender.pass();
      const other = await peer.pass();
      if (own.rows !== outcomes.get(name)!.rows) throw new Error(`${name} wrote another number of rows than before`);
      pairs.get(name)!.push({ own, other });
      pairs.get(peerName)!.push({ own: other, other });
    }
  }
  return new Map(Array.from(pairs, ([name, all]) => [name, { ...summary(all), outcome: outcomes.get(name)! }]));
}

interface Pair {
  readonly own: Outcome;
  readonly other: Outcome;
}

function summary(pairs: readonly Pair[]): Omit<Comparison, 'outcome'> {
  const cpu = pairs.flatMap(({ own, other }) =>
    own.cpuSeconds && other.cpuSeconds ? [other.cpuSeconds / own.cpuSeconds] : [],
  );
  return {
    seconds: median(pairs.map(({ own }) => own.seconds)),
    ratio: median(pairs.map(({ own, other }) => other.seconds / own.seconds)),
    bestRatio: fastest(pairs.map(({ other }) => other)) / fastest(pairs.map(({ own }) => own)),
    cpuRatio: cpu.length > 0 ? median(cpu) : undefined,
  };
}

const fastest = (passes: readonly Outcome[]) => Math.min(...passes.map(({ seconds }) => seconds));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
