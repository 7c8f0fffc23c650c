/** The studio in a browser: what VS Code is to the pages elsewhere, it is here. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { createPeer } from '../../../engine/src/protocol/peer.ts';
import type { PageMethods, ShellMethods } from '../../../engine/src/protocol/shell.ts';
import { socketTransport } from '../../../engine/src/protocol/socket-transport.ts';
import { memoryTransports } from '../../../engine/src/protocol/transport.ts';
import { startApp } from '../app.tsx';
import { EmptyState } from '../components/states.tsx';
import './browser.css';
import { createDesk } from './desk.ts';
import { startEditing } from './editing.ts';
import { hashOf } from './location.ts';
import { observedTransport } from './observed-transport.ts';
import { openSession, type SessionState, watchSession } from './session.ts';
import { shellAnswers } from './shell-answers.ts';
import { ShellView } from './shell-view.tsx';
import { startTheme } from './theme.ts';
import { createViewStore } from './view-store.ts';

const theme = startTheme();
const studio = document.getElementById('studio')!;
const state = await openSession();
if (state === 'open') start();
else render(<NoSession state={state} />, studio);

function start(): void {
  const [shellEnd, appEnd] = memoryTransports();
  const root = Object.assign(document.createElement('main'), { id: 'app', ariaLabel: 'Page' });
  const connect = () => observedTransport(connectEngine(), (method, value) => editing.observe(method, value));
  const { link } = startApp(root, { connect, shell: appEnd, ...createViewStore(sessionStorage) });
  const desk = createDesk(link);
  const editing = startEditing(desk, link, theme);
  let shown = '';
  const answers = shellAnswers(desk, editing);
  const page = createPeer<PageMethods, ShellMethods>(shellEnd, {
    ...answers,
    'shell.keep'({ route }) {
      // Views are kept as they change; the address says where the page is.
      if (hashOf({ route }) === shown) return;
      shown = hashOf({ route });
      desk.stay({ route });
    },
  });
  effect(() => {
    const { route } = desk.place.value;
    if (hashOf({ route }) === shown) return;
    shown = hashOf({ route });
    page.request('page.show', { route }).catch(() => {});
  });
  const isStale = watchSession(link.isGone);
  render(<ShellView {...{ desk, editing, link, theme, root, isStale }} />, studio);
}

function connectEngine() {
  return socketTransport(new WebSocket(`${location.origin.replace(/^http/, 'ws')}/engine`));
}

function NoSession({ state: reason }: { readonly state: SessionState }) {
  const title = reason === 'refused' ? 'This page does not know the secret of its server' : 'The studio is not there';
  return (
    <main class="shell-none">
      <EmptyState icon="lock" title={title}>
        Open the address that <code>parquetry studio</code> prints; each start of it has another one.
      </EmptyState>
    </main>
  );
}
