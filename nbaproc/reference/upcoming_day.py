"""One date: from what was known before its games to the rows of both tables (upcoming context 1 to 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nbaproc.failures import Category
from nbaproc.reference import upcoming_player_game_context as player_context
from nbaproc.reference import upcoming_team_game_context as team_context
from nbaproc.reference.calendar import season_text
from nbaproc.reference.completeness import measure
from nbaproc.reference.cuts import Times, times_of
from nbaproc.reference.entities import Entities
from nbaproc.reference.form import Forms
from nbaproc.reference.game import Game
from nbaproc.reference.game_lines import GameLine, read_lines
from nbaproc.reference.gamebook_names import read_gamebooks, record_faults
from nbaproc.reference.history import History
from nbaproc.reference.identity import Identities
from nbaproc.reference.injuries import DOUBTFUL, OUT, Report, attach, read_reports
from nbaproc.reference.local_time import has_strange_zone
from nbaproc.reference.notes import UPGC, UTGC, Finding, Notes, reason
from nbaproc.reference.placing import Placer
from nbaproc.reference.props import (
    Lines,
    Offer,
    add_start,
    bettingpros_quotes,
    choose_lines,
    odds_api_quotes,
    read_offers,
    starts_of,
)
from nbaproc.reference.raw_rows import BETTINGPROS, GAME_LINES, GAMEBOOK, INJURIES, ODDS_PROPS, SCHEDULE, RawDay, moment
from nbaproc.reference.registry import Registry
from nbaproc.reference.rosters import Rosters, age_at
from nbaproc.reference.row_set import Member, build_row_set
from nbaproc.reference.schedule import Schedule, count_remarks
from nbaproc.reference.scoring import is_star
from nbaproc.reference.team_games import TeamGame, TeamGames
from nbaproc.reference.upcoming_checks import check_day

#: Rows of a table as column values, without the row hash.
Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class World:
    """Whatever is read whole, indexed: the same for all dates."""

    schedule: Schedule
    team_games: TeamGames
    registry: Registry
    identities: Identities
    rosters: Rosters
    history: History
    forms: Forms
    entities: Entities


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of the games of a date before they began.

    Attributes:
        of_date: The date.
        games: Its games, over or not, in order of their ids.
        placer: Finds the games of raw rows.
        times: Tip-off and cut by game id.
        lines: Usable spreads and totals by game id.
        reports: The last injury report of every player listed.
        offers: Quotes of points lines of the first feed.
    """

    of_date: date
    games: Sequence[Game]
    placer: Placer
    times: Mapping[str, Times]
    lines: Mapping[str, Sequence[GameLine]]
    reports: Sequence[Report]
    offers: Sequence[Offer]


def build_day(of_date: date, tables: Collection[str], raw: RawDay, world: World, notes: Notes) -> dict[str, Rows]:
    """Return the rows of a date by wanted table; a date without a game in the schedule has none."""
    rows: dict[str, Rows] = {table: [] for table in tables}
    games = sorted(world.schedule.by_date.get(of_date, []), key=lambda game: game.game_id)
    if not games:
        return rows
    known = _read_day(of_date, games, raw, world, notes)
    if UTGC in rows:
        for game in world.entities.each(UTGC, of_date, games, lambda game: game.game_id):
            for team in game.teams:
                of_team = world.team_games.on(team, game.season_year, of_date)
                lines = known.lines.get(game.game_id, [])
                rows[UTGC].append(team_context.build_row(of_team, world.team_games, lines, known.reports))
    if UPGC in rows:
        rows[UPGC] = _player_rows(known, raw, world, notes)
        check_day(of_date, rows[UPGC], raw, world.team_games, notes)
    return rows


def _read_day(of_date: date, games: Sequence[Game], raw: RawDay, world: World, notes: Notes) -> Known:
    """Read what both tables need; whatever is left out is counted."""
    count_remarks(of_date, world.schedule, notes)
    placer = Placer(of_date, world.schedule)
    props = [(row, placer.place(ODDS_PROPS, row)) for row in raw[ODDS_PROPS]]
    placed_lines = [(row, placer.place(GAME_LINES, row)) for row in raw[GAME_LINES]]
    starts = starts_of(props)
    for row, place in placed_lines:
        if place.game is not None:
            add_start(starts, place.game, moment(row, "commence_time"))
    times = times_of(games, starts, notes)
    return Known(
        of_date=of_date,
        games=games,
        placer=placer,
        times=times,
        lines=read_lines(of_date, placed_lines, times, notes),
        reports=read_reports(of_date, raw[INJURIES], games, times, notes),
        offers=read_offers(of_date, props, notes),
    )


