import type { Handlers } from '../protocol/peer.ts';
import type { StudioMethods } from '../protocol/studio-methods.ts';
import type { Workbench } from './workbench.ts';

/**
 * What a request may do in a workspace that is not trusted. `refused`: nothing, for it runs code of the workspace, or sends something
 * where a file of the workspace says: an endpoint can name any host, and hold any variable of the environment. `local`: all, for it
 * reads and writes open folders at most. `either`: what is local of it; its service refuses the rest.
 */
export type Untrusted = 'refused' | 'local' | 'either';

/** Of each method, so that none can be forgotten. */
export const untrusted: { readonly [Name in keyof StudioMethods]: Untrusted } = {
  'workspace.open': 'local',
  'workspace.pipelines': 'local',
  'workspace.overlay': 'local',
  'workspace.read': 'local',
  'workspace.write': 'local',
  'workspace.create': 'local',
  'workspace.files': 'local',
  'language.check': 'either', // without what needs the code
  'language.complete': 'local',
  'language.hover': 'local',
  'language.types': 'local',
  'language.set': 'local',
  'tests.list': 'local',
  'tests.run': 'refused',
  'tools.call': 'either', // asks the others
  'parquet.open': 'either', // files, not objects
  'parquet.rows': 'either',
  'parquet.cell': 'either',
  'parquet.insight': 'either',
  'parquet.pages': 'either',
  'parquet.duckdb': 'either',
  'parquet.sql': 'either',
  'parquet.export': 'either',
  'parquet.close': 'local',
  'preview.run': 'refused',
  'preview.watch': 'refused',
  'preview.saveTest': 'refused',
  'run.start': 'refused',
  'run.watch': 'local', // of runs that were started, so in a workspace that was trusted
  'run.stop': 'local',
  'run.list': 'local',
  'run.tap': 'local',
  'run.feed': 'refused',
  'samples.list': 'local',
  'samples.cost': 'either', // files of the folders
  'samples.take': 'either',
  'deadLetters.list': 'refused',
  'deadLetters.show': 'refused',
  'deadLetters.retry': 'refused',
  'deadLetters.replay': 'refused',
  'cloud.queues': 'refused',
  'cloud.buckets': 'refused',
  'cloud.objects': 'refused',
  'cloud.profiles': 'local', // names in the user's own files
  'profile.run': 'refused',
  'plan.run': 'refused',
};

/** The handlers, of which those that need trust throw E_ACCESS without it before they do anything. */
export function withTrust(workbench: Workbench, handlers: Handlers<StudioMethods>): Handlers<StudioMethods> {
  type Handler = (params: unknown, context: unknown) => unknown;
  const guarded = Object.entries(handlers).map(([name, handle]) => {
    const answer: Handler = (params, context) => {
      workbench.requireTrust();
      return (handle as Handler)(params, context);
    };
    const rule: Untrusted | undefined = untrusted[name as keyof StudioMethods];
    return [name, rule === 'local' || rule === 'either' ? handle : answer];
  });
  return Object.fromEntries(guarded);
}
