-- Generated from the declarations by `make ddl`; do not edit.
SELECT
  gameId,
  game_date,
  actionNumber,
  period,
  actionType,
  subType,
  descriptor,
  shotResult,
  shotDistance,
  personId,
  teamTricode,
  assistPersonId,
  blockPersonId,
  processed_at,
  data_hash
FROM `nba_raw.nbac_play_by_play`
WHERE game_date BETWEEN @start AND @end;
