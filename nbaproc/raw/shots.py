"""Shots: where they were taken, who made, assisted and blocked them.

Three sources list shots. Each is read row by row only once, into counts per game, team and shooter; everything else
(teams, names, acceptance) happens on those counts. A game takes all its shots from the first source that has at least
nine tenths of both teams' field-goal attempts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from nbaproc.raw.choose import first_per
from nbaproc.raw.match import match_names
from nbaproc.raw.names import first_given
from nbaproc.raw.player_rows import PlayerRows
from nbaproc.raw.tally import SAMPLES, Tally
from nbaproc.raw.team_base import TeamBase
from nbaproc.raw.teams import TEAM_IDS, team_code

#: Shot sources in order of priority, and the raw table of each.
SOURCES = {
    "bigdataball_pbp": "bigdataball_play_by_play",
    "nbac_pbp": "nbac_play_by_play",
    "nbac_shot_chart": "nbac_shot_chart",
}

#: Feet from the basket up to which a two-pointer counts as in the paint; from which an untyped shot is a three.
PAINT_FEET, THREE_FEET = 8, 23.75
#: Words of single free throws that follow no made basket.
NOT_AND_ONE = r"technical|flagrant|clear path|away"

ZONES = ("paint", "mid", "three")
ZONE_COUNTS = tuple(f"{zone}_{what}" for zone in ZONES for what in ("attempts", "makes"))
SHOT_COUNTS = (*ZONE_COUNTS, "assisted", "unassisted")
BLOCKS = tuple(f"{zone}_blocked" for zone in ZONES)


@dataclass(frozen=True)
class Shots:
    """Shots of the games that have an accepted source.

    Attributes:
        games: `game`, `shot_source`, `creation_known`, `and1_known`, `last_period`.
        teams: `game`, `team`, attempts and makes by zone, and own attempts that were blocked by zone.
        players: `game`, `player_lookup`, `shots`, `SHOT_COUNTS`, `and1` and blocks made by zone; only players found.
    """

    games: pl.DataFrame
    teams: pl.DataFrame
    players: pl.DataFrame


@dataclass(frozen=True)
class _Events:
    """One source's events, counted by game, team (as the source names it) and person or name.

    Attributes:
        shooters: `game`, `team`, `who`, `shots`, `SHOT_COUNTS`, `BLOCKS`, `last_period`.
        blockers: `game`, `team` and `who` of the shooter, `blocker`, `BLOCKS`.
        frees: `game`, `team`, `who`, `frees` (free throws) and `and1` (single ones after a made shot).

    Beside `who` there may be `given`, the name a source puts beside a person id, and `hit`, a player already found.
    """

    shooters: pl.DataFrame
    blockers: pl.DataFrame
    frees: pl.DataFrame

    def map(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> _Events:
        """Return the events with every counted frame changed alike."""
        return _Events(change(self.shooters), change(self.blockers), change(self.frees))


@dataclass(frozen=True)
class Lookups:
    """What names and person ids are resolved with.

    Attributes:
        players: The cleaned player rows.
        games: Final and fallback games.
        registry: `nba_players_registry`.
        aliases: `nbaproc.raw.match.canonical_names`.
    """

    players: PlayerRows
    games: pl.DataFrame
    registry: pl.DataFrame
    aliases: pl.DataFrame


def collect_shots(attached: Mapping[str, pl.DataFrame], base: TeamBase, lookups: Lookups, tally: Tally) -> Shots:
    """Choose every game's shot source and count its shots by zone.

    Args:
        attached: Raw rows of the three shot tables, joined to their games.
        base: Team box scores, for the acceptance test.
        lookups: For names and person ids.
        tally: Takes the counts.
    """
    wanted = base.rows.select("game", "team", "fga")
    open_games = wanted.select("game").unique()
    parts: list[Shots] = []
    for source, table in SOURCES.items():
        if not attached[table].height:
            continue
        events = _READERS[source](attached[table], tally)
        if source == "bigdataball_pbp":
            events = _teams_from_names(events, lookups, tally)
        events = _drop_strangers(events, table, lookups.games, tally)
        good = _accepted(events.shooters, wanted).join(open_games, on="game", how="semi")
        open_games = open_games.join(good, on="game", how="anti")
        parts.append(_counted(source, events, good, lookups, tally))
    parts = parts or [_counted("nbac_shot_chart", _nothing(), wanted.select("game").clear(), lookups, tally)]
    return Shots(
        games=pl.concat([p.games for p in parts]),
        teams=pl.concat([p.teams for p in parts]),
        players=pl.concat([p.players for p in parts]),
    )


# Reading: raw rows -> counts.


def _text(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().str.to_lowercase()


def _deduplicate(table: str, rows: pl.DataFrame, event: str, tally: Tally) -> pl.DataFrame:
    """Keep one row per game and event; rows without an event number stay as they are."""
    doubled = rows.select(pl.struct("game", event).is_duplicated() & pl.col(event).is_not_null()).to_series()
    if not doubled.any():
        return rows
    some = rows.filter(doubled)
    kept = first_per(some, ["game", event], "-processed_at", "data_hash")
    tally.add("duplicate_rows", table, some.height - kept.height)
    return pl.concat([rows.filter(~doubled), kept])


def _key(frame: pl.DataFrame) -> list[str]:
    return [c for c in ("game", "team", "who", "given", "hit") if c in frame.columns]


def _count_shots(shots: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count shots by shooter and blocked shots by blocker.

    Args:
        shots: `game`, `team`, `who`, `blocker`, `period` and the flags `three`, `two` (with a distance), `near`,
            `made`, `assisted`, `blocked`; perhaps `given`.
    """
    flags = shots.with_columns(
        paint=~pl.col("three") & pl.col("two") & pl.col("near"), mid=~pl.col("three") & pl.col("two") & ~pl.col("near")
    )
    counts = {"shots": pl.len()}
    for zone in ZONES:
        counts[f"{zone}_attempts"] = pl.col(zone).sum()
        counts[f"{zone}_makes"] = (pl.col(zone) & pl.col("made")).sum()
        counts[f"{zone}_blocked"] = (pl.col(zone) & pl.col("blocked")).sum()
    counts["assisted"] = (pl.col("made") & pl.col("assisted")).sum()
    counts["unassisted"] = (pl.col("made") & ~pl.col("assisted")).sum()
    counts = {name: value.cast(pl.Int64) for name, value in counts.items()}
    shooters = flags.group_by(_key(flags)).agg(**counts, last_period=pl.col("period").max())
    blocks = {name: counts[name] for name in BLOCKS}
    return shooters, flags.filter("blocked").group_by("game", "team", "who", "blocker").agg(**blocks)


