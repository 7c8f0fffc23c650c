import { expect, test } from 'vitest';
import { captureContext } from './captured-context.ts';
import { main } from './main.ts';

test('it serves until interrupted, and a second one on its port is told so', async () => {
  const interrupt = new AbortController();
  const context = captureContext({ cwd: import.meta.dirname, signal: interrupt.signal });
  const started = waitForOutput(context);
  const running = main(['emulator', '--port', '0', '--json'], context);
  const { endpoint, port } = JSON.parse(await started);
  expect((await fetch(`${endpoint}/`)).status).toBe(200);

  const second = captureContext({ cwd: import.meta.dirname });
  expect(await main(['emulator', '--port', String(port)], second)).toBe(2);
  expect(second.err()).toContain(`port ${port} is taken`);

  interrupt.abort();
  expect(await running).toBe(0);
  await expect(fetch(`${endpoint}/`)).rejects.toThrow();
});

/** Resolves with the first thing written to stdout. */
function waitForOutput(context: ReturnType<typeof captureContext>): Promise<string> {
  const { write } = context.stdout;
  return new Promise((resolve) => {
    context.stdout.write = (text) => {
      write(text);
      resolve(String(text));
    };
  });
}
