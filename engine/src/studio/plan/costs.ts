import { size } from '../../core/quantities.ts';
import type { CostLine } from '../../protocol/plan.ts';
import { FIREHOSE_BUFFER, fargatePrices, firehosePrices, GB, HOURS_A_MONTH, s3Prices, sqsPrices } from './prices.ts';

/** What costs money, each second. */
export interface TrafficFacts {
  readonly recordsPerS: number;
  readonly recordsPerMessage: number;
  readonly recordBytes: number;
  readonly filesPerS: number;
  readonly fileBytes: number;
  readonly bytesPerS: number;
  /** Where the source is a queue. */
  readonly sqs?: { readonly isFifo: boolean; readonly pollers: number; readonly waitTimeMs: number };
  /** Where files go to S3. */
  readonly s3?: { readonly multipartThresholdBytes: number; readonly partBytes: number; readonly hasIntents: boolean };
  readonly partitions: number;
  readonly isPartitioned: boolean;
  readonly lanes: number;
  /** Cores that are busy. */
  readonly cores: number;
  readonly memoryBytes: number;
}

const MONTH_S = HOURS_A_MONTH * 3_600;
/** Messages in a call, from the SQS API reference. */
const SQS_BATCH = 10;
/** From a receive to the next where messages wait: what a poller takes at most follows from it. */
const RECEIVE_S = 0.02;
/** Sizes of Fargate's tasks: vCPU, and the least and the most GB with them; larger rates take several. From the ECS developer guide. */
const FARGATE_TASKS = [
  { cpu: 0.25, least: 0.5, most: 2 },
  { cpu: 0.5, least: 1, most: 4 },
  { cpu: 1, least: 2, most: 8 },
  { cpu: 2, least: 4, most: 16 },
  { cpu: 4, least: 8, most: 30 },
  { cpu: 8, least: 16, most: 60 },
  { cpu: 16, least: 32, most: 120 },
] as const;

/** What the pipeline costs a month. Pure. */
export function pipelineCosts(traffic: TrafficFacts): CostLine[] {
  return [...sqsCosts(traffic), ...s3Costs(traffic), computeCost(traffic)];
}

function sqsCosts({ sqs, recordsPerS, recordsPerMessage, recordBytes, lanes }: TrafficFacts): CostLine[] {
  if (!sqs) return [];
  const messagesPerS = recordsPerS / recordsPerMessage;
  const messageBytes = recordsPerMessage * recordBytes;
  const price = sqs.isFifo ? sqsPrices.fifoPerMillion : sqsPrices.perMillion;
  const pollers = lanes * sqs.pollers;
  const aReceive = Math.min(SQS_BATCH, Math.max(1, (messagesPerS * RECEIVE_S) / pollers));
  // Where nothing comes, pollers wait.
  const receivesPerS = Math.max(messagesPerS / aReceive, (pollers * 1_000) / Math.max(sqs.waitTimeMs, 1_000));
  const chunks = (messages: number) => Math.max(1, Math.ceil((messages * messageBytes) / sqsPrices.requestBytes));
  const line = (what: string, perS: number, how: string): CostLine => {
    const requests = perS * MONTH_S;
    return {
      what,
      how: `${millions(requests)} at $${price.toFixed(2)} a million; ${how}`,
      usdPerMonth: (requests / 1e6) * price,
    };
  };
  return [
    line('SQS sends', (messagesPerS / SQS_BATCH) * chunks(SQS_BATCH), 'if producers send ten messages a call'),
    line('SQS receives', receivesPerS * chunks(aReceive), `about ${aReceive.toFixed(1)} messages a call`),
    line('SQS deletes', messagesPerS / SQS_BATCH + 1, 'ten messages a call, and the backlog each second'),
  ];
}

function s3Costs({ s3, filesPerS, fileBytes, bytesPerS }: TrafficFacts): CostLine[] {
  if (!s3) return [];
  const puts = fileBytes <= s3.multipartThresholdBytes ? 1 : 2 + Math.ceil(fileBytes / s3.partBytes);
  const requests = filesPerS * (puts + (s3.hasIntents ? 1 : 0)) * MONTH_S;
  const how = s3.hasIntents ? `${puts} a file, and one for its intent` : `${puts} a file`;
  const gb = (bytesPerS * MONTH_S) / GB;
  return [
    {
      what: 'S3 writes',
      how: `${millions(requests)} requests at $${s3Prices.putPerThousand} a thousand; ${how}`,
      usdPerMonth: (requests / 1e3) * s3Prices.putPerThousand,
    },
    storage(gb),
  ];
}

