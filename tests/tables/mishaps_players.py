"""Mishaps of player rows, team rows and the registry."""

from __future__ import annotations

from dataclasses import replace

from nbaproc.raw.contract import RAW_TABLES, STATISTICS
from tests.tables.league_world import (
    ALIASES,
    BOOK,
    BOX,
    LINES,
    ODDS,
    PLAYER_TABLES,
    PROS,
    REGISTRY,
    SHOT_TABLES,
    TEAM,
    Row,
    everybody,
    lookup_of,
    new_row,
    registry_row,
)
from tests.tables.mishaps import Scene, mishap

BAD_MINUTES = ("12:75", "12:3:4", "DNP", "PT12M", "-3", "1234567890:00", "12.", "abc", ".5", "1e2", "١٢")
NO_MINUTES = (None, "", " ", "-", "None", "nan", "<NA>", "NULL")
REASONS = ("DNP - Coach's Decision", " DND - Rest ", "", "NWT - Personal", "Comeback", None)
NAMES = (
    "",
    " ",
    "...",
    "12 ",
    "  7 Zé  da Silva Senior ",
    "İlkan KARAMAN",
    "A B III",
    "Jr.",
    "ﬁn Łuk",
    "J|R",
    "李明",
    "\x1c7 Abe\x1fLee",
)


def name_of(row: Row) -> object:
    return row.get("player_name") or row.get("player_full_name")


@mishap(*PLAYER_TABLES)
def nothing_done(at: Scene) -> None:
    """Rows without time and without a statistic: a DNP in two sources, an appearance in the third."""
    row = dict(at.rng.choice(at.rows))
    row |= {name: at.rng.choice((0, 0, None)) for name in (*STATISTICS, "rebounds") if name in row}
    row |= at.rng.choice(({}, {}, {"personal_fouls": 1}, {"points": 2}, {"steals": 1}))
    row["minutes"] = at.rng.choice(("0", "00:00", None, "0:02"))
    name = at.rng.choice(("Late Sub", "Bench Warmer Jr.", "Zed O'Neal"))
    if at.table == BOOK:
        row |= {"player_name": name, "player_lookup": lookup_of(name)}
    else:
        row |= {"player_full_name": name, "player_lookup": "x"}
    if at.table == BOX:
        row["nba_player_id"] = 90_000 + sum(map(ord, name))
    at.add(row)


@mishap(BOOK)
def listed_but_not_playing(at: Scene) -> None:
    for row in at.some():
        row["player_status"] = at.rng.choice(("dnp", " DNP ", "inactive", "Inactive"))
        row["dnp_reason"] = at.rng.choice(REASONS)


@mishap(BOOK)
def odd_status(at: Scene) -> None:
    for row in at.few():
        row["player_status"] = at.rng.choice((" Ejected ", "", "ACTIVE", "act ive", "dnp"))


@mishap(*PLAYER_TABLES, TEAM)
def odd_minutes(at: Scene) -> None:
    for row in at.some():
        shown = str(row["minutes"])
        ways = (f" {shown} ", f"{shown}.5", f"0{shown}", "00:00", "0", "0:00000000005", "12:0000000000030")
        row["minutes"] = at.rng.choice(at.rng.choice((BAD_MINUTES, NO_MINUTES, ways)))


@mishap(*PLAYER_TABLES)
def moved_minutes(at: Scene) -> bool:
    """A few seconds too many or too few, around what the gate lets pass."""
    line = at.match.lines[at.match.away][0]
    mine = [row for row in at.rows if name_of(row) == line.player.name and row["minutes"]]
    if not mine:
        return False
    seconds = max(0, line.seconds + at.rng.choice((-330, -300, -299, 299, 300, 301, 750)))
    mine[0]["minutes"] = f"{seconds // 60}:{seconds % 60:02d}"
    return True


@mishap(*PLAYER_TABLES)
def zero_minutes(at: Scene) -> bool:
    """Somebody scored, or only fouled, in no time; his minutes go to a mate, so that the sum stays."""
    lines = {line.player.name: line for line in at.match.lines[at.rng.choice(at.match.teams)]}
    mine = [row for row in at.rows if name_of(row) in lines and row["minutes"]]
    if len(mine) < 2:
        return False
    poor, rich = at.rng.sample(mine, 2)
    total = sum(lines[str(name_of(row))].seconds for row in (poor, rich))
    left = at.rng.choice((0, 0, 1, 2, 3, 45))
    poor["minutes"] = f"0:{left:02d}" if left else at.rng.choice((None, "", "0:00"))
    rich["minutes"] = f"{(total - left) // 60}:{(total - left) % 60:02d}"
    return True


