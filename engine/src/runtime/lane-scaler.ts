import type { Clock } from '../core/clock.ts';
import type { Backlog } from '../core/source.ts';
import type { Logger } from '../core/telemetry.ts';
import { decideLanes, type LaneLimits, type LoadSample, type ScalingDecision, scalingBegin } from './autoscaler.ts';
import type { Host } from './host.ts';
import { LoadMeter, type SourceFacts } from './load-meter.ts';
import type { ReceivedDelivery } from './messages.ts';
import type { Supervisor } from './supervisor.ts';

/** What the autoscaler goes by besides the run itself. */
export interface ScalingPort {
  readonly host: Host;
  readonly clock: Clock;
  /** How often it looks, in milliseconds of that clock. */
  readonly everyMs: number;
}

/** How a run scales, for displays and metrics. */
export interface Scaling {
  /** Lanes that there should be. */
  readonly wanted: number;
  /** More is to be done than this process can do. */
  readonly saturated: boolean;
  /** Why the number is what it is. */
  readonly reason: string;
  /** What the decision was made upon. */
  readonly sample: LoadSample;
}

export interface ScaledRun {
  readonly lanes: Pick<Supervisor, 'size' | 'activity' | 'start' | 'shrink'>;
  /** They may change while the run goes on. */
  limits(): LaneLimits;
  readonly source: SourceFacts;
  readonly logger: Logger;
  /** Messages received so far. */
  received(): number;
  backlog(): Backlog | undefined;
  isPaused(): boolean;
  /** Receiving is held back on purpose: the load says nothing. */
  isResting(): boolean;
}

/** Looks at the load every second or so, and starts and drains lanes as the autoscaler decides. */
export class LaneScaler {
  readonly #run: ScaledRun;
  readonly #port: ScalingPort;
  readonly #meter: LoadMeter;
  #memory = scalingBegin;
  #latest: Scaling | undefined;

  constructor(run: ScaledRun, port: ScalingPort) {
    this.#run = run;
    this.#port = port;
    this.#meter = new LoadMeter(port.host, run.source);
  }

  /** The latest decision; undefined before the first. */
  get latest(): Scaling | undefined {
    return this.#latest;
  }

  /** To be told of what is received. */
  received(deliveries: readonly ReceivedDelivery[]): void {
    this.#meter.received(deliveries);
  }

  /** Scales until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#port;
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal);
      if (!signal.aborted && !this.#run.isResting()) await this.#look(signal);
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { lanes, limits, backlog, received, isPaused } = this.#run;
    const sample = await this.#meter.sample({
      nowMs: this.#port.clock.now(),
      lanes: lanes.size,
      activity: lanes.activity(),
      received: received(),
      backlog: backlog(),
      isPaused: isPaused(),
    });
    if (signal.aborted) return;
    const decision = decideLanes(sample, limits(), this.#memory);
    this.#memory = decision.memory;
    this.#tell(sample, decision);
    const { lanes: wanted, saturated, reason } = decision;
    this.#latest = { wanted, saturated, reason, sample };
    if (wanted > sample.lanes) lanes.start(wanted);
    // Not waited for: a lane may take as long to end as its last receive does.
    else if (wanted < sample.lanes) void lanes.shrink(wanted, reason);
  }

  #tell(sample: LoadSample, { lanes, reason, saturated }: ScalingDecision): void {
    const { logger } = this.#run;
    if (lanes !== sample.lanes) {
      logger.info('lanes.scaled', { from: sample.lanes, to: lanes, reason, ...loadFields(sample) });
    }
    if (saturated !== (this.#latest?.saturated ?? false)) {
      logger.info('lanes.saturated', { saturated, reason, lanes, ...loadFields(sample) });
    }
  }
}

/** Shares in whole percent, so that a line can be read. */
function loadFields({ cpu, memory, busy, behindMs }: LoadSample): Record<string, number | undefined> {
  const percent = (share: number) => Math.round(share * 100);
  const behind = behindMs !== undefined && Number.isFinite(behindMs) ? Math.round(behindMs) : undefined;
  return { cpuPercent: percent(cpu), memoryPercent: percent(memory), busyPercent: percent(busy), behindMs: behind };
}
