-- Generated from the declarations by `make ddl`; do not edit.
CREATE TABLE IF NOT EXISTS `nba_precompute.player_composite_factors` (
  game_date DATE NOT NULL OPTIONS (description = "US-Eastern date"),
  player_lookup STRING NOT NULL OPTIONS (description = "normalised name"),
  universal_player_id STRING OPTIONS (description = "id of the person in the registry; NULL: the registry does not know him"),
  game_id STRING NOT NULL OPTIONS (description = "canonical game id; unit YYYYMMDD_AWAY_HOME"),
  fatigue_score INT64 NOT NULL OPTIONS (description = "100 is fresh. Off: 15 back-to-back, 10 four games in 7 days, 10 above 240 minutes in them, 8 above 35 a game, 12 (5) two (one) back-to-backs in 14 days, 10 (5) age 35 (30); on: 5 three days of rest; unit points (0…100); range 0…100"),
  shot_zone_mismatch_score FLOAT64 NOT NULL OPTIONS (description = "the opponent's difference to the league in the zone he scores from (balanced: paint) · his share of shots there / 50 %, at most 1; beyond ±5 times 1.2; 0 where unknown; unit points (−10…10); range −10…10"),
  pace_score FLOAT64 NOT NULL OPTIONS (description = "pace_differential / 2, own minus opponent; 0 where unknown; unit points (−3…3); range −3…3"),
  usage_spike_score FLOAT64 NOT NULL OPTIONS (description = "0.3 · (projected − recent usage), a rise times 1.15 (1.3) with one star (two) out; 0 without a projection, which no source has yet; unit points (−3…3); range −3…3"),
  total_composite_adjustment FLOAT64 NOT NULL OPTIONS (description = "(fatigue_score − 100) / 20 plus the other three scores before they were rounded; unit points (−19.25…16); range −19.25…16"),
  fatigue_context_json STRING NOT NULL OPTIONS (description = "what the fatigue score was made of"),
  shot_zone_context_json STRING NOT NULL OPTIONS (description = "what the zone score was made of"),
  pace_context_json STRING NOT NULL OPTIONS (description = "what the pace score was made of"),
  usage_context_json STRING NOT NULL OPTIONS (description = "what the usage score was made of"),
  data_completeness_pct FLOAT64 NOT NULL OPTIONS (description = "20 for each of the five inputs that is known; unit % (0…100); range 0…100"),
  missing_data_fields STRING OPTIONS (description = "of days_rest, projected_usage_rate, pace_differential, player_shot_zone, team_defense_zone those that are not known, joined by commas; NULL: all five are known"),
  has_warnings BOOL NOT NULL OPTIONS (description = "warning_details is known"),
  warning_details STRING OPTIONS (description = "EXTREME_FATIGUE below 50, EXTREME_MATCHUP beyond ±8, EXTREME_ADJUSTMENT beyond ±12 in total, joined by semicolons; NULL: nothing is extreme"),
  calculation_version STRING NOT NULL OPTIONS (description = "version of the scores; one of v2_4factors"),
  expected_games_count INT64 NOT NULL OPTIONS (description = "games of the team in its last 10 games of this season; unit games (0…10); range 0…10"),
  actual_games_count INT64 NOT NULL OPTIONS (description = "dates since then with a result; unit games; range ≥ 0"),
  dnp_games_count INT64 NOT NULL OPTIONS (description = "games of these that the summaries have without him: he is known not to have played; unit games; range 0…10"),
  missing_games_count INT64 NOT NULL OPTIONS (description = "games of data that are missing: expected_games_count − dnp_games_count − actual_games_count, at least 0; unit games; range 0…10"),
  completeness_percentage FLOAT64 NOT NULL OPTIONS (description = "100 · actual_games_count / (expected_games_count − dnp_games_count), at most 100; 100 where nothing is expected; unit % (0…100); range 0…100"),
  upstream_player_shot_ready BOOL NOT NULL OPTIONS (description = "his shot zones are there and ready"),
  upstream_team_defense_ready BOOL NOT NULL OPTIONS (description = "the opponent's defence zones are there and ready"),
  upstream_player_context_ready BOOL NOT NULL OPTIONS (description = "his pre-game context is ready"),
  upstream_team_context_ready BOOL NOT NULL OPTIONS (description = "the opponent's pre-game context is there and ready"),
  all_upstreams_ready BOOL NOT NULL OPTIONS (description = "all four"),
  is_production_ready BOOL NOT NULL OPTIONS (description = "all four, and his own window has 70 % of its games"),
  data_quality_issues ARRAY<STRING> OPTIONS (description = "what is not ready, in this order; one of own_data_incomplete, upstream_player_shot_zone_incomplete, upstream_team_defense_zone_incomplete, upstream_player_context_incomplete, upstream_team_context_incomplete"),
  data_hash STRING NOT NULL OPTIONS (description = "canonical hash of the hashed columns, 16 hex digits; unit 16 hex"),
  processed_at TIMESTAMP NOT NULL OPTIONS (description = "when the row was published")
)
PARTITION BY game_date
CLUSTER BY player_lookup
OPTIONS (require_partition_filter = TRUE, description = "one row per player and date of the pre-game context: four matchup scores and their total");
