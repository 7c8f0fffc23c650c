import type { CommandId } from '../command-ids.ts';

/** An action above a line. */
export interface Lens {
  /** 0-based. */
  readonly line: number;
  readonly title: string;
  readonly command: CommandId;
}

const actions: readonly Omit<Lens, 'line'>[] = [
  { title: 'Preview', command: 'preview' },
  { title: 'Profile', command: 'profile' },
  { title: 'Plan', command: 'plan' },
  { title: 'Run', command: 'run' },
  { title: 'Debug', command: 'debugRecord' },
  { title: 'Test', command: 'runTests' },
];

/** The actions of a pipeline, above the first key of its file. */
export function pipelineLenses(yaml: string): Lens[] {
  const line = yaml.split('\n').findIndex((text) => /^[\w'"]/.test(text));
  return actions.map((action) => ({ ...action, line: Math.max(0, line) }));
}

/** The same actions above the transform itself; none in a module that defines none. */
export function transformLenses(source: string): Lens[] {
  const line = source
    .split('\n')
    .findIndex((text) => /\bdefineTransform\s*(<|\()/.test(text) && !/^\s*(import|\/\/|\*)/.test(text));
  return line < 0 ? [] : actions.map((action) => ({ ...action, line }));
}
