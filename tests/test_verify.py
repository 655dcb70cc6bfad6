"""The proof: whatever is not what the reference engine gives is found and named."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from nbaproc.audit.verify import Difference, Proof, TableProof, compare, verify
from nbaproc.boundary import schema
from nbaproc.columns import Table, Type
from nbaproc.errors import LakeError, UsageError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.parquet import encode, read_facts, read_frame, remove_file, replace_file
from nbaproc.run.backfill import backfill
from nbaproc.sources.ingest import ingest_gamebook, ingest_nba_api, ingest_nba_cdn
from nbaproc.tables import by_stage, declarations, table_names
from tests.sources.downloads import (
    GAMES,
    LATE,
    NOVEMBER,
    OPENER,
    Game,
    game_book,
    league_schedule,
    play_by_play,
    player_log,
    season_shots,
    team_log,
    write,
    write_json,
)

START, END, TODAY = date(2021, 10, 1), date(2022, 6, 30), date(2023, 1, 1)
#: A game without a player row: it has team rows and a record.
LONELY = Game("0022100003", date(2021, 10, 20), "CHI", "DET", 94, 88)
TOGS, PGS, TDGS = (declarations()[f"{name}_game_summary"] for name in ("team_offense", "player", "team_defense"))
OCTOBER = Month("2021-22", "2021-10")
#: Tables that follow from a date's own raw rows: a fault in one shows in no other.
GAMES_TABLES = by_stage(table_names())["games"]
COMPARED = {name: declarations()[name] for name in GAMES_TABLES}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    lake = Lake(folder / "lake")
    write(player_log(*GAMES), folder / "in" / "log.csv")
    write(team_log(*GAMES, LONELY), folder / "in" / "teams.csv")
    write(league_schedule(*GAMES, LONELY), folder / "in" / "schedule.csv")
    write(season_shots(LATE), folder / "in" / "shots.csv")
    ingest_nba_api(lake, [folder / "in"])
    ingest_gamebook(lake, [write_json(game_book(OPENER, inactive="Somebody Else"), folder / "book.json")])
    ingest_nba_cdn(lake, [write_json(play_by_play(NOVEMBER), folder / "plays.json")])
    backfill(lake, GAMES_TABLES, START, END, today=TODAY, engine="polars")
    return lake.root


@pytest.fixture(scope="module")
def stored(built: Path) -> dict[str, pl.DataFrame]:
    """The rows of every compared table, and the failure records."""
    lake = Lake(built)
    rows = {name: lake.read(table, START, END) for name, table in COMPARED.items()}
    return rows | {PROCESSING_FAILURES.name: lake.read_records(PGS, START, END)}


@pytest.fixture
def lake(built: Path, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(built, tmp_path / "lake"))


def proven(lake: Lake, *names: str) -> Proof:
    return verify(lake, names or GAMES_TABLES, START, END)


def tamper(lake: Lake, table: Table, change: Callable[[pl.DataFrame], pl.DataFrame], month: Month = OCTOBER) -> None:
    """Change the rows of a month and leave its footer."""
    path = lake.path(table, month)
    replace_file(path, encode(change(read_frame(path)), read_facts(path)))


def tamper_records(lake: Lake, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    path = lake.records_path(PGS, OCTOBER)
    replace_file(path, encode(change(read_frame(path)), read_facts(path)))


def command(lake: Lake, *words: str) -> Result:
    from nbaproc.cli.main import cli

    return CliRunner().invoke(
        cli, ["verify", "--end", str(END), "--lake", str(lake.root), "--tables", "games", *words], standalone_mode=False
    )


def other_value(value: Any, kind: Type) -> Any:
    """Return a value as close to another as its type allows."""
    match kind:
        case Type.INT64:
            return (value or 0) + 1
        case Type.FLOAT64:
            return 0.5 if value is None else math.nextafter(value, math.inf)
        case Type.BOOL:
            return not value
        case Type.DATE:
            return value + timedelta(days=1)
        case Type.TIMESTAMP:
            return pl.select(pl.datetime(2021, 10, 20, time_zone="UTC")).item()
        case Type.STRINGS | Type.DATES:
            return value.to_list()[:-1] if len(value) else [date(2021, 1, 1) if kind is Type.DATES else "x"]
        case _:
            return f"{value or ''}x"


def with_value(rows: pl.DataFrame, table: Table, column: str, row: int = 0) -> pl.DataFrame:
    """Change one value of one row."""
    changed = pl.Series([other_value(rows[column][row], table[column].type)], dtype=rows.schema[column])
    return rows.with_columns(pl.concat([rows[column][:row], changed, rows[column][row + 1 :]]).alias(column))


def test_an_untouched_lake_holds(lake: Lake) -> None:
    proof = proven(lake)
    assert proof.holds
    assert (proof.different, proof.differences) == (0, [])
    rows = {name: lake.read(table, START, END).height for name, table in COMPARED.items()}
    records = {name: lake.read_records(table, START, END).height for name, table in COMPARED.items()}
    assert rows == {TOGS.name: 10, PGS.name: 64, TDGS.name: 10, "ml_labels": 64}
    assert records == {TOGS.name: 0, PGS.name: 1, TDGS.name: 0, "ml_labels": 0}
    for name, mine in proof.tables.items():
        assert (mine.rows, mine.dates, mine.not_built, mine.error) == (rows[name] + records[name], 4, [], "")


EVERY_COLUMN = [(t.name, c.name) for t in (*COMPARED.values(), PROCESSING_FAILURES) for c in t.columns]


def test_a_change_of_one_field_of_a_struct_is_one_difference() -> None:
    table = declarations()["player_composite_factors"]
    field = {"pace_differential": 1.25, "opponent_pace_last_10": 99.5, "pace_environment": None, "final_score": 0.625}
    made = {c.name: [None] for c in table.columns} | {"game_date": [START], "player_lookup": ["somebody"]}
    made |= {"pace_context_json": [field]}
    rows = pl.DataFrame(made, schema=schema(table))
    other = pl.DataFrame(made | {"pace_context_json": [field | {"final_score": 0.62}]}, schema=schema(table))
    for changed, count in ((rows, 0), (other, 1)):
        proof, differences = TableProof(), list[Difference]()
        compare(table, changed, rows, proof, differences)
        assert proof.different == len(differences) == count


@pytest.mark.parametrize(("name", "column"), EVERY_COLUMN)
def test_the_smallest_change_of_any_column_is_one_difference(
    name: str, column: str, stored: dict[str, pl.DataFrame]
) -> None:
    table, rows = (COMPARED | {PROCESSING_FAILURES.name: PROCESSING_FAILURES})[name], stored[name]
    proof, differences = TableProof(), list[Difference]()
    compare(table, with_value(rows, table, column), rows, proof, differences)
    if column in table.key:
        assert proof.different == 2 * len(table.columns)
        assert [(d.column, d.lake, d.reference) for d in differences] == [
            ("", "present", "absent"),
            ("", "absent", "present"),
        ]
    else:
        key = " ".join(str(value) for value in rows.select(table.key).row(0))
        assert proof.different == 1
        assert [(d.table, d.key, d.column) for d in differences] == [(name, key, column)]


@pytest.mark.parametrize(("one", "other"), [(0.0, -0.0), (0.1, 0.30000000000000004 - 0.2), (None, 0.0), (1.0, None)])
def test_floats_are_compared_by_their_bits(one: float | None, other: float | None, built: Path) -> None:
    rows = Lake(built).read(TOGS, START, END)
    proof = TableProof()
    here, there = (rows.with_columns(pace=pl.lit(value, dtype=pl.Float64)) for value in (one, other))
    compare(TOGS, here, there, proof, [])
    assert proof.different == rows.height


SAMPLES = {
    Type.STRING: "game_id",
    Type.INT64: "points_scored",
    Type.FLOAT64: "pace",
    Type.BOOL: "home_game",
    Type.TIMESTAMP: "source_nbac_last_updated",
    Type.STRINGS: "data_sources",
}


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.name)
def test_a_tampered_value_in_the_lake_is_found_and_named(kind: Type, lake: Lake) -> None:
    column = SAMPLES[kind]
    assert TOGS[column].type is kind
    tamper(lake, TOGS, lambda rows: with_value(rows, TOGS, column, row=3))
    done = command(lake)
    assert done.return_value == 4
    assert f"2021-10-19 MIL  {column}" in done.output
    assert "1 different: THE PROOF DOES NOT HOLD" in done.output


def test_a_missing_row_is_found(lake: Lake) -> None:
    key = " ".join(map(str, lake.read(PGS, START, END).select(PGS.key).row(0)))
    tamper(lake, PGS, lambda rows: rows[1:])
    proof = proven(lake)
    [found] = proof.differences
    assert found == Difference(PGS.name, key, "", "absent", "present")
    assert proof.different == len(PGS.columns)
    assert not proof.holds


def test_an_extra_row_is_found(lake: Lake) -> None:
    extra = pl.lit("nobody")
    tamper(lake, PGS, lambda rows: pl.concat([rows, rows[:1].with_columns(player_lookup=extra)]))
    [found] = proven(lake).differences
    assert (found.key, found.lake, found.reference) == ("2021-10-19 nobody", "present", "absent")


def test_a_doubled_row_is_an_extra_row(lake: Lake) -> None:
    tamper(lake, TDGS, lambda rows: pl.concat([rows, rows[:1]]))
    proof = proven(lake)
    assert [(d.table, d.lake, d.reference) for d in proof.differences] == [(TDGS.name, "present", "absent")]
    assert not proof.holds


@pytest.mark.parametrize("day", [date(2021, 10, 5), date(2021, 10, 25)])
def test_a_row_of_a_date_without_games_is_an_extra_row(day: date, lake: Lake) -> None:
    tamper(lake, TOGS, lambda rows: pl.concat([rows, rows[:1].with_columns(game_date=pl.lit(day))]))
    [found] = proven(lake).differences
    assert (found.key, found.lake, found.reference) == (f"{day} BKN", "present", "absent")


def test_a_row_between_two_seasons_is_an_extra_row(lake: Lake, tmp_path: Path) -> None:
    later = Game("0022200001", date(2022, 10, 18), "PHI", "BOS", 117, 126)
    write(team_log(later), tmp_path / "in" / "teams.csv")
    write(league_schedule(later), tmp_path / "in" / "schedule.csv")
    ingest_nba_api(lake, [tmp_path / "in"])
    backfill(lake, GAMES_TABLES, later.day, later.day, today=TODAY, engine="polars")
    assert verify(lake, GAMES_TABLES, START, later.day).holds
    summer = Month("2021-22", "2022-08")
    path = lake.path(TOGS, OCTOBER)
    stray = read_frame(path)[:1].with_columns(game_date=pl.lit(date(2022, 8, 1)))
    replace_file(lake.path(TOGS, summer), encode(stray, {"table": TOGS.name, "month": "2022-08", "dates": {}}))
    [found] = verify(lake, GAMES_TABLES, START, later.day).differences
    assert found.key == "2022-08-01 BKN"


def test_a_missing_month_is_a_missing_date(lake: Lake) -> None:
    remove_file(lake.path(TDGS, Month("2021-22", "2021-11")))
    proof = proven(lake)
    assert proof.tables[TDGS.name].not_built == [NOVEMBER.day]
    assert proof.different == 0
    assert not proof.holds
    done = command(lake)
    assert done.return_value == 4
    assert "team_defense_game_summary: 1 planned date(s) are not in the lake: 2021-11-15" in done.output


def test_a_date_the_footer_does_not_name_is_missing(lake: Lake) -> None:
    path = lake.path(TOGS, OCTOBER)
    facts = read_facts(path)
    del facts["dates"]["2021-10-20"]
    replace_file(path, encode(read_frame(path).filter(pl.col("game_date") != LONELY.day), facts))
    proof = proven(lake)
    assert proof.tables[TOGS.name].not_built == [LONELY.day]
    assert not proof.holds


@pytest.mark.parametrize("column", ["failure_category", "failure_reason", "can_retry", "occurrences"])
def test_a_tampered_failure_record_is_found_and_named(column: str, lake: Lake) -> None:
    values = {"failure_category": "NO_TEAM_SOURCE", "failure_reason": "why", "can_retry": False, "occurrences": 7}
    given = pl.lit(values[column], dtype=schema(PROCESSING_FAILURES)[column])
    tamper_records(lake, lambda rows: rows.with_columns(given.alias(column)))
    done = command(lake)
    assert done.return_value == 4
    assert "processing_failures" in done.output
    assert "20211020_CHI_DET" in done.output


def test_a_missing_failure_record_is_found(lake: Lake) -> None:
    remove_file(lake.records_path(PGS, OCTOBER))
    proof = proven(lake)
    assert {(d.table, d.lake, d.reference) for d in proof.differences} == {("processing_failures", "absent", "present")}
    assert proof.tables[PGS.name].different == len(PROCESSING_FAILURES.columns)


def test_an_extra_failure_record_is_found(lake: Lake) -> None:
    tamper_records(lake, lambda rows: pl.concat([rows, rows[:1].with_columns(entity_id=pl.lit("nobody"))]))
    [found] = proven(lake).differences
    assert found.lake == "present"
    assert "nobody" in found.key


def test_changed_raw_rows_make_the_lake_differ(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(team_log(LATE).with_columns(AST=pl.col("AST") + 1), tmp_path / "teams.csv")])
    found = [(d.key, d.lake, d.reference) for d in proven(lake, TOGS.name).differences if d.column == "assists"]
    assert found == [("2021-10-19 GSW", "16", "17"), ("2021-10-19 LAL", "16", "17")]


def test_at_most_ten_differences_are_shown_and_all_are_counted(lake: Lake) -> None:
    tamper(lake, PGS, lambda rows: rows.with_columns(data_hash=pl.lit("0" * 16)))
    proof = proven(lake)
    assert len(proof.differences) == 10
    assert proof.different == lake.read(PGS, OPENER.day, LONELY.day).height == 32


def test_only_the_named_tables_are_compared(lake: Lake) -> None:
    tamper(lake, PGS, lambda rows: rows[1:])
    assert proven(lake, TOGS.name).holds
    assert not proven(lake, PGS.name).holds


def test_a_range_without_games_proves_nothing(lake: Lake) -> None:
    proof = verify(lake, GAMES_TABLES, date(2021, 12, 1), date(2021, 12, 31))
    assert (proof.cells, proof.holds) == (0, False)
    assert command(lake, "--start", "2021-12-01", "--end", "2021-12-31").return_value == 4


def test_a_lake_without_a_schedule_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no schedule; fill it with `nbaproc ingest nba-api PATH`"):
        verify(Lake(tmp_path / "lake"), GAMES_TABLES, START, END)


def test_an_unreadable_file_is_named(lake: Lake) -> None:
    lake.path(TOGS, OCTOBER).write_bytes(b"half a file")
    with pytest.raises(LakeError, match=r"2021-10\.parquet: cannot be read"):
        proven(lake)


def test_a_table_of_an_older_shape_is_named(lake: Lake) -> None:
    tamper(lake, TOGS, lambda rows: rows.drop("pace"))
    with pytest.raises(LakeError, match=r"2021-10\.parquet: column pace is missing"):
        proven(lake)


def test_json_holds_every_count_and_difference(lake: Lake) -> None:
    tamper(lake, TOGS, lambda rows: with_value(rows, TOGS, "points_scored"))
    done = command(lake, "--json")
    document = json.loads(done.output)
    assert (done.return_value, document["holds"], document["different"]) == (4, False, 1)
    assert document["differences"] == [
        {
            "table": TOGS.name,
            "key": "2021-10-19 BKN",
            "column": "points_scored",
            "lake": "105",
            "reference": "104",
        }
    ]


def test_a_proof_that_holds_exits_with_0_and_says_how_much_was_compared(lake: Lake) -> None:
    done = command(lake)
    assert done.return_value == 0
    cells = proven(lake).cells
    assert f"{cells:,} cells compared, {cells:,} equal, 0 different: every cell is equal" in done.output