function storage(gb: number): CostLine {
  return {
    what: 'S3 storage',
    how: `${gb < 10 ? gb.toFixed(1) : whole(gb)} GiB of one month at $${s3Prices.gbMonth} each`,
    usdPerMonth: gb * s3Prices.gbMonth,
  };
}

function computeCost({ cores, memoryBytes }: TrafficFacts): CostLine {
  const largest = FARGATE_TASKS.at(-1)!;
  const tasks = Math.ceil(Math.max(cores / largest.cpu, memoryBytes / GB / largest.most));
  const ownGb = Math.ceil(memoryBytes / tasks / GB);
  const { cpu, least } = FARGATE_TASKS.find((task) => task.cpu >= cores / tasks && task.most >= ownGb) ?? largest;
  const gb = Math.max(least, ownGb);
  const usdPerMonth = tasks * HOURS_A_MONTH * (cpu * fargatePrices.vcpuHour + gb * fargatePrices.gbHour);
  const task = `${cpu} vCPU and ${size(gb * GB)}`;
  return {
    what: 'Fargate',
    how: `${tasks === 1 ? 'one task' : `${tasks} tasks`} of ${task}, ${HOURS_A_MONTH} h`,
    usdPerMonth,
  };
}

/** What the same messages cost through Firehose, a record each, with Parquet and, where there are partitions, dynamic ones. Pure. */
export function firehoseCosts(traffic: TrafficFacts): CostLine[] {
  const { recordsPerS, recordsPerMessage, recordBytes, bytesPerS } = traffic;
  const messageBytes = recordsPerMessage * recordBytes;
  const steps = Math.max(1, Math.ceil(messageBytes / firehosePrices.stepBytes));
  const messages = (recordsPerS / recordsPerMessage) * MONTH_S;
  const billedGb = (messages * steps * firehosePrices.stepBytes) / GB;
  const objects = firehoseObjects(traffic);
  const each = `${(messageBytes / 1024).toFixed(1)} KiB counts as ${steps * 5} KB`;
  return [
    perGb('Ingestion', firehosePrices.gb, billedGb, `; a message of ${each}`),
    perGb('Format conversion', firehosePrices.conversionGb, billedGb),
    ...(traffic.isPartitioned ? partitioningCosts(traffic, objects) : []),
    {
      what: 'S3 writes',
      how: `${millions(objects)} requests at $${s3Prices.putPerThousand} a thousand`,
      usdPerMonth: (objects / 1e3) * s3Prices.putPerThousand,
    },
    storage((bytesPerS * MONTH_S) / GB),
  ];
}

/** Objects a month: each partition has one whenever its buffer is full by time or by size. */
function firehoseObjects({ partitions, recordsPerS, recordBytes }: TrafficFacts): number {
  const { bytes, seconds } = FIREHOSE_BUFFER;
  return Math.max(partitions / seconds, (recordsPerS * recordBytes) / bytes) * MONTH_S;
}

function partitioningCosts({ recordsPerS, recordBytes }: TrafficFacts, objects: number): CostLine[] {
  const { partitioningGb, partitioningPerThousandObjects, jqHour } = firehosePrices;
  const gb = (recordsPerS * recordBytes * MONTH_S) / GB;
  return [
    perGb('Dynamic partitioning', partitioningGb, gb, `; JQ hours at $${jqHour} come on top`),
    {
      what: 'Partitioned objects',
      how: `${millions(objects)} at $${partitioningPerThousandObjects} a thousand`,
      usdPerMonth: (objects / 1e3) * partitioningPerThousandObjects,
    },
  ];
}

function perGb(what: string, price: number, gb: number, more = ''): CostLine {
  return { what, how: `${whole(gb)} GiB at $${price} each${more}`, usdPerMonth: gb * price };
}

function millions(count: number): string {
  const value = count / 1e6;
  if (value >= 0.1) return `${value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 })} million`;
  return whole(count);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
