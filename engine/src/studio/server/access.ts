import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { ParquetryError } from '../../core/errors.ts';

/** Who may talk to a studio's server: whoever knows its secret, out of a page that it served itself. */
export interface Access {
  /** In the address that is given to the user, behind `#`, where no log and no referrer sees it. */
  readonly secret: string;
  /** A secret that can be used once, for a command line that others on this machine can read. */
  ticket(): string;
  /** Sets the session's cookie. Its name has the port in it, for browsers share cookies between the ports of a host. */
  cookie(request: IncomingMessage, port: number): string;
  /** Whether a text is the secret, or a ticket, which is used up. */
  admits(text: string): boolean;
  /** Whether a request carries the session's cookie. */
  hasSession(request: IncomingMessage, port: number): boolean;
}

export function createAccess(): Access {
  const secret = random();
  // The cookie is another text than the secret: what a cookie store gives away does not open an address.
  const session = random();
  const tickets = new Set<string>();
  return {
    secret,
    ticket() {
      const ticket = random();
      tickets.add(ticket);
      return ticket;
    },
    cookie(request, port) {
      const secure = request.headers.origin?.startsWith('https:') ? '; Secure' : '';
      return `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/${secure}`;
    },
    admits(text) {
      const ticket = [...tickets].find((one) => isSame(one, text));
      if (ticket !== undefined) tickets.delete(ticket);
      return ticket !== undefined || isSame(text, secret);
    },
    hasSession: (request, port) => isSame(cookies(request).get(cookieName(port)) ?? '', session),
  };
}

/** Under which names a server is reached. */
export interface OwnNames {
  /** What it listens at. */
  readonly host: string;
  /** Origins that lead to it by way of something else, as its user says: `https://name-8080.app.github.dev`. */
  readonly origins: readonly string[];
}

/** An origin as browsers write it. Throws E_CONFIG for what is none: each that is let in must be meant. */
export function parseOrigin(text: string): string {
  const url = URL.parse(text);
  const isWhole = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.hostname !== '';
  if (isWhole && !url.hostname.includes('*') && url.href === `${url.origin}/`) return url.origin;
  throw new ParquetryError('E_CONFIG', `an origin must be like https://studio.example:8443, got ${text}`, {
    hint: 'It is what the address bar shows up to the first slash: no path, no *.',
  });
}

/**
 * Whether a request names this machine as the page's user meant it: a name that a foreign DNS answers with 127.0.0.1 is refused
 * (DNS rebinding), an address is nobody's to answer. The port may be another one where ports are forwarded.
 */
export function isOwnHost(request: IncomingMessage, { host, origins }: OwnNames): boolean {
  const name = hostName(request.headers.host);
  if (name === undefined) return false;
  return name === 'localhost' || name === host || isIP(name) !== 0 || origins.some((one) => nameOf(one) === name);
}

/**
 * Whether a browser sent a request from a page of this very server, by whichever of its names. What is no browser may send none, where
 * none is needed.
 */
export function isOwnOrigin(request: IncomingMessage, { origins }: OwnNames): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || host === undefined) return false;
  return origin === `http://${host}` || origins.includes(origin);
}

const nameOf = (origin: string) => new URL(origin).hostname.replace(/^\[|\]$/g, '');

/** Without port and brackets. */
function hostName(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::\d{1,5})?$/.exec(host ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function cookies(request: IncomingMessage): Map<string, string> {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

const random = () => randomBytes(24).toString('base64url');

const cookieName = (port: number) => `parquetry-${port}`;

/** In a time that says nothing of where they differ, nor of their lengths. */
function isSame(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

const digest = (text: string) => createHash('sha256').update(text).digest();
