import { BroadcastChannel } from 'node:worker_threads';
import { deadLetterLine, outputLine, sourceLine, type TappedChunk } from './tap-lines.ts';
import { type TapAnswer, type TapCommand, type TapPoint, tapChannels } from './tap-messages.ts';

/** Bytes of lines on their way to one reader, from one lane. Beyond it records are dropped: a lane never waits for a reader. */
const MAX_UNDER_WAY_BYTES = 1 << 20;

interface OpenTap {
  readonly id: number;
  readonly at: TapPoint;
  readonly sample: number;
  /** Lines that are still wanted of this lane. */
  left: number;
  underWayBytes: number;
}

/** A lane's end of the taps: shows records to whoever looks, and costs a comparison a chunk while nobody does. */
export class LaneTap {
  readonly #lane: number;
  readonly #post: (answer: TapAnswer) => void;
  readonly #random: () => number;
  readonly #taps = new Map<number, OpenTap>();

  constructor(lane: number, post: (answer: TapAnswer) => void, random: () => number) {
    this.#lane = lane;
    this.#post = post;
    this.#random = random;
    post({ type: 'lane', lane });
  }

  hear(command: TapCommand): void {
    if (command.type === 'untap') this.#taps.delete(command.id);
    else if (command.type === 'tap') {
      const { id, at, sample, count } = command;
      if (!this.#taps.has(id)) this.#taps.set(id, { id, at, sample, left: count, underWayBytes: 0 });
    } else if (command.lane === this.#lane) {
      const tap = this.#taps.get(command.id);
      if (tap) tap.underWayBytes -= command.bytes;
    }
  }

  /** Whether anybody looks. */
  get isOpen(): boolean {
    return this.#taps.size > 0;
  }

  /** Shows a chunk; called while its batches are still valid. Never throws: looking must not cost a record. */
  chunk(chunk: TappedChunk): void {
    for (const tap of this.#taps.values()) {
      try {
        this.#show(tap, chunk);
      } catch {
        this.#taps.delete(tap.id);
      }
    }
  }

  #show(tap: OpenTap, chunk: TappedChunk): void {
    const { count, lineOf } = points[tap.at];
    const lines: string[] = [];
    let bytes = 0;
    let dropped = 0;
    for (let i = 0; i < count(chunk) && tap.left > 0; i++) {
      if (tap.sample < 1 && this.#random() >= tap.sample) continue;
      if (tap.underWayBytes >= MAX_UNDER_WAY_BYTES) {
        dropped++;
        continue;
      }
      const line = lineOf(chunk, i);
      lines.push(line);
      tap.left--;
      bytes += line.length;
      tap.underWayBytes += line.length;
    }
    if (lines.length + dropped > 0) {
      this.#post({ type: 'tapped', id: tap.id, lane: this.#lane, lines, bytes, dropped });
    }
  }
}

const points: Record<TapPoint, { count(chunk: TappedChunk): number; lineOf(chunk: TappedChunk, i: number): string }> = {
  source: { count: ({ records }) => records.rows.length, lineOf: sourceLine },
  output: { count: ({ result }) => result.output.length, lineOf: outputLine },
  'dead-letters': { count: ({ deadLetters }) => deadLetters.length, lineOf: deadLetterLine },
};

/** A lane's taps over the channels of its run. Keeps no thread alive. */
export function openLaneTap(runId: string, lane: number): { readonly tap: LaneTap; close(): void } {
  const { commands, answers } = tapChannels(runId);
  const heard = new BroadcastChannel(commands).unref();
  const said = new BroadcastChannel(answers).unref();
  const tap = new LaneTap(lane, (answer) => said.postMessage(answer), Math.random);
  heard.onmessage = ({ data }) => tap.hear(data as TapCommand);
  return {
    tap,
    close() {
      heard.close();
      said.close();
    },
  };
}
