"""Mishaps of the shot feeds and of the feeds of lines."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from tests.tables.league_world import (
    ALIASES,
    BDB,
    CHART,
    ID_OF_TEAM,
    LINES,
    ODDS,
    PBP,
    PROS,
    REGISTRY,
    SHOT_TABLES,
    TEAM,
    Row,
    everybody,
    game_line,
    lookup_of,
    new_row,
    prop_row,
    registry_row,
)
from tests.tables.mishaps import Scene, mishap
from tests.tables.mishaps_players import alias_row

DISTANCES = (None, 7.99, 8.0, 8.01, 23.74, 23.75)
SUBTYPES = (None, "", " Unknown ", "hook shot", "Running 3PT Jump Shot", "free throw 1/1")
ACTIONS = (" 3PT", "2pt", "freethrow", "heave", "rebound", None)
DESCRIPTORS = (None, "Technical", "flagrant", "clear-path", "away-from-play", "driving")


def shooting_team(table: str, row: Row) -> object:
    if table == CHART:
        return next((code for code, number in ID_OF_TEAM.items() if number == row["TEAM_ID"]), None)
    return row["player_1_team_abbr"] if table == BDB else row["teamTricode"]


def is_shot(table: str, row: Row) -> bool:
    return table == CHART or row.get("event_type") == "shot" or row.get("actionType") in ("2pt", "3pt")


@mishap(*SHOT_TABLES)
def shots_around_nine_tenths(at: Scene) -> None:
    """A feed has just enough of a team's shots, or one less."""
    team = at.rng.choice(at.match.teams)
    tried = sum(line.box["field_goals_attempted"] for line in at.match.lines[team])
    spare = tried - -(-9 * tried // 10) + at.rng.choice((0, 0, 0, 1))
    mine = [row for row in at.rows if shooting_team(at.table, row) == team and is_shot(at.table, row)]
    at.remove(at.rng.sample(mine, min(len(mine), spare)))


@mishap(*SHOT_TABLES)
def odd_distances(at: Scene) -> None:
    column = {BDB: "shot_distance", PBP: "shotDistance", CHART: "SHOT_DISTANCE"}[at.table]
    for row in at.some():
        row[column] = at.rng.choice((None, 0, 8, 9, 24) if at.table == CHART else DISTANCES)


@mishap(*SHOT_TABLES)
def odd_kinds_of_shots(at: Scene) -> None:
    for row in at.some():
        if at.table == BDB:
            row["event_subtype"] = at.rng.choice(SUBTYPES)
            row["points_scored"] = at.rng.choice((row["points_scored"], None, 2, 3, 0))
            row["event_type"] = at.rng.choice((row["event_type"], " Shot ", "Free Throw", "rebound", None))
            row["shot_made"] = at.rng.choice((row["shot_made"], None))
        elif at.table == PBP:
            row["actionType"] = at.rng.choice((row["actionType"], *ACTIONS))
            row["shotResult"] = at.rng.choice((row["shotResult"], "made ", "MISSED", None))
            row["descriptor"] = at.rng.choice(DESCRIPTORS)
        else:
            row["SHOT_TYPE"] = at.rng.choice((row["SHOT_TYPE"], " 3pt field goal", "2PT", "x", ""))
            row["SHOT_MADE_FLAG"] = at.rng.choice((row["SHOT_MADE_FLAG"], 0, 1, 2))


@mishap(BDB)
def feed_names_no_team(at: Scene) -> None:
    for row in at.some():
        row["player_1_team_abbr"] = at.rng.choice((None, " "))


@mishap(*SHOT_TABLES)
def shots_of_other_teams(at: Scene) -> None:
    for row in at.few():
        if at.table == CHART:
            row["TEAM_ID"] = at.rng.choice((0, 1, ID_OF_TEAM["UTA"], ID_OF_TEAM[at.match.home]))
        else:
            column = "player_1_team_abbr" if at.table == BDB else "teamTricode"
            row[column] = at.rng.choice((None, "EST", "UTA", f" {at.match.home.lower()}", at.match.home))


@mishap(BDB, ODDS, PROS)
def foreign_names(at: Scene) -> None:
    """A feed writes names its own way: without suffix, by lookup, by an alias, in a way nobody knows, or not at all."""
    columns = ("player_1_name", "player_2_name") if at.table == BDB else ("player_name",)
    for row in at.some():
        column = at.rng.choice(columns)
        if row[column] is None:
            continue
        name = str(row[column])
        canonical, words = lookup_of(name), name.split()
        ways = (canonical, name.upper(), " ".join(words[:2]), f"{name} Jr.", f"  {name}  ", f"23 {name}")
        other = at.rng.choice((*ways, "Nobody Known", "", " ", "..."))
        if at.rng.random() < 0.3:
            other = f"Al {canonical[-4:]}"
            at.world.raw[ALIASES].append(alias_row(at, lookup_of(other), canonical))
        row[column] = None if at.table == BDB and at.rng.random() < 0.2 else other
        if at.table != BDB:
            row["player_lookup"] = at.rng.choice((None, canonical, "x"))
        elif at.rng.random() < 0.3:
            row[column.replace("name", "lookup")] = at.rng.choice((None, " "))


@mishap(PBP, CHART)
def unknown_numbers(at: Scene) -> None:
    """Person ids nobody has, of somebody else, zero or missing; names beside them."""
    people = at.people()
    for row in at.some():
        number = at.rng.choice((0, 99, at.rng.choice(people).number))
        if at.table == CHART:
            names = (None, " ", row["PLAYER_NAME"], "Nobody Known", at.rng.choice(people).name)
            row |= {"PLAYER_ID": number, "PLAYER_NAME": at.rng.choice(names)}
        else:
            row[at.rng.choice(("personId", "blockPersonId", "assistPersonId"))] = at.rng.choice((number, None))


@mishap(PBP, CHART)
def numbers_only_the_registry_knows(at: Scene) -> None:
    column = "PLAYER_ID" if at.table == CHART else "personId"
    wanted = at.rng.choice(at.rows)[column]
    for row in at.rows:
        if row[column] == wanted:
            row[column] = 70_000
    for player in everybody(at.world):
        if player.number == wanted:
            at.world.raw[REGISTRY].append(registry_row(at.world, player, 70_000))
            if at.rng.random() < 0.4:
                at.world.raw[REGISTRY].append(registry_row(at.world, player, 70_000, player_lookup="zzz"))


@mishap(*SHOT_TABLES)
def events_twice(at: Scene) -> None:
    column = {BDB: "event_id", PBP: "actionNumber", CHART: "GAME_EVENT_ID"}[at.table]
    for row in at.some():
        at.add(at.rng.choice(at.rows) | {column: row[column], "processed_at": at.loaded()})


@mishap(BDB)
def events_without_number(at: Scene) -> None:
    for row in at.some():
        row["event_id"] = at.rng.choice((None, None, ""))


@mishap(BDB, PBP)
def feed_without_assists(at: Scene) -> None:
    for row in at.rows:
        if at.table == BDB and row["player_2_role"] == "assist":
            row["player_2_role"] = at.rng.choice((None, "rebound"))
        elif at.table == PBP:
            row["assistPersonId"] = at.rng.choice((0, None))


@mishap(BDB, PBP)
def feed_without_free_throws(at: Scene) -> None:
    at.remove([row for row in at.rows if not is_shot(at.table, row)])


@mishap(TEAM)
def no_minutes_at_all(at: Scene) -> None:
    """Overtime can only come from the periods of the shots, if at all."""
    for row in at.rows:
        row["minutes"] = None
    for table in SHOT_TABLES:
        column = "PERIOD" if table == CHART else "period"
        for row in at.world.of(table, at.match):
            row[column] = at.rng.choice((None, row[column], row[column], 3, 5))


# Lines.


@mishap(ODDS, PROS)
def odd_props(at: Scene) -> None:
    for row in at.some():
        instant = at.match.instant
        changes: tuple[Row, ...] = (
            {"points_line": at.rng.choice((None, 0.0, -3.5, 0.04, 10.25, 10.45, 24.999, float("nan"), float("inf")))},
            {"bookmaker": at.rng.choice((None, " ", "draftkings", " DRAFTKINGS", "zzz", "BettingPros  Consensus"))},
            {"snapshot_timestamp": at.rng.choice((None, instant, instant + timedelta(microseconds=1)))},
            {"bookmaker_last_update": at.rng.choice((None, instant, instant - timedelta(hours=5)))},
            {"opening_line": at.rng.choice((None, -1.0, 3.5, 0.05))},
            {"market_type": at.rng.choice((None, "points", "POINTS ", "rebounds"))},
            {"is_active": None, "game_start_time": None},
        )
        row |= {name: value for name, value in at.rng.choice(changes).items() if name in row}


@mishap()
def odds_start_early(at: Scene) -> None:
    start = at.match.instant + timedelta(minutes=at.rng.choice((-400, -121, -120, -119, 30)))
    if at.rng.random() < 0.5:
        at.world.raw[LINES].append(game_line(at.match, at.rng) | {"commence_time": start})
    else:
        values: Row = {"player_name": at.people()[0].name, "points_line": at.rng.choice((None, 9.5))}
        values |= {"bookmaker": "FanDuel", "snapshot_timestamp": at.match.instant - timedelta(hours=3)}
        at.world.raw[ODDS].append(prop_row(at.match, **values) | {"game_start_time": start})


@mishap()
def lines_on_a_night_the_clocks_change(at: Scene) -> None:
    midnight = datetime.combine(at.match.day, time(), UTC)
    for minutes in at.rng.sample((30, 90, 119, 120, 150, 179, 180, 700), 3):
        values: Row = {"game_date": at.match.day, "player_name": at.people()[0].name, "points_line": 5 + minutes / 100}
        values |= {"market_type": "points", "bet_side": "over", "bookmaker": "FanDuel"}
        at.world.raw[PROS].append(new_row(PROS, **values, bookmaker_last_update=midnight + timedelta(minutes=minutes)))
