-- The schedule as the tables see it: one row per game in scope, of whole seasons.
WITH listed AS (
  SELECT
    TRIM(s.game_id) AS raw_id,
    s.game_date,
    s.game_status,
    s.processed_at,
    s.data_hash,
    away.team AS away,
    home.team AS home,
    COALESCE(s.game_status = 3 AND s.home_team_score + s.away_team_score > 0, FALSE) AS final,
    CASE
      WHEN REGEXP_CONTAINS(TRIM(s.game_id), r'^[0-9]{10}$') THEN prefixes.kind
      WHEN COALESCE(s.is_all_star, FALSE) THEN NULL
      WHEN COALESCE(s.is_playoffs, FALSE) THEN 'playoff'
      WHEN COALESCE(s.is_regular_season, FALSE) THEN 'regular'
    END AS kind
  FROM `nba_raw.nbac_schedule` AS s
  LEFT JOIN team_codes AS away ON away.code = UPPER(TRIM(s.away_team_tricode))
  LEFT JOIN team_codes AS home ON home.code = UPPER(TRIM(s.home_team_tricode))
  LEFT JOIN prefixes ON prefixes.prefix = SUBSTR(TRIM(s.game_id), 1, 3)
  WHERE s.game_date BETWEEN @first AND @last
),
-- Of the rows of one game, and then of the games of a team on one date: final ones first, then what was loaded last.
of_dates AS (
  SELECT *
  FROM listed
  WHERE kind IS NOT NULL AND away <> home
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY raw_id, game_date
    ORDER BY final DESC, game_status DESC NULLS LAST, processed_at DESC NULLS LAST, data_hash ASC NULLS LAST
  ) = 1
),
of_ids AS (
  SELECT *
  FROM of_dates
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY raw_id ORDER BY final DESC, processed_at DESC NULLS LAST, game_date DESC
  ) = 1
),
ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY game_date ORDER BY final DESC, processed_at DESC NULLS LAST, raw_id) AS nth
  FROM of_ids
),
both_sides AS (
  SELECT game_date, nth, away AS team FROM ranked
  UNION ALL
  SELECT game_date, nth, home AS team FROM ranked
),
best AS (
  SELECT game_date, team, MIN(nth) AS nth FROM both_sides GROUP BY game_date, team
)
SELECT
  ranked.game_date,
  EXTRACT(YEAR FROM ranked.game_date)
  - IF(
    EXTRACT(MONTH FROM ranked.game_date) < 10 OR ranked.game_date BETWEEN @late_season_start AND @late_season_end, 1, 0
  ) AS season_year,
  ranked.away,
  ranked.home,
  CONCAT(FORMAT_DATE('%Y%m%d', ranked.game_date), '_', ranked.away, '_', ranked.home) AS game_id,
  ranked.kind,
  ranked.final
FROM ranked
JOIN best AS away ON away.game_date = ranked.game_date AND away.team = ranked.away AND away.nth = ranked.nth
JOIN best AS home ON home.game_date = ranked.game_date AND home.team = ranked.home AND home.nth = ranked.nth
