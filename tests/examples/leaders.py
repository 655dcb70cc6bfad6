"""Scoring leaders of a lake, in SQL: DuckDB over a glob of Parquet files, nothing else needed.

Usage: python tests/examples/leaders.py LAKE
"""

import sys

import duckdb

QUERY = """
    SELECT player_full_name AS player, max_by(team_abbr, game_date) AS team, count(*) AS games,
           sum(points) AS points, round(sum(points) / count(*), 1) AS per_game,
           round(avg(usage_rate), 1) AS usage_rate
    FROM read_parquet($glob)
    WHERE NOT is_dnp AND points IS NOT NULL AND (minutes_played > 0 OR points > 0)
    GROUP BY universal_player_id, player_full_name
    HAVING games >= 20
    ORDER BY sum(points) / count(*) DESC, player
    LIMIT 10
"""


def main(lake: str) -> None:
    """Print the ten best scorers per game."""
    glob = f"{lake}/nba_analytics/player_game_summary/**/*.parquet"
    duckdb.sql(QUERY, params={"glob": glob}).show()


if __name__ == "__main__":
    main(sys.argv[1])
