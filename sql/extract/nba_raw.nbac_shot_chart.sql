-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  GAME_ID,
  GAME_EVENT_ID,
  PLAYER_ID,
  TEAM_ID,
  PERIOD,
  SHOT_TYPE,
  SHOT_DISTANCE,
  SHOT_MADE_FLAG,
  SHOT_ZONE_BASIC,
  LOC_X,
  LOC_Y,
  GAME_DATE,
  PLAYER_NAME,
  processed_at,
  data_hash
FROM `nba_raw.nbac_shot_chart`
WHERE GAME_DATE BETWEEN @start AND @end;
