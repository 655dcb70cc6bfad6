-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_processing.processing_failures` (
  table_name STRING NOT NULL OPTIONS (description = "output table"),
  analysis_date DATE NOT NULL OPTIONS (description = "date the record speaks of"),
  entity_type STRING NOT NULL OPTIONS (description = "what kind of entity; one of PLAYER, TEAM, GAME, DATE"),
  entity_id STRING NOT NULL OPTIONS (description = "player_lookup, team_abbr, game_id, or DATE_LEVEL"),
  failure_category STRING NOT NULL OPTIONS (description = "category; one of EXPECTED_INCOMPLETE, INSUFFICIENT_DATA, STALE_DATA, INCOMPLETE_UPSTREAM, MISSING_DATA, MISSING_DEPENDENCY, UPSTREAM_GAP, CONTAMINATED_UPSTREAM, UPSTREAM_CHECK_ERROR, CIRCUIT_BREAKER_ACTIVE, REGISTRY_MISS, UNRESOLVED_NAME, NO_PLAYER_SOURCE, NO_TEAM_SOURCE, SOURCE_REJECTED, TEAM_UNRESOLVED, TEAM_NOT_IN_GAME, NO_TEAM, NO_SCHEDULE_MATCH, TEAM_GAME_MISMATCH, DUPLICATE_KEY, DUPLICATE_PLAYER, VALIDATION_FAILED, DATA_QUALITY_FAILED, DATA_ISSUE, PROCESSING_ERROR, NO_OUTPUT, UNTRACKED, SHRINK_REFUSED, DUPLICATE_KEYS, COUNT_MISMATCH, QUOTA, CONFLICT, TIMEOUT, UNAVAILABLE, OUT_OF_MEMORY, ABANDONED, CONFIGURATION"),
  detail STRING NOT NULL OPTIONS (description = "name of the note or of the source, empty where the category says all"),
  failure_class STRING NOT NULL OPTIONS (description = "class of the category; one of expected, upstream, data, bug, ops, note"),
  severity STRING NOT NULL OPTIONS (description = "how loud it should be; one of info, warning, error, critical"),
  failure_reason STRING NOT NULL OPTIONS (description = "what happened, with the numbers; at most 1,000 characters"),
  can_retry BOOL NOT NULL OPTIONS (description = "new input may cure it"),
  failure_type STRING OPTIONS (description = "why a player's games are missing; one of COMPLETE, INSUFFICIENT_HISTORY, DATA_GAP, PLAYER_DNP, MIXED; NULL: the record is not about missing games of a player"),
  is_correctable BOOL OPTIONS (description = "loading the missing games would cure it; NULL: the record is not about missing games of a player"),
  expected_game_count INT64 OPTIONS (description = "games expected in the window; range ≥ 0; NULL: the record is not about a window of games"),
  actual_game_count INT64 OPTIONS (description = "games found in the window; range ≥ 0; NULL: the record is not about a window of games"),
  missing_game_dates ARRAY<DATE> OPTIONS (description = "dates of the games that are missing"),
  occurrences INT64 NOT NULL OPTIONS (description = "raw rows the record speaks for; range ≥ 1"),
  resolution_status STRING NOT NULL OPTIONS (description = "whether anybody need look; one of UNRESOLVED, PERMANENT"),
  processed_at TIMESTAMP NOT NULL OPTIONS (description = "when the row was published")
)
PARTITION BY analysis_date
CLUSTER BY table_name, entity_type, entity_id, failure_category
OPTIONS (require_partition_filter = TRUE, description = "one row per table, date, entity, category and detail: why an entity has no row, or a note on its row");
