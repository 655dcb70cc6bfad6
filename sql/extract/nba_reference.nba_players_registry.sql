-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  player_lookup,
  universal_player_id,
  season,
  team_abbr,
  nba_player_id,
  birth_date
FROM `nba_reference.nba_players_registry`;
