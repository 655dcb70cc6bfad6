"""The simulated league: raw tables of whole seasons, for tests, benchmarks and a first look without downloads.

Nothing in it is real but the teams. The tables hang together as the real ones do: shots add up to the box score,
players to teams, scores to the schedule. They also have what cleaning is for: postponed games that are listed twice,
games without a game book, games that count for nothing, players who sit out or change teams, lines seen after
tip-off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import polars as pl

from nbaproc.boundary import schema
from nbaproc.raw.contract import RAW_TABLES, STATISTICS
from nbaproc.raw.teams import TEAM_IDS
from nbaproc.sources.simulate_calendar import Fixture, extra_games, opener, postseason, regular_season
from nbaproc.sources.simulate_feeds import feed_frames
from nbaproc.sources.simulate_game import Game, Line, Play, play_game
from nbaproc.sources.simulate_league import TEAMS, Player
from nbaproc.sources.simulate_squads import ALL_STARS, Meeting, Season, Squad, choose_squad, make_season

_NBA_IDS = {code: nba_id for nba_id, code in TEAM_IDS.items()} | ALL_STARS

Row = dict[str, object]

# Games away from home: by prefix and number of the id, arena, city and time zone.
_VENUES = {
    ("002", "00600"): ("Accor Arena", "Paris", "Europe/Paris"),
    ("003", "00001"): ("Footprint Center", "Phoenix", "America/Phoenix"),
    ("006", "00001"): ("T-Mobile Arena", "Las Vegas", "America/Los_Angeles"),
}

# One regular-season game in so many has no game book.
_NO_GAMEBOOK = 240

# What a shot chart may say of the direction of a shot: right-angled triangles with whole sides, hypotenuse 5.
_DIRECTIONS = ((0, 5), (3, 4), (-3, 4), (4, 3), (-4, 3), (5, 0), (-5, 0))

# Statistics under the names of the team box score.
_TEAM_NAMES = {
    name.replace("field_goals", "fg").replace("three_pointers", "three_pt").replace("free_throws", "ft"): name
    for name in STATISTICS
}


def _play(season: Season, fixture: Fixture) -> tuple[tuple[Squad, Squad], Game]:
    rng = Random(f"{season.seed} game {fixture.game_id}")
    day = (fixture.game_date - opener(season.year)).days
    away, home = (choose_squad(rng, season, code, day) for code in (fixture.away, fixture.home))
    (away_attack, away_defence), (home_attack, home_defence) = season.form[away.code], season.form[home.code]
    edges = away_attack - home_defence - 8, home_attack - away_defence + 8
    return (away, home), play_game(rng, away.players, home.players, edges)


def _schedule_row(fixture: Fixture, status: int, score: tuple[int | None, int | None]) -> Row:
    prefix, number = fixture.game_id[:3], fixture.game_id[5:]
    venue, home = _VENUES.get((prefix, number)), TEAMS.get(fixture.home)
    arena, city, zone = venue or ((home.arena, home.city, home.zone) if home else ("", "", ""))
    away_score, home_score = score
    winner = fixture.home if (home_score or 0) > (away_score or 0) else fixture.away
    return {
        "game_id": fixture.game_id,
        "game_date": fixture.game_date,
        "game_date_est": fixture.tip,
        "game_status": status,
        "home_team_tricode": fixture.home,
        "away_team_tricode": fixture.away,
        "home_team_score": home_score,
        "away_team_score": away_score,
        "is_all_star": prefix == "003",
        "is_regular_season": prefix == "002",
        "is_playoffs": prefix == "004",
        "is_primetime": prefix in ("003", "004", "006") or int(number) % 9 == 0,
        "neutral_site_flag": venue is not None,
        "arena_name": arena,
        "arena_city": city,
        "arena_timezone": zone,
        "winning_team_tricode": winner if away_score else None,
    }


def _canonical(fixture: Fixture) -> str:
    return f"{fixture.game_date:%Y%m%d}_{fixture.away}_{fixture.home}"


def _whole_minutes(line: Line) -> int:
    return (line["seconds"] + 30) // 60


def _player_row(fixture: Fixture, squad: Squad, game_id: str, line: Line) -> Row:
    """Return what the game book and the league's game log have in common."""
    return {
        **line,
        "game_id": game_id,
        "game_date": fixture.game_date,
        "team_abbr": squad.code,
        "home_team_abbr": fixture.home,
        "away_team_abbr": fixture.away,
    }


