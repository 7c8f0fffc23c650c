import { readFile } from 'node:fs/promises';
import { ParquetryError } from '../core/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** As many as one client keeps open; more than any number of pollers of a lane. */
export const MAX_CONNECTIONS = 128;
export const CONNECT_TIMEOUT_MS = 5_000;

/** What the environment says about the way to a service: both HTTP clients of this process follow it. */
export interface Network {
  /** Undefined: a direct way. */
  readonly proxy?: { readonly httpProxy?: string; readonly httpsProxy?: string; readonly noProxy?: string };
  /** Certificates trusted in place of Node's own, in PEM. */
  readonly ca?: string;
}

/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY in either case, and AWS_CA_BUNDLE (NODE_EXTRA_CA_CERTS adds to Node's own by itself). Nothing on
 * this machine is asked for through a proxy. E_CONFIG if the bundle cannot be read.
 */
export async function networkOf(endpoint: string | undefined, environment: Environment): Promise<Network> {
  const value = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const proxy = { httpProxy: value('HTTP_PROXY'), httpsProxy: value('HTTPS_PROXY'), noProxy: value('NO_PROXY') };
  const isProxied = (proxy.httpProxy ?? proxy.httpsProxy) !== undefined;
  const isHere = endpoint !== undefined && isLoopback(endpoint);
  return { proxy: isProxied && !isHere ? proxy : undefined, ca: await readBundle(environment.AWS_CA_BUNDLE) };
}

/** Whether an endpoint leads to this machine, so that made-up credentials cannot reach anybody else. */
export function isLoopback(endpoint: string): boolean {
  const host = URL.parse(endpoint)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  // localhost.localstack.cloud is LocalStack's public name for 127.0.0.1
  return /^127(\.\d{1,3}){3}$|^::1$|^(.+\.)?localhost(\.localstack\.cloud)?$/.test(host);
}

async function readBundle(file: string | undefined): Promise<string | undefined> {
  if (!file) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ParquetryError('E_CONFIG', `AWS_CA_BUNDLE must name a readable file, got ${file}`, {
      cause,
      hint: 'Set it to a PEM file with the certificates to trust, or unset it.',
    });
  }
}
