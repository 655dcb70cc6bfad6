-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_precompute.player_composite_factors` (
  game_date DATE NOT NULL OPTIONS (description = "US-Eastern date"),
  player_lookup STRING NOT NULL OPTIONS (description = "normalised name"),
  universal_player_id STRING OPTIONS (description = "id of the person in the registry"),
  game_id STRING NOT NULL OPTIONS (description = "canonical game id; unit YYYYMMDD_AWAY_HOME"),
  fatigue_score INT64 NOT NULL OPTIONS (description = "100 is fresh; what rest, load and age take off; unit points (0…100)"),
  shot_zone_mismatch_score FLOAT64 NOT NULL OPTIONS (description = "weakness of the opponent in the zone the player scores from; unit points (−10…10)"),
  pace_score FLOAT64 NOT NULL OPTIONS (description = "half of own minus opponent pace; unit points (−3…3)"),
  usage_spike_score FLOAT64 NOT NULL OPTIONS (description = "projected minus recent usage; 0 without a projection; unit points (−3…3)"),
  total_composite_adjustment FLOAT64 NOT NULL OPTIONS (description = "sum of the unrounded parts, fatigue as −3.25…0; unit points (−19.25…16)"),
  fatigue_context_json STRING NOT NULL OPTIONS (description = "what the fatigue score was made of"),
  shot_zone_context_json STRING NOT NULL OPTIONS (description = "what the zone score was made of"),
  pace_context_json STRING NOT NULL OPTIONS (description = "what the pace score was made of"),
  usage_context_json STRING NOT NULL OPTIONS (description = "what the usage score was made of"),
  data_completeness_pct FLOAT64 NOT NULL OPTIONS (description = "20 for each of five inputs that is known; unit % (0…100)"),
  missing_data_fields STRING OPTIONS (description = "the inputs that are not, joined by commas"),
  has_warnings BOOL NOT NULL OPTIONS (description = "warning_details is known"),
  warning_details STRING OPTIONS (description = "extreme values, joined by semicolons"),
  calculation_version STRING NOT NULL OPTIONS (description = "version of the scores; one of v2_4factors"),
  expected_games_count INT64 NOT NULL OPTIONS (description = "games of the team in the last 10 games; unit games (0…10)"),
  actual_games_count INT64 NOT NULL OPTIONS (description = "games of these with a result; unit games"),
  dnp_games_count INT64 NOT NULL OPTIONS (description = "games of these he is known not to have played; unit games"),
  missing_games_count INT64 NOT NULL OPTIONS (description = "games of data that are missing; unit games"),
  completeness_percentage FLOAT64 NOT NULL OPTIONS (description = "games found, of those expected in 10 games; unit % (0…100)"),
  upstream_player_shot_ready BOOL NOT NULL OPTIONS (description = "his shot zones are there and ready"),
  upstream_team_defense_ready BOOL NOT NULL OPTIONS (description = "the opponent's defence zones are there and ready"),
  upstream_player_context_ready BOOL NOT NULL OPTIONS (description = "his pre-game context is ready"),
  upstream_team_context_ready BOOL NOT NULL OPTIONS (description = "the opponent's pre-game context is there and ready"),
  all_upstreams_ready BOOL NOT NULL OPTIONS (description = "all four"),
  is_production_ready BOOL NOT NULL OPTIONS (description = "all four, and his own window has 70 % of its games"),
  data_quality_issues ARRAY<STRING> OPTIONS (description = "what is not ready, in a fixed order; one of own_data_incomplete, upstream_player_shot_zone_incomplete, upstream_team_defense_zone_incomplete, upstream_player_context_incomplete, upstream_team_context_incomplete"),
  data_hash STRING NOT NULL OPTIONS (description = "canonical hash of the hashed columns, 16 hex digits; unit 16 hex"),
  processed_at TIMESTAMP NOT NULL OPTIONS (description = "when the row was published")
)
PARTITION BY game_date
CLUSTER BY player_lookup
OPTIONS (require_partition_filter = TRUE, description = "one row per player and date of the pre-game context: four matchup scores and their total");
