import { endpointOf, sqsClient } from '../../aws/clients.ts';
import { isLoopback, networkOf } from '../../aws/network.ts';
import type { AwsSettings } from '../../core/component.ts';

/** Whoever looks at queues does not wait longer for how old they are. */
const PATIENCE_MS = 3_000;
/** CloudWatch has a value a minute, and has it some minutes late. */
const LOOK_BACK_MS = 10 * 60_000;

/**
 * Age of the oldest message of a queue in seconds: from CloudWatch, as SQS itself does not say, or from the embedded AWS. Undefined
 * where there is none, or it is not to be had: reading metrics needs a permission of its own. Never rejects.
 */
export async function ageOfQueue(name: string, settings: AwsSettings, nowMs = Date.now()): Promise<number | undefined> {
  const endpoint = endpointOf(settings, 'sqs');
  if (endpoint !== undefined && !isLoopback(endpoint)) return undefined;
  const ask = endpoint === undefined ? askCloudWatch(name, settings, nowMs) : askEmbedded(name, endpoint);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS).unref());
  return Promise.race([ask, late]).catch(() => undefined);
}

async function askEmbedded(name: string, endpoint: string): Promise<number | undefined> {
  const answer = await fetch(`${endpoint}/_parquetry/stats`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) return undefined; // another emulator
  const { nowMs, queues } = (await answer.json()) as EmbeddedStats;
  const sentAtMs = queues.find((queue) => queue.name === name)?.oldestSentAtMs;
  return sentAtMs === undefined ? undefined : (nowMs - sentAtMs) / 1_000;
}

interface EmbeddedStats {
  readonly nowMs: number;
  readonly queues: readonly { readonly name: string; readonly oldestSentAtMs?: number }[];
}

/** The SDK's client for metrics is not among the packages; it is one signed request. */
async function askCloudWatch(name: string, settings: AwsSettings, nowMs: number): Promise<number | undefined> {
  const { createSigner } = await import('../../aws/sigv4.ts');
  const { openHttpPool } = await import('../../aws/http-pool.ts');
  const client = await sqsClient(settings);
  try {
    const region = await client.config.region();
    const keys = await client.config.credentials();
    const host = `monitoring.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
    const body = ageRequest(name, nowMs);
    const headers = { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const signature = createSigner({ region, service: 'monitoring' })(
      { method: 'POST', path: '/', headers, body },
      keys,
      nowMs,
    );
    const pool = await openHttpPool(`https://${host}`, await networkOf(undefined, process.env));
    try {
      const answer = await pool.post({ path: '/', headers: { ...headers, ...signature }, body });
      return answer.status === 200 ? newestMaximum(answer.text) : undefined;
    } finally {
      pool.close();
    }
  } finally {
    client.destroy();
  }
}

/** GetMetricStatistics of CloudWatch's query API, version 2010-08-01. Pure. */
export function ageRequest(queue: string, nowMs: number): string {
  return new URLSearchParams({
    Action: 'GetMetricStatistics',
    Version: '2010-08-01',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    'Dimensions.member.1.Name': 'QueueName',
    'Dimensions.member.1.Value': queue,
    StartTime: new Date(nowMs - LOOK_BACK_MS).toISOString(),
    EndTime: new Date(nowMs).toISOString(),
    Period: '60',
    'Statistics.member.1': 'Maximum',
  }).toString();
}

/** The latest value of an answer, whose members come in any order; undefined where there is none. Pure. */
export function newestMaximum(xml: string): number | undefined {
  const members = Array.from(xml.matchAll(/<member>([\s\S]*?)<\/member>/g), ([, member = '']) => ({
    at: /<Timestamp>([^<]+)<\/Timestamp>/.exec(member)?.[1] ?? '',
    maximum: Number(/<Maximum>([^<]+)<\/Maximum>/.exec(member)?.[1] ?? Number.NaN),
  }));
  const known = members.filter(({ maximum }) => !Number.isNaN(maximum)).sort((a, b) => a.at.localeCompare(b.at));
  return known.at(-1)?.maximum;
}
