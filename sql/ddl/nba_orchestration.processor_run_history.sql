-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_orchestration.processor_run_history` (
  run_id STRING NOT NULL OPTIONS (description = "the run"),
  table_name STRING NOT NULL OPTIONS (description = "output table"),
  data_date DATE NOT NULL OPTIONS (description = "its date"),
  status STRING NOT NULL OPTIONS (description = "how it ended; one of success, partial, failed, blocked, skipped"),
  skip_reason STRING OPTIONS (description = "why it was skipped; NULL: it was not"),
  failure_category STRING OPTIONS (description = "category of what went wrong; NULL: nothing did"),
  failure_message STRING OPTIONS (description = "what happened, at most 1,000 characters; NULL: nothing to tell"),
  command STRING NOT NULL OPTIONS (description = "command of the run"),
  engine STRING NOT NULL OPTIONS (description = "polars or reference"),
  workers INT64 NOT NULL OPTIONS (description = "processes that worked on the run; range ≥ 0"),
  started_at TIMESTAMP NOT NULL OPTIONS (description = "when its shard was begun"),
  finished_at TIMESTAMP NOT NULL OPTIONS (description = "when it had ended"),
  load_ms INT64 NOT NULL OPTIONS (description = "time of reading, the table's share in its shard; unit ms; range ≥ 0"),
  compute_ms INT64 NOT NULL OPTIONS (description = "time of computing; unit ms; range ≥ 0"),
  write_ms INT64 NOT NULL OPTIONS (description = "time of writing; unit ms; range ≥ 0"),
  rows_written INT64 NOT NULL OPTIONS (description = "rows of the date in the file; range ≥ 0"),
  records INT64 NOT NULL OPTIONS (description = "failure records of the date; range ≥ 0"),
  input_fingerprint STRING OPTIONS (description = "fingerprint of what it was computed from; NULL: it was not computed"),
  fingerprint STRING OPTIONS (description = "fingerprint of the rows; NULL: nothing was written"),
  code_version STRING NOT NULL OPTIONS (description = "version of the code"),
  peak_rss_mb INT64 NOT NULL OPTIONS (description = "peak memory of the process that computed it; unit MB; range ≥ 0")
)
PARTITION BY data_date
CLUSTER BY table_name, run_id, started_at
OPTIONS (require_partition_filter = TRUE, description = "one row per attempt at a table's date");
