"""Bringing new raw rows into the raw lake.

Raw rows replace older ones with the same key; shots, play-by-play and game books replace whole games. Lines, props,
injury reports and rosters have no key: a row is one of a set, and two that are equal are one. What depends on several
files (the schedule, home and away, box scores of logs without game ids, the registry, resolved names) is made anew
from everything that is there, so that neither repetition nor the order of files changes a byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from nbaproc.boundary import schema
from nbaproc.canonical import row_hashes
from nbaproc.columns import Table
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import (
    NBA_PLAYERS_REGISTRY,
    NBAC_GAMEBOOK_PLAYER_STATS,
    NBAC_PLAY_BY_PLAY,
    NBAC_PLAYER_BOXSCORES,
    NBAC_SCHEDULE,
    NBAC_TEAM_BOXSCORE,
    PLAYER_ALIASES,
    RAW_TABLES,
)
from nbaproc.raw.tally import SAMPLES, Tally
from nbaproc.sources.box_feeds import BOX_FEEDS, attach, without_attached
from nbaproc.sources.fixtures import FIXTURES, without_game
from nbaproc.sources.origin import check_origin
from nbaproc.sources.people import PLAYER_LISTS
from nbaproc.sources.registry import build_registry, resolve_gamebook_names
from nbaproc.sources.schedule_feeds import FEEDS, add_sides, build_schedule, current_games

TABLES: dict[str, Table] = RAW_TABLES | {t.name: t for t in (FEEDS, FIXTURES, BOX_FEEDS, PLAYER_LISTS)}

#: Tables that the schedule, the box scores and the registry are made of.
SOURCES = (
    FEEDS.name,
    FIXTURES.name,
    BOX_FEEDS.name,
    PLAYER_LISTS.name,
    NBAC_TEAM_BOXSCORE.name,
    NBAC_PLAYER_BOXSCORES.name,
)

#: Tables without a key: a row is one of a set.
SETS = (
    "odds_api_player_points_props",
    "bettingpros_player_points_props",
    "odds_api_game_lines",
    "espn_team_rosters",
    "nbac_injury_report",
)

#: Tables of which a later file replaces whole games: table -> column of the game's id.
WHOLE_GAMES = {
    "nbac_shot_chart": "GAME_ID",
    "nbac_play_by_play": "gameId",
    "nbac_gamebook_player_stats": "game_id",
}


#: Columns that are made anew from other tables at every ingest.
DERIVED = {
    "nbac_player_boxscores": ("home_team_abbr", "away_team_abbr"),
    "nbac_team_boxscore": ("is_home",),
    "nbac_gamebook_player_stats": ("player_lookup", "name_resolution_status"),
}


@dataclass
class Stored:
    """What happened to one raw table.

    Attributes:
        new: Rows that were not there.
        restated: Rows that replaced another version of themselves, or of their game.
        unchanged: Rows that were there already.
        files: Month files that were written.
    """

    new: int = 0
    restated: int = 0
    unchanged: int = 0
    files: int = 0


@dataclass
class Merge:
    """The result of bringing rows into the raw lake.

    Attributes:
        tables: What happened to each table.
        tally: Duplicates within the files.
        fresh: The new rows of tables without a key.
    """

    tables: dict[str, Stored] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    fresh: dict[str, pl.DataFrame] = field(default_factory=dict)


def add_hashes(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Add the raw `data_hash`: over all columns but `processed_at` and itself."""
    if "data_hash" not in table.names:
        return rows.select(table.names)
    columns = [c for c in table.columns if c.name not in ("processed_at", "data_hash")]
    bare = rows.drop("data_hash", strict=False)
    return bare.with_columns(row_hashes(bare, columns)).select(list(schema(table)))


