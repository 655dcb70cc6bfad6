"""UTGC rows: a team before one of its games (upcoming context 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import takewhile

from nbaproc.reference.completeness import (
    L7D,
    L14D,
    Completeness,
    Window,
    is_bootstrap,
    is_season_boundary,
    window_columns,
)
from nbaproc.reference.game_lines import OVER, SPREADS, TOTALS, GameLine, best_line
from nbaproc.reference.injuries import DOUBTFUL, OUT, QUESTIONABLE, Report
from nbaproc.reference.numbers import shown
from nbaproc.reference.raw_rows import GAME_LINES, INJURIES, SCHEDULE
from nbaproc.reference.team_games import TeamGame, TeamGames
from nbaproc.reference.travel import last_leg

WINDOWS = (L7D, L14D)
#: Tiers and their scores by the share of the games of 14 days that is there.
TIERS = ((95, "gold", 95.0), (75, "silver", 75.0), (50, "bronze", 50.0), (0, "poor", 25.0))


def build_row(
    game: TeamGame, games: TeamGames, lines: Sequence[GameLine], reports: Sequence[Report]
) -> dict[str, object]:
    """Return the row of a team, without its hash.

    Args:
        game: The game of the date.
        games: All games of all teams.
        lines: Usable lines of the game.
        reports: The last injury reports of the date, of all teams.
    """
    prior = games.prior(game.team, game.game.season_year, game.game_date)
    row = schedule_columns(game, prior) | line_columns(game.team, lines) | injury_columns(game.team, reports)
    measured = {window: measure_team(window, game, games) for window in WINDOWS}
    has_lines = row["game_spread"] is not None or row["game_total"] is not None
    return row | completeness_columns(game.game_date, measured) | {"data_sources": _sources(has_lines, bool(reports))}


def schedule_columns(game: TeamGame, prior: Sequence[TeamGame]) -> dict[str, object]:
    """Return what follows from the schedule.

    Args:
        game: The game of the date.
        prior: The team's games of the season that are over, newest first.
    """
    since = (game.game_date - prior[0].game_date).days if prior else None
    wins, losses = streaks(prior)
    last = prior[0] if prior else None
    stays = game.is_home and not game.is_off_site
    return {
        "game_date": game.game_date,
        "team_abbr": game.team,
        "opponent_team_abbr": game.opponent,
        "game_id": game.game.game_id,
        "nba_game_id": game.game.nba_game_id,
        "season_year": game.game.season_year,
        "home_game": game.is_home,
        "is_back_to_back": since == 1,
        "team_back_to_back": since == 1,
        "days_since_last_game": since,
        "team_days_rest": since - 1 if since is not None else None,
        "game_number_in_season": len(prior) + 1,
        "games_in_last_7_days": _games_within(game, prior, 7),
        "games_in_last_14_days": _games_within(game, prior, 14),
        "team_win_streak_entering": wins,
        "team_loss_streak_entering": losses,
        "last_game_margin": last.margin if last is not None else None,
        "last_game_result": ("W" if last.won else "L") if last is not None else None,
        "travel_miles": 0 if stays else last_leg(game, prior)[0],
    }


def streaks(prior: Sequence[TeamGame]) -> tuple[int, int]:
    """Return the games in a row a team has won, and those it has lost; one of them is 0."""
    wins = len(list(takewhile(lambda entry: entry.won, prior)))
    losses = len(list(takewhile(lambda entry: not entry.won, prior)))
    return (wins, losses)


def line_columns(team: str, lines: Sequence[GameLine]) -> dict[str, object]:
    """Return spread and total of the best book of each, the spread as the team sees it."""
    spread, total = best_line(lines, SPREADS, team), best_line(lines, TOTALS, OVER)
    columns: dict[str, object] = {}
    for name, best in (("spread", spread), ("total", total)):
        columns[f"game_{name}"] = shown(best.point, 2) if best is not None else None
        columns[f"{name}_movement"] = shown(best.movement, 2) if best is not None else None
        columns[f"game_{name}_source"] = best.book if best is not None else None
    seen = spread or total
    return columns | {"betting_lines_updated_at": seen.seen_at if seen is not None else None}


def injury_columns(team: str, reports: Sequence[Report]) -> dict[str, object]:
    """Return how many players of a team are reported; unknown if there is no report of the date at all."""
    if not reports:
        return {"starters_out_count": None, "players_out_count": None, "questionable_players_count": None}
    of_team = [report for report in reports if report.team == team and report.is_sure]
    out = [report for report in of_team if report.status == OUT]
    return {
        "starters_out_count": len(out),
        "players_out_count": sum(not report.is_of_g_league for report in out),
        "questionable_players_count": sum(report.status in (QUESTIONABLE, DOUBTFUL) for report in of_team),
    }


def measure_team(window: Window, game: TeamGame, games: TeamGames) -> Completeness:
    """Count the games of a team in the days before a game, and those of them that are over."""
    start = game.game_date - timedelta(days=window.days or 0)
    listed = games.between(game.team, game.game.season_year, start, game.game_date)
    return Completeness(expected=len(listed), actual=sum(entry.game.final for entry in listed))


def completeness_columns(of_date: date, measured: dict[Window, Completeness]) -> dict[str, object]:
    """Return the columns on completeness, readiness and quality."""
    boundary, bootstrap = is_season_boundary(of_date), is_bootstrap(of_date)
    tier, score = quality(measured[L14D].percentage)
    return window_columns(measured, L14D) | {
        "is_production_ready": all(found.is_ready for found in measured.values()),
        "season_boundary_detected": boundary,
        "backfill_bootstrap_mode": bootstrap,
        "quality_tier": tier,
        "quality_score": score,
        "quality_issues": issues(measured, boundary=boundary, bootstrap=bootstrap),
    }


def quality(percentage: float) -> tuple[str, float]:
    """Return tier and score of a percentage.

    >>> quality(95.0), quality(85.7), quality(62.5), quality(0.0)
    (('gold', 95.0), ('silver', 75.0), ('bronze', 50.0), ('poor', 25.0))
    """
    return next((tier, score) for least, tier, score in TIERS if percentage >= least)


def issues(measured: dict[Window, Completeness], *, boundary: bool, bootstrap: bool) -> list[str]:
    """Return what is odd about a row, in a fixed order."""
    found = [
        f"{window.prefix}_incomplete:{of_window.whole_percentage}%"
        for window, of_window in measured.items()
        if not of_window.is_complete
    ]
    return found + ["season_boundary"] * boundary + ["bootstrap_mode"] * bootstrap


def _sources(has_lines: bool, has_reports: bool) -> list[str]:
    return [SCHEDULE, *([GAME_LINES] * has_lines), *([INJURIES] * has_reports)]


def _games_within(game: TeamGame, prior: Iterable[TeamGame], days: int) -> int:
    return sum((game.game_date - entry.game_date).days < days for entry in prior)
