import { type IpcChannels, ipcChannels } from '../../../engine/src/protocol/ipc-transport.ts';
import { createPeer, type Peer, type RequestOptions } from '../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';
import type { Transport } from '../../../engine/src/protocol/transport.ts';
import type { EngineProcess } from './engine-process.ts';
import { decideRespawn, STEADY_MS } from './respawn-policy.ts';

/** What of the studio's methods an extension asks for by itself. */
export type Ask = <Name extends keyof StudioMethods & string>(
  method: Name,
  params: StudioMethods[Name]['params'],
  options?: RequestOptions<StudioMethods[Name]['snapshot']>,
) => Promise<StudioMethods[Name]['result']>;

export type EngineState = 'idle' | 'running' | 'waiting' | 'failed';

export interface EngineHostPorts {
  readonly fork: () => EngineProcess;
  /** Tells a new engine what there is: folders, trust, unsaved texts. Frames of pages are sent behind it. */
  readonly introduce: (ask: Ask) => void;
  readonly changed: (state: EngineState) => void;
  /** It ended by itself: `isFinal` if it is not started again. */
  readonly died: (why: string, isFinal: boolean) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
}

interface Running {
  readonly process: EngineProcess;
  readonly channels: IpcChannels;
  readonly peer: Peer<StudioMethods>;
  readonly startedAtMs: number;
}

/** The engine's process: started by the first who asks, started again when it dies, until it dies too often. */
export class EngineHost {
  readonly #ports: EngineHostPorts;
  #running: Running | undefined;
  #state: EngineState = 'idle';
  #deaths = 0;
  /** Counts starts and stops: what was awaited across one is out of date. */
  #generation = 0;

  constructor(ports: EngineHostPorts) {
    this.#ports = ports;
  }

  get state(): EngineState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /** Asks the engine, which is started for it. Rejects with E_CLOSED if it dies over it, or was given up. */
  readonly ask: Ask = (method, params, options) => {
    const running = this.#ensure();
    return (running?.peer ?? closedPeer()).request(method, params, options);
  };

  /** A conversation of somebody else's, a page's; undefined while there is no engine. */
  open(): Transport | undefined {
    return this.#ensure()?.channels.open();
  }

  /** Ends the engine and starts another one, with new settings; also one that was given up. */
  restart(): void {
    this.stop();
    this.#ensure();
  }

  /** Ends the engine. The next who asks starts it again. */
  stop(): void {
    this.#generation++;
    this.#deaths = 0;
    const running = this.#running;
    this.#running = undefined;
    this.#become('idle');
    running?.peer.close();
    running?.process.kill();
  }

  #ensure(): Running | undefined {
    if (this.#running === undefined && this.#state === 'idle') this.#start();
    return this.#running;
  }

  #start(): void {
    const generation = ++this.#generation;
    const process = this.#ports.fork();
    const channels = ipcChannels(process, 'parent', (transport) => transport.close());
    const peer = createPeer<StudioMethods>(channels.open());
    this.#running = { process, channels, peer, startedAtMs: this.#ports.nowMs() };
    process.onEnd((why) => {
      if (generation === this.#generation) void this.#onDeath(why, generation);
    });
    this.#ports.introduce((method, params, options) => peer.request(method, params, options));
    this.#become('running');
  }

  async #onDeath(why: string, generation: number): Promise<void> {
    const livedMs = this.#ports.nowMs() - (this.#running?.startedAtMs ?? 0);
    this.#running?.peer.close();
    this.#running = undefined;
    this.#deaths = livedMs >= STEADY_MS ? 1 : this.#deaths + 1;
    const respawn = decideRespawn(this.#deaths);
    this.#become(respawn.type === 'wait' ? 'waiting' : 'failed');
    this.#ports.died(why, respawn.type === 'give-up');
    if (respawn.type === 'give-up') return;
    await this.#ports.wait(respawn.delayMs);
    if (generation === this.#generation) this.#start();
  }

  #become(state: EngineState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#ports.changed(state);
  }
}

/** What is asked while there is no engine ends at once, as what is asked of one that is gone. */
function closedPeer(): Peer<StudioMethods> {
  return createPeer<StudioMethods>({ send() {}, listen: (listener) => listener.closed(), close() {} });
}