def merge(lake: Lake, new: Mapping[str, list[pl.DataFrame]]) -> Merge:
    """Bring new raw rows into the lake and make anew what follows from them.

    Args:
        lake: The lake.
        new: Rows per raw table, file by file; later files win.

    Raises:
        LakeError: The lake cannot be read or written; every file in it is whole.
        UsageError: The lake's raw tables come from BigQuery; nothing is written.
    """
    result = Merge()
    with lake.ingesting():
        check_origin(lake, TABLES.values())
        fresh = {name: _collapse(TABLES[name], list(frames), result.tally) for name, frames in new.items() if frames}
        for name in SETS:
            if name in fresh:
                result.fresh[name] = fresh.pop(name)
                _add_to_set(lake, TABLES[name], result.fresh[name], result)
        if PLAYER_ALIASES.name in fresh:
            aliases = _upsert(lake, PLAYER_ALIASES, fresh.pop(PLAYER_ALIASES.name), result)
            _store_whole(lake, PLAYER_ALIASES, aliases, result)
        if any(name in fresh for name in SOURCES):
            _merge_games(lake, fresh, result)
            _date_plays(lake, fresh)
        elif NBAC_GAMEBOOK_PLAYER_STATS.name in fresh:
            _merge_gamebooks(lake, fresh, lake.read_whole(NBAC_PLAYER_BOXSCORES), result)
        for name, rows in fresh.items():
            table = TABLES[name]
            rows, months = _with_games(lake, table, rows, result)
            _store(lake, table, rows, result, months)
    return result


def _merge_games(lake: Lake, fresh: dict[str, pl.DataFrame], result: Merge) -> None:
    """Merge schedule and box scores, and make anew the schedule, home and away, the registry and resolved names."""
    # What fits no game is said when games, fixtures or logs arrive, not at every ingest.
    tally = result.tally if any(t.name in fresh for t in (FEEDS, FIXTURES, BOX_FEEDS)) else Tally()
    teams = _upsert(lake, NBAC_TEAM_BOXSCORE, fresh.pop(NBAC_TEAM_BOXSCORE.name, None), result)
    feeds = _upsert(lake, FEEDS, fresh.pop(FEEDS.name, None), result)
    _store(lake, FEEDS, feeds, result)
    fixtures = _upsert(lake, FIXTURES, fresh.pop(FIXTURES.name, None), result)
    _store(lake, FIXTURES, fixtures, result)
    schedule = add_hashes(NBAC_SCHEDULE, build_schedule(feeds, teams, fixtures))
    shown = ("game_date", "away_team_tricode", "home_team_tricode")
    tally.add_frame("no_game", FIXTURES.name, without_game(fixtures, schedule), *shown)
    _count(NBAC_SCHEDULE, lake.read_whole(NBAC_SCHEDULE), schedule, result)
    _store(lake, NBAC_SCHEDULE, schedule, result)
    _store(lake, NBAC_TEAM_BOXSCORE, add_hashes(NBAC_TEAM_BOXSCORE, add_sides(teams, schedule)), result)
    boxes = _merge_boxes(lake, fresh, schedule, result, tally)
    lists = _upsert(lake, PLAYER_LISTS, fresh.pop(PLAYER_LISTS.name, None), result)
    _store_whole(lake, PLAYER_LISTS, lists, result)
    _store_registry(lake, boxes, lists, result)
    _merge_gamebooks(lake, fresh, boxes, result)


def _merge_boxes(
    lake: Lake, fresh: dict[str, pl.DataFrame], schedule: pl.DataFrame, result: Merge, tally: Tally
) -> pl.DataFrame:
    """Merge logs with game ids, and attach those without to what games are left. The logs are stored first."""
    table = NBAC_PLAYER_BOXSCORES
    old = lake.read_whole(table)
    logs = _upsert(lake, BOX_FEEDS, fresh.pop(BOX_FEEDS.name, None), result)
    _store(lake, BOX_FEEDS, logs, result)
    new = fresh.pop(table.name, None)
    boxes = without_attached(old, logs)
    if new is not None:
        _count(table, old, new, result)
        boxes = pl.concat([boxes.join(new, on=_key(table), how="anti", maintain_order="left"), new])
    boxes = add_hashes(table, add_sides(boxes, schedule))
    if logs.height:
        attached = add_hashes(table, add_sides(attach(logs, schedule, boxes, tally), schedule))
        _count(table, old, attached, result)
        boxes = pl.concat([boxes, attached])
    _store(lake, table, boxes, result)
    return boxes


