"""One date of the zone tables: who is looked at, who has a row, and why others have none (zone analysis 2, 3 and 5)."""

from __future__ import annotations

from collections.abc import Mapping

from nbaproc.reference import player_shot_zone_analysis as shot_zones
from nbaproc.reference import team_defense_zone_analysis as defense_zones
from nbaproc.reference.below_minimum import category_of, too_few_games
from nbaproc.reference.bounds import broken, oddities, rejections
from nbaproc.reference.league_shooting import league_at
from nbaproc.reference.look_back import Day, Made
from nbaproc.reference.notes import PSZA, TDZA
from nbaproc.reference.teams import TEAMS


def defense_rows(day: Day, digits: Mapping[str, int]) -> Made:
    """Return what TDZA has on a date: every team has a row or a record.

    Args:
        day: The date.
        digits: Decimals of the columns.
    """
    games, since, least = day.past.defenses, (day.opener, day.of_date), defense_zones.GAMES
    if not games.entities(day.season, *since):
        return day.blocked("no_history")
    league = league_at(games, day.season, *since)
    made = Made()
    for team in day.each(TDZA, sorted(TEAMS), str):
        entity = day.entity("TEAM", team)
        window = games.newest(day.season, team, *since, least)
        found = day.measure_team(defense_zones.WINDOW, team)
        category = category_of(len(window), least, found, is_team=True)
        if category is not None:
            made.findings.append(too_few_games(entity, category, len(window), least, found))
            continue
        row = defense_zones.build_row(day.of_date, team, window, league, found)
        impossible = broken(row, defense_zones.BOUNDS.hard, digits)
        if impossible:
            made.findings += rejections(entity, impossible)
        else:
            made.rows.append(row)
            made.findings += oddities(entity, broken(row, defense_zones.BOUNDS.soft, digits))
    return made


def shot_rows(day: Day, digits: Mapping[str, int]) -> Made:
    """Return what PSZA has on a date: everybody who has played this season has a row or a record.

    Args:
        day: The date.
        digits: Decimals of the columns.
    """
    players, since, least = day.past.players, (day.opener, day.of_date), shot_zones.minimum(day.number)
    made = Made()
    for lookup in day.each(PSZA, players.entities(day.season, *since), str):
        entity = day.entity("PLAYER", lookup)
        games = players.newest(day.season, lookup, *since, shot_zones.LONG)
        count = len(games[: shot_zones.SHORT])
        team = day.past.history.newest_team(lookup, day.season, *since) or ""
        measured = day.measure_player([shot_zones.WINDOW], lookup, team, day.dates_since_opener(team))
        found = measured[shot_zones.WINDOW]
        category = category_of(count, least, found, is_team=False)
        if category is not None:
            made.findings.append(too_few_games(entity, category, count, least, found, day.missing(lookup, team)))
            continue
        row = shot_zones.build_row(day.of_date, lookup, day.past.windows.columns(lookup, games), found)
        impossible = broken(row, shot_zones.BOUNDS.hard, digits)
        if impossible:
            made.findings += rejections(entity, impossible)
        else:
            made.rows.append(row)
            odd = broken(row, shot_zones.BOUNDS.soft, digits) + shot_zones.odd_rates(row)
            made.findings += oddities(entity, odd)
    return made if made.rows or made.findings else day.blocked("no_history")