def _bigdataball(rows: pl.DataFrame, tally: Tally) -> _Events:
    kind, subtype, role = _text("event_type"), _text("event_subtype"), _text("player_2_role")
    is_shot = ((kind == "shot") & pl.col("shot_made").is_not_null()).fill_null(False)
    rows = rows.with_columns(is_shot=is_shot, is_free=(kind == "free throw").fill_null(False))
    rows = rows.filter(pl.col("is_shot") | pl.col("is_free"))
    rows = _deduplicate("bigdataball_play_by_play", rows, "event_id", tally)
    distance, points = pl.col("shot_distance"), pl.col("points_scored")
    typed = (subtype.str.contains("3pt", literal=True) | (points == 3)).fill_null(False)
    untyped = subtype.is_null() | subtype.is_in(["", "unknown"])
    far = untyped & (distance >= THREE_FEET).fill_null(False) & (points != 2).fill_null(True)
    who = first_given(pl.col("player_1_name"), pl.col("player_1_lookup"))
    rows = rows.with_columns(team=team_code(pl.col("player_1_team_abbr")), who=who)
    shots = rows.filter("is_shot").select(
        "game",
        "team",
        "who",
        "period",
        three=typed | far,
        two=distance.is_not_null(),
        near=(distance <= PAINT_FEET).fill_null(False),
        made="shot_made",
        assisted=(role == "assist").fill_null(False),
        blocked=(role == "block").fill_null(False),
        blocker=first_given(pl.col("player_2_name"), pl.col("player_2_lookup")),
    )
    and_one = pl.col("is_free") & (subtype == "free throw 1/1").fill_null(False)
    return _events(shots, rows, and_one)