@mishap(*PLAYER_TABLES)
def odd_names(at: Scene) -> None:
    for row in at.few():
        name = at.rng.choice(NAMES)
        if at.table == BOOK:
            row["player_name"] = at.rng.choice((None, name, name))
            row["player_lookup"] = at.rng.choice((row["player_lookup"], row["player_lookup"], "", " x "))
        else:
            row["player_full_name"] = name
            row["player_lookup"] = at.rng.choice((None, row["player_lookup"], "fallbackname", "9 lives"))


@mishap(*PLAYER_TABLES)
def odd_teams_of_players(at: Scene) -> None:
    """No team, another team, an unknown team; the registry may know better."""
    for row in at.few():
        row["team_abbr"] = at.rng.choice((None, " ", None, "EST", "UTA", at.match.home))
        if at.rng.random() < 0.4:
            lookup = lookup_of(str(name_of(row)))
            at.world.raw[REGISTRY] = [r for r in at.world.raw[REGISTRY] if r["player_lookup"] != lookup]


@mishap(*PLAYER_TABLES)
def traded_player(at: Scene) -> None:
    """The registry has several teams of a player in one season; his row may lack the team."""
    row = at.rng.choice(at.rows)
    for player in everybody(at.world):
        if player.name == name_of(row):
            for team in at.rng.sample(("UTA", *at.match.teams), 2):
                at.world.raw[REGISTRY].append(registry_row(at.world, replace(player, team=team), None))
            row["team_abbr"] = at.rng.choice((None, row["team_abbr"]))


@mishap(*PLAYER_TABLES)
def listed_for_the_other_team_too(at: Scene) -> None:
    row = dict(at.rng.choice(at.rows))
    row["team_abbr"] = at.match.other(str(row["team_abbr"]))
    if at.table == BOX:
        row["nba_player_id"] = at.rng.choice((row["nba_player_id"], None, 4711, 0))
    row["processed_at"] = at.loaded()
    at.add(row)


@mishap(*PLAYER_TABLES, TEAM, *SHOT_TABLES, ODDS, PROS, LINES)
def loaded_again(at: Scene) -> None:
    """Copies of rows, with or without another time of loading, with or without other values."""
    keys = ("actionNumber", "nba_player_id", "personId", "assistPersonId", "blockPersonId")
    numbers = [c.name for c in RAW_TABLES[at.table].columns if c.type.value == "INT64" and not c.name.isupper()]
    numbers = [name for name in numbers if name not in keys]
    for row in at.some():
        copy = row | {"processed_at": at.rng.choice((row["processed_at"], at.loaded()))}
        if numbers and at.rng.random() < 0.4:
            copy[at.rng.choice(numbers)] = at.rng.choice((None, 0, 1, 30))
        at.add(copy)


@mishap(BOX)
def two_people_with_one_name(at: Scene) -> None:
    one, other = at.rng.sample(at.rows, 2) if len(at.rows) > 1 else (at.rows[0], at.rows[0])
    other["player_full_name"] = one["player_full_name"]


@mishap(*PLAYER_TABLES)
def in_two_games_of_a_date(at: Scene) -> bool:
    others = [m for m in at.world.matches if m.day == at.match.day and m is not at.match]
    if not others:
        return False
    other = at.rng.choice(others)
    row = at.rng.choice(at.rows) | {"team_abbr": other.home, "minutes": at.rng.choice(("0", "2", "45", None))}
    row |= {"game_id": other.nba_id, "home_team_abbr": other.home, "away_team_abbr": other.away}
    if at.table == BOOK:
        row["player_status"] = at.rng.choice(("active", "dnp", "inactive"))
    at.add(row)
    return True


@mishap(*PLAYER_TABLES, TEAM)
def statistics_unknown(at: Scene) -> None:
    """A statistic, or nearly all of them, of a player or of a whole source."""
    numbers = [c.name for c in RAW_TABLES[at.table].columns if c.type.value == "INT64"]
    numbers = [name for name in numbers if name not in ("points", "nba_player_id")]
    for column in at.rng.sample(numbers, at.rng.choice((1, 1, 2, len(numbers)))):
        for row in at.some():
            row[column] = None


