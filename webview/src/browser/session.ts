import { effect, type ReadonlySignal, signal } from '@preact/signals';

/** What a browser is to the server: `refused` where it does not know the secret, or that of an earlier server. */
export type SessionState = 'open' | 'refused' | 'unreachable';

const SECRET = /^#([\w-]{20,})$/;

/**
 * Begins a session with the secret that the address brings, or goes on with the one there is. The secret leaves the address bar at
 * once, so that it is in no bookmark and on no screenshot.
 */
export async function openSession(): Promise<SessionState> {
  const secret = SECRET.exec(location.hash)?.[1];
  if (secret === undefined) return await askSession();
  history.replaceState(null, '', location.pathname);
  const state = await ask({ method: 'POST', body: secret });
  // A ticket that was used before: the session that it began may still hold.
  return state === 'refused' ? await askSession() : state;
}

/** Whether the session holds: why an engine does not answer. */
export function askSession(): Promise<SessionState> {
  return ask({ method: 'GET' });
}

async function ask(request: RequestInit): Promise<SessionState> {
  try {
    const { ok } = await fetch('/session', request);
    return ok ? 'open' : 'refused';
  } catch {
    return 'unreachable';
  }
}

/** How often a page whose engine is gone asks whether its session still holds. */
const ASK_EVERY_MS = 2_000;

/** True once the server is another one than the page was opened from: it comes back, but not for this page. */
export function watchSession(isGone: ReadonlySignal<boolean>): ReadonlySignal<boolean> {
  const isStale = signal(false);
  effect(() => {
    if (!isGone.value) return;
    const timer = setInterval(async () => {
      isStale.value = (await askSession()) === 'refused';
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  });
  return isStale;
}
