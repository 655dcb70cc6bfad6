"""Files of a public source -> the raw lake, with a report of what was taken, left and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from nbaproc.calendar import season_text, season_year
from nbaproc.errors import InputError, UsageError
from nbaproc.lake import Lake
from nbaproc.progress import Progress, Silent
from nbaproc.raw.contract import NBAC_SCHEDULE, RAW_TABLES
from nbaproc.raw.schedule import season_of
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import KINDS, TEAMS, pair_of, team_code
from nbaproc.sources import game_lines, gamebook, injuries, nba_cdn, odds_api
from nbaproc.sources.checks import Unmatched, check_games, check_names
from nbaproc.sources.layout import INJURIES, ODDS, Parsed
from nbaproc.sources.layouts import parse, recognise
from nbaproc.sources.origin import check_origin
from nbaproc.sources.raw_lake import TABLES, Merge, Stored, add_hashes, merge
from nbaproc.sources.schedule_feeds import FEEDS, current_games
from nbaproc.sources.tabular import Given, is_tabular, read_header


@dataclass(frozen=True)
class Taken:
    """A file that was read: its layout, the raw table it fills, and its rows."""

    path: Path
    layout: str
    table: str
    rows: int


@dataclass(frozen=True)
class Left:
    """A file of a folder that was left alone, and why."""

    path: Path
    reason: str


@dataclass
class Report:
    """What an ingest did.

    Attributes:
        taken: Files that were read.
        left: Files of searched folders that were not.
        tables: What happened to each raw table.
        tally: What was counted on the way.
        unmatched: Names that fit no player.
    """

    taken: list[Taken] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    tables: dict[str, Stored] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    unmatched: list[Unmatched] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """A file with the way to read it."""

    path: Path
    layout: str
    read: Callable[[], Parsed]


def find_files(paths: Sequence[Path], lake: Path) -> list[tuple[Path, bool]]:
    """Return every file below `paths` and whether it was named itself, in the order of file names.

    Args:
        paths: Files and folders.
        lake: Folder of the lake; a search does not take its files for downloads.

    Raises:
        InputError: A path does not exist.
    """
    found: dict[Path, bool] = {}
    for path in paths:
        if path.is_dir():
            for below in path.rglob("*"):
                if below.is_file() and not below.resolve().is_relative_to(lake.resolve()):
                    found.setdefault(below, False)
        elif path.is_file():
            found[path] = True
        else:
            raise InputError(f"{path}: no such file or folder")
    return sorted(found.items(), key=lambda item: (item[0].name, str(item[0])))


def ingest_nba_api(
    lake: Lake, paths: Sequence[Path], progress: Progress | None = None, report_hour: int | None = None
) -> Report:
    """Read downloads of any known layout (CSV or Parquet) into the raw lake.

    Args:
        lake: The lake.
        paths: Files, or folders that are searched for files of a known layout.
        progress: Is told how far the reading is.
        report_hour: Eastern hour of injury reports that name none.

    Raises:
        InputError: A named file has no known layout, a file cannot be read, or nothing was found; nothing is written.
    """
    return _ingest(lake, paths, _recognise_table, progress, report_hour)


def ingest_odds_api(lake: Lake, paths: Sequence[Path], progress: Progress | None = None) -> Report:
    """Read responses of The Odds API, and tables of lines and props, into the raw lake; see `ingest_nba_api`."""

    def recognise_file(path: Path, given: Given) -> Recognised:
        return _recognise_table(path, given, ODDS) if is_tabular(path) else odds_api.recognise(path)

    return _ingest(lake, paths, recognise_file, progress)


def ingest_injuries(
    lake: Lake, paths: Sequence[Path], progress: Progress | None = None, report_hour: int | None = None
) -> Report:
    """Read official injury reports (JSON, CSV or Parquet) into the raw lake; arguments as `ingest_nba_api`."""

    def recognise_file(path: Path, given: Given) -> Recognised:
        return _recognise_table(path, given, INJURIES) if is_tabular(path) else injuries.recognise(path, given)

    return _ingest(lake, paths, recognise_file, progress, report_hour)


def ingest_gamebook(lake: Lake, paths: Sequence[Path], progress: Progress | None = None) -> Report:
    """Read official game books (JSON, plain or gzip) into the raw lake; arguments as `ingest_nba_api`."""
    return _ingest(lake, paths, lambda path, _: gamebook.recognise(path), progress)


def ingest_nba_cdn(lake: Lake, paths: Sequence[Path], progress: Progress | None = None) -> Report:
    """Read the league's play-by-play feed (JSON, CSV or Parquet) into the raw lake; arguments as `ingest_nba_api`."""
    dates = dict(current_games(lake.read_whole(NBAC_SCHEDULE)).select("game_id", "game_date").iter_rows())
    return _ingest(lake, paths, lambda path, _: nba_cdn.recognise(path, dates), progress)


