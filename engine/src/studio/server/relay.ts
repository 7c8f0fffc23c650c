import type { Frame } from '../../protocol/frames.ts';
import type { Transport } from '../../protocol/transport.ts';

/**
 * Joins a page's conversation with the engine's: what one end says the other one hears, unread, until either is gone. But for the
 * folders that are open: those the server was started with are, and a page cannot choose others.
 */
export function relay(page: Transport, engine: Transport): void {
  page.listen({
    frame(frame) {
      if (opensFolders(frame)) page.send(refusal(frame));
      else engine.send(frame);
    },
    closed: () => engine.close(),
  });
  engine.listen({
    frame: (frame) => page.send(frame),
    closed: () => page.close(),
  });
}

function opensFolders(frame: Frame): boolean {
  return frame.type === 'request' && frame.method === 'workspace.open';
}

function refusal({ id }: Frame): Frame {
  const message = 'a page cannot open folders: they are those that the studio was started with';
  const hint = 'Start `parquetry studio` with the folder.';
  return { type: 'error', id, error: { code: 'E_ACCESS', message, hint } };
}
