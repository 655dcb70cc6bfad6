"""A small made-up league whose raw tables hang together: what every game of it was, and how each source tells it.

Players add up to teams, shots to box scores and scores to the schedule, so that the games pass the gates. What is odd
in real data comes afterwards, from `tests.tables.league_mishaps`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from nbaproc.raw.contract import RAW_TABLES
from nbaproc.raw.teams import TEAM_IDS, TEAMS

Row = dict[str, object]

SCHEDULE = "nbac_schedule"
BOOK, BOX, BDL = "nbac_gamebook_player_stats", "nbac_player_boxscores", "bdl_player_boxscores"
TEAM = "nbac_team_boxscore"
BDB, PBP, CHART = "bigdataball_play_by_play", "nbac_play_by_play", "nbac_shot_chart"
ODDS, PROS, LINES = "odds_api_player_points_props", "bettingpros_player_points_props", "odds_api_game_lines"
REGISTRY, ALIASES = "nba_players_registry", "player_aliases"
PLAYER_TABLES, SHOT_TABLES = (BOOK, BOX, BDL), (BDB, PBP, CHART)

EASTERN = ZoneInfo("America/New_York")
ID_OF_TEAM = {code: nba_id for nba_id, code in TEAM_IDS.items()}

#: First dates of a league: opening night, clock changes, the season that ended in October, play-in, finals, new year.
STARTS = (
    date(2021, 10, 19),
    date(2021, 11, 6),
    date(2022, 3, 12),
    date(2020, 10, 9),
    date(2020, 12, 22),
    date(2022, 4, 12),
    date(2023, 6, 12),
    date(2021, 12, 30),
)

# First and last names; every combination is one person.
_FIRST = ("Luka", "Nikola", "P.J.", "Karl-Anthony", "D'Angelo", "Işık", "Gary", "Jalen", "Ömer", "Zoë", "O.G.", "Al")
_LAST = (
    *("Dončić", "Đurišić", "Washington", "Towns", "Russell Jr.", "Demir", "Payton II", "Williams", "Şengün"),
    *("Hardaway", "Oubre Junior", "Schröder", "van der Berg", "Smith III", "Løken", "Martin Sr.", "St. John"),
)
_BOOKS = ("DraftKings", "FanDuel", "BetMGM", "Bovada", " Some  Book ")
_PERIODS = 4


@dataclass(frozen=True)
class Person:
    """A player; his lookup is the first feed's own, which nobody should trust."""

    name: str
    number: int
    team: str

    @property
    def lookup(self) -> str:
        return "".join(letter for letter in self.name.lower() if letter.isascii() and letter.isalnum())


@dataclass
class Shot:
    """A field-goal attempt or, without a distance kind, a free throw."""

    shooter: Person
    kind: str  # 2pt, 3pt or freethrow
    made: bool
    period: int
    distance: float = 0.0
    assist: Person | None = None
    block: Person | None = None
    words: str = ""


@dataclass
class Line:
    """What a player did in a game."""

    player: Person
    seconds: int
    box: Counter[str]
    plus_minus: int


@dataclass
class Match:
    """What a game really was."""

    day: date
    away: str
    home: str
    nba_id: str
    tip: datetime
    overtimes: int
    lines: dict[str, list[Line]] = field(default_factory=dict)
    bench: dict[str, list[Person]] = field(default_factory=dict)
    shots: list[Shot] = field(default_factory=list)

    @property
    def teams(self) -> tuple[str, str]:
        return (self.away, self.home)

    @property
    def game_id(self) -> str:
        return f"{self.day:%Y%m%d}_{self.away}_{self.home}"

    @property
    def instant(self) -> datetime:
        """The true tip-off; `tip` is the wall clock of New York."""
        return self.tip.replace(tzinfo=EASTERN).astimezone(UTC)

    def other(self, team: str) -> str:
        return self.home if team == self.away else self.away

    def score(self, team: str) -> int:
        return sum(line.box["points"] for line in self.lines[team])


