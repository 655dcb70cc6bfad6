"""Mishaps of the schedule, and of what raw rows say of their game."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from nbaproc.raw.contract import RAW_TABLES
from tests.tables.league_world import (
    BDB,
    BOOK,
    BOX,
    CHART,
    LINES,
    ODDS,
    PBP,
    PLAYER_TABLES,
    PROS,
    SCHEDULE,
    SHOT_TABLES,
    TEAM,
    Row,
    lookup_of,
    new_row,
    player_rows,
    schedule_row,
    shot_rows,
    team_rows,
)
from tests.tables.mishaps import DAY, Scene, mishap

#: Tables with two team codes and an id of the game.
NAMED_TABLES = (*PLAYER_TABLES, BDB)
OLD_CODES = {"BKN": "BRK", "PHX": " pho", "CHA": "CHO", "GSW": "gs", "SAS": "SA", "NOP": "NO", "NYK": "NY "}
OLD_CODES |= {"UTA": "Utah", "WAS": "WSH"}
UNKNOWN_CODES = ("EST", "XXX", "ESTE", "N Y K")


# The schedule.


@mishap()
def postponed_and_still_listed(at: Scene) -> None:
    others = [day for day in (at.match.day - DAY, at.match.day + DAY, *at.world.dates) if day != at.match.day]
    away, home = at.rng.choice(((None, None), (0, 0), (90, None)))
    changes: Row = {"game_date": at.rng.choice(others), "game_status": at.rng.choice((1, 3))}
    changes |= {"processed_at": at.loaded(), "home_team_score": home, "away_team_score": away}
    at.world.raw[SCHEDULE].append(schedule_row(at.match, **changes))


@mishap()
def one_id_final_on_two_dates(at: Scene) -> None:
    day = at.rng.choice([*at.world.dates, at.match.day + DAY])
    at.world.raw[SCHEDULE].append(schedule_row(at.match, game_date=day, processed_at=at.loaded()))


@mishap()
def schedule_row_twice(at: Scene) -> None:
    changes: Row = {"processed_at": at.loaded(), "game_status": at.rng.choice((1, 2, 3, 3))}
    if at.rng.random() < 0.5:
        changes["home_team_score"] = at.rng.choice((0, 55, None))
    at.world.raw[SCHEDULE].append(schedule_row(at.match, **changes))


@mishap()
def one_pair_under_two_ids(at: Scene) -> None:
    changes: Row = {"game_id": at.game_id(at.rng.choice((1, 900))), "processed_at": at.loaded()}
    if at.rng.random() < 0.5:
        changes |= {"home_team_tricode": at.match.away, "away_team_tricode": at.match.home}
    at.world.raw[SCHEDULE].append(schedule_row(at.match, **changes))


@mishap()
def double_header(at: Scene) -> None:
    """A team is in two games of the schedule on one date, and perhaps a third follows from the second."""
    codes = [code for code in ("ATL", "BOS", "CLE", *at.world.rosters) if code not in at.match.teams]
    changes: Row = {"away_team_tricode": at.rng.choice(codes), "processed_at": at.loaded()}
    changes |= {"game_id": at.game_id(at.rng.choice((2, 901))), "game_status": at.rng.choice((1, 3))}
    at.world.raw[SCHEDULE].append(schedule_row(at.match, **changes))
    if at.rng.random() < 0.5:
        sides: Row = {"home_team_tricode": changes["away_team_tricode"], "away_team_tricode": at.rng.choice(codes)}
        at.world.raw[SCHEDULE].append(schedule_row(at.match, **sides, game_id=at.game_id(902), game_status=1))


@mishap()
def not_final(at: Scene) -> None:
    """A game is not over, or has status 3 without a score; its raw rows are there."""
    no_score = {"game_status": 3, "home_team_score": None}
    nothing = {"game_status": 3, "home_team_score": 0, "away_team_score": 0}
    changes = at.rng.choice(({"game_status": 1}, {"game_status": 2}, {"game_status": None}, no_score, nothing))
    for row in at.world.of(SCHEDULE, at.match):
        row.update(changes)
    _keep_the_date(at)


def _keep_the_date(at: Scene) -> None:
    """See to it that another final game makes the date one to compute."""
    others = [row for row in at.world.raw[SCHEDULE] if row["game_date"] == at.match.day]
    if not any(row["home_team_score"] and row["home_team_tricode"] != at.match.home for row in others):
        codes = [code for code in ("ATL", "BOS", "CLE", "DAL") if code not in at.match.teams]
        sides: Row = {"away_team_tricode": codes[0], "home_team_tricode": codes[1]}
        at.world.raw[SCHEDULE].append(schedule_row(at.match, **sides, game_id=at.game_id(903)))


@mishap()
def excluded_game(at: Scene) -> None:
    """A pre-season, All-Star or Cup game, or one that labels exclude; with rows of its own pair."""
    ids = (at.game_id(3, "001"), at.game_id(1, "003"), at.game_id(1, "006"), "1022100001", "cup-1")
    codes = [code for code in ("ATL", "BOS", "DEN", "UTA", *at.world.rosters) if code not in at.match.teams]
    other = sorted(at.rng.sample(sorted(set(codes)), 2))
    game_id = at.rng.choice(ids)
    away, home = at.rng.choice((("EST", "WST"), (other[0], other[1]), at.match.teams))
    changes: Row = {"game_id": game_id, "away_team_tricode": away, "home_team_tricode": home}
    changes |= {"is_all_star": at.rng.choice((None, True, False))}
    at.world.raw[SCHEDULE].append(schedule_row(at.match, **changes))
    for table in at.rng.sample((BOX, TEAM, BOOK, CHART, PBP, ODDS), 3):
        for row in at.world.of(table, at.match)[:3]:
            at.world.raw[table].append(row | _renamed(table, game_id, away, home))


def _renamed(table: str, game_id: str, away: str, home: str) -> Row:
    ids = {CHART: ("GAME_ID",), PBP: ("gameId",), TEAM: ("game_id", "nba_game_id"), ODDS: ()}.get(table, ("game_id",))
    sides = {} if table in (CHART, PBP, TEAM) else {"home_team_abbr": home, "away_team_abbr": away}
    return dict.fromkeys(ids, game_id) | sides


@mishap()
def id_without_ten_digits(at: Scene) -> None:
    """The schedule has another kind of id: the label columns decide."""
    counts = ((None, True, False), (None, None, True), (False, True, True))
    labels = at.rng.choice((*counts, *counts, (True, True, None), (None, None, None)))
    nba_id = at.match.nba_id
    for row in at.world.of(SCHEDULE, at.match):
        row["game_id"] = at.rng.choice((at.match.game_id, "x", "22100100", f" {nba_id} ", f"{nba_id[:9]}٣"))
        row |= dict(zip(("is_all_star", "is_regular_season", "is_playoffs"), labels, strict=True))


@mishap()
def labels_contradict_the_id(at: Scene) -> None:
    for row in at.world.of(SCHEDULE, at.match):
        row |= {"is_all_star": True, "is_playoffs": at.rng.choice((True, False)), "is_regular_season": False}


@mishap()
def odd_codes_in_the_schedule(at: Scene) -> None:
    for row in at.world.of(SCHEDULE, at.match):
        column = at.rng.choice(("home_team_tricode", "away_team_tricode"))
        code = str(row[column])
        odd = (OLD_CODES.get(code, code.lower()), f" {code.title()} ", "EST", " ", at.match.home)
        row[column] = at.rng.choice((*odd[:2], *odd))


@mishap()
def odd_tip_off(at: Scene) -> None:
    """No time, midnight, another date, an hour that occurs twice or never, seconds and fractions."""
    midnight = datetime.combine(at.match.day, time(), UTC)
    after = (-180, 0, 90, 150, 780, 24 * 60 - 1, 30 * 60)
    moments = [None, midnight + timedelta(microseconds=1), *(midnight + timedelta(minutes=m) for m in after)]
    moment = at.rng.choice(moments)
    for row in at.world.of(SCHEDULE, at.match):
        row["game_date_est"] = moment


@mishap()
def wrong_score(at: Scene) -> None:
    for row in at.world.of(SCHEDULE, at.match):
        row["home_team_score"] = at.match.score(at.match.home) + at.rng.choice((-1, 1, 100))


@mishap(*PLAYER_TABLES, TEAM)
def game_not_in_the_schedule(at: Scene) -> None:
    """Only box scores know the game; some of their rows lack ids or sides, or disagree."""
    gone = {id(row) for row in at.world.of(SCHEDULE, at.match)}
    at.world.raw[SCHEDULE] = [row for row in at.world.raw[SCHEDULE] if id(row) not in gone]
    _keep_the_date(at)
    for table in (*PLAYER_TABLES, TEAM):
        for row in at.world.of(table, at.match):
            if at.rng.random() < 0.3:
                row["game_id"] = at.rng.choice((None, at.match.nba_id, at.match.game_id, at.game_id(777)))
            if at.rng.random() < 0.2 and "home_team_abbr" in row:
                row |= {"home_team_abbr": row["away_team_abbr"], "away_team_abbr": row["home_team_abbr"]}
            if at.rng.random() < 0.3 and table == TEAM:
                row["is_home"] = at.rng.choice((None, True, False))


@mishap(*PLAYER_TABLES)
def fallback_games_that_share_a_team(at: Scene) -> None:
    """Box scores of invented pairs, which share teams with each other or with a final game."""
    codes = at.rng.sample(sorted({"ATL", "BOS", "CLE", "DAL", "DEN", *at.world.rosters}), 3)
    for away, home in ((codes[0], codes[1]), (codes[1], codes[2]))[: at.rng.randint(1, 2)]:
        target = at.rng.choice((at.table, *PLAYER_TABLES))
        for row in at.rows:
            other = converted(row, at.table, target)
            other |= {"game_id": at.rng.choice((None, at.canonical(away, home), at.game_id(778)))}
            other |= {"home_team_abbr": home, "away_team_abbr": away}
            other["team_abbr"] = dict(zip(at.match.teams, (away, home), strict=True)).get(str(row["team_abbr"]))
            at.world.raw[target].append(other)


def converted(row: Row, source: str, target: str) -> Row:
    """A row of one player source in the shape of another."""
    pairs = (("player_name", "player_full_name"), ("total_rebounds", "rebounds"))
    names = {a: b for one, other in pairs for a, b in ((one, other), (other, one))}
    wanted = RAW_TABLES[target].names
    values = {name if name in wanted else names.get(name, ""): value for name, value in row.items()}
    made = new_row(target, **{name: value for name, value in values.items() if name in wanted})
    if target == BOOK != source:
        made |= {"player_lookup": lookup_of(str(row["player_full_name"])), "player_status": "active"}
    return made


# Which game a raw row belongs to.


@mishap(*NAMED_TABLES, ODDS, LINES)
def home_and_away_mirrored(at: Scene) -> None:
    for row in at.some():
        row |= {"home_team_abbr": row["away_team_abbr"], "away_team_abbr": row["home_team_abbr"]}
        if "game_id" in row and at.rng.random() < 0.5:
            row["game_id"] = at.canonical(at.match.home, at.match.away)


@mishap(*NAMED_TABLES, ODDS)
def sides_missing(at: Scene) -> None:
    for row in at.some():
        for column in at.rng.choice((("home_team_abbr",), ("away_team_abbr",), ("home_team_abbr", "away_team_abbr"))):
            row[column] = at.rng.choice((None, None, "", " ", row["away_team_abbr"]))


@mishap(*NAMED_TABLES, TEAM, PBP, CHART)
def another_id(at: Scene) -> None:
    """Rows carry an id of another kind, of another game or of no game."""
    match, other = at.match, at.rng.choice(at.world.matches)
    ids = [None, "", " ", "junk", match.nba_id, f" {match.nba_id}\n", match.nba_id.lstrip("0"), "00٢٢١٠٠١٠٠"]
    ids += [match.game_id, match.game_id.lower(), at.canonical(match.home, match.away), at.canonical("EST", match.home)]
    ids += [f"19991231_{match.away}_{match.home}", at.canonical(match.home, match.home), other.nba_id, other.game_id]
    ids += [at.game_id(777), at.game_id(1, "006"), at.game_id(1, "001")]
    column = {PBP: "gameId", CHART: "GAME_ID"}.get(at.table, "game_id")
    chosen = at.rng.choice(ids)
    for row in at.some():
        if at.table == TEAM and at.rng.random() < 0.5:
            row["nba_game_id"] = at.rng.choice(ids)
        row[column] = chosen or "" if at.table in (PBP, CHART) else chosen


@mishap(*NAMED_TABLES, ODDS, LINES)
def odd_codes_in_raw_rows(at: Scene) -> None:
    column = at.rng.choice([c for c in ("home_team_abbr", "away_team_abbr", "team_abbr") if c in at.rows[0]])
    for row in at.some():
        code = str(row[column])
        row[column] = at.rng.choice((OLD_CODES.get(code, f" {code.lower()}\t"), *UNKNOWN_CODES))


@mishap(*NAMED_TABLES)
def codes_of_another_game_under_this_id(at: Scene) -> None:
    other = at.rng.choice(at.world.matches)
    pair = at.rng.choice((other.teams, ("ATL", "CLE"), (at.match.away, "UTA")))
    for row in at.some():
        row |= {"game_id": at.match.nba_id, "away_team_abbr": pair[0], "home_team_abbr": pair[1]}


@mishap(*NAMED_TABLES, TEAM, *SHOT_TABLES, ODDS, PROS)
def on_another_date(at: Scene) -> None:
    for row in at.some():
        row[RAW_TABLES[at.table].date or ""] = at.rng.choice([*at.world.dates, at.match.day + DAY])


@mishap()
def table_missing(at: Scene) -> None:
    at.world.raw[at.rng.choice([name for name in at.world.raw if name != SCHEDULE])] = []


@mishap(*PLAYER_TABLES, TEAM, *SHOT_TABLES)
def half_loaded(at: Scene) -> None:
    at.remove(at.rng.sample(at.rows, at.rng.randint(1, len(at.rows))))


@mishap(*PLAYER_TABLES)
def one_team_only(at: Scene) -> None:
    at.remove([row for row in at.rows if row["team_abbr"] == at.match.home])


@mishap()
def further_source(at: Scene) -> bool:
    """One more source tells of a game."""
    table = at.rng.choice((*PLAYER_TABLES, TEAM, *SHOT_TABLES))
    if at.world.of(table, at.match):
        return False
    if table in SHOT_TABLES:
        at.world.raw[table] += shot_rows(table, at.match)
    elif table == TEAM:
        at.world.raw[table] += team_rows(at.rng, at.match)
    else:
        at.world.raw[table] += player_rows(at.rng, table, at.match)
    return True


# Anything at all.


@mishap(*(name for name, table in RAW_TABLES.items() if table.date))
def any_cell(at: Scene) -> None:
    """Cells of any table become NULL or what another row has there."""
    for _ in range(at.rng.randint(1, 5)):
        row, other = at.rng.choice(at.rows), at.rng.choice(at.world.raw[at.table])
        column = at.rng.choice(list(row))
        required = column in RAW_TABLES[at.table].required
        row[column] = other[column] if required or at.rng.random() < 0.6 else None


@mishap(*(name for name, table in RAW_TABLES.items() if table.date))
def any_time_of_loading(at: Scene) -> None:
    for row in at.some():
        row["processed_at"] = at.loaded()
