import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { Place } from '../../protocol/places.ts';
import type { CompiledTransform } from '../../transforms/compile.ts';
import { createPlaceFinder, scriptName } from '../../transforms/stack.ts';

/** A thread that allocates without end hardly comes to hear of it. */
const WAIT_MS = 1_500;

/** What the inspector says of a thread, as far as it is looked at. */
interface Message {
  readonly method?: string;
  readonly params?: {
    readonly scriptId?: string;
    readonly url?: string;
    readonly callFrames?: readonly { readonly location: Location }[];
  };
}

interface Location {
  readonly scriptId: string;
  /** Both 0-based. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * Where in the user's files a thread is that does not come back: it is stopped by the inspector, through the engine's own process, and
 * goes on afterwards. Undefined where that cannot be found out. Never rejects.
 */
export async function placeOfStuck(worker: Worker, compiled: CompiledTransform): Promise<Place | undefined> {
  const { promise, resolve } = Promise.withResolvers<Place | undefined>();
  const timer = setTimeout(() => resolve(undefined), WAIT_MS);
  let close = () => {};
  try {
    close = stopThread(worker, (frames, urlOf) => resolve(firstPlace(compiled, frames, urlOf)));
    return await promise;
  } catch {
    return undefined; // no inspector in this Node
  } finally {
    clearTimeout(timer);
    close();
  }
}

type Stopped = (frames: readonly Location[], urlOf: (scriptId: string) => string | undefined) => void;

/** Has the thread stop, and tells where it does. Returns how to let it go on. */
function stopThread(worker: Worker, stopped: Stopped): () => void {
  const session = new Session();
  const scripts = new Map<string, string>();
  let workerSession: string | undefined;
  const send = (method: string) => {
    const message = JSON.stringify({ id: 1, method });
    if (workerSession) session.post('NodeWorker.sendMessageToWorker', { sessionId: workerSession, message });
  };
  session.connect();
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    // Its `workerId` counts attachments; only the title tells which thread it is.
    if (!params.workerInfo.title.startsWith(`[worker ${worker.threadId}] `)) return;
    workerSession = params.sessionId;
    send('Debugger.enable');
    send('Debugger.pause');
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId, message } }) => {
    if (sessionId !== workerSession) return;
    const { method, params = {} } = JSON.parse(message) as Message;
    if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId ?? '', params.url ?? '');
    if (method !== 'Debugger.paused') return;
    const frames = (params.callFrames ?? []).map(({ location }) => location);
    stopped(frames, (scriptId) => scripts.get(scriptId));
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return () => {
    send('Debugger.disable'); // a thread that stays stopped cannot be ended
    session.post('NodeWorker.disable');
    session.disconnect();
  };
}

function firstPlace(
  compiled: CompiledTransform,
  frames: readonly Location[],
  urlOf: (scriptId: string) => string | undefined,
): Place | undefined {
  const name = scriptName(compiled);
  const urls = [name, pathToFileURL(name).href];
  const placeOf = createPlaceFinder(compiled);
  for (const { scriptId, lineNumber, columnNumber } of frames) {
    const place = urls.includes(urlOf(scriptId) ?? '') ? placeOf(lineNumber + 1, columnNumber + 1) : undefined;
    if (place) return place;
  }
  return undefined;
}
