-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_orchestration.processor_run_history` (
  run_id STRING NOT NULL OPTIONS (description = "the run"),
  table_name STRING NOT NULL OPTIONS (description = "output table"),
  processor_name STRING NOT NULL OPTIONS (description = "name under which messages ask for the table"),
  phase STRING NOT NULL OPTIONS (description = "phase of the pipeline; one of phase_3_analytics, phase_4_precompute"),
  data_date DATE NOT NULL OPTIONS (description = "its date"),
  season_year INT64 NOT NULL OPTIONS (description = "first year of the season"),
  status STRING NOT NULL OPTIONS (description = "how it ended; one of success, partial, failed, blocked, skipped"),
  skip_reason STRING OPTIONS (description = "why it was skipped; NULL: it was not"),
  failure_category STRING OPTIONS (description = "category of what went wrong; NULL: nothing did"),
  failure_message STRING OPTIONS (description = "what happened, at most 1,000 characters; NULL: nothing to tell"),
  command STRING NOT NULL OPTIONS (description = "command of the run"),
  engine STRING NOT NULL OPTIONS (description = "polars or reference"),
  force BOOL NOT NULL OPTIONS (description = "whether the date was allowed to lose rows"),
  dry_run BOOL NOT NULL OPTIONS (description = "always false: a dry run leaves no attempt"),
  workers INT64 NOT NULL OPTIONS (description = "processes that worked on the run; range ≥ 0"),
  started_at TIMESTAMP NOT NULL OPTIONS (description = "when its shard was begun"),
  finished_at TIMESTAMP NOT NULL OPTIONS (description = "when it had ended"),
  load_ms INT64 NOT NULL OPTIONS (description = "time of reading: the cell's share in its shard, by rows; unit ms; range ≥ 0"),
  compute_ms INT64 NOT NULL OPTIONS (description = "time of computing; unit ms; range ≥ 0"),
  check_ms INT64 NOT NULL OPTIONS (description = "time of judging and guarding; unit ms; range ≥ 0"),
  write_ms INT64 NOT NULL OPTIONS (description = "time of writing; unit ms; range ≥ 0"),
  rows_expected INT64 OPTIONS (description = "rows that the scope of the date asks for; range ≥ 0; NULL: not computed"),
  rows_written INT64 NOT NULL OPTIONS (description = "rows of the date in the file; range ≥ 0"),
  rows_changed INT64 NOT NULL OPTIONS (description = "rows that the lake did not hold with this content; range ≥ 0"),
  records INT64 NOT NULL OPTIONS (description = "failure records of the date; range ≥ 0"),
  coverage STRING OPTIONS (description = "JSON: by input the rows and fingerprint of the date; of a raw table also the share of the final games and when it was loaded last; null for an input without a row; NULL: it was not computed, or its inputs could not be read any more"),
  input_fingerprint STRING OPTIONS (description = "fingerprint of what it was computed from; NULL: it was not computed"),
  fingerprint STRING OPTIONS (description = "fingerprint of the rows; NULL: nothing was written"),
  code_version STRING NOT NULL OPTIONS (description = "version of the code"),
  host STRING NOT NULL OPTIONS (description = "machine that computed it"),
  shard_id INT64 OPTIONS (description = "number of the shard in its stage; range ≥ 0; NULL: no shard was run for it"),
  attempt INT64 NOT NULL OPTIONS (description = "tries at the cell so far, this one included; range ≥ 0"),
  peak_rss_mb INT64 NOT NULL OPTIONS (description = "peak memory of the process that computed it; unit MB; range ≥ 0")
)
PARTITION BY data_date
CLUSTER BY table_name, run_id, started_at
OPTIONS (require_partition_filter = TRUE, description = "one row per attempt at a table's date");
