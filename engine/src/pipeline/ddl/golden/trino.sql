-- Timestamps show milliseconds unless hive.timestamp-precision (or the session property) says MICROSECONDS.
-- New partitions show after CALL system.sync_partition_metadata('lake', 'clicks', 'FULL'); run it whenever one begins.
CREATE TABLE IF NOT EXISTS "lake"."clicks" (
  "id" bigint,
  "event_time" timestamp,
  "local_time" timestamp,
  "price" decimal(10, 2),
  "session" varchar,
  "extra" varchar,
  "tags" array(varchar),
  "geo" row("lat" double, "lon" double),
  "counts" map(varchar, bigint),
  "odd `""name'" boolean,
  "dt" date,
  "country" varchar,
  "shard" varchar
)
WITH (
  format = 'PARQUET',
  external_location = 's3://lake/o''clock/',
  partitioned_by = ARRAY['dt', 'country', 'shard']
);
CALL system.sync_partition_metadata('lake', 'clicks', 'FULL');
