-- country is injected: every query must say country = '…'. If its values are few, write 'projection.country.type' = 'enum' and list them in 'projection.country.values'.
CREATE EXTERNAL TABLE IF NOT EXISTS `lake`.`clicks` (
  `id` bigint,
  `event_time` timestamp,
  `local_time` timestamp,
  `price` decimal(10, 2),
  `session` string,
  `extra` string,
  `tags` array<string>,
  `geo` struct<lat:double,lon:double>,
  `counts` map<string,bigint>,
  `odd ``"name'` boolean
)
PARTITIONED BY (
  `dt` string,
  `country` string,
  `shard` int
)
STORED AS PARQUET
LOCATION 's3://lake/o\'clock/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = 'NOW-5YEARS,NOW+1DAYS',
  'projection.dt.interval' = '1',
  'projection.dt.interval.unit' = 'DAYS',
  'projection.country.type' = 'injected',
  'projection.shard.type' = 'integer',
  'projection.shard.range' = '0,255',
  'storage.location.template' = 's3://lake/o\'clock/dt=${dt}/country=${country}/shard=${shard}/'
);
