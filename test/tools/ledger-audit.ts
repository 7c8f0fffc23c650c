import { parseArgs } from 'node:util';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parquetMetadata } from 'hyparquet';

/*
 * Checks a run's ledger against the world, with nothing of the engine: what the queue still holds, what the footers of the
 * Parquet files say, how many dead letters lie under the errors prefix. As a script:
 *
 *   node test/tools/ledger-audit.ts --endpoint URL --queue q --bucket b --prefix p --errors e < summary.json
 */

export interface AuditPlace {
  readonly endpoint: string;
  readonly queue: string;
  readonly bucket: string;
  /** Prefix of the table, and of this pipeline's dead letters. */
  readonly prefix: string;
  readonly errors: string;
}

/** The numbers of `parquetry run --json` that can be checked from outside. */
export interface AuditedSummary {
  readonly ledger: {
    readonly messages: { received: number; acked: number; returned: number; leaseLost: number; inFlight: number };
    readonly records: {
      received: number;
      delivered: number;
      dropped: Counts;
      deadLettered: Counts;
      returned: number;
      leaseLost: number;
      inFlight: number;
    };
    readonly rowsWritten: number;
    readonly rowsDelivered: number;
  };
  readonly files: readonly { readonly rows: number }[];
}
type Counts = Readonly<Record<string, number>>;

export interface AuditFindings {
  readonly rowsInFooters: number;
  readonly files: number;
  readonly deadLetters: number;
  readonly messagesLeft: number;
  /** What does not agree; empty means that the ledger is true. */
  readonly disagreements: string[];
}

export async function auditLedger(summary: AuditedSummary, place: AuditPlace): Promise<AuditFindings> {
  const client = {
    endpoint: place.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient(client);
  try {
    const footers = await Promise.all(
      (await list(s3, place.bucket, `${place.prefix}/`)).map((key) => footerRows(s3, place.bucket, key)),
    );
    const deadLetters = await countLines(s3, place.bucket, `${place.errors}/`);
    const messagesLeft = await messagesIn(sqs, place.queue);
    const rowsInFooters = footers.reduce((sum, rows) => sum + rows, 0);
    const found = { rowsInFooters, files: footers.length, deadLetters, messagesLeft };
    return { ...found, disagreements: [...disagreements(summary, found)] };
  } finally {
    s3.destroy();
    sqs.destroy();
  }
}

function* disagreements(
  { ledger, files }: AuditedSummary,
  found: Omit<AuditFindings, 'disagreements'>,
): Generator<string> {
  const { messages, records } = ledger;
  const claims: [string, number, number][] = [
    ['rows written, and rows in the footers', ledger.rowsWritten, found.rowsInFooters],
    ['rows of delivered records, and rows in the footers', ledger.rowsDelivered, found.rowsInFooters],
    ['files written, and objects under the prefix', files.length, found.files],
    ['records dead-lettered, and dead letters', sum(records.deadLettered), found.deadLetters],
    ['messages not acked, and messages left in the queue', messages.received - messages.acked, found.messagesLeft],
    [
      'records received, and where they went',
      records.received,
      records.delivered +
        sum(records.dropped) +
        sum(records.deadLettered) +
        records.returned +
        records.leaseLost +
        records.inFlight,
    ],
  ];
  for (const [what, claimed, actual] of claims) if (claimed !== actual) yield `${what}: ${claimed} and ${actual}`;
}

async function footerRows(s3: S3Client, bucket: string, key: string): Promise<number> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = await Body!.transformToByteArray();
  return Number(parquetMetadata(bytes.slice().buffer).num_rows);
}

async function countLines(s3: S3Client, bucket: string, prefix: string): Promise<number> {
  let lines = 0;
  for (const key of await list(s3, bucket, prefix)) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    lines += (await Body!.transformToString()).split('\n').filter((line) => line !== '').length;
  }
  return lines;
}

async function list(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

async function messagesIn(sqs: SQSClient, queue: string): Promise<number> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const;
  return names.reduce((total, name) => total + Number(Attributes[name] ?? 0), 0);
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}

if (process.argv[1] === import.meta.filename) {
  const text = { type: 'string', default: '' } as const;
  const { values } = parseArgs({ options: { endpoint: text, queue: text, bucket: text, prefix: text, errors: text } });
  const summary = JSON.parse(await new Response(process.stdin as unknown as ReadableStream).text());
  const findings = await auditLedger(summary, values);
  console.log(JSON.stringify(findings, undefined, 2));
  process.exitCode = findings.disagreements.length === 0 ? 0 : 1;
}
