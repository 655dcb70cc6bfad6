"""Extraction into the raw lake: dates are replaced as a whole, by one query for each table."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from cli.main import main
from nbaproc import ddl
from nbaproc.boundary import schema
from nbaproc.columns import Table
from nbaproc.errors import ConfigurationError, InputError, LakeError, UsageError, WarehouseError
from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.sources.extracted import replace_dates
from nbaproc.sources.ingest import ingest_nba_api, ingest_simulation
from nbaproc.warehouse import extract_sql
from nbaproc.warehouse.extract import extract
from tests.conftest import ROOT
from tests.warehouse.rows import HERE, Rows

BOXES, PROPS = RAW_TABLES["nbac_player_boxscores"], RAW_TABLES["odds_api_player_points_props"]
ALIASES, PLAYS = RAW_TABLES["player_aliases"], RAW_TABLES["nbac_play_by_play"]
DAYS = [date(2021, 10, 30), date(2021, 10, 31), date(2021, 11, 1), date(2021, 11, 2)]
SEEN = datetime(2021, 11, 3, 4, 5, 6, 7, tzinfo=UTC)


def filled(table: Table, **columns: list[Any]) -> pl.DataFrame:
    """Return rows with some columns; the others are NULL, or the same in every row where they may not be."""
    plain = {pl.String(): "x", pl.Int64(): 1, pl.Date(): DAYS[0]}
    types = schema(table)
    height = len(next(iter(columns.values())))
    values = {
        column.name: columns.get(column.name, [None if column.null else plain[types[column.name]]] * height)
        for column in table.columns
    }
    return pl.DataFrame(values, schema=types)


def boxes(points: list[int], days: list[date] = DAYS) -> pl.DataFrame:
    ids = [f"00221000{place:02}" for place in range(len(days))]
    return filled(
        BOXES,
        game_id=ids,
        game_date=days,
        nba_player_id=[7] * len(days),
        points=points,
        processed_at=[SEEN] * len(days),
    )


PROP_ROWS = filled(
    PROPS,
    game_date=[DAYS[1], DAYS[1], DAYS[1], DAYS[2]],
    player_name=["B", "A", "A", "A"],
    points_line=[20.5, 21.5, 21.5, 0.5],
)
ALIAS_ROWS = filled(ALIASES, alias_lookup=["b", "a"], nba_canonical_lookup=["c", "c"])


@pytest.fixture
def source() -> Rows:
    source = Rows()
    source.put(BOXES, boxes([10, 11, 12, 13]))
    source.put(PROPS, PROP_ROWS)
    source.put(ALIASES, ALIAS_ROWS)
    return source


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def run(lake: Lake, source: Rows, start: date = DAYS[0], end: date = DAYS[-1], **options: Any) -> dict[str, Any]:
    tables = options.pop("tables", list(RAW_TABLES.values()))
    return extract(lake, source, HERE, start, end, tables, **options).tables


def stored(lake: Lake) -> dict[str, tuple[bytes, int]]:
    files = [path for path in lake.root.rglob("*.parquet") if path.is_file()]
    return {str(path.relative_to(lake.root)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_every_row_and_value_arrives(lake: Lake, source: Rows) -> None:
    result = run(lake, source)
    assert lake.read_whole(BOXES).equals(boxes([10, 11, 12, 13]))
    assert lake.read_whole(PROPS).sort(PROPS.names).equals(PROP_ROWS.sort(PROPS.names))
    assert lake.read_whole(ALIASES).equals(ALIAS_ROWS.sort("alias_lookup"))
    assert {name: (one.rows, one.new, one.files) for name, one in result.items()} == {
        BOXES.name: (4, 4, 2),
        PROPS.name: (4, 4, 2),
        ALIASES.name: (2, 2, 1),
    }


def test_twice_and_in_another_order_changes_no_byte(lake: Lake, source: Rows) -> None:
    run(lake, source)
    before = stored(lake)
    for name, rows in source.tables.items():
        source.tables[name] = rows.reverse()
    result = run(lake, source)
    assert stored(lake) == before
    for one in result.values():
        assert (one.unchanged, one.new, one.restated, one.gone, one.files) == (one.rows, 0, 0, 0, 0)


def test_dates_are_replaced_as_a_whole_and_others_stay(lake: Lake, source: Rows) -> None:
    run(lake, source)
    changed = boxes([10, 99, 12], [DAYS[0], DAYS[1], DAYS[3]])
    source.put(BOXES, changed)
    source.put(PROPS, PROP_ROWS.filter(pl.col("game_date") == DAYS[2]))
    # Of the four dates two are asked for; the row of the second moved, that of the first was taken back.
    result = run(lake, source, DAYS[1], DAYS[2])
    held = lake.read_whole(BOXES).select("game_date", "points").rows()
    assert held == [(DAYS[0], 10), (DAYS[1], 99), (DAYS[3], 13)]
    assert lake.read_whole(PROPS)["game_date"].to_list() == [DAYS[2]]
    of_boxes, of_props = result[BOXES.name], result[PROPS.name]
    assert (of_boxes.rows, of_boxes.restated, of_boxes.gone, of_boxes.new) == (1, 1, 1, 0)
    assert (of_props.rows, of_props.unchanged, of_props.gone) == (1, 1, 3)


def test_a_month_without_a_row_left_has_no_file(lake: Lake, source: Rows) -> None:
    run(lake, source)
    source.put(PROPS, PROP_ROWS.clear())
    assert run(lake, source)[PROPS.name].files == 2
    assert lake.months(PROPS) == []


def test_doubled_rows_stay_doubled(lake: Lake, source: Rows) -> None:
    twice = pl.concat([boxes([10, 11, 12, 13]), boxes([10, 11, 12, 13])])
    source.put(BOXES, twice)
    assert run(lake, source)[BOXES.name].rows == 8
    assert lake.read_whole(BOXES).height == 8


def test_a_row_of_another_date_is_refused(lake: Lake) -> None:
    with pytest.raises(LakeError, match="a row of 2021-11-02 arrived, asked for 2021-10-30 to 2021-11-01"):
        replace_dates(lake, BOXES, DAYS[0], DAYS[2], boxes([10, 11, 12, 13]))
    assert stored(lake) == {}


def test_R43_one_query_and_one_look_for_each_table_however_many_dates(  # noqa: N802
    lake: Lake, source: Rows
) -> None:
    counts = []
    for end in (DAYS[0], DAYS[-1], date(2024, 6, 30)):
        source.looks.clear()
        source.queries.clear()
        run(lake, source, DAYS[0], end)
        counts.append((len(source.looks), len(source.queries)))
        assert all("BETWEEN DATE '2021-10-30'" in text for text in source.queries if ALIASES.name not in text)
    # Every raw table and two data sets are looked at; the three that are there are read.
    assert counts == [(len(RAW_TABLES) + 2, 3)] * 3


def test_R43_a_query_without_a_bound_raises() -> None:  # noqa: N802
    for table in RAW_TABLES.values():
        text = extract_sql.select(table)
        for start, end in ((None, DAYS[0]), (DAYS[0], None)):
            if table.date is None:
                assert extract_sql.between(text, start, end) == text
                continue
            with pytest.raises(ValueError, match=r"has no @(start|end): WHERE"):
                extract_sql.between(text, start, end)
        bounded = extract_sql.between(text, DAYS[0], DAYS[1])
        assert "@" not in bounded
        assert ("BETWEEN DATE '2021-10-30' AND DATE '2021-10-31';" in bounded) == (table.date is not None)


def test_the_queries_in_the_repository_are_those_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ROOT / "sql" / "extract"
    assert ddl.drift(folder, extract_sql.statements()) == []
    assert extract_sql.main([str(folder), "--check"]) == 0
    assert len(list(folder.iterdir())) == len(RAW_TABLES)


def test_a_query_that_drifts_is_told_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract_sql.main([str(tmp_path)]) == 0
    (tmp_path / "nba_raw.nbac_schedule.sql").write_text("SELECT *")
    assert extract_sql.main([str(tmp_path), "--check"]) == 4
    assert "nbac_schedule.sql: differs" in capsys.readouterr().err
    assert extract_sql.main([str(tmp_path)]) == 0
    assert ddl.drift(tmp_path, extract_sql.statements()) == []


def test_an_optional_column_that_is_missing_is_null_and_another_is_an_error(lake: Lake, source: Rows) -> None:
    source.put(BOXES, boxes([10, 11, 12, 13]).drop("data_hash"))
    result = extract(lake, source, HERE, DAYS[0], DAYS[-1], [BOXES])
    assert result.lacking == {BOXES.name: ("data_hash",)}
    assert lake.read_whole(BOXES)["data_hash"].null_count() == 4
    before = stored(lake)
    source.put(BOXES, boxes([10, 11, 12, 13]).drop("points"))
    with pytest.raises(ConfigurationError, match=r"test-project.try_nba_raw.nbac_player_boxscores: column points is"):
        run(lake, source)
    assert stored(lake) == before
    assert not any(BOXES.name in text for text in source.queries[1:])


def test_the_case_of_a_column_name_does_not_matter(lake: Lake, source: Rows) -> None:
    class Loose(Rows):
        def arrow(self, text: str) -> Any:
            return super().arrow(text.replace("gameId", "gameid"))

    loose = Loose()
    loose.put(PLAYS, filled(PLAYS, gameId=["1"], game_date=[DAYS[0]]).rename({"gameId": "gameid"}))
    run(lake, loose, tables=[PLAYS])
    assert lake.read_whole(PLAYS)["gameId"].to_list() == ["1"]


def test_a_value_that_cannot_be_leaves_the_table_as_it_was(lake: Lake, source: Rows) -> None:
    run(lake, source)
    before = stored(lake)
    source.put(BOXES, boxes([10, 11, 12, 13]).with_columns(points=pl.Series([1.0, 2.0, 2.5, 3.0])))
    with pytest.raises(InputError, match=r"nba_raw.nbac_player_boxscores.points: 2.5 \(FLOAT64, 1 rows\) is no INT64"):
        run(lake, source)
    assert stored(lake) == before


def test_a_table_that_is_not_there_is_left_and_an_error_if_it_was_named(lake: Lake, source: Rows) -> None:
    result = extract(lake, source, HERE, DAYS[0], DAYS[-1], list(RAW_TABLES.values()))
    assert set(result.left) == set(RAW_TABLES) - {BOXES.name, PROPS.name, ALIASES.name}
    with pytest.raises(InputError, match="nbac_schedule: there is no table"):
        run(lake, source, tables=[RAW_TABLES["nbac_schedule"]], named=True)
    with pytest.raises(InputError, match="there is no table"):
        run(lake, Rows())


def test_an_old_shape_of_the_play_by_play_counts_as_absent(lake: Lake, source: Rows) -> None:
    source.put(PLAYS, filled(PLAYS, gameId=["1"], game_date=[DAYS[0]]).drop("actionNumber"))
    result = extract(lake, source, HERE, DAYS[0], DAYS[-1], list(RAW_TABLES.values()))
    assert result.left[PLAYS.name].endswith("has an older shape, without actionNumber")


def test_nothing_at_all_is_no_success(lake: Lake, source: Rows) -> None:
    with pytest.raises(InputError, match="no raw table has a row from 1990-01-01 to 1990-01-02"):
        run(lake, source, date(1990, 1, 1), date(1990, 1, 2), tables=[BOXES, PROPS])


def test_a_data_set_elsewhere_or_a_date_column_of_another_type_is_refused(lake: Lake, source: Rows) -> None:
    with pytest.raises(ConfigurationError, match="lies in US, not in EU; give --location US"):
        extract(lake, source, replace(HERE, location="EU"), DAYS[0], DAYS[-1], [BOXES])
    source.put(BOXES, boxes([10, 11, 12, 13]), game_date="TIMESTAMP")
    with pytest.raises(ConfigurationError, match="game_date is TIMESTAMP, declared DATE"):
        run(lake, source)
    assert source.queries == []


def test_a_failure_half_way_leaves_whole_tables_and_the_next_run_completes(lake: Lake, source: Rows) -> None:
    class Failing(Rows):
        def arrow(self, text: str) -> Any:
            if PROPS.name in text:
                raise WarehouseError("UNAVAILABLE", "gone")
            return super().arrow(text)

    with pytest.raises(WarehouseError):
        run(lake, Failing(source.tables, source.types))
    assert lake.read_whole(BOXES).height == 4
    assert lake.months(PROPS) == []
    assert run(lake, source)[BOXES.name].unchanged == 4


def test_a_lake_has_rows_of_files_or_of_the_warehouse_never_of_both(lake: Lake, source: Rows, tmp_path: Path) -> None:
    run(lake, source)
    before = stored(lake)
    file = tmp_path / "aliases.parquet"
    ALIAS_ROWS.write_parquet(file)
    for call in (lambda: ingest_nba_api(lake, [file]), lambda: ingest_simulation(lake, 1, 7, 2021)):
        with pytest.raises(UsageError, match=r"its raw tables come from BigQuery .* rows from files; name another"):
            call()
    assert stored(lake) == before
    other = Lake(tmp_path / "other")
    ingest_nba_api(other, [file])
    before = stored(other)
    source.looks.clear()
    with pytest.raises(UsageError, match=r"its raw tables come from files .* rows from BigQuery"):
        run(other, source)
    assert source.looks == []
    assert stored(other) == before


# The command.

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    source: Rows, lake: Lake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in ("NBAPROC_PROJECT", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    client = SimpleNamespace(Reader=lambda configuration: source)
    monkeypatch.setitem(sys.modules, "nbaproc.warehouse.reading", client)

    def call(*words: str) -> tuple[int, str, str]:
        place = ["--lake", str(lake.root), "--project", HERE.project, "--dataset-prefix", "try_"]
        with pytest.raises(SystemExit) as caught:
            main(["ingest", "bigquery", *words, *place, "--today", "2021-11-01"])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return call


def test_the_command_reports_like_other_ingests(command: Run, source: Rows) -> None:
    code, out, _ = command("--start", "2021-10-30", "--end", "2021-11-02")
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["raw", "table", "rows", "new", "rows", "restated", "unchanged", "gone", "files", "written"]
    assert [BOXES.name, "4", "4", "0", "0", "0", "2"] in lines
    assert any(line[:1] == ["nbac_schedule"] and "no" in line for line in lines)
    source.slow = "not installed"
    code, out, _ = command("--start", "2021-10-30", "--end", "2021-11-02", "--json", "--tables", BOXES.name)
    document = json.loads(out)
    assert document["tables"][BOXES.name] == {
        "rows": 4,
        "new": 0,
        "restated": 0,
        "unchanged": 4,
        "gone": 0,
        "files": 0,
    }
    assert document["rest"] == "not installed"


def test_a_dry_run_asks_for_bytes_and_writes_nothing(command: Run, source: Rows, lake: Lake) -> None:
    code, out, _ = command("--start", "2021-10-30", "--end", "2021-11-02", "--dry-run")
    assert code == 0
    assert [BOXES.name, "1,024"] in [line.split() for line in out.splitlines()]
    assert len(source.asked) == 3
    assert source.queries == []
    assert not lake.root.exists()


def test_the_command_refuses_what_cannot_be(command: Run) -> None:
    code, _, err = command("--start", "2021-10-30")
    assert (code, "--end" in err) == (2, True)
    code, _, err = command("--start", "2021-10-30", "--end", "2021-10-29")
    assert (code, "swap them" in err) == (2, True)
    code, _, err = command("--start", "2021-10-30", "--end", "2021-10-31", "--tables", "nothing")
    assert (code, "unknown raw table 'nothing'" in err) == (2, True)
