import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { ParquetryError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';

/** Which records of which engine. */
export interface TapTarget {
  readonly host: string;
  readonly port: number;
  readonly at: string;
  /** Records after which the tap ends. */
  readonly count: number;
  /** Share of the records to look at, above 0 and at most 1. */
  readonly sample: number;
  /** What the engine was started with, where it asks for it. */
  readonly token?: string;
  readonly signal: AbortSignal;
}

/** A record as a line of JSON, or how many were missed so far because they came faster than they were read. */
export type Tapped = { readonly line: string } | { readonly dropped: number };

/**
 * Records of a running engine, over the address that it listens on. Ends when there are enough, the engine has ended or the signal
 * aborts. Rejects with E_UNAVAILABLE if nobody answers there, E_ACCESS or E_NOT_FOUND if the engine refuses.
 */
export async function* tapEngine(target: TapTarget): AsyncGenerator<Tapped> {
  const response = await connect(target);
  if (response.statusCode !== 200) throw await refusal(response, `${target.host}:${target.port}`);
  try {
    for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      const dropped = droppedIn(line);
      yield dropped === undefined ? { line } : { dropped };
    }
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown)) throw thrown; // the engine has ended, or the tap was interrupted
  } finally {
    response.destroy();
  }
}

async function connect({ host, port, at, count, sample, token, signal }: TapTarget): Promise<IncomingMessage> {
  const query = new URLSearchParams({ at, count: String(count), sample: String(sample) });
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const request = get({ host, port, path: `/tap?${query}`, headers, signal });
  try {
    const [response] = await once(request, 'response');
    return response;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ParquetryError('E_UNAVAILABLE', `no engine answers at ${host}:${port} (${code ?? message})`, {
      cause,
      hint: 'Is it running, with telemetry.listen set to this address?',
    });
  }
}

async function refusal(response: IncomingMessage, address: string): Promise<ParquetryError> {
  const { statusCode = 0 } = response;
  const text = (await response.setEncoding('utf8').toArray()).join('').trim();
  if (statusCode === 404) {
    return new ParquetryError('E_NOT_FOUND', `the engine at ${address} serves no taps`, {
      hint: 'Its telemetry.tap may be off.',
    });
  }
  const hint =
    statusCode === 401
      ? 'Set PARQUETRY_TAP_TOKEN to the token that the engine was started with.'
      : 'See telemetry.tap in the reference of the pipeline file.';
  return new ParquetryError('E_ACCESS', `the engine at ${address} refuses (${statusCode}): ${printable(text)}`, {
    hint,
  });
}

/** Lines of counts are told from records by their only key. */
function droppedIn(line: string): number | undefined {
  if (!line.startsWith('{"tap":')) return undefined;
  const { tap } = JSON.parse(line) as { tap: { dropped: number } };
  return tap.dropped;
}