@dataclass
class World:
    """The raw tables of a league, and the games they tell of.

    Attributes:
        raw: Raw rows by table.
        matches: The games.
        rosters: Players by team.
        size: Field-goal attempts of a player, at most.
        dates: Dates of the games.
        touched: Games that a mishap has changed, by the name of the mishap.
    """

    dates: list[date]
    size: int
    raw: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in RAW_TABLES})
    matches: list[Match] = field(default_factory=list)
    rosters: dict[str, list[Person]] = field(default_factory=dict)
    touched: dict[str, list[Match]] = field(default_factory=dict)

    def of(self, table: str, match: Match) -> list[Row]:
        """The rows of a game, as long as their date and ids still say so."""
        column = RAW_TABLES[table].date
        rows = [row for row in self.raw[table] if column and row[column] == match.day]
        if table == CHART:
            return [row for row in rows if row["GAME_ID"] == match.nba_id]
        if table == PBP:
            return [row for row in rows if row["gameId"] == match.nba_id]
        if table == PROS:
            names = {line.player.name for lines in match.lines.values() for line in lines}
            return [row for row in rows if row["player_name"] in names]
        if table == TEAM:
            return [row for row in rows if row["team_abbr"] in match.teams]
        if table == SCHEDULE:
            return [row for row in rows if row["home_team_tricode"] == match.home]
        return [row for row in rows if {row["home_team_abbr"], row["away_team_abbr"]} == set(match.teams)]


def new_row(table: str, **values: object) -> Row:
    """A raw row with every declared column, NULL where no value is given."""
    names = RAW_TABLES[table].names
    assert values.keys() <= set(names), values.keys() - set(names)
    return {name: values.get(name) for name in names}


def make_world(rng: Random, teams: int, dates: int, games: int) -> World:
    """A league of some teams that meet on some dates, at most so many games a date."""
    start = rng.choice(STARTS)
    world = World(sorted({start + timedelta(rng.choice((0, 1, 1, 2, 3))) for _ in range(dates)}), rng.choice((4, 4, 9)))
    codes = rng.sample(TEAMS, teams)
    people = [f"{first} {last}" for first in _FIRST for last in _LAST]
    rng.shuffle(people)
    for place, code in enumerate(codes):
        size = rng.randint(7, 11)
        world.rosters[code] = [Person(people.pop(), 1000 * (place + 1) + n, code) for n in range(size)]
    for day in world.dates:
        rng.shuffle(codes)
        for away, home in list(zip(codes[::2], codes[1::2], strict=False))[: rng.choice((1, games, games))]:
            world.matches.append(_play(world, rng, day, away, home, len(world.matches)))
    for match in world.matches:
        _tell(world, rng, match)
    _register(world, rng)
    if rng.random() < 0.4:
        loaded = datetime.combine(world.dates[-1], time(12), UTC) + timedelta(days=1)
        for table in rng.sample([t for t in world.raw if t not in (REGISTRY, ALIASES)], 6):
            for row in world.raw[table]:
                row["processed_at"] = loaded
    return world


def _play(world: World, rng: Random, day: date, away: str, home: str, number: int) -> Match:
    prefix = rng.choice(("002", "002", "002", "004", "005"))
    season = day.year - (day.month < 10 or (day.year, day.month) == (2020, 10))
    tip = datetime.combine(day, rng.choice((time(19, 30), time(13), time(22, 0), time(19))))
    overtimes = rng.choice((0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 6, 7))
    match = Match(day, away, home, f"{prefix}{season % 100:02d}{100 + number:05d}", tip, overtimes)
    for team in match.teams:
        roster = world.rosters[team][:]
        rng.shuffle(roster)
        plays = roster[: rng.randint(6, min(9, len(roster)))]
        match.bench[team] = roster[len(plays) :]
        times = _shares(rng, 14400 + 1500 * overtimes, len(plays))
        match.lines[team] = [Line(p, s, Counter(), rng.randint(-20, 20)) for p, s in zip(plays, times, strict=True)]
    for team in match.teams:
        for line in match.lines[team]:
            _act(world, rng, match, team, line)
    rng.shuffle(match.shots)
    return match


