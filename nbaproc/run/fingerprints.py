"""What a cell is computed from, as one short text: it changes if, and only if, something that can move a row does.

Raw tables and results carry the fingerprint of every date in the footers of their files, so a plan of many seasons
reads footers, the schedule and names, and no data. Of the schedule the past enters with its results, the future only
with who plays when; of the registry and the aliases only what is said of people who can appear on the date. So neither
tonight's scores nor a debutant make history look stale.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from nbaproc.calendar import season_floor, season_year
from nbaproc.canonical import digest, row_texts
from nbaproc.columns import Table
from nbaproc.errors import LakeError
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import (
    ESPN_TEAM_ROSTERS,
    NBA_PLAYERS_REGISTRY,
    NBAC_PLAYER_BOXSCORES,
    NBAC_SCHEDULE,
    PLAYER_ALIASES,
    RAW_TABLES,
    READ_WHOLE,
)
from nbaproc.raw.names import SUFFIXES, add_lookups
from nbaproc.raw.schedule import Schedule
from nbaproc.tables import declarations

#: Names of players in the raw tables of a date.
NAMES = {
    "nbac_gamebook_player_stats": ("player_name", "player_lookup"),
    "nbac_player_boxscores": ("player_full_name", "player_lookup"),
    "bdl_player_boxscores": ("player_full_name", "player_lookup"),
    "odds_api_player_points_props": ("player_name", "player_lookup"),
    "bettingpros_player_points_props": ("player_name", "player_lookup"),
    "nbac_injury_report": ("player_lookup",),
}
PEOPLE = (NBA_PLAYERS_REGISTRY.name, PLAYER_ALIASES.name)
PLAYERS = "player_game_summary"
#: What enters of a game that lies before the date, and of any game in advance.
ADVANCE = ("game_id", "nba_game_id", "kind", "is_primetime")
PLACE = ("neutral_site_flag", "arena_name", "arena_city", "arena_timezone")
RESULT = (*ADVANCE, *PLACE, "final", "home_score", "away_score", "winner")
OF_DATE = (*RESULT, "status", "tip_ts")


class _Lines:
    """Lines of text by date, whose runs of dates are hashed once each."""

    def __init__(self, lines: Iterable[tuple[date, str]]) -> None:
        ordered = sorted(lines)
        self._dates = [day for day, _ in ordered]
        self._texts = [f"{day}={text}" for day, text in ordered]
        self._known: dict[tuple[int, int], str] = {}

    def between(self, start: date, end: date) -> str:
        """Return the hash of the lines from a date, included, to another, excluded."""
        span = (bisect_left(self._dates, start), bisect_left(self._dates, end))
        if span not in self._known:
            self._known[span] = digest("\n".join(self._texts[span[0] : span[1]]))
        return self._known[span]

    def on(self, day: date) -> str:
        """Return the hash of the lines of a date."""
        return self.between(day, day + timedelta(days=1))


class InputFingerprints:
    """Fingerprints of what cells are computed from.

    Args:
        lake: The lake.
        schedule: Its cleaned schedule.
        code_version: Version of the code that would compute.
        start: First date that will be asked for; what is read of the lake depends on it, no fingerprint does.
        end: Last date that will be asked for.
    """

    def __init__(self, lake: Lake, schedule: Schedule, code_version: str, start: date, end: date) -> None:
        self._lake = lake
        self._schedule = schedule
        self._code = code_version
        self._start, self._end = start, end
        self._raw: dict[str, _Lines] = {}
        # Why a month of a raw table cannot be read: by table and month, '' where its rows are read whole.
        self._unreadable: dict[tuple[str, str], LakeError] = {}
        self._results: dict[str, _Lines] = {}

    def of(self, table: Table, day: date, ancestors: Mapping[str, str]) -> str:
        """Return the fingerprint of one cell.

        Args:
            table: The output table.
            day: Its date.
            ancestors: Input fingerprints of the tables of its stage that it is made of, on the same date.

        Raises:
            LakeError: A raw file that it is computed from cannot be read.
        """
        lines = [table.name, self._code]
        lines += [f"{name}={ancestors[name]}" for name in table.inputs]
        for name in table.reads:
            if name not in PEOPLE:
                lines.append(f"{name}={self._of_raw(table, name, day)}")
        if any(name in PEOPLE for name in table.reads):
            lines.append(f"people={self._people(table, day)}")
        season = season_floor(season_year(day))
        for name, _ in table.history:
            since = min(season, day - timedelta(days=table.look_back))
            lines.append(f"{name}={self._result(name).between(since, day)}")
        lines += [f"{name} of the date={self._result(name).on(day)}" for name in table.members]
        return digest("\n".join(lines))

    @cached_property
    def _since(self) -> date:
        """The first date on which some table looks back."""
        furthest = max(table.look_back for table in declarations().values())
        return min(season_floor(season_year(self._start)), self._start - timedelta(days=furthest))

    def forget_results(self) -> None:
        """Read results anew: the games stage has written."""
        self._results = {}
        self.__dict__.pop("_seen", None)

    def _of_raw(self, table: Table, name: str, day: date) -> str:
        if name == NBAC_SCHEDULE.name:
            return self._schedule_of(table, day)
        if name not in self._raw:
            found: dict[date, str] = {}
            since = date.min if name in READ_WHOLE else self._start
            for month in self._lake.months_between(RAW_TABLES[name], since, self._end):
                with self._noting(name, month):
                    found |= self._lake.raw_fingerprints(RAW_TABLES[name], month)
            self._raw[name] = _Lines(found.items())
        self._assert_readable(name, day)
        if name in READ_WHOLE:
            return self._raw[name].between(date.min, day + timedelta(days=1))
        return self._raw[name].on(day)

    @contextmanager
    def _noting(self, name: str, month: Month) -> Iterator[None]:
        """Remember that a month cannot be read, for the cells that need it."""
        try:
            yield
        except LakeError as error:
            self._unreadable.setdefault((name, "" if name in READ_WHOLE else month.month), error)

    def _rows(self, name: str, columns: Sequence[str]) -> list[pl.DataFrame]:
        """Return the dates and some columns of a raw table, without the months that cannot be read."""
        table, wanted = RAW_TABLES[name], ["game_date", *columns]
        try:
            return [self._lake.read(table, self._start, self._end, wanted)]
        except LakeError:
            found = []
            for month in self._lake.months_between(table, self._start, self._end):
                with self._noting(name, month):
                    found.append(self._lake.read_month(table, month, wanted))
            return found

    def _assert_readable(self, name: str, day: date) -> None:
        error = self._unreadable.get((name, "")) or self._unreadable.get((name, f"{day:%Y-%m}"))
        if error is not None:
            raise error

    def _result(self, name: str) -> _Lines:
        if name not in self._results:
            facts = self._lake.facts(declarations()[name], self._since, self._end)
            self._results[name] = _Lines((day, fact.fingerprint) for day, fact in facts.items())
        return self._results[name]

    def _schedule_of(self, table: Table, day: date) -> str:
        of_date = self._games["of_date"].on(day)
        if table.stage == "games":
            return of_date
        year = season_year(day)
        past = self._games["result"].between(season_floor(year), day)
        ahead = self._games["advance"].between(day + timedelta(days=1), season_floor(year + 1))
        return f"{past} {of_date} {ahead}"

    @cached_property
    def _games(self) -> dict[str, _Lines]:
        texts = {"advance": ADVANCE, "result": RESULT, "of_date": OF_DATE}
        # Of every date the season it lies in.
        first, last = season_floor(season_year(self._start)), season_floor(season_year(self._end) + 1)
        asked = pl.col("game_date").is_between(first, last, closed="left")
        games = self._schedule.games.filter(asked).sort("game_date", "game_id")
        rows = games.select(
            "game_date",
            **{name: pl.struct(columns).struct.json_encode() for name, columns in texts.items()},
        )
        excluded = self._schedule.excluded.filter(asked).sort("game_date", "raw_id")
        outside = excluded.select("game_date", pl.struct("raw_id", "pair", "prefix").struct.json_encode().alias("text"))
        lines = {name: list(rows.select("game_date", name).iter_rows()) for name in texts}
        lines["of_date"] += list(outside.iter_rows())
        return {name: _Lines(of_name) for name, of_name in lines.items()}

    def _people(self, table: Table, day: date) -> str:
        named = self._named.on(day)
        for name in NAMES:
            if name in table.reads:
                self._assert_readable(name, day)
        if table.stage == "games":
            return named
        return f"{named} {self._seen.between(season_floor(season_year(day)), day + timedelta(days=1))}"

    @cached_property
    def _known(self) -> pl.DataFrame:
        """What the registry and the aliases say of every name and number: `key`, and `text`, a hash."""
        registry = self._lake.read_whole(NBA_PLAYERS_REGISTRY)
        aliases = self._lake.read_whole(PLAYER_ALIASES)
        people = registry.select(key=_bare("player_lookup"), text=row_texts(registry, NBA_PLAYERS_REGISTRY.columns))
        text = row_texts(aliases, PLAYER_ALIASES.columns)
        names = [aliases.select(key=_bare(name), text=text) for name in ("alias_lookup", "nba_canonical_lookup")]
        # Behind an alias stands the person it leads to.
        behind = aliases.select(key=_bare("alias_lookup"), person=_bare("nba_canonical_lookup"))
        through = behind.join(people, left_on="person", right_on="key").select("key", "text")
        # Beside a person stand those whom the registry gives the same number.
        numbers = registry.select("nba_player_id", key=_bare("player_lookup")).drop_nulls().unique()
        namesakes = numbers.join(numbers, on="nba_player_id").filter(pl.col("key") != pl.col("key_right"))
        beside = namesakes.join(people, left_on="key_right", right_on="key")
        # Rows with a number are looked up by it before the name.
        numbered = numbers.join(people, on="key").select(key=_number("nba_player_id"), text="text")
        parts = [people, *names, through, beside.select("key", "text"), numbered]
        known = pl.concat(parts).unique().sort("key", "text")
        of_key = known.group_by("key", maintain_order=True).agg(pl.col("text").str.join("\n"))
        return of_key.with_columns(text=pl.Series([digest(text) for text in of_key["text"]], dtype=pl.String))

    @cached_property
    def _named(self) -> _Lines:
        """What is known of everybody whose name is in a raw table of a date."""
        names = [pl.DataFrame(schema={"game_date": pl.Date, "name": pl.String})]
        numbers = [pl.DataFrame(schema={"game_date": pl.Date, "key": pl.String})]
        for table, columns in NAMES.items():
            number = ["nba_player_id"] if table == NBAC_PLAYER_BOXSCORES.name else []
            for rows in self._rows(table, [*columns, *number]):
                names += [rows.select("game_date", name=column) for column in columns if column in rows.columns]
                numbers += [rows.select("game_date", key=_number(column)).drop_nulls() for column in number]
        return self._lines(pl.concat([_keys(pl.concat(names), "name"), *numbers]).unique())

    @cached_property
    def _seen(self) -> _Lines:
        """What is known of everybody on a roster or in a player summary of the season, by the day he is first seen."""
        rosters = self._lake.read_whole(ESPN_TEAM_ROSTERS, ["roster_date", "player_lookup"])
        season = season_floor(season_year(self._start))
        played = self._lake.read(declarations()[PLAYERS], season, self._end, ["game_date", "player_lookup"])
        listed = rosters.select("player_lookup", game_date="roster_date")
        known = played.select("player_lookup", game_date=pl.col("game_date") + pl.duration(days=1))
        year = pl.col("game_date").dt.offset_by("-6mo").dt.year()
        first = pl.concat([listed, known]).group_by("player_lookup", season=year).agg(pl.col("game_date").min())
        keys = _keys(first, "player_lookup").group_by("key", season=year).agg(pl.col("game_date").min())
        return self._lines(keys.drop("season"))

    def _lines(self, seen: pl.DataFrame) -> _Lines:
        found = seen.join(self._known, on="key").sort("game_date", "key")
        return _Lines(found.group_by("game_date", maintain_order=True).agg(pl.col("text").str.join()).iter_rows())


def _bare(column: str) -> pl.Expr:
    """Return a lookup without its suffix, so that names with and without one meet."""
    return pl.col(column).str.replace(f"({'|'.join(map(re.escape, SUFFIXES))})$", "")


def _number(column: str) -> pl.Expr:
    """Return the key of a person's number."""
    return pl.format("#{}", pl.col(column).cast(pl.Int64))


def _keys(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the distinct dates and keys of a column of names."""
    dated = rows.select("game_date", name=column).drop_nulls().unique()
    keys = add_lookups(dated.select(pl.col("name").unique()), "name", "lookup").select("name", key=_bare("lookup"))
    return dated.join(keys, on="name").select("game_date", "key").drop_nulls().unique()
