-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_predictions.ml_labels` (
  game_date DATE NOT NULL OPTIONS (description = "US-Eastern date"),
  season_year INT64 NOT NULL OPTIONS (description = "first year of the season; range ≥ 1946"),
  player_lookup STRING NOT NULL OPTIONS (description = "normalised name"),
  game_id STRING NOT NULL OPTIONS (description = "canonical game id"),
  team_abbr STRING NOT NULL OPTIONS (description = "his team"),
  y_played BOOL NOT NULL OPTIONS (description = "he took part: minutes or points above 0"),
  y_points INT64 OPTIONS (description = "points; unit points; range ≥ 0; NULL: NULL in his row: he did not play, or it is not known"),
  y_minutes FLOAT64 OPTIONS (description = "minutes_played; unit minutes; range ≥ 0; NULL: NULL in his row: he did not play, or it is not known"),
  y_rebounds INT64 OPTIONS (description = "offensive_rebounds + defensive_rebounds; unit count; range ≥ 0; NULL: NULL in his row: he did not play, or it is not known"),
  y_assists INT64 OPTIONS (description = "assists; unit count; range ≥ 0; NULL: NULL in his row: he did not play, or it is not known"),
  y_threes INT64 OPTIONS (description = "three_pt_makes; unit count; range ≥ 0; NULL: NULL in his row: he did not play, or it is not known"),
  y_usage_rate FLOAT64 OPTIONS (description = "usage_rate; unit %; range 0…100; NULL: NULL in his row: he did not play, or it is not known"),
  data_hash STRING NOT NULL OPTIONS (description = "canonical hash of the hashed columns, 16 hex digits"),
  processed_at TIMESTAMP NOT NULL OPTIONS (description = "when the row was published")
)
PARTITION BY game_date
CLUSTER BY player_lookup
OPTIONS (require_partition_filter = TRUE, description = "one row per player and date of player_game_summary: what he did; no feature may read it");
