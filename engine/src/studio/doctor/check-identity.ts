import { endpointOf, sqsClient } from '../../aws/clients.ts';
import { classifyAwsError } from '../../aws/errors.ts';
import { openHttpPool } from '../../aws/http-pool.ts';
import { networkOf } from '../../aws/network.ts';
import { createSigner, type SigningKeys } from '../../aws/sigv4.ts';
import type { AwsSettings } from '../../core/component.ts';
import { elapsed } from '../../core/quantities.ts';
import { type Finding, failure, ok, skipped, warning } from './finding.ts';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
/** AWS refuses signatures that are further off. */
const MAX_SKEW_MS = 5 * 60_000;
const NOTED_SKEW_MS = 30_000;

/** Environment variables, which may name a proxy. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Who the credentials belong to, and how far this machine's clock is from that of AWS. Needs no permission. */
export async function checkIdentity(settings: AwsSettings, env: Environment): Promise<Finding[]> {
  const client = await sqsClient(settings);
  try {
    const region = await client.config.region();
    const keys = await client.config.credentials().catch((thrown: unknown) => {
      throw classifyAwsError(thrown, 'AWS', settings.profile);
    });
    const answer = await askSts(region, keys, settings, env);
    const { date } = answer.headers;
    return [identity(answer, region, settings), clockSkew(typeof date === 'string' ? date : undefined, answer.atMs)];
  } finally {
    client.destroy();
  }
}

interface StsAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** This machine's time half-way between request and answer. */
  readonly atMs: number;
}

/** GetCallerIdentity is not in the SDK's packages that are installed; it is one signed request. */
async function askSts(region: string, keys: SigningKeys, settings: AwsSettings, env: Environment): Promise<StsAnswer> {
  const custom = endpointOf(settings, 'sqs');
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const { origin, host } = new URL(custom ?? `https://sts.${region}.${suffix}`);
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const request = { method: 'POST', path: '/', headers, body: BODY };
  const pool = await openHttpPool(origin, await networkOf(custom, env));
  try {
    const startMs = Date.now();
    const signature = createSigner({ region, service: 'sts' })(request, keys, startMs);
    const answer = await pool.post({ path: '/', headers: { ...headers, ...signature }, body: BODY });
    return { ...answer, atMs: (startMs + Date.now()) / 2 };
  } catch (thrown) {
    throw classifyAwsError(thrown, `STS at ${origin}`);
  } finally {
    pool.close();
  }
}

function identity({ status, text }: StsAnswer, region: string, settings: AwsSettings): Finding {
  const check = 'credentials';
  const [, arn] = /<Arn>([^<]+)<\/Arn>/.exec(text) ?? [];
  if (status === 200 && arn !== undefined) return ok(check, `${arn} in ${region}`);
  const [, code = `HTTP ${status}`] = /<Code>([^<]+)<\/Code>/.exec(text) ?? [];
  if (endpointOf(settings, 'sqs') !== undefined) return skipped(check, `no STS behind the endpoint (${code})`);
  const { message, hint = '' } = classifyAwsError(
    { name: code, $metadata: { httpStatusCode: status } },
    'AWS',
    settings.profile,
  );
  return failure(check, message, hint);
}

/** `date` is the header of an answer, in whole seconds. */
export function clockSkew(date: string | undefined, atMs: number): Finding {
  const check = 'clock';
  const theirsMs = Date.parse(date ?? '');
  if (Number.isNaN(theirsMs)) return skipped(check, 'the answer had no Date');
  const offMs = Math.max(0, Math.abs(theirsMs + 500 - atMs) - 500);
  const evidence = `${elapsed(offMs)} ${theirsMs < atMs ? 'ahead of' : 'behind'} the service`;
  if (offMs < NOTED_SKEW_MS) return ok(check, offMs < 1_000 ? 'as the service has it' : evidence);
  const advice =
    'Set the clock of this machine (NTP): requests are signed with the time, and refused when it is 5 minutes off.';
  return offMs < MAX_SKEW_MS ? warning(check, evidence, advice) : failure(check, evidence, advice);
}