def _play_by_play(rows: pl.DataFrame, tally: Tally) -> _Events:
    kind, result = _text("actionType"), _text("shotResult")
    is_shot = (kind.is_in(["2pt", "3pt"]) & result.is_in(["made", "missed"])).fill_null(False)
    rows = rows.with_columns(is_shot=is_shot, is_free=(kind == "freethrow").fill_null(False))
    rows = rows.filter(pl.col("is_shot") | pl.col("is_free"))
    rows = _deduplicate("nbac_play_by_play", rows, "actionNumber", tally)
    rows = rows.with_columns(team=team_code(pl.col("teamTricode")), who=pl.col("personId").fill_null(0))
    distance, blocker = pl.col("shotDistance"), pl.col("blockPersonId").fill_null(0)
    shots = rows.filter("is_shot").select(
        "game",
        "team",
        "who",
        "period",
        three=kind == "3pt",
        two=distance.is_not_null(),
        near=(distance <= PAINT_FEET).fill_null(False),
        made=result == "made",
        assisted=pl.col("assistPersonId").fill_null(0) != 0,
        blocked=blocker != 0,
        blocker=blocker,
    )
    words = _text("descriptor").str.replace_all("-", " ", literal=True).fill_null("")
    single = (_text("subType") == "1 of 1").fill_null(False)
    return _events(shots, rows, pl.col("is_free") & single & ~words.str.contains(NOT_AND_ONE))


def _events(shots: pl.DataFrame, rows: pl.DataFrame, and_one: pl.Expr) -> _Events:
    frees = rows.filter("is_free").group_by("game", "team", "who")
    counts = frees.agg(frees=pl.len().cast(pl.Int64), and1=and_one.sum().cast(pl.Int64))
    return _Events(*_count_shots(shots), counts)


def _shot_chart(rows: pl.DataFrame, tally: Tally) -> _Events:
    rows = rows.filter(pl.col("SHOT_MADE_FLAG").is_in([0, 1]))
    rows = _deduplicate("nbac_shot_chart", rows, "GAME_EVENT_ID", tally)
    types = rows.select(pl.col("SHOT_TYPE").unique())
    threes = types.filter(_text("SHOT_TYPE").str.starts_with("3pt"))["SHOT_TYPE"].to_list()
    distance = pl.col("SHOT_DISTANCE")
    shots = rows.select(
        "game",
        team="TEAM_ID",
        who="PLAYER_ID",
        given="PLAYER_NAME",
        period="PERIOD",
        three=pl.col("SHOT_TYPE").is_in(threes),
        two=distance.is_not_null(),
        near=(distance <= PAINT_FEET).fill_null(False),
        made=pl.col("SHOT_MADE_FLAG") == 1,
        assisted=pl.lit(False),
        blocked=pl.lit(False),
        blocker=pl.lit(0, dtype=pl.Int64),
    )
    shooters, blockers = _count_shots(shots)
    codes = pl.col("team").replace_strict(TEAM_IDS, default=None, return_dtype=pl.String)
    frees = shooters.clear().select(_key(shooters), frees="shots", and1="shots")
    events = _Events(shooters, blockers, frees)
    return events.map(lambda frame: frame.with_columns(team=codes))


_READERS: dict[str, Callable[[pl.DataFrame, Tally], _Events]] = {
    "bigdataball_pbp": _bigdataball,
    "nbac_pbp": _play_by_play,
    "nbac_shot_chart": _shot_chart,
}