def _shares(rng: Random, total: int, parts: int) -> list[int]:
    """Split seconds among players, nobody without a few minutes."""
    weights = [rng.randint(2, 12) for _ in range(parts)]
    times = [total * weight // sum(weights) for weight in weights]
    times[0] += total - sum(times)
    return times


def _act(world: World, rng: Random, match: Match, team: str, line: Line) -> None:
    mates = [other.player for other in match.lines[team] if other is not line]
    rivals = [other.player for other in match.lines[match.other(team)]]
    box, last = line.box, _PERIODS + match.overtimes
    for _ in range(rng.randint(0, world.size)):
        kind, made = rng.choice(("2pt", "2pt", "3pt")), rng.random() < 0.48
        distance = rng.choice((22.0, 23.75, 25.5, 40.25)) if kind == "3pt" else rng.choice((0.0, 2.5, 8.0, 8.01, 15.0))
        shot = Shot(line.player, kind, made, rng.randint(1, last), distance)
        if made and rng.random() < 0.6:
            shot.assist = rng.choice(mates)
        elif not made and rng.random() < 0.2:
            shot.block = rng.choice(rivals)
        match.shots.append(shot)
        box["field_goals_attempted"] += 1
        box["field_goals_made"] += made
        box["three_pointers_attempted"] += kind == "3pt"
        box["three_pointers_made"] += made and kind == "3pt"
        box["points"] += int(kind[0]) * made
        if made and rng.random() < 0.15:
            _throws(rng, match, line, ("1 of 1",), shot.period)
    if rng.random() < 0.4:
        _throws(rng, match, line, ("1 of 2", "2 of 2"), last)
    if rng.random() < 0.05:
        _throws(rng, match, line, ("1 of 1 technical",), last)
    for name in ("offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "turnovers"):
        box[name] = rng.choice((0, 0, 1, 2, 3))
    box["personal_fouls"] = rng.randint(0, 6)
    box["total_rebounds"] = box["offensive_rebounds"] + box["defensive_rebounds"]


def _throws(rng: Random, match: Match, line: Line, words: Sequence[str], period: int) -> None:
    for text in words:
        made = rng.random() < 0.75
        match.shots.append(Shot(line.player, "freethrow", made, period, words=text))
        line.box["free_throws_attempted"] += 1
        line.box["free_throws_made"] += made
        line.box["points"] += made


# How the sources tell it.


def _tell(world: World, rng: Random, match: Match) -> None:
    raw = world.raw
    raw[SCHEDULE].append(schedule_row(match))
    told = rng.choice(((BOOK,), (BOX,), (BDL,), (BOOK, BOX), (BOX, BDL), (BOOK, BDL), PLAYER_TABLES))
    for table in told:
        raw[table] += player_rows(rng, table, match)
    if rng.random() < 0.75:
        raw[TEAM] += team_rows(rng, match)
    for table in rng.choice(((BDB,), (PBP,), (CHART,), (BDB, CHART), (PBP, CHART), SHOT_TABLES, ())):
        raw[table] += shot_rows(table, match)
    if rng.random() < 0.6:
        raw[ODDS] += prop_rows(rng, match)
    if rng.random() < 0.5:
        raw[PROS] += bettingpros_rows(rng, match)
    if rng.random() < 0.3:
        raw[LINES].append(game_line(match, rng))


def schedule_row(match: Match, **changes: object) -> Row:
    """The final row of a game."""
    values: Row = {
        "game_id": match.nba_id,
        "game_date": match.day,
        "game_date_est": match.tip.replace(tzinfo=UTC),
        "game_status": 3,
        "home_team_tricode": match.home,
        "away_team_tricode": match.away,
        "home_team_score": match.score(match.home),
        "away_team_score": match.score(match.away),
    }
    return new_row(SCHEDULE, **(values | changes))


def clock(seconds: int) -> str:
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def player_rows(rng: Random, table: str, match: Match) -> list[Row]:
    """The rows of a game in one player source."""
    rows = []
    by_sides = rng.random() < 0.8
    canonical = rng.random() < 0.6
    for team, lines in match.lines.items():
        for line in lines:
            box = {name: line.box[name] for name in line.box if name != "total_rebounds"}
            values: Row = {**_zeros(table), **box, "game_date": match.day, "team_abbr": team}
            values["game_id"] = match.game_id if canonical and table != BOX else match.nba_id
            if by_sides:
                values |= {"home_team_abbr": match.home, "away_team_abbr": match.away}
            if table == BOOK:
                values |= {"player_name": line.player.name, "player_lookup": lookup_of(line.player.name)}
                values |= {"player_status": "active", "minutes": clock(line.seconds), "plus_minus": line.plus_minus}
                values["total_rebounds"] = None
            elif table == BOX:
                values |= {"player_full_name": line.player.name, "nba_player_id": line.player.number}
                values |= {"minutes": str((line.seconds + 30) // 60), "plus_minus": line.plus_minus}
                values |= {"game_status": "Final", "total_rebounds": line.box["total_rebounds"]}
            else:
                values |= {"player_full_name": line.player.name, "player_lookup": line.player.lookup}
                values |= {"minutes": clock(line.seconds), "rebounds": line.box["total_rebounds"]}
            rows.append(new_row(table, **values))
        if table == BOOK:
            rows += [_listed(rng, match, team, player) for player in match.bench[team]]
    return rows


def _zeros(table: str) -> Row:
    counted = {column.name for column in RAW_TABLES[table].columns if column.type.value == "INT64"}
    return dict.fromkeys(counted - {"nba_player_id", "rebounds", "total_rebounds", "plus_minus"}, 0)


def _listed(rng: Random, match: Match, team: str, player: Person) -> Row:
    """Somebody whom the game book lists without a line; of the inactive it prints the surname only."""
    status = rng.choice(("dnp", "inactive"))
    reason = rng.choice(("DNP - Coach's Decision", "DND - Rest", "Left Knee; Soreness", "Trade Pending", " ", None))
    return new_row(
        BOOK,
        game_id=match.game_id,
        game_date=match.day,
        player_name=player.name if status == "dnp" else player.name.split(" ", 1)[1],
        player_lookup=lookup_of(player.name),
        team_abbr=team,
        home_team_abbr=match.home,
        away_team_abbr=match.away,
        player_status=status,
        dnp_reason=reason,
    )


def lookup_of(name: str) -> str:
    """The lookup of the names above, written down apart from both engines."""
    plain = name.lower().translate(str.maketrans("čćđšşçöüëışø", "ccdsscoueiso")).replace("i̇", "i")
    return "".join(letter for letter in plain.replace("junior", "jr") if letter.isalnum() and letter.isascii())


def team_rows(rng: Random, match: Match) -> list[Row]:
    """Both team rows of a game."""
    names = {"field_goals": "fg", "three_pointers": "three_pt", "free_throws": "ft"}
    way = rng.choice(("canonical", "digits", "shared"))
    rows = []
    for team, lines in match.lines.items():
        totals: Counter[str] = sum((line.box for line in lines), Counter())
        values: Row = {}
        for column in RAW_TABLES[TEAM].names[6:-2]:
            long = next((column.replace(s, n, 1) for n, s in names.items() if column.startswith(f"{s}_")), column)
            values[column] = totals[long]
        values |= {"game_date": match.day, "team_abbr": team, "is_home": team == match.home}
        values |= {"minutes": f"{sum((line.seconds + 30) // 60 for line in lines)}:00"}
        values |= {"nba_game_id": match.nba_id if way != "shared" else None}
        values |= {"game_id": {"canonical": match.game_id, "digits": match.nba_id, "shared": f"g{match.nba_id}"}[way]}
        rows.append(new_row(TEAM, **values))
    return rows


def shot_rows(table: str, match: Match) -> list[Row]:
    """The shots, and where the feed has them the free throws, of a game."""
    tell = {BDB: _bigdataball, PBP: _play_by_play, CHART: _chart}[table]
    shots = [shot for shot in match.shots if table != CHART or shot.kind != "freethrow"]
    return [tell(match, number, shot) for number, shot in enumerate(shots, 2)]


def _bigdataball(match: Match, number: int, shot: Shot) -> Row:
    other = shot.assist or shot.block
    free = shot.kind == "freethrow"
    points = (1 if free else int(shot.kind[0])) * shot.made
    subtype = f"free throw {shot.words.replace(' of ', '/')}" if free else "3pt jump shot" if points == 3 else "layup"
    return new_row(
        BDB,
        game_id=match.game_id,
        game_date=match.day,
        home_team_abbr=match.home,
        away_team_abbr=match.away,
        event_id=str(number),
        event_type="free throw" if free else "shot",
        event_subtype="3pt jump shot" if shot.kind == "3pt" else subtype,
        player_1_name=shot.shooter.name,
        player_1_lookup=shot.shooter.lookup,
        player_1_team_abbr=shot.shooter.team,
        player_2_name=other.name if other else None,
        player_2_lookup=other.lookup if other else None,
        player_2_role=("assist" if shot.assist else "block") if other else None,
        shot_made=shot.made,
        shot_distance=None if free else shot.distance,
        points_scored=points,
        period=shot.period,
    )


def _play_by_play(match: Match, number: int, shot: Shot) -> Row:
    free = shot.kind == "freethrow"
    return new_row(
        PBP,
        gameId=match.nba_id,
        game_date=match.day,
        actionNumber=number,
        period=shot.period,
        actionType=shot.kind,
        subType=shot.words.replace(" technical", "") if free else "Jump Shot",
        descriptor="technical" if "technical" in shot.words else None,
        shotResult="Made" if shot.made else "Missed",
        shotDistance=None if free else shot.distance,
        personId=shot.shooter.number,
        teamTricode=shot.shooter.team,
        assistPersonId=shot.assist.number if shot.assist else None,
        blockPersonId=shot.block.number if shot.block else None,
    )


def _chart(match: Match, number: int, shot: Shot) -> Row:
    return new_row(
        CHART,
        GAME_ID=match.nba_id,
        GAME_EVENT_ID=number,
        PLAYER_ID=shot.shooter.number,
        TEAM_ID=ID_OF_TEAM[shot.shooter.team],
        PERIOD=shot.period,
        SHOT_TYPE=f"{shot.kind[0]}PT Field Goal",
        SHOT_DISTANCE=int(shot.distance),
        SHOT_MADE_FLAG=int(shot.made),
        GAME_DATE=match.day,
        PLAYER_NAME=shot.shooter.name,
    )


def prop_rows(rng: Random, match: Match) -> list[Row]:
    """Points lines of a few players: several books, snapshots and alternate lines."""
    rows = []
    for player in _some_players(rng, match, 5):
        for book in rng.sample(_BOOKS, rng.randint(1, 3)):
            for _ in range(rng.randint(1, 3)):
                before = timedelta(minutes=rng.choice((600, 300, 60, 10, 0, -1, -60)))
                values: Row = {"snapshot_timestamp": match.instant - before, "bookmaker": book}
                values |= {"points_line": rng.choice((0.5, 2.5, 3.0, 4.5, 10.5, 24.5)), "player_name": player.name}
                if rng.random() < 0.6:
                    values["bookmaker_last_update"] = match.instant - before - timedelta(seconds=rng.randint(0, 99))
                rows.append(prop_row(match, **values))
    return rows


def prop_row(match: Match, **values: object) -> Row:
    sides: Row = {"home_team_abbr": match.home, "away_team_abbr": match.away, "game_start_time": match.instant}
    return new_row(ODDS, **(sides | {"game_date": match.day} | values))


def bettingpros_rows(rng: Random, match: Match) -> list[Row]:
    rows = []
    for player in _some_players(rng, match, 4):
        for book in rng.sample(("DraftKings", "FanDuel", "BettingPros Consensus", "Caesars"), rng.randint(1, 2)):
            before = timedelta(minutes=rng.choice((400, 60, 0, -5)))
            values: Row = {"game_date": match.day, "player_name": player.name, "market_type": "points"}
            values |= {"bet_side": rng.choice(("over", "Over", "under")), "bookmaker": book}
            values |= {"points_line": rng.choice((1.5, 5.5, 12.0)), "opening_line": rng.choice((None, 0.0, 5.0))}
            values |= {"bookmaker_last_update": (match.tip - before).replace(tzinfo=UTC)}
            values |= {"is_active": rng.choice((None, True, True, False))}
            rows.append(new_row(PROS, **values))
    return rows


def game_line(match: Match, rng: Random) -> Row:
    return new_row(
        LINES,
        game_date=match.day,
        home_team_abbr=match.home,
        away_team_abbr=match.away,
        bookmaker_key="x",
        market_key="totals",
        outcome_name="Over",
        commence_time=match.instant + timedelta(minutes=rng.choice((-200, -119, 0, 10))),
    )


def _some_players(rng: Random, match: Match, count: int) -> list[Person]:
    listed = [line.player for lines in match.lines.values() for line in lines]
    listed += [player for players in match.bench.values() for player in players]
    return rng.sample(listed, min(count, len(listed)))


def _register(world: World, rng: Random) -> None:
    for players in world.rosters.values():
        for player in players:
            if rng.random() < 0.9:
                world.raw[REGISTRY].append(registry_row(world, player, rng.choice((player.number, None))))


def registry_row(world: World, player: Person, number: int | None, **changes: object) -> Row:
    day = world.dates[0]
    year = day.year - (day.month < 10 or (day.year, day.month) == (2020, 10))
    lookup = lookup_of(player.name)
    values: Row = {"player_lookup": lookup, "universal_player_id": f"{lookup}_001", "team_abbr": player.team}
    values |= {"season": f"{year}-{(year + 1) % 100:02d}", "nba_player_id": number}
    return new_row(REGISTRY, **(values | changes))


def everybody(world: World) -> Iterator[Person]:
    for players in world.rosters.values():
        yield from players