def _merge_gamebooks(lake: Lake, fresh: dict[str, pl.DataFrame], boxes: pl.DataFrame, result: Merge) -> None:
    books = fresh.pop(NBAC_GAMEBOOK_PLAYER_STATS.name, None)
    if books is None:
        books = lake.read_whole(NBAC_GAMEBOOK_PLAYER_STATS)
    else:
        books, _ = _with_games(lake, NBAC_GAMEBOOK_PLAYER_STATS, books, result, whole=True)
    named, resolved = resolve_gamebook_names(books, boxes)
    result.tally.add("name_resolved", NBAC_GAMEBOOK_PLAYER_STATS.name, resolved)
    _store(lake, NBAC_GAMEBOOK_PLAYER_STATS, add_hashes(NBAC_GAMEBOOK_PLAYER_STATS, named), result)


def _date_plays(lake: Lake, fresh: dict[str, pl.DataFrame]) -> None:
    """Make the date of a stored play-by-play that of the schedule: a game it has on another date is stored anew."""
    table = NBAC_PLAY_BY_PLAY
    games = lake.read_whole(table, ["gameId", "game_date"]).unique()
    if not games.height:
        return
    dates = current_games(lake.read_whole(NBAC_SCHEDULE)).select(gameId="game_id", wanted="game_date")
    moved = games.join(dates, on="gameId").filter(pl.col("game_date") != pl.col("wanted"))
    if moved.height:
        days = moved["game_date"].to_list()
        rows = lake.read(table, min(days), max(days))
        rows = rows.join(moved, on=["gameId", "game_date"], maintain_order="left").with_columns(game_date="wanted")
        again = add_hashes(table, rows)
        new = fresh.get(table.name, again.clear())
        fresh[table.name] = pl.concat([again.join(new, on="gameId", how="anti", maintain_order="left"), new])


def _collapse(table: Table, frames: list[pl.DataFrame], tally: Tally) -> pl.DataFrame:
    """Put the files of one command together: of two rows with one key, or two versions of a game, the later stays."""
    game = WHOLE_GAMES.get(table.name)
    named = table.names[:7] if table.name in SETS else _key(table)
    shown = [c for c in dict.fromkeys([table.date or named[0], *named]) if c != "data_hash"]
    replaced: list[pl.DataFrame] = []
    if game is not None:
        for place, frame in enumerate(frames[:-1]):
            later = pl.concat([f.select(game) for f in frames[place + 1 :]]).unique()
            replaced.append(frame.join(later, on=game, how="semi", maintain_order="left").select(shown))
            frames[place] = frame.join(later, on=game, how="anti", maintain_order="left")
    rows = add_hashes(table, pl.concat(frames))
    kept = rows.unique(_key(table), keep="last", maintain_order=True)
    doubled = rows.filter(pl.struct(_key(table)).is_duplicated()).unique(_key(table), maintain_order=True)
    dropped = pl.concat([*replaced, doubled.select(shown)]).head(SAMPLES)
    texts = [" ".join(map(str, row)) for row in dropped.iter_rows()]
    count = sum(part.height for part in replaced) + rows.height - kept.height
    tally.add("duplicate_rows", table.name, count, texts)
    return kept


def _key(table: Table) -> list[str]:
    if table.name in SETS:
        return [name for name in table.names if name != "data_hash"]
    if table.name == PLAYER_ALIASES.name:
        return ["alias_lookup", "nba_canonical_lookup"]
    if table.name == FEEDS.name:
        return ["data_hash", "game_id", "game_date"]
    if table.name == NBAC_GAMEBOOK_PLAYER_STATS.name:
        return ["game_id", "team_abbr", "player_status", "player_name", "player_lookup"]
    return list(table.key)


def _upsert(lake: Lake, table: Table, fresh: pl.DataFrame | None, result: Merge) -> pl.DataFrame:
    """Return all rows of a table with the new ones in place of older versions; nothing is written yet."""
    old = lake.read_whole(table)
    if fresh is None:
        return old
    key = _key(table)
    kept = old.join(fresh, on=key, how="anti", maintain_order="left", nulls_equal=True)
    _count(table, old, fresh, result)
    return pl.concat([kept, fresh])


def _count(table: Table, old: pl.DataFrame, fresh: pl.DataFrame, result: Merge) -> None:
    key = _key(table)
    stored = result.tables.setdefault(table.name, Stored())
    known = fresh.join(old, on=key, how="semi", nulls_equal=True).height
    values = list(dict.fromkeys([*key, "data_hash"])) if "data_hash" in table.names else table.names
    if table.name in DERIVED:
        values = [c for c in fresh.columns if c not in (*DERIVED[table.name], "data_hash")]
    same = fresh.join(old, on=values, how="semi", nulls_equal=True).height
    stored.new += fresh.height - known
    stored.unchanged += same
    stored.restated += known - same