def _boxscore_row(fixture: Fixture, squad: Squad, player: Player, line: Line) -> Row:
    return {
        **_player_row(fixture, squad, fixture.game_id, line),
        "nba_player_id": player.nba_id,
        "player_full_name": player.name,
        "player_lookup": player.lookup,
        "game_status": "Final",
        "minutes": str(_whole_minutes(line)),
    }


def _gamebook_rows(fixture: Fixture, squad: Squad, lines: Sequence[Line]) -> Iterator[Row]:
    """Yield the players of a team in the game book, which leaves the total of rebounds out."""
    for player, line in zip(squad.players, lines, strict=True):
        yield {
            **_player_row(fixture, squad, _canonical(fixture), line),
            "player_name": player.name,
            "player_lookup": player.lookup,
            "player_status": "active",
            "minutes": f"{line['seconds'] // 60:02d}:{line['seconds'] % 60:02d}",
            "total_rebounds": None,
            "name_resolution_status": "original",
        }
    for player, status, reason in squad.others:
        inactive = status == "inactive"
        yield {
            **_player_row(fixture, squad, _canonical(fixture), {}),
            "player_name": player.name.split(" ", 1)[1] if inactive else player.name,
            "player_lookup": player.lookup,
            "player_status": status,
            "dnp_reason": reason,
            "name_resolution_status": "resolved" if inactive else "original",
        }


def _team_row(fixture: Fixture, squad: Squad, lines: Sequence[Line]) -> Row:
    return {
        **{name: sum(line[statistic] for line in lines) for name, statistic in _TEAM_NAMES.items()},
        "game_id": _canonical(fixture),
        "nba_game_id": fixture.game_id,
        "game_date": fixture.game_date,
        "team_abbr": squad.code,
        "is_home": squad.code == fixture.home,
        "minutes": f"{sum(_whole_minutes(line) for line in lines)}:00",
    }


def _action_row(fixture: Fixture, squads: tuple[Squad, Squad], number: int, play: Play) -> Row:
    shot = play.action in ("2pt", "3pt")
    other = play.other.nba_id if play.other else 0
    return {
        "gameId": fixture.game_id,
        "game_date": fixture.game_date,
        "actionNumber": number,
        "period": play.period,
        "actionType": play.action,
        "subType": play.words,
        "descriptor": "technical" if play.technical else None,
        "shotResult": None if play.action == "turnover" else "Made" if play.made else "Missed",
        "shotDistance": play.distance / 100 if shot else None,
        "personId": play.player.nba_id,
        "teamTricode": squads[play.side].code,
        "assistPersonId": other if shot and play.made else None,
        "blockPersonId": other if shot and not play.made else None,
    }


def _zone(three: bool, distance: int, sideways: int) -> str:
    if three and distance < 2375:
        return "Left Corner 3" if sideways < 0 else "Right Corner 3"
    if three:
        return "Above the Break 3" if distance < 4200 else "Backcourt"
    return "Restricted Area" if distance < 400 else "In The Paint (Non-RA)" if distance < 900 else "Mid-Range"


