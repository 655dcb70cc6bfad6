-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_orchestration.publish_receipts` (
  table_name STRING NOT NULL OPTIONS (description = "output table"),
  data_date DATE NOT NULL OPTIONS (description = "its date"),
  fingerprint STRING NOT NULL OPTIONS (description = "fingerprint of the rows"),
  records_fingerprint STRING NOT NULL OPTIONS (description = "fingerprint of the failure records"),
  `rows` INT64 NOT NULL OPTIONS (description = "rows of the date; range ≥ 0"),
  code_version STRING NOT NULL OPTIONS (description = "version of the code that computed the rows"),
  job_id STRING NOT NULL OPTIONS (description = "transaction that put the rows in place"),
  published_at TIMESTAMP NOT NULL OPTIONS (description = "when the transaction put the rows in place")
)
PARTITION BY data_date
CLUSTER BY table_name
OPTIONS (require_partition_filter = TRUE, description = "one row per table and date that was published: what of the lake the warehouse holds");
