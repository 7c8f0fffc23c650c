import { memoryTransports } from '../../../engine/src/protocol/transport.ts';
import { PageRelay } from '../../../extension/src/pages/page-relay.ts';
import { type Posted, postedTransport } from '../../../webview/src/posted-transport.ts';
import type { TransportSubject } from '../protocol-subject.ts';
import { answerOver } from './memory.ts';

/** A webview's end, the extension's relay, and the engine behind it, with ports between that carry what VS Code's do. */
export const vscodeWebview: TransportSubject = {
  name: 'VS Code webview',
  onlyJson: 'VS Code posts messages as JSON beside their buffers: exact values travel as Arrow bytes',
  async open() {
    const state = { cancelled: 0 };
    const engines: { close(): void }[] = [];
    let garble: (() => void) | undefined;
    const kill = async () => {
      for (const engine of engines) engine.close();
    };
    return {
      async connect() {
        const hear = new Set<(data: unknown) => void>();
        const relay = new PageRelay({
          post: (message) => {
            const data = posted(message);
            queueMicrotask(() => hear.forEach((listener) => void listener(data)));
          },
          openEngine() {
            const [near, far] = memoryTransports();
            engines.push(answerOver(far, state));
            return near;
          },
        });
        garble = () => {
          for (const one of [
            'text',
            null,
            {},
            { to: 'engine' },
            { to: 'nobody', frame: null },
            { to: 'engine', frame: 'x' },
          ]) {
            relay.receive(one);
            hear.forEach((listener) => void listener(one));
          }
        };
        return postedTransport(
          {
            post(message: Posted) {
              const data = posted(message);
              queueMicrotask(() => relay.receive(data));
            },
            onMessage(listener) {
              hear.add(listener);
              return () => hear.delete(listener);
            },
          },
          'engine',
        );
      },
      kill,
      async garble() {
        garble?.();
      },
      [Symbol.asyncDispose]: kill,
    };
  },
};

/** As `vscode.Webview.postMessage` does: JSON, with typed arrays beside it. What JSON refuses, VS Code refuses. */
function posted(message: unknown): unknown {
  const buffers: ArrayBufferView[] = [];
  const text = JSON.stringify(message, (_key, value) => {
    if (typeof value === 'function') throw new TypeError('a function could not be cloned');
    return ArrayBuffer.isView(value) ? { $buffer: buffers.push(structuredClone(value)) - 1 } : value;
  });
  return JSON.parse(text, (_key, value) => (Number.isInteger(value?.$buffer) ? buffers[value.$buffer] : value));
}
