import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenUntil } from '../../engine/src/emulator/expired-token.ts';

/** An endpoint like that of a container, whose credentials the emulator's `expired-token` fault takes for over after `lifeMs`. */
export interface ShortLivedKeys extends AsyncDisposable {
  /** Environment of a process that gets its credentials there. */
  readonly env: NodeJS.ProcessEnv;
  issued(): number;
}

export async function startKeys(lifeMs: number): Promise<ShortLivedKeys> {
  let issued = 0;
  const server = createServer((_, response) => {
    const untilMs = Date.now() + lifeMs;
    const body = {
      AccessKeyId: `KEY${++issued}`,
      SecretAccessKey: 'secret',
      Token: tokenUntil(untilMs),
      Expiration: new Date(untilMs).toISOString(),
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: undefined };
  return {
    env: { ...none, AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/keys` },
    issued: () => issued,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
