-- The view can be made once there is a file: DuckDB looks at one for the columns.
-- For S3 once a session: CREATE SECRET (TYPE s3, PROVIDER credential_chain);
CREATE OR REPLACE VIEW "lake"."clicks" AS
SELECT * FROM read_parquet('s3://lake/o''clock/**/*.parquet', union_by_name = true, hive_partitioning = true, hive_types = {'dt': DATE, 'country': VARCHAR, 'shard': UTINYINT});
