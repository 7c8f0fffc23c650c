import { hash, timingSafeEqual } from 'node:crypto';

/** Who may look at records: nobody; who is on this machine; who has the token. */
export type TapAccess = 'off' | 'loopback' | 'token';

/** What is looked at in a request. */
export interface TapCaller {
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Refusal {
  readonly status: 401 | 403;
  /** A sentence for the caller. Never says anything of the token. */
  readonly text: string;
}

/** Added by browsers alone, and by proxies alone: a page or a stranger behind a proxy on this machine must not pass for somebody here. */
const BROWSER_HEADERS = ['origin', 'sec-fetch-site'];
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/** Why a caller may not tap; undefined if it may. Records are data, so the answer to doubt is no. */
export function tapRefusal(
  access: Exclude<TapAccess, 'off'>,
  token: string | undefined,
  caller: TapCaller,
): Refusal | undefined {
  const { headers, remoteAddress } = caller;
  if (BROWSER_HEADERS.some((name) => headers[name] !== undefined)) return forbidden('Taps are not for browsers.');
  if (access === 'token') {
    return isToken(headers.authorization, token)
      ? undefined
      : { status: 401, text: 'A tap needs the token of this engine.' };
  }
  const isHere = isLoopbackAddress(remoteAddress) && isLoopbackHost(headers.host);
  if (isHere && !PROXY_HEADERS.some((name) => headers[name] !== undefined)) return undefined;
  return forbidden(
    'Taps are for this machine only. From elsewhere: telemetry.tap: token, and PARQUETRY_TAP_TOKEN on both sides.',
  );
}

function forbidden(text: string): Refusal {
  return { status: 403, text };
}

/** Of equal length after hashing, so that the comparison tells nothing by its time. */
function isToken(authorization: unknown, token: string | undefined): boolean {
  if (typeof authorization !== 'string' || !token) return false;
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/.test(address);
}

/** A page whose name was rebound to 127.0.0.1 sends that name. */
function isLoopbackHost(host: unknown): boolean {
  return typeof host === 'string' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host);
}
