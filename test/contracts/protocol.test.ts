import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import { createPeer } from '../../engine/src/protocol/peer.ts';
import type { PageMethods, ShellMethods } from '../../engine/src/protocol/shell.ts';
import type { StudioMethods } from '../../engine/src/protocol/studio-methods.ts';
import { memoryTransports } from '../../engine/src/protocol/transport.ts';
import { holdTo } from './claim.ts';
import type { FarMethods } from './protocol-answers.ts';
import { transportClaims } from './protocol-contract.ts';
import { endIpc, ipc } from './transports/ipc.ts';
import { memory } from './transports/memory.ts';
import { spoiled } from './transports/spoiled.ts';
import { vscodeWebview } from './transports/vscode-webview.ts';
import { webSocket } from './transports/web-socket.ts';

afterAll(endIpc);

describe('the contract of a conversation', () => {
  for (const subject of [memory('memory'), ipc, webSocket, vscodeWebview]) holdTo(transportClaims, subject);
});

test.concurrent.each(spoiled)('the contract catches a transport that %s', async (what, spoil, title) => {
  const claims = transportClaims.filter((claim) => title.test(claim.title));
  expect(claims.length, String(title)).toBe(1);
  await expect(claims[0]!.prove(memory(what, spoil))).rejects.toThrow();
});

/** `true` if a type holds a bigint somewhere, `never` if not. Typed arrays cross as they are. */
type Bigints<Type> = Type extends bigint
  ? true
  : Type extends ArrayBufferView | ((...given: never[]) => unknown)
    ? never
    : Type extends readonly (infer Item)[]
      ? Bigints<Item>
      : Type extends object
        ? { [Key in keyof Type]: Bigints<Type[Key]> }[keyof Type]
        : never;

test('no request takes, shows or answers a bigint, which VS Code does not carry', () => {
  expectTypeOf<Bigints<{ rows?: readonly { id: string | bigint }[] }>>().toEqualTypeOf<true | undefined>();
  expectTypeOf<NonNullable<Bigints<StudioMethods & ShellMethods & PageMethods>>>().toBeNever();
});

test('a request is taken back at once, also from an end that is stuck', async () => {
  const [near] = memoryTransports();
  const stuck = createPeer<FarMethods>(near);
  const controller = new AbortController();
  const asked = stuck.request('echo', 1, { signal: controller.signal });
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'E_CANCELLED' });
});
