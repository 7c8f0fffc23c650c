import type { Backlog } from '../core/source.ts';
import type { LoadSample } from './autoscaler.ts';
import type { Host } from './host.ts';
import { BusyMeter } from './lane-usage.ts';
import type { ReceivedDelivery } from './messages.ts';
import type { LaneActivity } from './supervisor.ts';

/** What a run says of itself at the moment of a sample. */
export interface LoadFacts {
  readonly nowMs: number;
  /** Lanes that receive. */
  readonly lanes: number;
  readonly activity: readonly LaneActivity[];
  /** Messages received since the run began. */
  readonly received: number;
  /** Absent where the source does not count. */
  readonly backlog?: Backlog;
  readonly isPaused: boolean;
}

/** What is always the same of a source. */
export interface SourceFacts {
  /** Receive calls that a lane keeps open. */
  readonly pollers: number;
  /** The source holds back what waits until held deliveries are settled. */
  readonly locksGroups: boolean;
}

/** The rate of receiving is a mean over about this long, for messages come in batches. */
const RATE_OVER_MS = 5_000;
/** What a receive brings at most where the queue is long (SQS); for other sources an order of magnitude. */
const A_RECEIVE = 10;
/** What a lane takes: heap, kernel and code. Its share of `batch.memory` was counted when that was set. */
const LANE_BYTES = 100 * 2 ** 20;

/** Turns what is counted into samples for the autoscaler. Has no timer. */
export class LoadMeter {
  readonly #host: Host;
  readonly #source: SourceFacts;
  readonly #busy = new BusyMeter();
  #last: { nowMs: number; received: number; cpuMs: number } | undefined;
  #rate = 0;
  #ages = { count: 0, sumMs: 0 };

  constructor(host: Host, source: SourceFacts) {
    this.#host = host;
    this.#source = source;
  }

  /** Deliveries came: their age tells how far behind the run is where nobody counts what waits. */
  received(deliveries: readonly ReceivedDelivery[]): void {
    for (const { receiveCount, sentAtMs, receivedAtMs } of deliveries) {
      if (receiveCount > 1 || sentAtMs === undefined) continue; // one that comes again is old for another reason
      this.#ages.count++;
      this.#ages.sumMs += Math.max(0, receivedAtMs - sentAtMs);
    }
  }

  /** The load since the last sample. */
  async sample({ nowMs, lanes, activity, received, backlog, isPaused }: LoadFacts): Promise<LoadSample> {
    const { pollers, locksGroups } = this.#source;
    const { cpus, memoryBytes, memoryUsedBytes } = await this.#host.look();
    const cpuMs = this.#host.cpuMs();
    const last = this.#last ?? { nowMs, received: 0, cpuMs };
    const elapsedMs = Math.max(1, nowMs - last.nowMs);
    this.#rate += ((received - last.received) / elapsedMs - this.#rate) * Math.min(1, elapsedMs / RATE_OVER_MS);
    this.#last = { nowMs, received, cpuMs };
    return {
      nowMs,
      lanes,
      cpu: (cpuMs - last.cpuMs) / elapsedMs / cpus,
      memory: memoryUsedBytes / memoryBytes,
      laneMemory: LANE_BYTES / memoryBytes,
      busy: this.#meanBusy(activity),
      behindMs: this.#behindMs(backlog),
      moreReceivesHelp: !locksGroups && (backlog?.visible ?? 0) > lanes * pollers * A_RECEIVE,
      isPaused,
    };
  }

  #meanBusy(activity: readonly LaneActivity[]): number {
    const shares = [...this.#busy.read(activity).entries()];
    // Lanes that start are busy with themselves.
    const settled = new Set(
      activity.filter(({ state }) => state === 'busy' || state === 'idle').map(({ lane }) => lane),
    );
    const counted = shares.filter(([lane]) => settled.has(lane));
    const sum = counted.reduce((total, [, share]) => total + share, 0);
    return counted.length > 0 ? sum / counted.length : 0;
  }

  /** How long what waits takes at the present rate; where that is not counted, how old what came since the last sample was. */
  #behindMs(backlog: Backlog | undefined): number | undefined {
    const { count, sumMs } = this.#ages;
    this.#ages = { count: 0, sumMs: 0 };
    if (backlog) return backlog.visible === 0 ? 0 : backlog.visible / this.#rate;
    return count > 0 ? sumMs / count : undefined;
  }
}
