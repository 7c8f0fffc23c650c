-- New partitions show after ALTER TABLE `lake`.`clicks` RECOVER PARTITIONS; run it whenever one begins.
CREATE TABLE IF NOT EXISTS `lake`.`clicks` (
  `id` BIGINT,
  `event_time` TIMESTAMP,
  `local_time` TIMESTAMP_NTZ,
  `price` decimal(10, 2),
  `session` STRING,
  `extra` STRING,
  `tags` ARRAY<STRING>,
  `geo` STRUCT<`lat`: DOUBLE, `lon`: DOUBLE>,
  `counts` MAP<STRING, BIGINT>,
  `odd ``"name'` BOOLEAN,
  `dt` DATE,
  `country` STRING,
  `shard` SMALLINT
)
USING PARQUET
PARTITIONED BY (`dt`, `country`, `shard`)
LOCATION 's3://lake/o\'clock/';
ALTER TABLE `lake`.`clicks` RECOVER PARTITIONS;
