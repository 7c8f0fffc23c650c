import type { FilePath } from './yaml-spot.ts';

/** Types of components that have a page of their own; a user's modules have none. */
export interface DocumentedTypes {
  readonly source: { has(type: string): boolean };
  readonly sink: { has(type: string): boolean };
  readonly encoder: { has(type: string): boolean };
}

/** The page of docs/reference that tells of a path of a pipeline file, without its `.md`. Pure. */
export function referencePageOf(path: FilePath, types: DocumentedTypes): string {
  const [part, ...below] = (path[0] === 'environments' ? path.slice(2) : path).map(String);
  if (part === 'source' && types.source.has(below[0] ?? '')) return `sources-${below[0]}`;
  if (part !== 'sinks') return 'pipeline';
  const [, sink = '', key = ''] = below;
  if (types.encoder.has(key)) return `encoders-${key}`;
  // Where files lie is told once, for all sinks.
  return types.sink.has(sink) && key !== 'partitionBy' ? `sinks-${sink}` : 'pipeline';
}
