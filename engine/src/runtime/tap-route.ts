import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ParquetryError } from '../core/errors.ts';
import { type TapAccess, tapRefusal } from '../telemetry/tap-access.ts';
import { openTapHub, type TapHub, type TapRequest } from './tap-hub.ts';
import { type TapPoint, tapPoints } from './tap-messages.ts';

export interface TapRouteOptions {
  readonly access: TapAccess;
  /** PARQUETRY_TAP_TOKEN; needed with access `token`. */
  readonly token?: string;
  readonly runId: string;
}

/** The page that taps are read from. */
export interface TapRoute extends Disposable {
  handle(request: IncomingMessage, response: ServerResponse): void;
}

const MIN_TOKEN_CHARACTERS = 16;
const DEFAULT_COUNT = 10;
const MAX_COUNT = 1_000_000;
/** How often a reader is told how many records it missed. */
const COUNTS_EVERY_MS = 1_000;

/** Undefined where taps are off. E_CONFIG if they need a token and there is none. */
export function createTapRoute({ access, token, runId }: TapRouteOptions): TapRoute | undefined {
  if (access === 'off') return undefined;
  if (access === 'token' && (token ?? '').length < MIN_TOKEN_CHARACTERS) {
    throw new ParquetryError(
      'E_CONFIG',
      `telemetry.tap is token, so PARQUETRY_TAP_TOKEN must have at least ${MIN_TOKEN_CHARACTERS} characters`,
      {
        hint: 'Set it in the environment, for example to the output of `openssl rand -hex 32`; or set telemetry.tap to off.',
      },
    );
  }
  const { hub, close } = openTapHub(runId);
  return {
    handle(request, response) {
      const { headers, socket } = request;
      const refused = tapRefusal(access, token, { headers, remoteAddress: socket.remoteAddress });
      if (refused) {
        say(response, refused.status, refused.text);
        return;
      }
      const wanted = parseTapRequest(new URL(request.url ?? '/', 'http://localhost').searchParams);
      if (typeof wanted === 'string') say(response, 400, wanted);
      else stream(hub, wanted, response);
    },
    [Symbol.dispose]: close,
  };
}

/** A text says what is wrong. */
export function parseTapRequest(query: URLSearchParams): TapRequest | string {
  const at = query.get('at') ?? 'output';
  const sample = Number(query.get('sample') ?? 1);
  const count = Number(query.get('count') ?? DEFAULT_COUNT);
  if (!tapPoints.includes(at as TapPoint))
    return `at must be one of ${tapPoints.join(', ')}, got ${JSON.stringify(at)}.`;
  if (!(sample > 0 && sample <= 1)) return 'sample must be above 0 and at most 1.';
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_COUNT)) return `count must be from 1 to ${MAX_COUNT}.`;
  return { at: at as TapPoint, sample, count };
}

/** Lines of JSON as they come; lines of counts, `{"tap": …}`, when records were missed and at the end. */
function stream(hub: TapHub, wanted: TapRequest, response: ServerResponse): void {
  const gone = new AbortController();
  const opened = hub.open(wanted, {
    async write(lines) {
      if (gone.signal.aborted || lines.length === 0) return;
      const hasRoom = response.write(`${lines.join('\n')}\n`);
      if (!hasRoom) await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
    },
    end: () => void (response.writableEnded || response.end(countsLine())),
  });
  if (!opened) {
    say(response, 503, 'Too many taps are open.');
    return;
  }
  const countsLine = () => `${JSON.stringify({ tap: opened.counts() })}\n`;
  let told = 0;
  const timer = setInterval(() => {
    const { dropped } = opened.counts();
    if (dropped !== told && !response.writableNeedDrain) response.write(countsLine());
    told = dropped;
  }, COUNTS_EVERY_MS);
  response.once('close', () => {
    clearInterval(timer);
    gone.abort();
    opened.close();
  });
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end(`${text}\n`);
}
