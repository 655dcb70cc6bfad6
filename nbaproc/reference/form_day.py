"""One date of PCF and PDC: rows for the players of the pre-game context (factors and cache 2, 4.2 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from nbaproc.failures import Category
from nbaproc.reference import player_composite_factors as factors
from nbaproc.reference import player_daily_cache as cache
from nbaproc.reference.below_minimum import explained
from nbaproc.reference.bounds import broken, rejections
from nbaproc.reference.form import SIZE
from nbaproc.reference.look_back import Day, Made
from nbaproc.reference.notes import PCF, PDC, Finding, reason
from nbaproc.reference.raw_rows import RawRow

#: Rows of a date by player or team.
ByName = Mapping[str, RawRow]


def factor_rows(day: Day, context: Sequence[RawRow], shots: ByName, defenses: ByName, opponents: ByName) -> Made:
    """Return what PCF has on a date: every player of the pre-game context has a row.

    Args:
        day: The date.
        context: Pre-game context of the players.
        shots: Shot zones by player.
        defenses: Defence zones by team.
        opponents: Pre-game context of the teams.
    """
    if not context:
        return day.blocked("no_context")
    if not day.past.history.has_season(day.season, day.of_date):
        return day.blocked("no_history")
    made = Made()
    for row in day.each(PCF, context, lambda row: row["player_lookup"]):
        lookup, team, opponent = (str(row[name]) for name in ("player_lookup", "team_abbr", "opponent_team_abbr"))
        inputs = factors.Inputs(row, shots.get(lookup), defenses.get(opponent), opponents.get(opponent))
        measured = day.measure_player([factors.WINDOW], lookup, team, day.team_dates(team))
        made.rows.append(factors.build_row(inputs, measured[factors.WINDOW]))
    return made


def cache_rows(day: Day, context: Sequence[RawRow], shots: ByName, digits: Mapping[str, int]) -> Made:
    """Return what PDC has on a date: every player of the pre-game context has a row or a record.

    Args:
        day: The date.
        context: Pre-game context of the players.
        shots: Shot zones by player.
        digits: Decimals of the columns.
    """
    if not context:
        return day.blocked("no_context")
    forms, season = day.past.forms, (day.season, day.of_date)
    if not day.past.history.has_season(*season) or not forms.has_season(*season):
        return day.blocked("no_history")
    made = Made()
    for row in day.each(PDC, context, lambda row: row["player_lookup"]):
        lookup, team = str(row["player_lookup"]), str(row["team_abbr"])
        entity = day.entity("PLAYER", lookup)
        games = day.past.players.between(day.season, lookup, date.min, day.of_date)[::-1]
        measured = day.measure_player(cache.WINDOWS, lookup, team, day.team_dates(team))
        found = measured[cache.MAIN]
        if len(games) < cache.LEAST_GAMES:
            few = Finding(*entity, Category.INSUFFICIENT_DATA, reason("few_games", len(games), cache.LEAST_GAMES))
            made.findings.append(explained(few, found, day.missing(lookup, team)))
            continue
        days = (day.of_date - games[0].game_date).days
        if days > cache.MOST_DAYS:
            made.findings.append(explained(Finding(*entity, Category.STALE_DATA, reason("stale", days)), found))
            continue
        offense = forms.offense(team, *season)[-SIZE:]
        cached = cache.build_row(row, games, offense, shots.get(lookup), measured)
        impossible = broken(cached, cache.BOUNDS.hard, digits)
        if impossible:
            made.findings += [explained(rejection, found) for rejection in rejections(entity, impossible)]
        else:
            made.rows.append(cached)
    return made
