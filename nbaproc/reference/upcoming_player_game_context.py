"""UPGC rows: a player before a game of his team (upcoming context 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nbaproc.reference.ahead import ahead
from nbaproc.reference.completeness import (
    L5,
    L7D,
    L10,
    L14D,
    L30D,
    Completeness,
    Window,
    is_bootstrap,
    is_season_boundary,
    window_columns,
)
from nbaproc.reference.fatigue import fatigue
from nbaproc.reference.form import Forms, opponent_form
from nbaproc.reference.game_lines import Consensus, GameLine, spread_consensus, total_consensus
from nbaproc.reference.history import Played
from nbaproc.reference.injuries import PROBABLE, QUESTIONABLE, Report
from nbaproc.reference.local_time import season_phase, start_time_local
from nbaproc.reference.notes import PGS
from nbaproc.reference.numbers import shown
from nbaproc.reference.quotes import PointsLine
from nbaproc.reference.raw_rows import BETTINGPROS, GAME_LINES, INJURIES, ODDS_PROPS, ROSTERS
from nbaproc.reference.rosters import Age
from nbaproc.reference.row_set import ROSTER, Member
from nbaproc.reference.scoring import points_average, streaks
from nbaproc.reference.team_games import TeamGame, TeamGames
from nbaproc.reference.travel import travel

WINDOWS = (L5, L10, L7D, L14D, L30D)
#: Games within 30 days below which a sample is called thin.
THIN = 3
#: Tiers and their scores by the number of games within 30 days.
TIERS = ((10, "gold", 95.0), (5, "silver", 75.0), (0, "bronze", 50.0))


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a game: whatever is the same for all its players.

    Attributes:
        game: The game of the date.
        columns: Values of the columns.
        status_counts: Players of the row set by status in the injury report; NULL without any report of the date.
        stars_out: Lookups of its stars who are out or doubtful.
    """

    game: TeamGame
    columns: Mapping[str, object]
    status_counts: Mapping[str, int] | None
    stars_out: frozenset[str]

    @property
    def has_lines(self) -> bool:
        """Whether there is a spread or a total."""
        return self.columns["game_spread"] is not None or self.columns["game_total"] is not None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one player.

    Attributes:
        member: Who he is.
        universal_player_id: His id in the registry.
        games: His games of the 30 days before the date, newest first.
        line: The points line on him.
        report: The last injury report on him.
        age: His age.
        measured: How complete his history is, by window.
    """

    member: Member
    universal_player_id: str | None
    games: Sequence[Played]
    line: PointsLine | None
    report: Report | None
    age: Age
    measured: Mapping[Window, Completeness]


def team_columns(
    game: TeamGame, games: TeamGames, forms: Forms, lines: Sequence[GameLine], tip_off: datetime | None
) -> dict[str, object]:
    """Return the columns that all players of a team share."""
    of_date, season = game.game_date, game.game.season_year
    boundary, bootstrap = is_season_boundary(of_date), is_bootstrap(of_date)
    return {
        "game_date": of_date,
        "game_id": game.game.game_id,
        "nba_game_id": game.game.nba_game_id,
        "team_abbr": game.team,
        "opponent_team_abbr": game.opponent,
        "home_game": game.is_home,
        **consensus_columns("spread", spread_consensus(lines, game.game.home)),
        **consensus_columns("total", total_consensus(lines)),
        **opponent_form(forms, game.team, game.opponent, season, of_date),
        "game_start_time_local": start_time_local(tip_off, game.game),
        "season_phase": season_phase(of_date, game.game.kind),
        **travel(game, games.prior(game.team, season, of_date)),
        **ahead(game, games),
        "season_boundary_detected": boundary,
        "backfill_bootstrap_mode": bootstrap,
    }


def consensus_columns(name: str, consensus: Consensus | None) -> dict[str, object]:
    """Return the columns of a spread or a total."""
    current = consensus.current if consensus is not None else None
    opening = consensus.opening if consensus is not None else None
    return {
        f"game_{name}": shown(current, 2),
        f"opening_{name}": shown(opening, 2),
        f"{name}_movement": shown(current - opening, 2) if current is not None and opening is not None else None,
        f"game_{name}_source": consensus.books if consensus is not None else None,
    }


def build_row(team: Team, facts: Facts) -> dict[str, object]:
    """Return the row of a player, without its hash."""
    member, games, report = facts.member, facts.games, facts.report
    line = facts.line.line if facts.line is not None else None
    over, under = streaks(games, line)
    row: dict[str, object] = {
        **team.columns,
        "player_lookup": member.lookup,
        "universal_player_id": facts.universal_player_id,
        "driver_source": member.driver,
        **prop_columns(facts.line),
        **fatigue(games, member.game.game_date),
        "player_age": facts.age.years,
        "points_avg_last_5": points_average(games, 5),
        "points_avg_last_10": points_average(games, 10),
        "prop_over_streak": over,
        "prop_under_streak": under,
        **teammate_columns(team, member.lookup, report),
        "player_status": report.status if report is not None else None,
        "injury_report": report.printed_reason if report is not None else None,
        **window_columns(facts.measured, L30D),
        "dnp_games_count": facts.measured[L30D].sat_out,
    }
    is_young = bool(row["season_boundary_detected"] or row["backfill_bootstrap_mode"])
    row["is_production_ready"] = is_young or all(found.is_ready for found in facts.measured.values())
    return row | quality_columns(len(games), row) | {"data_sources": sources(team, facts)}


def prop_columns(line: PointsLine | None) -> dict[str, object]:
    """Return the columns on the points line of a player."""
    current = line.line if line is not None else None
    opening = line.opening if line is not None else None
    source = line.source if line is not None else None
    return {
        "has_prop_line": line is not None,
        "current_points_line": shown(current, 1),
        "opening_points_line": shown(opening, 1),
        "line_movement": shown(current - opening, 1) if current is not None and opening is not None else None,
        "current_points_line_source": source,
        "opening_points_line_source": source if opening is not None else None,
    }


def teammate_columns(team: Team, lookup: str, own: Report | None) -> dict[str, object]:
    """Return how many other players of the team are missing or in doubt; unknown without any report of the date."""
    if team.status_counts is None:
        return {"star_teammates_out": None, "questionable_teammates": None, "probable_teammates": None}
    own_status = own.status if own is not None else None
    return {
        "star_teammates_out": len(team.stars_out - {lookup}),
        "questionable_teammates": team.status_counts.get(QUESTIONABLE, 0) - (own_status == QUESTIONABLE),
        "probable_teammates": team.status_counts.get(PROBABLE, 0) - (own_status == PROBABLE),
    }


def quality_columns(games: int, row: Mapping[str, object]) -> dict[str, object]:
    """Return the columns on quality.

    Args:
        games: His games within 30 days.
        row: Values of the row, of which spread and total are looked at.
    """
    tier, score = next((tier, score) for least, tier, score in TIERS if games >= least)
    issues = [f"missing_{name}" for name in ("game_spread", "game_total") if row[name] is None]
    if games < THIN:
        issues.append(f"thin_sample:{games}/{THIN}")
    return {
        "quality_tier": tier,
        "quality_score": score,
        "quality_issues": issues,
        "processed_with_issues": bool(issues),
    }


def sources(team: Team, facts: Facts) -> list[str]:
    """Return the tables that gave the row something, in a fixed order."""
    line = facts.line
    gave = {
        PGS: bool(facts.games),
        ODDS_PROPS: line is not None and not line.is_second_feed,
        BETTINGPROS: line is not None and line.is_second_feed,
        GAME_LINES: team.has_lines,
        INJURIES: team.status_counts is not None,
        ROSTERS: facts.member.driver == ROSTER or facts.age.is_of_roster,
    }
    return [source for source, is_used in gave.items() if is_used]