@mishap(*PLAYER_TABLES, TEAM)
def points_unknown(at: Scene) -> None:
    for row in at.some()[:2]:
        row["points"] = None


@mishap(BOX)
def taken_during_the_game(at: Scene) -> None:
    for row in at.some():
        row["game_status"] = at.rng.choice((None, " FINAL ", "final", "Q4 2:11", "", "Live"))


@mishap(*PLAYER_TABLES)
def incredible_usage(at: Scene) -> None:
    """Somebody with shots and no time."""
    row = at.rng.choice(at.rows)
    row |= {"minutes": at.rng.choice(("0:01", "0:30", "1:30")), "turnovers": at.rng.choice((1, 4))}


@mishap(BOX)
def person_number_zero(at: Scene) -> None:
    for row in at.few():
        row["nba_player_id"] = at.rng.choice((0, None))


# Team rows.


@mishap(TEAM)
def odd_team_row(at: Scene) -> None:
    row = at.rng.choice(at.rows)
    points = row["points"]
    changes: tuple[Row, ...] = (
        {"points": 0},
        {"points": None},
        {"fg_attempted": 0},
        {"fg_attempted": None},
        {"team_abbr": "EST"},
        {"team_abbr": "UTA"},
        {"team_abbr": " "},
        {"minutes": at.rng.choice((None, "DNP", "265:00", "252:30", "252:29", "246:00", "290:00"))},
        {"offensive_rebounds": 400},
        {"turnovers": None},
        {"total_rebounds": None, "offensive_rebounds": at.rng.choice((None, 3))},
        {"points": points + 1 if isinstance(points, int) else None},
        {"points": at.rng.choice((49, 50, 200, 201))},
        {"three_pt_made": 60},
        {"ft_made": 90, "ft_attempted": at.rng.choice((None, 3))},
        {"is_home": at.rng.choice((None, True, False))},
        {"ft_attempted": 0, "turnovers": 0, "fg_attempted": 1, "offensive_rebounds": 1},
    )
    row |= at.rng.choice(changes)
    if at.rng.random() < 0.3:
        at.add(row | {"processed_at": at.loaded(), "points": at.rng.choice((None, 1, 99))})


@mishap(TEAM)
def third_team_under_the_id(at: Scene) -> None:
    for row in at.rows:
        row |= {"nba_game_id": None, "game_id": "shared"}
    at.add(at.rows[0] | {"team_abbr": at.rng.choice(("UTA", "EST", " ", at.match.home))})


# The registry and the aliases.


@mishap()
def several_identities(at: Scene) -> None:
    """A few players have several ids, of other seasons and teams, with other people's numbers, or none that counts."""
    for player in at.rng.sample(at.people(), 3):
        lookup = lookup_of(player.name)
        if at.rng.random() < 0.5:
            at.world.raw[REGISTRY] = [row for row in at.world.raw[REGISTRY] if row["player_lookup"] != lookup]
        for n in range(at.rng.randint(1, 4)):
            changes: Row = {"universal_player_id": at.rng.choice((f"{lookup}_00{9 - n}", f"{lookup}_00{9 - n}", None))}
            if at.rng.random() < 0.6:
                changes["season"] = at.rng.choice(("2018-19", "2031-32", "2032-33", None))
            changes["team_abbr"] = at.rng.choice((at.match.away, at.match.home, player.team, " BRK", None))
            number = at.rng.choice((None, None, player.number, player.number, 4711))
            at.world.raw[REGISTRY].append(registry_row(at.world, player, number, **changes))


@mishap()
def nobody_registered(at: Scene) -> None:
    at.world.raw[REGISTRY] = at.rng.choice(([], at.world.raw[REGISTRY][:3]))


@mishap()
def aliases(at: Scene) -> None:
    """Aliases of listed players, several for one, of one another, and withdrawn ones."""
    people = [lookup_of(player.name) for player in at.people()]
    for _ in range(at.rng.randint(1, 4)):
        one, other = at.rng.choice(people), at.rng.choice((*people, "someoneelse"))
        at.world.raw[ALIASES].append(alias_row(at, one, other))
        if at.rng.random() < 0.5:
            at.world.raw[REGISTRY] = [row for row in at.world.raw[REGISTRY] if row["player_lookup"] != one]


def alias_row(at: Scene, alias: str, canonical: str) -> Row:
    is_active = at.rng.choice((None, True, True, False))
    return new_row(ALIASES, alias_lookup=alias, nba_canonical_lookup=canonical, is_active=is_active)
