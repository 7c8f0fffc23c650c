import type { ReadonlySignal } from '@preact/signals';
import { type ComponentType, createElement } from 'preact';
import { useCallback, useErrorBoundary, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Peer } from '../../engine/src/protocol/peer.ts';
import type { PageRoute, ShellMethods } from '../../engine/src/protocol/shell.ts';
import { Icon } from './components/icon.tsx';
import { ErrorBanner, ErrorState, ProgressState } from './components/states.tsx';
import { AttemptContext } from './hooks/use-attempt.ts';
import { isSilent } from './hooks/use-request.ts';
import { ViewContext } from './hooks/use-view.ts';
import type { PageName, PageProps } from './page.ts';
import { identityOf, type ViewKeeper } from './page-view.ts';
import { loadPage } from './pages.ts';
import type { StudioLink } from './studio-link.ts';

export interface PageFrameProps {
  readonly route: ReadonlySignal<PageRoute | undefined>;
  readonly link: StudioLink;
  readonly shell: Peer<ShellMethods>;
  readonly hasEditor: boolean;
  readonly hasDebugger?: boolean;
  readonly hasExtensions?: boolean;
  readonly isWithoutFolder?: boolean;
  readonly navigate: (route: PageRoute) => void;
  /** Where what is shown keeps its view. */
  readonly keeperOf: (identity: string) => ViewKeeper;
}

/** What is around every page: loads it, tells when the engine is gone or something failed, and stays when a page breaks. */
export function PageFrame({ route, link, keeperOf, ...ports }: PageFrameProps) {
  const shown = route.value;
  const identity = shown === undefined ? '' : identityOf(shown);
  const page = useLoadedPage(shown?.page);
  const keeper = useMemo(() => keeperOf(identity), [keeperOf, identity]);
  const [notice, setNotice] = useState<{ readonly of: string; readonly error: unknown }>();
  const attempt = useCallback(
    (act: Promise<unknown>) => {
      setNotice(undefined);
      act.catch((error: unknown) => isSilent(error) || setNotice({ of: identity, error }));
    },
    [identity],
  );
  if (shown === undefined) return null;
  const props: PageProps = { ...ports, route: shown, studio: link.peer.value };
  return (
    <div class="page-frame">
      {link.isGone.value && (
        <div class="gone-banner" role="status">
          <Icon name="sync" isSpinning />
          The engine is gone; reconnecting. What is shown stays until it is back.
        </div>
      )}
      {notice?.of === identity && (
        <ErrorBanner error={notice.error} action={{ label: 'Close', act: () => setNotice(undefined) }} />
      )}
      <div class="page">
        <AttemptContext.Provider value={attempt}>
          <ViewContext.Provider value={keeper}>
            <LoadedPage key={identity} {...{ page, props }} />
          </ViewContext.Provider>
        </AttemptContext.Provider>
      </div>
    </div>
  );
}

/** One for each thing that is shown: what broke, or is remembered, of another pipeline or file must not be shown for this one. */
function LoadedPage({ page, props }: { readonly page: Page | undefined; readonly props: PageProps }) {
  const [broken, mend] = useErrorBoundary();
  if (broken !== undefined) return <ErrorState error={broken} action={{ label: 'Try again', act: mend }} />;
  if (page === undefined || page.name !== props.route.page) return <ProgressState label="Loading" />;
  if (page.error !== undefined) return <ErrorState error={page.error} />;
  return createElement(page.component!, props);
}

interface Page {
  readonly name: PageName;
  readonly component?: ComponentType<PageProps>;
  readonly error?: unknown;
}

function useLoadedPage(name: PageName | undefined): Page | undefined {
  const [loaded, setLoaded] = useState<Page>();
  useLayoutEffect(() => {
    if (name === undefined) return;
    let isCurrent = true;
    const settle = (page: Page) => isCurrent && setLoaded(page);
    loadPage(name).then(
      (component) => settle({ name, component }),
      (error: unknown) => settle({ name, error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [name]);
  return loaded;
}