def _player_rows(known: Known, raw: RawDay, world: World, notes: Notes) -> Rows:
    """Return the rows of all players of a date."""
    of_date, season = known.of_date, known.games[0].season_year
    newest_teams = world.history.newest_teams(of_date)
    entries, faults = read_gamebooks(of_date, raw[GAMEBOOK], known.placer, newest_teams, notes)
    members = build_row_set(of_date, known.games, entries, world.rosters, world.history, newest_teams, notes)
    record_faults(of_date, faults, {member.lookup for member in members}, notes)
    for game in known.games:
        if has_strange_zone(game):
            notes.count("unknown_time_zone", SCHEDULE, f"{of_date} {game.game_id}")

    reports = attach(of_date, known.reports, members, world.registry.aliases, notes)
    lines = _points_lines(known, members, raw, world, notes)
    teams = _teams(known, members, reports, world)
    rows = []
    for member in world.entities.each(UPGC, of_date, members, lambda member: member.lookup):
        identity = world.identities.resolve(member.lookup, None, member.team, season_text(season))
        person = identity.universal_player_id
        if person is None:
            why = reason("registry_miss", member.lookup, member.team)
            notes.find(UPGC, Finding(of_date, "PLAYER", member.lookup, Category.REGISTRY_MISS, why))
        facts = player_context.Facts(
            member=member,
            universal_player_id=person,
            games=world.history.recent(member.lookup, of_date),
            line=lines.get((member.game_id, member.lookup)),
            report=reports.get(member.lookup),
            age=age_at(of_date, member.lookup, person, world.rosters, world.registry),
            measured=measure(
                player_context.WINDOWS,
                of_date,
                world.team_games.final_dates(member.team, season, of_date),
                world.history.played_dates(member.lookup, of_date),
                world.history.dates_of_team(member.team),
            ),
        )
        rows.append(player_context.build_row(teams[member.team], facts))
    return rows


def _points_lines(known: Known, members: Sequence[Member], raw: RawDay, world: World, notes: Notes) -> Lines:
    """Return the points line of every player who has one."""
    players: dict[str, list[Member]] = {}
    for member in members:
        players.setdefault(member.game_id, []).append(member)
    aliases = world.registry.aliases
    first = odds_api_quotes(known.of_date, known.offers, players, known.times, aliases, notes)
    second = bettingpros_quotes(
        *(known.of_date, raw[BETTINGPROS], players, known.times, aliases, notes), count_unmatched=bool(members)
    )
    return choose_lines(first, second)


def _teams(
    known: Known, members: Sequence[Member], reports: Mapping[str, Report], world: World
) -> dict[str, player_context.Team]:
    """Return what the players of each team share."""
    teams = {}
    for game in known.games:
        for team in game.teams:
            of_team = world.team_games.on(team, game.season_year, known.of_date)
            listed = {
                member.lookup: reports[member.lookup].status
                for member in members
                if member.team == team and member.lookup in reports
            }
            missing = [lookup for lookup, status in listed.items() if status in (OUT, DOUBTFUL)]
            stars = frozenset(lookup for lookup in missing if _is_star(lookup, of_team, world.history))
            tip_off, lines = known.times[game.game_id].tip_off, known.lines.get(game.game_id, [])
            teams[team] = player_context.Team(
                game=of_team,
                columns=player_context.team_columns(of_team, world.team_games, world.forms, lines, tip_off),
                status_counts=Counter(listed.values()) if known.reports else None,
                stars_out=stars,
            )
    return teams


def _is_star(lookup: str, game: TeamGame, history: History) -> bool:
    season = game.game.season_year
    played = history.played_before(lookup, game.game_date)
    return is_star([g for g in played if g.team == game.team and g.season == season], game.game_date)
