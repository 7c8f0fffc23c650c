import { signal } from '@preact/signals';
import { render } from 'preact';
import { createPeer, type Peer } from '../../engine/src/protocol/peer.ts';
import type { PageMethods, PageRoute, ShellMethods } from '../../engine/src/protocol/shell.ts';
import type { Transport } from '../../engine/src/protocol/transport.ts';
import './components/components.css';
import { ErrorState } from './components/states.tsx';
import { PageFrame } from './page-frame.tsx';
import { identityOf, type PageView, readView, type ViewKeeper, withEntry } from './page-view.ts';
import { linkStudio, type StudioLink } from './studio-link.ts';

/** What the app needs of what surrounds it. */
export interface AppPorts {
  /** A new conversation with the engine; called again whenever the last one ended. */
  readonly connect: () => Transport;
  readonly shell: Transport;
  /** Remembers what is shown and how, for when the page is restored. */
  readonly keep: (route: PageRoute, view: PageView) => void;
  /** What it remembered, for a shell that shows one page in the place of another. */
  readonly recall?: (route: PageRoute) => PageView;
}

/** The app of a shell, for a shell that has more to draw than pages. */
export interface App {
  readonly link: StudioLink;
  readonly shell: Peer<ShellMethods>;
}

/** Draws the pages into `root`: which one, the shell says, now and whenever it likes. */
export function startApp(root: HTMLElement, ports: AppPorts): App {
  const route = signal<PageRoute | undefined>(undefined);
  let view: PageView = {};
  const link = linkStudio(ports.connect);
  const isShown = (identity: string) => route.peek() !== undefined && identityOf(route.peek()!) === identity;
  const show = (next: PageRoute, kept?: unknown) => {
    if (!isShown(identityOf(next))) view = readView(kept ?? ports.recall?.(next));
    route.value = next;
    ports.keep(next, view);
  };
  const shell = createPeer<ShellMethods, PageMethods>(ports.shell, { 'page.show': ({ route: next }) => show(next) });
  const tell = () => void shell.request('shell.keep', { route: route.peek()!, view }).catch(() => {});
  const navigate = (next: PageRoute) => {
    show(next);
    tell();
  };
  /** Of one thing that is shown: what comes late of another is nobody's. */
  const keeperOf = (identity: string): ViewKeeper => ({
    read: (name) => view[name],
    write(name, value) {
      if (!isShown(identity)) return;
      view = withEntry(view, name, value);
      ports.keep(route.peek()!, view);
      tell();
    },
  });
  shell.request('shell.hello', {}).then(
    ({ route: first, view: kept, ...has }) => {
      show(first, kept);
      render(<PageFrame {...{ route, link, shell, navigate, keeperOf }} {...has} />, root);
    },
    (error) => render(<ErrorState error={error} />, root),
  );
  return { link, shell };
}
