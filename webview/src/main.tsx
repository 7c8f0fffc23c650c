import type { PageRoute } from '../../engine/src/protocol/shell.ts';
import { startApp } from './app.tsx';
import type { PageView } from './page-view.ts';
import { type MessagePorts, postedTransport } from './posted-transport.ts';

/** What VS Code gives a webview. The state outlives the page, and is all that a restored panel has. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  setState(state: { readonly route: PageRoute; readonly view: PageView }): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();
const ports: MessagePorts = {
  post: (message) => vscode.postMessage(message),
  onMessage(listener) {
    const hear = ({ data }: MessageEvent<unknown>) => listener(data);
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  },
};

startApp(document.getElementById('app')!, {
  connect: () => postedTransport(ports, 'engine'),
  shell: postedTransport(ports, 'shell'),
  keep: (route, view) => vscode.setState({ route, view }),
});
