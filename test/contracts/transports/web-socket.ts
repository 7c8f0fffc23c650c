import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { type Socket, socketTransport } from '../../../engine/src/protocol/socket-transport.ts';
import type { TransportSubject } from '../protocol-subject.ts';
import { answerOver } from './memory.ts';

/** A server of `ws`, and the WebSocket that browsers have and Node, too. */
export const webSocket: TransportSubject = {
  name: 'WebSocket',
  async open() {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const state = { cancelled: 0 };
    server.on('connection', (socket) => answerOver(socketTransport(socket as unknown as Socket), state));
    const near: WebSocket[] = [];
    return {
      // Not open yet: what is asked meanwhile has to wait.
      async connect() {
        const socket = new WebSocket(`ws://127.0.0.1:${port}`);
        near.push(socket);
        return socketTransport(socket as Socket);
      },
      async kill() {
        for (const socket of server.clients) socket.terminate();
      },
      async garble() {
        const socket = near.at(-1)!;
        if (socket.readyState === WebSocket.CONNECTING) await once(socket, 'open');
        const garbage = ['text', '', new Uint8Array(), new Uint8Array([1, 2, 3]), new Uint8Array(1000).fill(0xff)];
        for (const one of garbage) socket.send(one);
      },
      async [Symbol.asyncDispose]() {
        for (const socket of server.clients) socket.terminate();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};