def _nothing() -> _Events:
    numbers = [("team", pl.Int64), ("who", pl.Int64), ("period", pl.Int64), ("blocker", pl.Int64)]
    flags = [(flag, pl.Boolean) for flag in ("three", "two", "near", "made", "assisted", "blocked")]
    shooters, blockers = _count_shots(pl.DataFrame(schema=[("game", pl.UInt32), *numbers, *flags]))
    events = _Events(shooters, blockers, shooters.select("game", "team", "who", frees="shots", and1="shots"))
    return events.map(lambda frame: frame.with_columns(pl.col("team").cast(pl.String)))


# Teams and acceptance.


def _teams_from_names(events: _Events, lookups: Lookups, tally: Tally) -> _Events:
    """Give events without a team the player their name matches, and his team; drop those that match nobody.

    Adds `hit`, the lookup of that player, to every counted frame.
    """
    keys = pl.concat([f.select("game", "team", "who") for f in (events.shooters, events.frees)])
    keys = keys.filter(pl.col("team").is_null()).select("game", "who").unique()
    candidates = lookups.players.chosen_rows
    matched = match_names(keys, candidates, lookups.aliases, ["game"], "who")
    teams = candidates.select("game", found="team", matched_lookup="player_lookup")
    matched = matched.join(teams, on=["game", "matched_lookup"], how="left")
    lost = matched.filter(pl.col("found").is_null()).join(lookups.players.chosen, on="game", how="semi")
    tally.add_frame("unmatched_name", "bigdataball_pbp", lost.sort("game", "who"), "who")
    found = matched.select("game", "who", "found", hit="matched_lookup")

    def fill(frame: pl.DataFrame) -> pl.DataFrame:
        filled = frame.join(found, on=["game", "who"], how="left")
        lacks = pl.col("team").is_null()
        return filled.with_columns(team=pl.coalesce("team", "found"), hit=pl.when(lacks).then("hit")).drop_nulls("team")

    return events.map(fill)


def _drop_strangers(events: _Events, table: str, games: pl.DataFrame, tally: Tally) -> _Events:
    """Drop and count events of a team that does not play in the game."""
    sides = pl.concat([games.select("game", team=side) for side in ("away", "home")])
    for frame, rows in ((events.shooters, "shots"), (events.frees, "frees")):
        strangers = frame.join(sides, on=["game", "team"], how="anti").join(games, on="game").sort("game_id", "team")
        texts = [
            " ".join(map(str, row)) for row in strangers.head(SAMPLES).select("game_id", "team", "who").iter_rows()
        ]
        tally.add("unknown_team", table, int(strangers[rows].sum()), texts)
    return events.map(lambda frame: frame.join(sides, on=["game", "team"], how="semi"))


