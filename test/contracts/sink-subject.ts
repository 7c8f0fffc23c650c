import { chunksOf, type OutputFile, type Sink } from '../../engine/src/core/sink.ts';
import { totalBytes } from '../../engine/src/core/total-bytes.ts';
import type { AnyComponent } from '../../engine/src/pipeline/components.ts';
import type { Named } from './claim.ts';

/** A sink over a place of its own, and a back door to look at what lies there. */
export interface SinkWorld extends AsyncDisposable {
  readonly sink: Sink;
  /** A second sink over the same place, as another process would have it. */
  another(): Promise<Sink>;
  /** Bytes under a name as a reader of the place sees them; undefined if there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Every name a reader of the place sees, sorted. */
  names(): Promise<string[]>;
  /** What lies around the place and may never be touched, as text that changes when it does. */
  outside(): Promise<string>;
  /** A sink whose place does not exist or cannot be used. */
  missing?(): Promise<Sink>;
}

/** A sink as the contract sees it. */
export interface SinkSubject extends Named {
  /** Why files of this sink cannot be told apart by name. */
  readonly nameless?: string;
  /** Why two writers at the same moment are not told apart. */
  readonly racy?: string;
  readonly hasCheck: boolean;
  open(): Promise<SinkWorld>;
}

/** What a file in `sinks/` exports. */
export interface SinkFixture {
  subjects(component: AnyComponent<'sink'>): SinkSubject[];
}

/** A file of some parts. */
export function fileOf(name: string, ...parts: readonly (string | Uint8Array)[]): OutputFile {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const sizeBytes = totalBytes(bytes);
  const chunks = chunksOf(bytes);
  return { name, chunks, sizeBytes, contentType: 'application/octet-stream', metadata: { rows: '1' } };
}

/** The bytes of a file, chunk by chunk. */
export function chunksIn(file: OutputFile): Promise<Uint8Array[]> {
  return Array.fromAsync(file.chunks());
}

/** Bytes that repeat late, so that parts which were swapped or left out show. */
export function pattern(sizeBytes: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + seed, 2654435761);
  return Buffer.from(words.buffer, 0, sizeBytes);
}
