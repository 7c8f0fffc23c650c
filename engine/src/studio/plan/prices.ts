/**
 * Where prices are valid, and the oldest day that a source of them states (those of S3 and Firehose state none). They change:
 * whoever updates one looks at all, and sets this.
 */
export const PRICED = { region: 'us-east-1', asOf: '2026-06-13' } as const;

/**
 * Amazon SQS, us-east-1, first 100 billion requests a month; every 64 KiB of payload are a request.
 * aws.amazon.com/sqs/pricing; as quoted on 2026-06-13.
 */
export const sqsPrices = { perMillion: 0.4, fifoPerMillion: 0.5, requestBytes: 64 << 10 } as const;

/**
 * Amazon S3 Standard, us-east-1: PUT, COPY, POST and LIST, which are all that a run makes but for HEAD and GET after trouble (a
 * twelfth of the price, left out); DELETE is free. First 50 TB a month; a GB is 2³⁰ bytes, as the S3 FAQ computes.
 * aws.amazon.com/s3/pricing and /s3/faqs, and AWS's price list as Infracost has it.
 */
export const s3Prices = { putPerThousand: 0.005, gbMonth: 0.023 } as const;

/** AWS Fargate, us-east-1, Linux on x86, on demand; a GB is 2³⁰ bytes. aws.amazon.com/fargate/pricing; as quoted on 2026-06-17. */
export const fargatePrices = { vcpuHour: 0.04048, gbHour: 0.004445 } as const;

/**
 * Amazon Data Firehose, Direct PUT, us-east-1, first 500 TB a month; a GB is 2³⁰ bytes, as AWS's calculator computes.
 * - Ingestion and format conversion count each record in steps of 5 KB: aws.amazon.com/firehose/pricing.
 * - Dynamic partitioning counts the data that goes through it, without steps, and each object. Keys that are taken from records by
 *   JQ cost $0.07 an hour of processing on top, of which AWS does not say how many there will be.
 * Price list entries `BilledBytes`, `DFCBilledBytes`, `DPBytesDelivered`, `S3DeliveryObjectCount`, `MetadataProcessingDuration`.
 */
export const firehosePrices = {
  gb: 0.029,
  conversionGb: 0.018,
  partitioningGb: 0.02,
  partitioningPerThousandObjects: 0.005,
  jqHour: 0.07,
  stepBytes: 5 * 1024,
} as const;

/** What Firehose buffers at most where it makes Parquet: its largest hints, from the API reference, `BufferingHints`. */
export const FIREHOSE_BUFFER = { bytes: 128 << 20, seconds: 900 } as const;
export const HOURS_A_MONTH = 730;
/** What all of these services call a GB. */
export const GB = 2 ** 30;