def _accepted(shooters: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the games whose shots are at least nine tenths of both teams' field-goal attempts."""
    found = shooters.group_by("game", "team").agg(pl.col("shots").sum())
    enough = wanted.join(found, on=["game", "team"], how="left").with_columns(pl.col("shots").fill_null(0))
    enough = (
        enough.filter(10 * pl.col("shots") >= 9 * pl.col("fga")).group_by("game").agg(pl.len(), pl.col("shots").sum())
    )
    return enough.filter((pl.col("len") == 2) & (pl.col("shots") > 0)).select("game")


# Counting: teams, then players behind names and ids.


def _counted(source: str, events: _Events, good: pl.DataFrame, lookups: Lookups, tally: Tally) -> Shots:
    events = events.map(lambda frame: frame.join(good, on="game", how="semi"))
    teams = events.shooters.group_by("game", "team").agg(pl.col(*ZONE_COUNTS, *BLOCKS).sum())
    about = events.shooters.group_by("game").agg(
        creation_known=pl.col("assisted").sum() > 0, last_period=pl.col("last_period").max()
    )
    free = events.frees.select("game").unique().with_columns(and1_known=pl.lit(True))
    about = good.join(about, on="game", how="left").join(free, on="game", how="left")
    games = about.select(
        "game",
        pl.lit(source).alias("shot_source"),
        pl.col("creation_known").fill_null(False),
        pl.col("and1_known").fill_null(False),
        "last_period",
    )
    return Shots(games, teams, _attach_players(source, events, lookups, tally))


def _attach_players(source: str, events: _Events, lookups: Lookups, tally: Tally) -> pl.DataFrame:
    """Sum the counts of everybody who is found among the player rows of his game."""
    other = lookups.games.select("game", "away", "home")
    blockers = events.blockers.join(other, on="game", how="left")
    against = pl.when(pl.col("team") == pl.col("home")).then("away").otherwise("home")
    key = _key(events.shooters)
    beside = {name: pl.lit(None, dtype=pl.String) for name in key[3:]}
    blockers = blockers.with_columns(team=against, who="blocker", **beside)
    frames = [
        events.shooters.select(*key, "shots", *SHOT_COUNTS),
        blockers.select(*key, *BLOCKS),
        events.frees.filter(pl.col("and1") > 0).select(*key, "and1"),
    ]
    keys = pl.concat([f.select(key) for f in frames]).unique()
    keys = keys.join(lookups.players.chosen, on="game", how="semi")
    if source == "bigdataball_pbp":
        found = match_names(keys, lookups.players.chosen_rows, lookups.aliases, ["game", "team"], "who")
        found = found.with_columns(matched_lookup=pl.coalesce("hit", "matched_lookup"))
    else:
        found = _match_people(keys, lookups)
    lost = found.filter(pl.col("matched_lookup").is_null()).unique(key[:3]).sort(key[:3])
    tally.add_frame("unmatched_name", source, lost, "team", "who")
    found = found.select(*key, player_lookup="matched_lookup").drop_nulls("player_lookup")
    sums = []
    for frame in frames:
        values = [c for c in frame.columns if c not in key]
        mine = frame.join(found, on=key, nulls_equal=True)
        sums.append(mine.group_by("game", "player_lookup").agg(pl.col(values).sum()))
    merged = sums[0]
    for part in sums[1:]:
        merged = merged.join(part, on=["game", "player_lookup"], how="full", coalesce=True)
    return merged.sort("game", "player_lookup")


def _match_people(keys: pl.DataFrame, lookups: Lookups) -> pl.DataFrame:
    """Attach person ids: by the id of a chosen row, else by a name known for the id, else by the name beside it."""
    candidates = lookups.players.chosen_rows
    ids = candidates.filter(pl.col("nba_player_id") != 0).group_by("game", who="nba_player_id")
    direct = keys.join(ids.agg(matched_lookup=pl.col("player_lookup").min()), on=["game", "who"], how="left")
    hit = direct.filter(pl.col("matched_lookup").is_not_null())
    rest = direct.filter(pl.col("matched_lookup").is_null()).drop("matched_lookup")
    logs = lookups.players.rows.filter(pl.col("source") == "nbac_boxscores").drop_nulls("nba_player_id")
    named = logs.group_by("game", who="nba_player_id").agg(log_name=pl.col("player_lookup").min())
    people = lookups.registry.drop_nulls("nba_player_id")
    known = people.group_by(who="nba_player_id").agg(registry_name=pl.col("player_lookup").min())
    rest = rest.join(named, on=["game", "who"], how="left").join(known, on="who", how="left")
    names = ["log_name", "registry_name", *(name for name in ("given",) if name in keys.columns)]
    person = pl.col("who") != 0
    rest = rest.with_columns(name=pl.when(person).then(pl.coalesce(*names)))
    rest = match_names(rest, candidates, lookups.aliases, ["game", "team"])
    columns = [*keys.columns, "matched_lookup"]
    return pl.concat([hit.select(columns), rest.select(columns)])