def ingest_simulation(
    lake: Lake, seasons: int, seed: int, start_season: int, progress: Progress | None = None
) -> Report:
    """Write a simulated league into the raw lake.

    Args:
        lake: The lake.
        seasons: How many seasons.
        seed: Same seed, same bytes.
        start_season: First season; 2021 is 2021-22.
        progress: Is told how far the simulation is.

    Raises:
        UsageError: The lake holds other rows of these seasons; nothing is written.
    """
    from nbaproc.sources.simulate import simulate

    check_origin(lake, TABLES.values())
    years = range(start_season, start_season + seasons)
    feeds = lake.read_whole(FEEDS)
    real = feeds.filter((season_of(pl.col("game_date")).is_in(list(years))) & (pl.col("layout") != "simulated"))
    if real.height:
        raise UsageError(
            f"{lake.root}: holds real games of {season_text(season_year(real['game_date'][0]))}; "
            "simulate into another folder with --lake"
        )
    made: Iterable[tuple[int, dict[str, pl.DataFrame]]] = simulate(seasons, seed, start_season)
    before = feeds.filter(season_of(pl.col("game_date")).is_in(list(years)))
    if before.height:
        made = list(made)
        again = add_hashes(FEEDS, pl.concat(_as_feed(frames[NBAC_SCHEDULE.name]) for _, frames in made))
        if before.join(again, on="data_hash", how="anti").height:
            raise UsageError(f"{lake.root}: holds another simulated league; simulate into another folder with --lake")
    progress = progress or Silent()
    progress.start(seasons)
    report = Report()
    kept: dict[str, list[pl.DataFrame]] = {}
    for year, frames in made:
        progress.working(season_text(year))
        progress.advance(1, sum(frame.height for frame in frames.values()))
        kept.setdefault(FEEDS.name, []).append(_as_feed(frames.pop(NBAC_SCHEDULE.name)))
        # Shots are most of the rows: they are stored season by season, everything else at once.
        large: list[str] = [name for name in ("nbac_play_by_play", "nbac_shot_chart") if name in frames]
        shots = {name: [frames.pop(name)] for name in large}
        for name, frame in frames.items():
            kept.setdefault(name, []).append(frame)
        _add_up(report, merge(lake, _bare(shots)))
    _add_up(report, merge(lake, _bare(kept)))
    return report


def _as_feed(schedule: pl.DataFrame) -> pl.DataFrame:
    return schedule.select(pl.lit("simulated").alias("layout"), pl.all())


def _bare(new: dict[str, list[pl.DataFrame]]) -> dict[str, list[pl.DataFrame]]:
    return {name: [frame.drop("data_hash", strict=False) for frame in frames] for name, frames in new.items()}


def _add_up(report: Report, merged: Merge) -> None:
    for name, stored in merged.tables.items():
        total = report.tables.setdefault(name, Stored())
        total.new += stored.new
        total.restated += stored.restated
        total.unchanged += stored.unchanged
        total.files += stored.files
    report.tally.merge(merged.tally)


Recognised = tuple[str, Callable[[], Parsed]] | str
Recognise = Callable[[Path, Given], Recognised]


def _recognise_table(path: Path, given: Given, group: str = "") -> Recognised:
    """Return a layout's name and how to read the file, or why it has none; with a group, only layouts of that."""
    if not is_tabular(path):
        return "neither CSV nor Parquet"
    columns = read_header(path)
    if nba_cdn.MARKS.issubset(columns):
        return "play-by-play feed: take it with `nbaproc ingest nba-cdn`"
    layout, reason = recognise(columns)
    if layout is None:
        return reason
    if group and layout.group != group:
        return f"{layout.name}: take it with `nbaproc ingest {layout.group or 'nba-api'}`"
    return layout.name, lambda: parse(layout, path, given)


