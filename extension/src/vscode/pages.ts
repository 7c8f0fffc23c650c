import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { createPeer, type Peer } from '../../../engine/src/protocol/peer.ts';
import type { PageMethods, PageRoute, ShellMethods } from '../../../engine/src/protocol/shell.ts';
import { pageDocument } from '../pages/page-document.ts';
import { PageRelay } from '../pages/page-relay.ts';
import {
  isPipelineRoute,
  type KeptPage,
  keepPage,
  type PipelineRoute,
  readKept,
  routeKey,
  routeTitle,
} from '../pages/routes.ts';
import { tellOfLeftWork } from './left-work.ts';
import { shellHandlers } from './shell.ts';
import { type Studio, workspaceRoots } from './studio.ts';

const VIEW_TYPE = 'parquetry.page';

/** What pages showed or were given, for the editor to mark in its files. */
export interface PageObservation {
  readonly method: string;
  readonly params: unknown;
  readonly value: unknown;
}

interface OpenPage {
  readonly panel: vscode.WebviewPanel;
  readonly peer: Peer<PageMethods>;
  readonly relay: PageRelay;
  kept: KeptPage;
}

/** The studio's pages as panels: one of each page a pipeline; an open one is shown again. */
export class Pages implements vscode.WebviewPanelSerializer {
  readonly #studio: Studio;
  readonly #open = new Set<OpenPage>();
  readonly #observations = new vscode.EventEmitter<PageObservation>();
  readonly onObservation = this.#observations.event;

  constructor(studio: Studio) {
    this.#studio = studio;
    studio.context.subscriptions.push(
      this.#observations,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#reconnect()),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.#follow(editor.document.uri)),
      { dispose: studio.pipelines.onChoice((folder) => this.#followChoice(folder)) },
    );
  }

  /** Shows a page, beside the editor unless told otherwise. */
  show(route: PageRoute, title = routeTitle(route)): void {
    const open = [...this.#open].find((page) => routeKey(page.kept.route) === routeKey(route));
    if (open) {
      open.panel.reveal();
      if (JSON.stringify(open.kept.route) !== JSON.stringify(route)) this.#navigate(open, route);
      return;
    }
    const isBeside = vscode.workspace.getConfiguration('parquetry').get('openPreviewBeside', true);
    const hasEditor = vscode.window.activeTextEditor !== undefined;
    const viewColumn = isBeside && hasEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const panel = vscode.window.createWebviewPanel(VIEW_TYPE, title, { viewColumn, preserveFocus: true });
    this.attach(panel, { route });
  }

  /** The editor was restarted: the page is made again from what it kept. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    this.attach(panel, readKept(kept) ?? { route: { page: 'home' } });
  }

  /** Fills a panel, or a custom editor's. */
  attach(panel: vscode.WebviewPanel, kept: KeptPage): void {
    const { webview } = panel;
    const files = vscode.Uri.joinPath(this.#studio.context.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    const relay = new PageRelay({
      post: (message) => void webview.postMessage(message),
      openEngine: () => this.#studio.host.open(),
      observe: (method, params, value) => this.#observations.fire({ method, params, value }),
      left: (work) => void tellOfLeftWork(this.#studio, work),
    });
    const page: OpenPage = {
      panel,
      relay,
      kept,
      peer: createPeer<PageMethods, ShellMethods>(relay.shell, {
        ...shellHandlers(this.#studio, (next) => this.show(next)),
        'shell.hello': () => {
          relay.forgetEngine(); // the page begins anew, and counts its requests from 1
          const isWithoutFolder = workspaceRoots().length === 0;
          return { ...page.kept, hasEditor: true, hasDebugger: true, hasExtensions: true, isWithoutFolder };
        },
        'shell.keep': (given) => {
          const isMoved = JSON.stringify(page.kept.route) !== JSON.stringify(given.route);
          this.#keep(page, keepPage(page.kept, given.route, 'view' in given ? { view: given.view } : undefined));
          if (isMoved) this.#choose(given.route); // most often it is the view that is another
        },
      }),
    };
    this.#open.add(page);
    webview.onDidReceiveMessage((message) => relay.receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) relay.forgetEngine(); // hidden pages are unloaded
    });
    panel.onDidDispose(() => {
      this.#open.delete(page);
      relay.close();
    });
    if (panel.viewType === VIEW_TYPE) panel.iconPath = this.#icon();
    webview.html = this.#document(webview, files);
  }

  /** Locks the page that is looked at to its pipeline, or lets it follow the editor again. */
  toggleLock(): boolean {
    const page =
      [...this.#open].find(({ panel }) => panel.active) ?? [...this.#open].find(({ panel }) => panel.visible);
    if (page === undefined || !isPipelineRoute(page.kept.route)) return false;
    const { route } = page.kept;
    const free = { page: route.page, ...this.#studio.pipelines.target(route.folder) };
    this.#navigate(page, route.isLocked ? free : { ...route, isLocked: true });
    return true;
  }

  /** Pages that are not locked show the pipeline of the file that is looked at. */
  #follow(uri: vscode.Uri): void {
    const pipeline = this.#studio.pipelines.of(uri.fsPath);
    if (pipeline === undefined) return;
    for (const { page, route } of this.#following()) {
      if (route.folder === pipeline.folder) continue;
      const next = { page: route.page, ...this.#studio.pipelines.target(pipeline.folder) };
      const isShown = [...this.#open].some((other) => routeKey(other.kept.route) === routeKey(next));
      if (!isShown) this.#navigate(page, next);
    }
  }

  /** Another environment was chosen, here or in a page. */
  #followChoice(folder: string): void {
    const target = this.#studio.pipelines.target(folder);
    for (const { page, route } of this.#following()) {
      const isOther = route.folder === folder && route.environment !== target.environment;
      if (isOther) this.#navigate(page, { page: route.page, ...target });
    }
  }

  /** Pages that show another pipeline or environment when they are told to: not those that are locked, or would have to stop for it. */
  #following(): { page: OpenPage; route: PipelineRoute }[] {
    return [...this.#open].flatMap((page) => {
      const { route } = page.kept;
      return isPipelineRoute(route) && !route.isLocked && !page.relay.isAtWork ? [{ page, route }] : [];
    });
  }

  /** What was refused may be allowed now. */
  #reconnect(): void {
    for (const { relay, panel } of this.#open) if (panel.visible) relay.reconnect();
  }

  #navigate(page: OpenPage, route: PageRoute): void {
    this.#keep(page, keepPage(page.kept, route));
    if (page.panel.visible) page.peer.request('page.show', { route }).catch(() => undefined);
  }

  #keep(page: OpenPage, kept: KeptPage): void {
    page.kept = kept;
    if (isPipelineRoute(kept.route)) page.panel.title = routeTitle(kept.route);
  }

  /** What is chosen in a page is chosen for its pipeline; in a locked one, for that page. */
  #choose(route: PageRoute): void {
    if (isPipelineRoute(route) && !route.isLocked)
      void this.#studio.pipelines.choose(route.folder, route.environment).catch(this.#studio.quiet);
  }

  #icon(): { light: vscode.Uri; dark: vscode.Uri } {
    const of = (theme: string) => vscode.Uri.joinPath(this.#studio.context.extensionUri, 'media', `page-${theme}.svg`);
    return { light: of('light'), dark: of('dark') };
  }

  #document(webview: vscode.Webview, files: vscode.Uri): string {
    return pageDocument({
      template: readFileSync(vscode.Uri.joinPath(files, 'page.html').fsPath, 'utf8'),
      base: webview.asWebviewUri(files).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(18).toString('base64url'),
    });
  }
}
