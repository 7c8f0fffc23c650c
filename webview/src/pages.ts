import type { ComponentType } from 'preact';
import type { PageName, PageProps } from './page.ts';

type Loader<Name extends PageName> = () => Promise<ComponentType<PageProps<Name>>>;

/** Each page is a chunk of its own, loaded when it is shown first. */
const loaders: { readonly [Name in PageName]?: Loader<Name> } = {
  home: async () => (await import('./pages/home/home-page.tsx')).HomePage,
  preview: async () => (await import('./pages/preview/preview-page.tsx')).PreviewPage,
  parquet: async () => (await import('./pages/parquet/parquet-page.tsx')).ParquetPage,
  profile: async () => (await import('./pages/profile/profile-page.tsx')).ProfilePage,
  plan: async () => (await import('./pages/plan/plan-page.tsx')).PlanPage,
  run: async () => (await import('./pages/run/run-page.tsx')).RunPage,
  samples: async () => (await import('./pages/samples/samples-page.tsx')).SamplesPage,
  'dead-letters': async () => (await import('./pages/dead-letters/dead-letters-page.tsx')).DeadLettersPage,
};

/** The component of a page. Rejects where its chunk cannot be loaded. */
export async function loadPage(name: PageName): Promise<ComponentType<PageProps>> {
  const load = loaders[name];
  if (load === undefined) throw new Error(`there is no page ${name}`);
  // A component is only given routes of its own page.
  return (await load()) as ComponentType<PageProps>;
}