def _known_games(lake: Lake, new: Mapping[str, Mapping[str, Sequence[pl.DataFrame]]]) -> pl.DataFrame:
    """Return date and pair of the games in the lake and in the schedules that were just read."""
    columns = ["game_date", "home_team_tricode", "away_team_tricode"]
    frames = [lake.read_whole(NBAC_SCHEDULE, columns)]
    frames += [frame.select(columns) for group in new.get(FEEDS.name, {}).values() for frame in group]
    games = pl.concat(frames).unique()
    return games.select("game_date", pair=pair_of(*(team_code(pl.col(name)) for name in columns[1:]))).drop_nulls()


def _ingest(
    lake: Lake,
    paths: Sequence[Path],
    recognise_file: Recognise,
    progress: Progress | None,
    report_hour: int | None = None,
) -> Report:
    check_origin(lake, TABLES.values())
    new: dict[str, dict[str, list[pl.DataFrame]]] = {}
    given = Given(report_hour, lambda: _known_games(lake, new))
    report, known = Report(), []
    for path, named in find_files(paths, lake.root):
        try:
            found = recognise_file(path, given)
        except InputError as error:
            if named:
                raise
            found = str(error).removeprefix(f"{path}: ")
        if isinstance(found, str):
            if named:
                raise InputError(f"{path}: {found}; name another file, or its folder to take what is known in it")
            report.left.append(Left(path, found))
        else:
            known.append(_Known(path, *found))
    if not known:
        where = ", ".join(map(str, paths))
        first = f" ({report.left[0].path}: {report.left[0].reason})" if report.left else ""
        raise InputError(f"{where}: no file of a known layout{first}; `nbaproc ingest --help` lists what is read")
    progress = progress or Silent()
    progress.start(len(known))
    # Dates without a year are read last: it is that of the games in the schedules.
    for file in sorted(known, key=lambda file: file.layout == game_lines.WITHOUT_YEAR):
        progress.working(f"reading {file.path.name}")
        whole = file.read()
        parts = [part for part in (whole, *whole.further) if part.rows.height]
        progress.advance(1, sum(part.rows.height for part in parts))
        for parsed in (whole, *whole.further):
            report.tally.merge(parsed.tally)
        if not parts:
            report.left.append(Left(file.path, f"{file.layout} without a usable row{_first_sample(whole)}"))
        for parsed in parts:
            report.taken.append(Taken(file.path, file.layout, parsed.table, parsed.rows.height))
            # Shot charts are often downloaded player by player: their files are one version of a game.
            one = file.layout if file.layout == "shot chart" else str(file.path)
            groups = new.setdefault(parsed.table, {})
            groups[one] = [*groups.pop(one, []), parsed.rows]
            _count_scope(parsed, report.tally)
    if not report.taken:
        raise InputError(f"{report.left[-1].path}: {report.left[-1].reason}; nothing was written")
    progress.working("writing the raw lake")
    merged = merge(lake, {name: [pl.concat(g) for g in groups.values()] for name, groups in new.items()})
    report.tables = merged.tables
    report.tally.merge(merged.tally)
    check_games(lake, merged.fresh, report.tally)
    report.unmatched = check_names(lake, merged.fresh, report.tally)
    return report


def _first_sample(parsed: Parsed) -> str:
    for tally in (part.tally for part in (parsed, *parsed.further)):
        for (name, detail), rows in tally.counts.items():
            return f" ({rows} {name}: {', '.join(tally.samples[name, detail][:1])})"
    return ""


def _count_scope(parsed: Parsed, tally: Tally) -> None:
    """Count rows that no table will use: games out of scope, and codes of teams that are none of the 30."""
    ids = {"nbac_shot_chart": "GAME_ID", "nbac_play_by_play": "gameId"}.get(parsed.table, "game_id")
    if ids not in parsed.rows.columns:
        return
    digits = pl.col(ids).str.contains(r"^\d{10}$")
    prefix = pl.when(digits).then(pl.col(ids).str.head(3))
    outside = parsed.rows.filter((~prefix.is_in(list(KINDS))).fill_null(False)).with_columns(prefix=prefix)
    day = (RAW_TABLES.get(parsed.table) or FEEDS).date or ""
    for (found,), part in outside.group_by("prefix", maintain_order=True):
        tally.add_frame("excluded_game", str(found), part.unique([ids], maintain_order=True), day, ids)
    teams = [c for c in ("team_abbr", "home_team_tricode", "away_team_tricode") if c in parsed.rows.columns]
    inside = parsed.rows.filter(prefix.is_in(list(KINDS)).fill_null(True))
    for column in teams:
        strangers = inside.filter((~team_code(pl.col(column)).is_in(TEAMS)).fill_null(False))
        tally.add_frame("unknown_team", parsed.table, strangers, day, ids, column)
