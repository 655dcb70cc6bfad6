"""The lake: files replaced whole or not at all, footers that say what is in them."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import multiprocess
import polars as pl
import pytest

from nbaproc.boundary import empty, schema, seal
from nbaproc.canonical import EMPTY, partition_fingerprints
from nbaproc.columns import Column, Table, Type
from nbaproc.errors import LakeError
from nbaproc.facts import CellState, cell_facts
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.parquet import encode, locked, read_facts, read_frame, remove_file, replace_file
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.sources.ingest import ingest_nba_api
from nbaproc.tables import declarations
from tests.conftest import ROOT
from tests.sources.downloads import GAMES, OPENER, files, league_schedule, player_log, stamps, team_log, write

#: A small output table: what the lake does with it is what it does with every other.
TABLE = Table(
    name="tiny_summary",
    dataset="nba_analytics",
    says="one row per date and team",
    key=("game_date", "team_abbr"),
    date="game_date",
    columns=(
        Column("game_date", Type.DATE, "date", null=False, hashed=True),
        Column("team_abbr", Type.STRING, "team", null=False, hashed=True),
        Column("usage_rate", Type.FLOAT64, "a ratio", digits=1, hashed=True),
        Column("points", Type.INT64, "points", hashed=True),
        Column("is_home", Type.BOOL, "at home", hashed=True),
        Column("completeness_percentage", Type.FLOAT64, "how complete", digits=1),
        Column("data_hash", Type.STRING, "hash", null=False),
    ),
    code="TINY",
    stage="games",
)
NOVEMBER = Month("2021-22", "2021-11")
FIRST, SECOND, THIRD = (date(2021, 11, day) for day in (1, 2, 3))


def rows_of(*days: date, teams: tuple[str, ...] = ("BOS", "LAL"), points: int = 100) -> pl.DataFrame:
    rows = [
        {
            "game_date": day,
            "team_abbr": team,
            "usage_rate": 31.4,
            "points": points,
            "is_home": True,
            "completeness_percentage": 100.0,
        }
        for day in days
        for team in teams
    ]
    return seal(TABLE, pl.DataFrame(rows, schema={n: t for n, t in schema(TABLE).items() if n != "data_hash"}))


def records_of(*days: date, entity: str = "20211101_BOS_LAL") -> pl.DataFrame:
    row = {
        "table_name": TABLE.name,
        "entity_type": "GAME",
        "entity_id": entity,
        "failure_category": "NO_TEAM_SOURCE",
        "detail": "",
        "failure_class": "upstream",
        "severity": "warning",
        "failure_reason": "no team row",
        "can_retry": True,
        "missing_game_dates": [],
        "occurrences": 1,
        "resolution_status": "UNRESOLVED",
    }
    return pl.DataFrame([{**row, "analysis_date": day} for day in days], schema=schema(PROCESSING_FAILURES))


def scheduled(game: str, day: date) -> pl.DataFrame:
    return pl.concat([empty(NBAC_SCHEDULE), pl.DataFrame({"game_id": [game], "game_date": [day]})], how="diagonal")


def store(
    lake: Lake,
    rows: pl.DataFrame,
    records: pl.DataFrame | None = None,
    *,
    days: tuple[date, ...] = (),
    state: CellState | None = None,
    version: str = "1",
) -> bool:
    """Replace the dates of some rows, or `days`."""
    records = empty(PROCESSING_FAILURES) if records is None else records
    states = dict.fromkeys(days or rows["game_date"].unique().sort(), state or CellState("succeeded"))
    facts = cell_facts(TABLE, states, rows, records, version)
    return lake.replace(TABLE, NOVEMBER, facts, rows, records)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def leftovers(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*.tmp-*")]


# Replacing dates.


def test_a_month_is_one_file_below_its_season(lake: Lake) -> None:
    store(lake, rows_of(FIRST), records_of(FIRST))
    assert sorted(files(lake.root)) == [
        "nba_analytics/tiny_summary/season=2021-22/2021-11.parquet",
        "nba_processing/processing_failures/season=2021-22/2021-11.tiny_summary.parquet",
    ]


def test_a_month_of_two_seasons_is_two_files() -> None:
    assert Month.of(date(2020, 10, 11)) == Month("2019-20", "2020-10")
    assert Month.of(date(2020, 10, 12)) == Month("2020-21", "2020-10")


def test_replacing_a_date_keeps_the_rows_of_the_others(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND, THIRD))
    before = lake.read(TABLE, FIRST, THIRD)
    store(lake, rows_of(SECOND, teams=("ATL",), points=7))
    after = lake.read(TABLE, FIRST, THIRD)
    others = pl.col("game_date") != SECOND
    assert after.filter(others).equals(before.filter(others))
    assert after.filter(~others).select("team_abbr", "points").rows() == [("ATL", 7)]


def test_replacing_a_date_keeps_what_the_footer_says_of_the_others(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND), version="old")
    before = lake.facts(TABLE, FIRST, SECOND)
    store(lake, rows_of(SECOND, points=7), version="new")
    after = lake.facts(TABLE, FIRST, SECOND)
    assert after[FIRST] == before[FIRST]
    assert (after[FIRST].code_version, after[SECOND].code_version) == ("old", "new")


def test_equal_content_changes_no_byte_and_no_time(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND), records_of(FIRST))
    before = files(lake.root), stamps(lake.root)
    assert not store(lake, rows_of(FIRST, SECOND), records_of(FIRST))
    assert not store(lake, rows_of(SECOND))
    assert (files(lake.root), stamps(lake.root)) == before


def test_any_cut_into_replacements_gives_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    store(lake, rows_of(FIRST, SECOND, THIRD), records_of(FIRST, THIRD))
    other = Lake(tmp_path / "other")
    for day in (THIRD, FIRST, SECOND):
        store(other, rows_of(day), records_of(day) if day != SECOND else None)
    assert files(other.root) == files(lake.root)


def test_rows_are_stored_sorted_by_key_in_declared_columns(lake: Lake) -> None:
    shuffled = rows_of(FIRST, SECOND)[[3, 0, 2, 1]].select(TABLE.names[::-1])
    states = dict.fromkeys((FIRST, SECOND), CellState("succeeded"))
    facts = cell_facts(TABLE, states, rows_of(FIRST, SECOND), records_of(), "1")
    lake.replace(TABLE, NOVEMBER, facts, shuffled, records_of())
    stored = pl.read_parquet(lake.path(TABLE, NOVEMBER), hive_partitioning=False)
    assert stored.columns == TABLE.names
    assert stored.equals(rows_of(FIRST, SECOND))


def test_readers_need_nothing_but_a_glob(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND), records_of(FIRST))
    found = pl.scan_parquet(f"{lake.root}/nba_analytics/tiny_summary/**/*.parquet", hive_partitioning=False).collect()
    assert found.equals(rows_of(FIRST, SECOND))


def test_a_date_may_become_empty(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND))
    store(lake, rows_of(), days=(SECOND,), state=CellState("skipped", "no_source"))
    assert lake.read(TABLE, FIRST, THIRD)["game_date"].unique().to_list() == [FIRST]
    facts = lake.facts(TABLE, FIRST, THIRD)
    assert (facts[SECOND].state, facts[SECOND].reason, facts[SECOND].rows) == ("skipped", "no_source", 0)


def test_a_month_of_empty_dates_only_is_a_file_without_rows(lake: Lake) -> None:
    store(lake, rows_of(), days=(FIRST,), state=CellState("skipped", "no_source"))
    assert lake.read(TABLE, FIRST, FIRST).height == 0
    assert list(lake.facts(TABLE, FIRST, FIRST)) == [FIRST]


def test_records_are_replaced_with_their_date(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND), records_of(FIRST, SECOND))
    store(lake, rows_of(FIRST), records_of(FIRST, entity="another"))
    found = lake.read_records(TABLE, FIRST, SECOND).select("analysis_date", "entity_id").rows()
    assert found == [(FIRST, "another"), (SECOND, "20211101_BOS_LAL")]


def test_a_records_file_without_records_is_removed(lake: Lake) -> None:
    store(lake, rows_of(FIRST), records_of(FIRST))
    assert store(lake, rows_of(FIRST))
    assert not lake.records_path(TABLE, NOVEMBER).exists()
    assert lake.read_records(TABLE, FIRST, FIRST).height == 0


def test_a_date_of_another_month_is_refused(lake: Lake) -> None:
    stray = date(2021, 12, 1)
    facts = cell_facts(TABLE, {stray: CellState("succeeded")}, rows_of(stray), records_of(), "1")
    with pytest.raises(LakeError, match="tiny_summary: 2021-12-01 is not a date of 2021-11"):
        lake.replace(TABLE, NOVEMBER, facts, rows_of(stray), records_of())
    assert not lake.root.exists()


@pytest.mark.parametrize("kind", ["row", "record"])
def test_a_row_or_record_of_another_date_is_refused_and_nothing_is_written(kind: str, lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND), records_of(SECOND))
    before = files(lake.root)
    facts = cell_facts(TABLE, {FIRST: CellState("succeeded")}, rows_of(FIRST), records_of(), "1")
    rows = rows_of(FIRST, SECOND) if kind == "row" else rows_of(FIRST)
    records = records_of(SECOND) if kind == "record" else records_of()
    with pytest.raises(LakeError, match="a row of 2021-11-02 is not of the dates being replaced"):
        lake.replace(TABLE, NOVEMBER, facts, rows, records)
    assert files(lake.root) == before


# Footers.


def test_a_fingerprint_is_the_published_one_of_its_rows() -> None:
    day = date(2023, 12, 16)
    whole = {"game_date": day, "is_home": True, "points": 31, "usage_rate": 30.0 + 1.4}
    rows = [whole | {"team_abbr": "GSW", "completeness_percentage": 100.0}, whole | {"team_abbr": "LAL"}]
    frame = pl.DataFrame(rows, schema={n: t for n, t in schema(TABLE).items() if n != "data_hash"})
    sealed = seal(TABLE, frame)
    assert sealed["data_hash"].to_list() == ["608cc05b66dd65ea", "eb9bbe4732c0883c"]
    assert partition_fingerprints(sealed, TABLE) == {day: "2c48a87e77a81e6f"}


def test_a_date_without_rows_has_the_fingerprint_of_nothing(lake: Lake) -> None:
    store(lake, rows_of(), days=(FIRST,), state=CellState("skipped", "no_source"))
    fact = lake.facts(TABLE, FIRST, FIRST)[FIRST]
    assert (fact.fingerprint, fact.records_fingerprint) == (EMPTY, EMPTY) == ("9d0fd452285f3c9b",) * 2


def test_the_footer_says_of_every_date_what_is_in_the_files(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND), records_of(SECOND), state=CellState("partial", "COUNT_MISMATCH", settled=False))
    facts = lake.facts(TABLE, FIRST, THIRD)
    assert list(facts) == [FIRST, SECOND]
    rows, records = lake.read(TABLE, FIRST, THIRD), lake.read_records(TABLE, FIRST, THIRD)
    prints, record_prints = partition_fingerprints(rows, TABLE), partition_fingerprints(records, PROCESSING_FAILURES)
    for day, fact in facts.items():
        assert (fact.state, fact.reason, fact.settled, fact.code_version) == ("partial", "COUNT_MISMATCH", False, "1")
        assert (fact.rows, fact.keys, fact.fingerprint) == (2, 2, prints[day])
        assert (fact.records, fact.records_fingerprint) == (int(day == SECOND), record_prints.get(day, EMPTY))


def test_a_change_in_an_unhashed_column_changes_the_fingerprint() -> None:
    rows = rows_of(FIRST)
    other = rows.with_columns(completeness_percentage=pl.lit(50.0))
    assert partition_fingerprints(rows, TABLE) != partition_fingerprints(other, TABLE)


def test_a_footer_names_no_clock_host_or_run(lake: Lake) -> None:
    store(lake, rows_of(FIRST))
    facts = read_facts(lake.path(TABLE, NOVEMBER))
    assert sorted(facts) == ["dates", "month", "table"]
    assert sorted(facts["dates"]["2021-11-01"]) == [
        "code_version",
        "fingerprint",
        "input_fingerprint",
        "keys",
        "reason",
        "records",
        "records_fingerprint",
        "rows",
        "settled",
        "state",
    ]


# Reading.


def test_reading_keeps_to_both_dates(lake: Lake) -> None:
    store(lake, rows_of(FIRST, SECOND, THIRD))
    assert lake.read(TABLE, SECOND, SECOND)["game_date"].unique().to_list() == [SECOND]
    assert lake.read(TABLE, date(2021, 10, 1), SECOND)["game_date"].unique().to_list() == [FIRST, SECOND]
    assert lake.read(TABLE, date(2021, 12, 1), date(2022, 1, 1)).height == 0


def test_an_empty_lake_has_empty_tables_of_the_declared_shape(lake: Lake) -> None:
    assert dict(lake.read(TABLE, FIRST, THIRD).schema) == schema(TABLE)
    assert lake.read(TABLE, FIRST, THIRD, ["points"]).columns == ["game_date", "points"]
    assert dict(lake.read_records(TABLE, FIRST, THIRD).schema) == schema(PROCESSING_FAILURES)
    assert lake.facts(TABLE, FIRST, THIRD) == {}


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "la[k]e * ?" / "ü")
    store(lake, rows_of(FIRST), records_of(FIRST))
    assert lake.read(TABLE, FIRST, FIRST).equals(rows_of(FIRST))
    assert lake.read_records(TABLE, FIRST, FIRST).height == 1
    assert list(lake.facts(TABLE, FIRST, FIRST)) == [FIRST]


def test_columns_are_read_with_the_date(lake: Lake) -> None:
    store(lake, rows_of(FIRST))
    assert lake.read(TABLE, FIRST, FIRST, ["points"]).columns == ["game_date", "points"]


def test_an_unreadable_file_is_named(lake: Lake) -> None:
    store(lake, rows_of(FIRST))
    lake.path(TABLE, NOVEMBER).write_bytes(b"half a file")
    for read in (lake.read, lake.facts):
        with pytest.raises(LakeError, match=r"2021-11\.parquet: cannot be read \(.*\); remove the file and compute"):
            read(TABLE, FIRST, FIRST)


def test_a_panic_while_reading_is_an_error_with_the_files_name(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    store(lake, rows_of(FIRST))

    def panic(*_: object, **__: object) -> None:
        raise pl.exceptions.PanicException("page out of range")

    monkeypatch.setattr(pl, "read_parquet", panic)
    with pytest.raises(LakeError, match=r"2021-11\.parquet: cannot be read \(page out of range\)"):
        lake.read(TABLE, FIRST, FIRST)


def test_a_foreign_parquet_is_not_replaced(lake: Lake) -> None:
    path = lake.path(TABLE, NOVEMBER)
    path.parent.mkdir(parents=True)
    rows_of(FIRST).write_parquet(path)
    before = files(lake.root)
    with pytest.raises(LakeError, match=r"2021-11\.parquet: not written by nbaproc; move it out of the lake"):
        store(lake, rows_of(SECOND))
    assert files(lake.root) == before


def test_a_footer_that_is_no_json_is_a_foreign_file(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    rows_of(FIRST).write_parquet(path, metadata={"nbaproc": "{"})
    with pytest.raises(LakeError, match=r"x\.parquet: not written by nbaproc"):
        read_facts(path)


def test_a_file_with_another_type_is_named_with_the_column(lake: Lake) -> None:
    store(lake, rows_of(FIRST))
    path = lake.path(TABLE, NOVEMBER)
    path.write_bytes(encode(rows_of(FIRST).with_columns(points=pl.lit("ten")), read_facts(path)))
    with pytest.raises(LakeError, match=r"2021-11\.parquet: column points is String, declared Int64"):
        lake.read(TABLE, FIRST, FIRST)


def test_a_file_that_lacks_a_column_is_named_with_it(lake: Lake) -> None:
    store(lake, rows_of(FIRST))
    path = lake.path(TABLE, NOVEMBER)
    path.write_bytes(encode(rows_of(FIRST).drop("points"), read_facts(path)))
    for act in (lambda: lake.read(TABLE, FIRST, FIRST), lambda: store(lake, rows_of(SECOND))):
        with pytest.raises(LakeError, match=r"2021-11\.parquet: column points is missing; remove the file"):
            act()


def test_raw_months_of_older_shapes_are_read_together(lake: Lake) -> None:
    old = pl.DataFrame({"game_id": ["1"], "game_date": [FIRST], "game_status": pl.Series([3], dtype=pl.Int16)})
    lake.store_raw(NBAC_SCHEDULE, Month("2021-22", "2021-12"), scheduled("2", date(2021, 12, 1)))
    path = lake.path(NBAC_SCHEDULE, NOVEMBER)
    path.write_bytes(encode(old, {}))
    rows = lake.read_whole(NBAC_SCHEDULE)
    assert rows.select("game_id", "game_status").rows() == [("1", 3), ("2", None)]


# Raw months.


def test_a_raw_month_without_rows_is_removed(lake: Lake) -> None:
    rows = scheduled("1", FIRST)
    assert lake.store_raw(NBAC_SCHEDULE, NOVEMBER, rows)
    assert not lake.store_raw(NBAC_SCHEDULE, NOVEMBER, rows)
    assert lake.store_raw(NBAC_SCHEDULE, NOVEMBER, rows.clear())
    assert lake.months(NBAC_SCHEDULE) == []


# Faults of the disk.

FAULTS = [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EACCES]


@contextmanager
def fault(call: str, number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make one of the calls that write a file fail."""

    def fail(*_: object, **__: object) -> Any:
        raise OSError(number, os.strerror(number))

    class Full(io.FileIO):
        def write(self, data: Any, /) -> int:
            super().write(bytes(data)[:10])
            return fail()

    real = Path.open

    def opened(self: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if "w" not in mode:
            return real(self, mode, *rest, **more)
        return fail() if call == "open" else Full(self, "wb")

    with monkeypatch.context() as patch:
        if call in ("open", "write"):
            patch.setattr(Path, "open", opened)
        elif call == "mkdir":
            patch.setattr(Path, "mkdir", fail)
        else:
            patch.setattr(os, call, fail)
        yield


@pytest.mark.parametrize("number", FAULTS, ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "mkdir"])
def test_a_fault_while_writing_leaves_the_old_files_and_nothing_beside_them(
    call: str, number: int, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(lake, rows_of(FIRST, SECOND), records_of(FIRST))
    before = files(lake.root), stamps(lake.root)
    with fault(call, number, monkeypatch), pytest.raises(LakeError, match=r": cannot be written \(") as caught:
        store(lake, rows_of(FIRST, points=7), records_of(FIRST, entity="another"))
    assert (files(lake.root), stamps(lake.root)) == before
    assert leftovers(lake.root) == []
    assert os.strerror(number) in str(caught.value)
    assert str(lake.root) in str(caught.value)
    assert "run the command again" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_fault_at_the_data_file_leaves_whole_files_and_the_next_run_mends_them(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(lake, rows_of(FIRST), records_of(FIRST))
    real, calls = os.replace, []

    def second_fails(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", second_fails)
        with pytest.raises(LakeError, match="No space left on device"):
            store(lake, rows_of(FIRST, points=7), records_of(FIRST, entity="another"))
    fact = lake.facts(TABLE, FIRST, FIRST)[FIRST]
    records = lake.read_records(TABLE, FIRST, FIRST)
    assert lake.read(TABLE, FIRST, FIRST).equals(rows_of(FIRST))
    # The footer shows that the records are of another run.
    assert fact.records_fingerprint != partition_fingerprints(records, PROCESSING_FAILURES)[FIRST]
    store(lake, rows_of(FIRST, points=7), records_of(FIRST, entity="another"))
    fresh = Lake(tmp_path / "fresh")
    store(fresh, rows_of(FIRST, points=7), records_of(FIRST, entity="another"))
    assert files(lake.root) == files(fresh.root)


def test_a_folder_that_cannot_be_flushed_does_not_claim_that_nothing_changed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(lake, rows_of(FIRST))
    real = os.fsync

    def folders_fail(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(errno.EIO, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", folders_fail)
    with pytest.raises(LakeError, match="a file in it was changed, but a power cut may undo that"):
        store(lake, rows_of(FIRST, points=7))
    assert lake.read(TABLE, FIRST, FIRST)["points"].unique().to_list() == [7]


def test_bytes_that_come_back_different_leave_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    replace_file(path, b"old")
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: real(self) + (b"!" if ".tmp-" in self.name else b""))
    with pytest.raises(LakeError, match="the disk returned other bytes than were written"):
        replace_file(path, b"new")
    assert files(tmp_path) == {"x": b"old"}


@pytest.mark.parametrize("number", FAULTS, ids=errno.errorcode.get)
def test_a_file_that_cannot_be_removed_stays(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    replace_file(path, b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(LakeError, match=r"x: cannot be removed \(.*\); the file is as it was"):
        remove_file(path)
    assert path.exists()


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "mkdir"])
def test_a_fault_during_an_ingest_leaves_the_lake_as_it_was(
    call: str, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    path = write(player_log(*GAMES).with_columns(AST=pl.lit(9)), tmp_path / "later.csv")
    before = files(lake.root), stamps(lake.root)
    with fault(call, errno.ENOSPC, monkeypatch), pytest.raises(LakeError, match="No space left on device"):
        ingest_nba_api(lake, [path])
    assert (files(lake.root), stamps(lake.root)) == before
    assert leftovers(lake.root) == []


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "mkdir"])
def test_a_lake_that_cannot_be_written_is_known_before_any_work(
    call: str, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fault(call, errno.EROFS, monkeypatch), pytest.raises(LakeError, match="Read-only file system"):
        lake.probe()


def test_a_probe_leaves_nothing(lake: Lake) -> None:
    folder = lake.root / ".nbaproc"
    folder.mkdir(parents=True)
    (folder / "probe.tmp-99999").touch()
    (folder / "probe").touch()
    lake.probe()
    assert [path.name for path in folder.iterdir()] == ["locks"]


def test_a_lake_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LakeError, match=r"cannot be written \(Not a directory\); nothing was changed"):
        Lake(tmp_path / "file" / "lake").probe()


def test_what_a_dead_writer_left_is_swept_by_the_next(lake: Lake) -> None:
    store(lake, rows_of(FIRST), records_of(FIRST))
    for path in (lake.path(TABLE, NOVEMBER), lake.records_path(TABLE, NOVEMBER)):
        path.with_name(f"{path.name}.tmp-99999").write_bytes(b"half")
    store(lake, rows_of(SECOND))
    assert leftovers(lake.root) == []


def test_left_over_files_are_no_data(lake: Lake) -> None:
    store(lake, rows_of(FIRST))
    path = lake.path(TABLE, NOVEMBER)
    path.with_name("2021-12.parquet.tmp-99999").write_bytes(b"half")
    assert lake.months(TABLE) == [NOVEMBER]
    assert lake.read(TABLE, FIRST, date(2022, 1, 1)).height == 2


# Several processes.


def _store_days(root: str, days: list[int]) -> None:
    for day in days:
        store(Lake(Path(root)), rows_of(date(2021, 11, day)), records_of(date(2021, 11, day)))


@pytest.mark.usefixtures("all_cores")
def test_R26_two_processes_that_write_dates_of_one_month_both_survive(lake: Lake, tmp_path: Path) -> None:  # noqa: N802
    context = multiprocess.get_context("spawn")
    parts = ([*range(1, 31, 2)], [*range(2, 31, 2)])
    workers = [context.Process(target=_store_days, args=(str(lake.root), part)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    alone = Lake(tmp_path / "alone")
    month = [FIRST + timedelta(days) for days in range(30)]
    store(alone, rows_of(*month), records_of(*month))
    assert files(lake.root) == files(alone.root)


def _store_points(root: str, points: int) -> None:
    for _ in range(15):
        store(Lake(Path(root)), rows_of(FIRST, points=points), records_of(FIRST, entity=f"game {points}"))


@pytest.mark.usefixtures("all_cores")
def test_R26_of_two_processes_that_write_the_same_date_one_wins_whole(lake: Lake, tmp_path: Path) -> None:  # noqa: N802
    context = multiprocess.get_context("spawn")
    workers = [context.Process(target=_store_points, args=(str(lake.root), points)) for points in (100, 101)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    alone = []
    for points in (100, 101):
        other = Lake(tmp_path / str(points))
        store(other, rows_of(FIRST, points=points), records_of(FIRST, entity=f"game {points}"))
        alone.append(files(other.root))
    assert files(lake.root) in alone


def test_a_lock_is_given_up_by_a_dead_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = "import os, sys\nfrom pathlib import Path\nfrom nbaproc.parquet import locked\n"
    code += "with locked(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        holder.send_signal(signal.SIGKILL)
    with locked(path):
        pass


# The command line in a child process, with a limit on the size of files or killed in the middle.

RANGE = ("--start", "2021-10-19", "--end", "2021-11-30")


def run_child(
    lake: Path, *words: str, limit: int | None = None, code: str = "from nbaproc.cli.main import main\nmain()"
) -> subprocess.CompletedProcess[str]:
    if limit is not None:
        code = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n{code}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NBAPROC_", "ENABLE_"))}
    return subprocess.run(
        [sys.executable, "-c", code, *words, "--lake", str(lake)],
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def raw_lake(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lake with two simulated months and nothing computed."""
    root = tmp_path_factory.mktemp("raw") / "lake"
    keep = ("2021-10.parquet", "2021-11.parquet", "nba_players_registry.parquet")
    for path in simulated_lake.rglob("*.parquet"):
        if path.name in keep:
            target = root / path.relative_to(simulated_lake)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return root


@pytest.fixture(scope="module")
def computed_lake(raw_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same lake after an undisturbed backfill."""
    root = tmp_path_factory.mktemp("computed") / "lake"
    shutil.copytree(raw_lake, root)
    done = run_child(root, "backfill", *RANGE)
    assert (done.returncode, done.stderr) == (0, "")
    return root


def test_an_ingest_that_may_not_write_is_one_line_and_exit_2(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    ingest_nba_api(Lake(lake), [write(player_log(OPENER), tmp_path / "log.csv")])
    before = files(lake), stamps(lake)
    write(player_log(*GAMES).with_columns(AST=pl.lit(9)), tmp_path / "more" / "log.csv")
    write(team_log(*GAMES), tmp_path / "more" / "teams.csv")
    write(league_schedule(*GAMES), tmp_path / "more" / "schedule.csv")
    done = run_child(lake, "ingest", "nba-api", str(tmp_path / "more"), limit=1000)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {lake}/")
    assert "cannot be written (File too large); the file is as it was; free the disk" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (files(lake), stamps(lake)) == before
    assert leftovers(lake) == []


FULL_MONTH = """
import errno, os
real = os.replace

def replace(source, target):
    if str(target).endswith("2021-11.parquet"):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    real(source, target)

os.replace = replace
from nbaproc.cli.main import main
main()
"""


def test_a_backfill_that_may_not_write_names_every_month_and_exits_with_1(computed_lake: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(computed_lake, lake)
    for path in lake.rglob("2021-11.parquet"):
        if {"nba_analytics", "nba_predictions"} & set(path.parts):
            path.unlink()
    before = files(lake), stamps(lake)
    # What looks back on the lost month would be blocked; these fail.
    names = [name for name, table in declarations().items() if not table.history]
    done = run_child(lake, "backfill", *RANGE, "--tables", ",".join(names), code=FULL_MONTH)
    lines = [line for line in done.stdout.splitlines() if line.startswith("failed ")]
    assert done.returncode == 1
    assert done.stderr == ""
    for line, name in zip(lines, names, strict=True):
        assert line.startswith(f"failed {name} 2021-11-01 to 2021-11-30 (29 dates): UNAVAILABLE: ")
        assert "2021-11.parquet: cannot be written (File too large); the file is as it was; free the disk" in line
    assert (files(lake), stamps(lake)) == before
    assert leftovers(lake) == []


def test_a_backfill_that_may_write_nothing_at_all_exits_with_2(raw_lake: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(raw_lake, lake)
    before = files(lake)
    done = run_child(lake, "backfill", *RANGE, limit=0)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert files(lake) == before


KILLER = """
import os, signal, sys
number, when, name = int(sys.argv.pop(1)), sys.argv.pop(1), sys.argv.pop(1)
real = os.replace

def replace(source, target):
    global number
    number -= 1
    if number == 0 and when == "before":
        os.kill(os.getpid(), signal.Signals[name])
    real(source, target)
    if number == 0:
        os.kill(os.getpid(), signal.Signals[name])

os.replace = replace
from nbaproc.cli.main import main
main()
"""


@pytest.mark.parametrize(("number", "when"), [(1, "before"), (3, "before"), (5, "after")])
def test_a_killed_backfill_leaves_whole_files_and_a_rerun_gives_the_undisturbed_bytes(
    number: int, when: str, raw_lake: Path, computed_lake: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(raw_lake, lake)
    done = run_child(lake, str(number), when, "SIGKILL", "backfill", *RANGE, code=KILLER)
    assert done.returncode == -signal.SIGKILL
    wanted = files(computed_lake)
    for name, content in files(lake).items():
        if ".tmp-" not in name:
            assert content == wanted[name], name
            read_frame(lake / name)
            read_facts(lake / name)
    assert run_child(lake, "backfill", *RANGE).returncode == 0
    assert files(lake) == wanted
    assert leftovers(lake) == []


def test_an_interrupted_backfill_leaves_no_half_file_and_exits_with_130(raw_lake: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(raw_lake, lake)
    done = run_child(lake, "3", "before", "SIGINT", "backfill", *RANGE, code=KILLER)
    assert (done.returncode, done.stderr.strip()) == (130, "interrupted")
    assert leftovers(lake) == []


def test_a_killed_ingest_leaves_whole_files_and_a_rerun_gives_the_undisturbed_bytes(tmp_path: Path) -> None:
    story = tmp_path / "story"
    write(player_log(*GAMES), story / "log.csv")
    write(team_log(*GAMES), story / "teams.csv")
    write(league_schedule(*GAMES), story / "schedule.csv")
    whole, lake = Lake(tmp_path / "whole"), Lake(tmp_path / "lake")
    ingest_nba_api(whole, [story])
    done = run_child(lake.root, "4", "before", "SIGKILL", "ingest", "nba-api", str(story), code=KILLER)
    assert done.returncode == -signal.SIGKILL
    assert len(leftovers(lake.root)) == 1
    for name in files(lake.root):
        if ".tmp-" not in name:
            read_frame(lake.root / name)
    ingest_nba_api(lake, [story])
    assert files(lake.root) == files(whole.root)
