import { randomInt } from 'node:crypto';
import { BroadcastChannel } from 'node:worker_threads';
import { type TapAnswer, type TapCommand, type TapPoint, tapChannels } from './tap-messages.ts';

export interface TapRequest {
  readonly at: TapPoint;
  /** Share of the records, above 0 and at most 1. */
  readonly sample: number;
  /** Records after which the tap ends. */
  readonly count: number;
}

/** Who reads a tap. */
export interface TapReader {
  /** Takes lines; resolves when there is room for more. */
  write(lines: readonly string[]): Promise<void>;
  /** As many as were asked for have been written, or the hub is closed. */
  end(): void;
}

/** What became of the records of a tap. */
export interface TapCounts {
  readonly sent: number;
  /** There was no room for them: the reader is slower than the engine. */
  readonly dropped: number;
}

export interface OpenedTap {
  counts(): TapCounts;
  close(): void;
}

interface Tap {
  readonly id: number;
  readonly request: TapRequest;
  readonly reader: TapReader;
  sent: number;
  dropped: number;
}

/** Readers at the same time; each may take a share of every lane. */
const MAX_TAPS = 8;

/** Brings what lanes show to the readers. A slow reader makes lanes drop, never wait. */
export class TapHub {
  readonly #post: (command: TapCommand) => void;
  readonly #taps = new Map<number, Tap>();
  #nextId: number;

  /** Hubs of one run hear each other's answers: their taps are numbered from where no other hub's are. */
  constructor(post: (command: TapCommand) => void, firstId = 1) {
    this.#post = post;
    this.#nextId = firstId;
  }

  /** Undefined when too many readers are there already. */
  open(request: TapRequest, reader: TapReader): OpenedTap | undefined {
    if (this.#taps.size >= MAX_TAPS) return undefined;
    const tap: Tap = { id: this.#nextId++, request, reader, sent: 0, dropped: 0 };
    this.#taps.set(tap.id, tap);
    this.#tell(tap);
    return { counts: () => ({ sent: tap.sent, dropped: tap.dropped }), close: () => this.#close(tap) };
  }

  hear(answer: TapAnswer): void {
    if (answer.type === 'lane') for (const tap of this.#taps.values()) this.#tell(tap);
    else void this.#pass(answer);
  }

  close(): void {
    for (const tap of [...this.#taps.values()]) {
      this.#close(tap);
      tap.reader.end();
    }
  }

  async #pass({ id, lane, lines, bytes, dropped }: TapAnswer & { type: 'tapped' }): Promise<void> {
    const tap = this.#taps.get(id);
    if (!tap) return;
    const wanted = lines.slice(0, tap.request.count - tap.sent);
    tap.sent += wanted.length;
    tap.dropped += dropped;
    const isLast = tap.sent >= tap.request.count;
    if (isLast) this.#close(tap);
    await tap.reader.write(wanted);
    if (isLast) tap.reader.end();
    else this.#post({ type: 'taken', id, lane, bytes });
  }

  #tell({ id, request }: Tap): void {
    this.#post({ type: 'tap', id, ...request });
  }

  #close(tap: Tap): void {
    if (this.#taps.delete(tap.id)) this.#post({ type: 'untap', id: tap.id });
  }
}

/** The hub of a run, over its channels. Keeps no thread alive. */
export function openTapHub(runId: string): { readonly hub: TapHub; close(): void } {
  const { commands, answers } = tapChannels(runId);
  const said = new BroadcastChannel(commands).unref();
  const heard = new BroadcastChannel(answers).unref();
  const hub = new TapHub((command) => said.postMessage(command), randomInt(2 ** 47));
  heard.onmessage = ({ data }) => hub.hear(data as TapAnswer);
  return {
    hub,
    close() {
      hub.close();
      heard.close();
      said.close();
    },
  };
}
