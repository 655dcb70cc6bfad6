"""A file that has lost its end, whatever kind it is of: the next command recovers, or names it with the remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nbaproc.audit.ledger import verify_ledger
from nbaproc.errors import LakeError, LedgerError
from nbaproc.gaps import accept, path_of
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.parquet import remove_file
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.repair import rebuild
from nbaproc.tables import table_names
from tests.run.weeks import DECLARED, LAST, LATE, OPENING, PGS, TOGS, assert_ledger_agrees, run, todo
from tests.sources.downloads import files

NOVEMBER = Month("2021-22", "2021-11")
#: How much is lost.
SOME = [1, 8, 3000]


def cut(path: Path, count: int) -> None:
    """Take the last bytes off a file."""
    content = path.read_bytes()
    assert len(content) > count
    path.write_bytes(content[:-count])


@pytest.mark.parametrize("count", SOME)
def test_R31_a_cut_file_of_rows_is_named_and_made_again_once_it_is_removed(count: int, clean: Lake) -> None:  # noqa: N802
    before, path = files(clean.root), clean.path(DECLARED[TOGS], NOVEMBER)
    cut(path, count)
    for command in (run, todo):
        with pytest.raises(LakeError, match=rf"{path}: cannot be read .*; remove the file and compute"):
            command(clean)
    assert verify_ledger(clean, table_names(), OPENING, LAST).mismatches[0].where == "file"
    remove_file(path)
    assert run(clean).exit_code == 0
    assert files(clean.root) == before
    assert_ledger_agrees(clean)


@pytest.mark.parametrize("count", SOME)
def test_R31_a_cut_file_of_records_is_found_by_recounting_and_made_again(count: int, clean: Lake) -> None:  # noqa: N802
    before, path = files(clean.root), clean.records_path(DECLARED["player_daily_cache"], NOVEMBER)
    cut(path, count)
    with pytest.raises(LakeError, match=rf"{path}: cannot be read .*; remove the file and compute"):
        clean.read_records(DECLARED["player_daily_cache"], LATE, LAST)
    found = verify_ledger(clean, table_names(), OPENING, LAST).mismatches
    assert {(mismatch.table, mismatch.month) for mismatch in found} == {("player_daily_cache", "2021-11")}
    assert any(str(path) in mismatch.message for mismatch in found)
    remove_file(path)
    # Now the records are missed, and their dates are planned.
    assert not verify_ledger(clean, table_names(), OPENING, LAST).holds
    assert run(clean).exit_code == 0
    assert files(clean.root) == before


@pytest.mark.parametrize("count", SOME)
def test_R31_a_cut_schedule_is_named_and_nothing_is_written(count: int, clean: Lake) -> None:  # noqa: N802
    [path] = clean.folder(RAW_TABLES["nbac_schedule"]).rglob("2021-11.parquet")
    cut(path, count)
    before = files(clean.root)
    with pytest.raises(LakeError, match=rf"{path}: cannot be read"):
        run(clean, [PGS], LAST, LAST, resume=False)
    assert files(clean.root) == before


@pytest.mark.parametrize("count", SOME)
@pytest.mark.parametrize("name", ["nbac_player_boxscores", "nba_players_registry"])
def test_R31_a_cut_file_of_raw_rows_is_named_and_nothing_is_written(  # noqa: N802
    name: str, count: int, clean: Lake
) -> None:
    table = RAW_TABLES[name]
    [path] = clean.folder(table).rglob("2021-11.parquet" if table.date else "*.parquet")
    cut(path, count)
    before = files(clean.root)
    blocked = run(clean, [PGS], LAST, LAST, resume=False).ended("blocked")
    assert {cell.table for cell in blocked} >= {PGS}
    assert any(f"{path}: cannot be read" in cell.message for cell in blocked)
    assert files(clean.root) == before


@pytest.mark.parametrize("count", [1, 4096, 40000])
def test_R31_a_cut_ledger_is_named_or_mended_and_rebuilt(count: int, clean: Lake) -> None:  # noqa: N802
    before, path = files(clean.root), clean.root / ".nbaproc" / "ledger.sqlite"
    for left in path.parent.glob("ledger.sqlite-*"):
        left.unlink()
    cut(path, count)
    try:
        assert run(clean).exit_code == 0
    except LedgerError as error:
        assert f"{path}: " in str(error)
        assert "run `nbaproc rebuild-ledger`" in str(error)
        with Ledger(clean.root) as ledger:
            rebuild(clean, ledger)
    assert files(clean.root) == before
    assert_ledger_agrees(clean)
    assert run(clean).idle


@pytest.mark.parametrize("count", [1, 30])
def test_R31_a_cut_list_of_gaps_is_read_or_named(count: int, clean: Lake) -> None:  # noqa: N802
    day = date(2022, 1, 1)
    accept(clean.root, [PGS], [day], "nowhere", "somebody", "2026-01-07T02:00:00Z")
    before = files(clean.root)
    cut(path_of(clean.root), count)
    if count == 1:
        assert run(clean).idle
    else:
        with pytest.raises(LakeError, match=r"accepted_gaps\.csv: line 2 is no gap"):
            run(clean)
    assert files(clean.root) == before