def _with_games(
    lake: Lake, table: Table, fresh: pl.DataFrame, result: Merge, *, whole: bool = False
) -> tuple[pl.DataFrame, list[Month]]:
    """Return rows with the new games in place of the old ones.

    Args:
        lake: The lake.
        table: A table whose games are replaced whole.
        fresh: The new rows.
        result: Takes the counts.
        whole: Return the whole table; else only the months that the new rows or their older versions lie in.

    Returns:
        The rows and their months, those of new rows first: a game that moves is in its new month before it leaves the
        old one.
    """
    assert table.date is not None
    game = WHOLE_GAMES[table.name]
    ids = fresh.select(game).unique()
    months = sorted({Month.of(day) for day in fresh[table.date].unique()})
    if whole:
        old = lake.read_whole(table)
        months += [month for month in lake.months(table) if month not in months]
    else:
        where = lake.read_whole(table, [table.date, game]).join(ids, on=game, how="semi")
        months += sorted({Month.of(day) for day in where[table.date].unique()} - set(months))
        stored = [month for month in lake.months(table) if month in months]
        old = pl.concat([lake.read_month(table, month) for month in stored] or [fresh.clear()])
    _count(table, old, fresh, result)
    return pl.concat([old.join(ids, on=game, how="anti", maintain_order="left"), fresh]), months


def _store(lake: Lake, table: Table, rows: pl.DataFrame, result: Merge, months: list[Month] | None = None) -> None:
    """Write the months of a table that changed.

    Args:
        lake: The lake.
        table: A raw table.
        rows: All its rows, or those of `months`.
        result: Takes the number of files written.
        months: Write these in this order and leave others alone; None for all.
    """
    assert table.date is not None
    stored = result.tables.setdefault(table.name, Stored())
    key = [c for c in _key(table) if c != "data_hash"]
    ordered = rows.sort(table.date, *key, "data_hash", nulls_last=True, maintain_order=True)
    day = pl.col(table.date)
    month_of = {day: Month.of(day) for day in ordered[table.date].unique()}
    names = {day: f"{month.season}/{month.month}" for day, month in month_of.items()}
    marked = ordered.with_columns(month=day.replace_strict(names, default="", return_dtype=pl.String))
    parts = marked.partition_by("month", as_dict=True, include_key=False)
    for month in months if months is not None else sorted({*lake.months(table), *month_of.values()}):
        part = parts.get((f"{month.season}/{month.month}",), ordered.clear())
        stored.files += lake.store_raw(table, month, part)


def _add_to_set(lake: Lake, table: Table, fresh: pl.DataFrame, result: Merge) -> None:
    """Add rows to a table without a key; only the months of new rows are read and written."""
    assert table.date is not None
    months = sorted({Month.of(day) for day in fresh[table.date].unique()})
    old = pl.concat([lake.read_month(table, month).select(fresh.columns) for month in months])
    _count(table, old, fresh, result)
    new = fresh.join(old, on=_key(table), how="anti", maintain_order="left", nulls_equal=True)
    _store(lake, table, pl.concat([old, new]), result, months)


def _store_whole(lake: Lake, table: Table, rows: pl.DataFrame, result: Merge) -> None:
    stored = result.tables.setdefault(table.name, Stored())
    if rows.height:
        stored.files += lake.store_whole(table, rows.sort(table.names, nulls_last=True))


def _store_registry(lake: Lake, boxes: pl.DataFrame, lists: pl.DataFrame, result: Merge) -> None:
    registry = build_registry(boxes, lists)
    stored = result.tables.setdefault(NBA_PLAYERS_REGISTRY.name, Stored())
    old = lake.read_whole(NBA_PLAYERS_REGISTRY)
    same = registry.join(old, on=registry.columns, how="semi", nulls_equal=True).height
    stored.new, stored.unchanged = registry.height - same, same
    if registry.height or old.height:
        stored.files += lake.store_whole(NBA_PLAYERS_REGISTRY, registry)
