"""What the simulated league knows before a game: rosters, injury reports, lines and props.

Each draws on chance of its own, and games are gone through in the order of their dates, so that nothing of a game can
reach what was known before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import polars as pl

from nbaproc.sources.simulate_injuries import injury_rows, listed_players
from nbaproc.sources.simulate_odds import Props, Seen, Side, line_rows
from nbaproc.sources.simulate_rosters import roster_rows
from nbaproc.sources.simulate_squads import Meeting, Season
from nbaproc.sources.simulate_table import Row, feed_frame

LINES, PROPS, SECOND = "odds_api_game_lines", "odds_api_player_points_props", "bettingpros_player_points_props"
INJURIES, ROSTERS = "nbac_injury_report", "espn_team_rosters"

#: The raw tables of this module.
FEED_TABLES = (LINES, PROPS, SECOND, INJURIES, ROSTERS)

# Pre-season and the All-Star game have neither lines nor reports.
_UNCOVERED = ("001", "003")


def feed_frames(season: Season, meetings: Sequence[Meeting]) -> dict[str, pl.DataFrame]:
    """Return the feeds of a season.

    Args:
        season: The season.
        meetings: All its games, in any order.
    """
    games = [game for game in meetings if not game.fixture.game_id.startswith(_UNCOVERED)]
    games.sort(key=lambda game: (game.fixture.game_date, game.fixture.game_id))
    evenings = {(squad.code, game.fixture.game_date) for game in games for squad in game.squads}
    rows: dict[str, list[Row]] = {name: [] for name in FEED_TABLES}
    rows[ROSTERS] += roster_rows(season)
    scored: Seen = {}
    for fixture, squads, points in games:
        injuries, lines, props = (
            Random(f"{season.seed} {what} {fixture.game_id}") for what in ("injuries", "lines", "props")
        )
        before = fixture.game_date - timedelta(days=1)
        sides = [Side(s, listed_players(injuries, s, (s.code, before) not in evenings)) for s in squads]
        rows[LINES] += line_rows(lines, season, fixture, sides)
        for side in sides:
            rows[INJURIES] += injury_rows(injuries, fixture, side.squad.code, side.listed)
            first, second = Props(fixture, side, scored).rows(props)
            rows[PROPS] += first
            rows[SECOND] += second
        for squad, made in zip(squads, points, strict=True):
            for player, count in zip(squad.players, made, strict=True):
                total = scored.setdefault(player.nba_id, [0, 0])
                total[0] += count
                total[1] += 1
    return {name: feed_frame(name, rows[name]) for name in FEED_TABLES}
