import { describe, expect, test } from 'vitest';
import { firehoseCosts, pipelineCosts, type TrafficFacts } from './costs.ts';
import { HOURS_A_MONTH } from './prices.ts';

const MONTH_S = HOURS_A_MONTH * 3_600;
const traffic: TrafficFacts = {
  recordsPerS: 1_000,
  recordsPerMessage: 100,
  recordBytes: 500,
  filesPerS: 1 / 60,
  fileBytes: 20 << 20,
  bytesPerS: 100_000,
  sqs: { isFifo: false, pollers: 4, waitTimeMs: 20_000 },
  s3: { multipartThresholdBytes: 16 << 20, partBytes: 8 << 20, hasIntents: true },
  partitions: 1,
  isPartitioned: false,
  lanes: 1,
  cores: 0.2,
  memoryBytes: 400 << 20,
};

function usd(lines: ReturnType<typeof pipelineCosts>, what: string): number {
  return lines.find((line) => line.what === what)!.usdPerMonth;
}

describe('what a pipeline costs', () => {
  const costs = pipelineCosts(traffic);

  test('counts requests of SQS by 64 KiB: ten messages of 50 kB are eight', () => {
    expect(usd(costs, 'SQS sends')).toBeCloseTo(((1 * 8 * MONTH_S) / 1e6) * 0.4);
    // Ten messages a second are received one by one.
    expect(usd(costs, 'SQS receives')).toBeCloseTo(((10 * MONTH_S) / 1e6) * 0.4);
  });

  test('counts parts of large files, and an intent each', () => {
    const files = MONTH_S / 60;
    expect(usd(costs, 'S3 writes')).toBeCloseTo(((files * (2 + 3 + 1)) / 1e3) * 0.005);
  });

  test('counts stored bytes by 2³⁰, as S3 does', () => {
    expect(usd(costs, 'S3 storage')).toBeCloseTo(((100_000 * MONTH_S) / 2 ** 30) * 0.023);
  });

  test('has no line for what the pipeline does not use', () => {
    const local = pipelineCosts({ ...traffic, sqs: undefined, s3: undefined });
    expect(local.map(({ what }) => what)).toEqual(['Fargate']);
  });

  test('asks of Fargate a size that it has', () => {
    expect(costs.at(-1)!.how).toContain('one task of 0.25 vCPU and 1.0 GiB');
    expect(pipelineCosts({ ...traffic, cores: 20 }).at(-1)!.how).toContain('2 tasks of 16 vCPU');
    expect(pipelineCosts({ ...traffic, memoryBytes: 5 * 2 ** 30 }).at(-1)!.how).toContain('1 vCPU and 5.0 GiB');
  });
});

test('Firehose counts a message in steps of 5 KB, and partitions by object', () => {
  const small = firehoseCosts({ ...traffic, recordsPerMessage: 1 });
  const gb = (1_000 * MONTH_S * 5_120) / 2 ** 30;
  expect(usd(small, 'Ingestion')).toBeCloseTo(gb * 0.029);
  expect(usd(small, 'Format conversion')).toBeCloseTo(gb * 0.018);
  expect(small.map(({ what }) => what)).not.toContain('Dynamic partitioning');
  const many = firehoseCosts({ ...traffic, isPartitioned: true, partitions: 900 });
  expect(usd(many, 'Partitioned objects')).toBeCloseTo((MONTH_S / 1e3) * 0.005);
  // What goes through it, without steps: 500 KB a second.
  expect(usd(many, 'Dynamic partitioning')).toBeCloseTo(((1_000 * 500 * MONTH_S) / 2 ** 30) * 0.02);
});

test("an estimate of AWS's own calculator comes out to the cent", () => {
  // Direct PUT of 10,000 records of 5 KB a second, converted, partitioned, in objects of 64 MB; without its VPC and JQ lines.
  const lines = firehoseCosts({
    ...traffic,
    recordsPerS: 10_000,
    recordsPerMessage: 1,
    recordBytes: 5 * 1024,
    isPartitioned: true,
    partitions: (10_000 * 5 * 900) / 1024 / 64,
  });
  const whats = ['Ingestion', 'Format conversion', 'Dynamic partitioning', 'Partitioned objects'];
  expect(whats.map((what) => usd(lines, what).toFixed(2))).toEqual(['3634.07', '2255.63', '2506.26', '10.03']);
});