def _shot_row(fixture: Fixture, squads: tuple[Squad, Squad], number: int, play: Play) -> Row:
    code, three = squads[play.side].code, play.action == "3pt"
    sideways, lengthwise = _DIRECTIONS[(number + play.distance) % len(_DIRECTIONS)]
    return {
        "GAME_ID": fixture.game_id,
        "GAME_EVENT_ID": number,
        "PLAYER_ID": play.player.nba_id,
        "TEAM_ID": _NBA_IDS[code],
        "PERIOD": play.period,
        "SHOT_TYPE": f"{play.action[0]}PT Field Goal",
        "SHOT_DISTANCE": play.distance // 100,
        "SHOT_MADE_FLAG": int(play.made),
        "SHOT_ZONE_BASIC": _zone(three, play.distance, sideways),
        "LOC_X": play.distance * sideways // 50,
        "LOC_Y": play.distance * lengthwise // 50,
        "GAME_DATE": fixture.game_date,
        "PLAYER_NAME": play.player.name,
    }


def _frame(name: str, rows: list[Row]) -> pl.DataFrame:
    """Return the rows of a raw table in declared columns and types, sorted by the table's key if it has one."""
    table = RAW_TABLES[name]
    columns = {column: [row.get(column) for row in rows] for column in table.names}
    frame = pl.DataFrame(columns, schema=schema(table))
    return frame.sort(table.key) if table.key else frame


def simulate_season(seed: int, season_year: int, index: int) -> dict[str, pl.DataFrame]:
    """Return the raw tables of one season.

    They are schedule, box scores of players and teams, game book, shots, rosters, injury reports, lines and props.

    Args:
        seed: What the whole league, past and future, depends on.
        season_year: The year the season starts in.
        index: The shots come as `nbac_play_by_play` if even, as `nbac_shot_chart` if odd.

    Raises:
        ValueError: The season lies before the league's first.
    """
    season = make_season(seed, season_year)
    shots = "nbac_shot_chart" if index % 2 else "nbac_play_by_play"
    names = ("nbac_schedule", "nbac_player_boxscores", "nbac_team_boxscore", "nbac_gamebook_player_stats", shots)
    tables: dict[str, list[Row]] = {name: [] for name in names}
    meetings: list[Meeting] = []

    def play(fixture: Fixture) -> str:
        squads, game = _play(season, fixture)
        points = [[line["points"] for line in lines] for lines in game.lines]
        meetings.append(Meeting(fixture, squads, (points[0], points[1])))
        prefix, number = fixture.game_id[:3], int(fixture.game_id[5:])
        tables["nbac_schedule"].append(_schedule_row(fixture, 3, game.score))
        for squad, lines in zip(squads, game.lines, strict=True):
            appeared = zip(squad.players, lines, strict=True)
            tables["nbac_player_boxscores"] += [_boxscore_row(fixture, squad, *one) for one in appeared]
            tables["nbac_team_boxscore"].append(_team_row(fixture, squad, lines))
            if prefix != "002" or number % _NO_GAMEBOOK:
                tables["nbac_gamebook_player_stats"] += _gamebook_rows(fixture, squad, lines)
        for position, action in enumerate(game.plays, 2):
            if shots == "nbac_play_by_play":
                tables[shots].append(_action_row(fixture, squads, position, action))
            elif action.action in ("2pt", "3pt"):
                tables[shots].append(_shot_row(fixture, squads, position, action))
        away_score, home_score = game.score
        return fixture.home if home_score > away_score else fixture.away

    rng = Random(f"{seed} calendar {season_year}")
    fixtures, postponed = regular_season(rng, season_year)
    for fixture in extra_games(rng, season_year):
        play(fixture)
    wins = Counter(play(fixture) for fixture in fixtures)
    postseason(rng, season_year, sorted(TEAMS, key=lambda code: (-wins[code], code)), play)
    for status, planned in zip((1, 3), postponed, strict=False):
        tables["nbac_schedule"].append(_schedule_row(planned, status, (None, None)))
    return {name: _frame(name, rows) for name, rows in tables.items()} | feed_frames(season, meetings)


def simulate(seasons: int, seed: int, start_season: int = 2021) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """Yield that many seasons in a row, each with the year it starts in and its raw tables."""
    for index in range(seasons):
        yield start_season + index, simulate_season(seed, start_season + index, index)
