import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ComponentContext } from '../../core/component.ts';
import type { Delivery } from '../../core/delivery.ts';
import { ParquetryError } from '../../core/errors.ts';
import { createComponent } from '../../pipeline/components.ts';
import { cutLines } from '../../sources/lines/cut-lines.ts';
import type { SampleSource } from './preview-job.ts';

/** How the records of a sample are written. */
export type SampleFormat = 'json' | 'parquet';

export function formatOfSample(file: string): SampleFormat {
  return file.endsWith('.parquet') ? 'parquet' : 'json';
}

interface Remembered {
  readonly key: string;
  readonly deliveries: readonly Delivery[];
  /** There is nothing behind them. */
  readonly isWhole: boolean;
}

/** Bytes of deliveries that are kept for the next preview of the same samples. */
const MAX_REMEMBERED_BYTES = 64 << 20;

/**
 * Reads samples as `source: file` hands them out: with the same ids, attributes and cuts, so that `ctx` says what it says in a run
 * over them. What was read is kept while the files stay as they are.
 */
export class SampleDeliveries {
  readonly #remembered = new Map<string, Remembered>();

  /** The deliveries of one sample, as far as they are asked for. E_NOT_FOUND, E_ACCESS or E_INTEGRITY if it cannot be read. */
  async *of(sample: SampleSource, context: ComponentContext): AsyncGenerator<Delivery> {
    if (sample.text !== undefined) {
      yield* textDeliveries(sample.text, nameIn(context.folder, sample.file), sample.attributes);
      return;
    }
    const key = await stateOf(sample.file, context);
    const known = this.#remembered.get(sample.file);
    const kept = known?.key === key ? known.deliveries : [];
    yield* kept;
    if (known?.key === key && known.isWhole) return;
    yield* this.#readBehind(sample.file, kept, key, context);
  }

  async *#readBehind(
    file: string,
    kept: readonly Delivery[],
    key: string,
    context: ComponentContext,
  ): AsyncGenerator<Delivery> {
    const deliveries = [...kept];
    let isWhole = false;
    try {
      let position = 0;
      for await (const delivery of fileDeliveries(file, context)) {
        if (position++ < kept.length) continue;
        deliveries.push(delivery);
        yield delivery;
      }
      isWhole = true;
    } finally {
      this.#remember(file, { key, deliveries, isWhole });
    }
  }

  #remember(file: string, read: Remembered): void {
    this.#remembered.delete(file);
    this.#remembered.set(file, read);
    let bytes = 0;
    for (const [name, { deliveries }] of [...this.#remembered].reverse()) {
      for (const { body } of deliveries) bytes += body.byteLength;
      if (bytes > MAX_REMEMBERED_BYTES) this.#remembered.delete(name);
    }
  }
}

async function* fileDeliveries(file: string, context: ComponentContext): AsyncGenerator<Delivery> {
  const config = { path: file, format: formatOfSample(file) };
  const source = await createComponent('source', { type: 'file', config }, context);
  const reader = await source.createReader();
  const { signal } = new AbortController();
  try {
    for (let some = await reader.receive(signal); some !== undefined; some = await reader.receive(signal)) yield* some;
  } finally {
    await reader.close();
  }
}

/** A text as the file source would cut the file. */
async function* textDeliveries(
  text: string,
  name: string,
  attributes: Delivery['attributes'] = { path: name },
): AsyncGenerator<Delivery> {
  const bytes = Buffer.from(text);
  const isArray = /^\s*\[/.test(text);
  const pieces = isArray ? [{ offset: 0, bytes }] : cutLines(chunksOf(bytes));
  for await (const piece of pieces) {
    const id = `${name}:${piece.offset}`;
    yield {
      id,
      body: piece.bytes,
      attributes,
      receiveCount: 1,
      receivedAtMs: Date.now(),
      receipt: id,
    };
  }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** As the file source names files. */
function nameIn(folder: string, file: string): string {
  return path.relative(folder, file).split(path.sep).join('/');
}

/** Changes when the file does, or what is read of it. */
async function stateOf(file: string, { folder, input }: ComponentContext): Promise<string> {
  const facts = await stat(file).catch(() => undefined);
  if (!facts?.isFile()) {
    throw new ParquetryError('E_NOT_FOUND', `there is no sample ${file}`, {
      hint: 'Put records as NDJSON into the samples folder of the pipeline.',
    });
  }
  const columns = formatOfSample(file) === 'parquet' ? JSON.stringify(input) : '';
  return [folder, facts.mtimeMs, facts.size, facts.ino, columns].join('\0');
}
