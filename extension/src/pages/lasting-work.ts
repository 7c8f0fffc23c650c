import type { StudioMethods } from '../../../engine/src/protocol/studio-methods.ts';
import { describeTaken } from '../samples/taken.ts';

/** Words for work that goes on though its page is gone; `done` is undefined where another place shows what came of it. */
interface Words<Name extends keyof StudioMethods> {
  readonly title: string;
  readonly progress?: (snapshot: StudioMethods[Name]['snapshot']) => string;
  readonly done?: (result: StudioMethods[Name]['result'], params: StudioMethods[Name]['params']) => string;
}

/**
 * Requests that change something: a page that is hidden or closed does not end them. All others only show something, and are taken
 * back with their page.
 */
const lastingWork = {
  'deadLetters.replay': {
    title: 'Replaying dead letters',
    progress: ({ sent }) => `${count(sent, 'record')} sent`,
    done: ({ sent, again = 0, failed }) =>
      [
        `${count(sent, 'dead letter')} replayed`,
        again > 0 ? `${count(again, 'record')} became dead letters again` : '',
        failed.length > 0 ? `${failed.length} could not be: ${failed[0]!.why}` : '',
      ]
        .filter(Boolean)
        .join('; '),
  },
  'run.feed': {
    title: 'Sending samples',
    progress: ({ sent }) => `${count(sent, 'record')} sent`,
    done: ({ sent }) => `${count(sent, 'record')} of the samples sent`,
  },
  'samples.take': {
    title: 'Taking samples',
    progress: ({ records }) => count(records, 'record'),
    done: (taken) => `${taken.file}: ${describeTaken(taken)}`,
  },
  'parquet.export': {
    title: 'Exporting',
    progress: ({ rows }) => count(rows, 'row'),
    done: ({ rows }, { file }) => `${count(rows, 'row')} exported to ${file}`,
  },
  'run.start': { title: 'Starting a run' },
  'run.stop': { title: 'Stopping a run' },
  'workspace.create': { title: 'Making a pipeline' },
} as const satisfies { readonly [Name in keyof StudioMethods]?: Words<Name> };

export type LastingMethod = keyof typeof lastingWork;

export function isLasting(method: string): method is LastingMethod {
  return Object.hasOwn(lastingWork, method);
}

/** Words by the name of a method, whose answers only the engine can have made. */
export function wordsOf(method: LastingMethod): Words<keyof StudioMethods> {
  return lastingWork[method] as Words<keyof StudioMethods>;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
