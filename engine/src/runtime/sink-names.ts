import type { Choice } from '../pipeline/components.ts';

/**
 * What logs and metrics call the sinks of a pipeline: by their types, `module` for one's own; the second of a type is `s3-2`. So
 * each destination has numbers of its own, and one more sink changes no name of those before it.
 */
export function sinkNames(sinks: readonly Choice[]): string[] {
  const used = new Map<string, number>();
  return sinks.map((sink) => {
    const type = 'type' in sink ? sink.type : 'module';
    const number = (used.get(type) ?? 0) + 1;
    used.set(type, number);
    return number === 1 ? type : `${type}-${number}`;
  });
}
