import type { Peer } from '../../engine/src/protocol/peer.ts';
import type { PageRoute, ShellMethods } from '../../engine/src/protocol/shell.ts';
import type { StudioMethods } from '../../engine/src/protocol/studio-methods.ts';

export type PageName = PageRoute['page'];

/** The routes that lead to a page. */
export type RouteOf<Name extends PageName, Route = PageRoute> = Route extends PageRoute
  ? Name extends Route['page']
    ? Route & { readonly page: Name }
    : never
  : never;

/**
 * What every page is given. `studio` is another peer once the engine was gone and is back: effects that ask it depend on it. What fails
 * with E_CLOSED or E_CANCELLED is not the page's to show; the frame around it tells that the engine is gone.
 */
export interface PageProps<Name extends PageName = PageName> {
  readonly route: RouteOf<Name>;
  readonly studio: Peer<StudioMethods>;
  readonly shell: Peer<ShellMethods>;
  /** Whether the shell has an editor that shows places. */
  readonly hasEditor: boolean;
  /** Whether the shell steps through code. */
  readonly hasDebugger?: boolean;
  /** Whether the shell adds by extensions what is missing: `shell.installDuckDb`. */
  readonly hasExtensions?: boolean;
  /** Whether no folder is open in which a pipeline could be made: `shell.makePipeline`. */
  readonly isWithoutFolder?: boolean;
  /** Shows something else in this place: another environment, locked. Another page is for `shell.open`. */
  readonly navigate: (route: RouteOf<Name>) => void;
}
