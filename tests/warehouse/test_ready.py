"""Data sets and tables of the warehouse: made once, migrated where that is harmless, and otherwise refused by name."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cli.main import main
from nbaproc import ddl
from nbaproc.errors import ConfigurationError
from nbaproc.tables import declarations
from nbaproc.warehouse.bookkeeping import PUBLISH_RECEIPTS
from nbaproc.warehouse.names import RESERVED, qualify, quoted
from nbaproc.warehouse.port import Field, Shape
from nbaproc.warehouse.ready import differences, ensure_ready, initialise
from tests.warehouse.shapes import HERE, Shapes

PGS = declarations()["player_game_summary"]
NAME = HERE.table(PGS.dataset, PGS.name)


@pytest.fixture
def made() -> Shapes:
    warehouse = Shapes()
    initialise(warehouse, HERE)
    warehouse.calls.clear()
    warehouse.statements.clear()
    return warehouse


def change(warehouse: Shapes, name: str = NAME, **changes: Any) -> None:
    warehouse.tables[name] = replace(warehouse.tables[name], **changes)


def with_field(shape: Shape, name: str, **changes: Any) -> tuple[Field, ...]:
    return tuple(replace(field, **changes) if field.name == name else field for field in shape.fields)


def test_an_empty_project_gets_everything_and_then_nothing_differs(made: Shapes) -> None:
    assert set(made.datasets) == {HERE.dataset(name) for name in ddl.DATASETS}
    assert set(made.datasets.values()) == {"EU"}
    assert len(made.tables) == len(ddl.warehouse_tables()) + 2
    assert differences(made, HERE) == []


def test_looking_costs_one_call_for_each_data_set_and_table(made: Shapes) -> None:
    differences(made, HERE)
    assert len(made.calls) == len(set(made.calls)) == len(made.datasets) + len(made.tables)
    made.calls.clear()
    ensure_ready(made, HERE, [PGS])
    # The table, the failure records and the two tables of bookkeeping, each data set once.
    assert len(made.calls) == 4 + 3


def test_making_again_changes_no_table(made: Shapes) -> None:
    before = dict(made.tables)
    assert initialise(made, HERE) == []
    assert made.tables == before
    # The view has the columns of its table as they were when it was made, so that it is made anew.
    assert all("CREATE OR REPLACE" in text for text in made.statements)


def test_a_new_column_that_may_be_null_is_added(made: Shapes) -> None:
    lists = [column.name for column in PGS.columns if column.type.is_list]
    lacking = {"usage_rate", lists[0]}
    change(made, fields=tuple(f for f in made.tables[NAME].fields if f.name not in lacking))
    with pytest.raises(ConfigurationError, match=r"usage_rate: new column is missing.* run `nbaproc warehouse init`"):
        ensure_ready(made, HERE, [PGS])
    assert {difference.name for difference in initialise(made, HERE)} == {f"{NAME}.{name}" for name in lacking}
    ensure_ready(made, HERE, [PGS])


def test_a_column_that_only_the_warehouse_has_is_let_be_if_it_may_be_null(made: Shapes) -> None:
    fields = made.tables[NAME].fields
    change(made, fields=(*fields, Field("later", "STRING", null=True), Field("more", "ARRAY<INT64>", null=False)))
    assert differences(made, HERE) == []
    change(made, fields=(*fields, Field("later", "STRING", null=False)))
    assert [str(d) for d in differences(made, HERE)] == [
        f"{NAME}.later: column is STRING NOT NULL, declared no such column"
    ]


def _wrong(shape: Shape) -> dict[str, Shape]:
    return {
        "points: type is STRING, declared INT64": replace(shape, fields=with_field(shape, "points", type="STRING")),
        "game_date: NULL is allowed, declared not allowed": replace(
            shape, fields=with_field(shape, "game_date", null=True)
        ),
        "points: NULL is not allowed, declared allowed": replace(shape, fields=with_field(shape, "points", null=False)),
        "game_date: column is missing, declared DATE NOT NULL": replace(
            shape, fields=tuple(f for f in shape.fields if f.name != "game_date")
        ),
        "processed_at: column is missing": replace(shape, fields=shape.fields[:-1]),
        "partition column is none, declared game_date": replace(shape, partition=""),
        "clustering is points": replace(shape, cluster=("points",)),
        "partition filter is not required": replace(shape, filter_required=False),
    }


@pytest.mark.parametrize("words", _wrong(Shape((), "", (), filter_required=True, expires=False, rows=0)))
def test_what_differs_is_named_and_never_changed(made: Shapes, words: str) -> None:
    made.tables[NAME] = _wrong(made.tables[NAME])[words]
    assert any(words in str(difference) for difference in differences(made, HERE))
    for call in (lambda: ensure_ready(made, HERE, [PGS]), lambda: initialise(made, HERE)):
        with pytest.raises(ConfigurationError, match="warehouse check") as caught:
            call()
        assert NAME in str(caught.value)
    assert made.statements == []


def test_one_difference_that_cannot_be_mended_keeps_the_others_from_being_mended(made: Shapes) -> None:
    other = HERE.table(PUBLISH_RECEIPTS.dataset, PUBLISH_RECEIPTS.name)
    del made.tables[other]
    change(made, partition="")
    with pytest.raises(ConfigurationError, match="partition column"):
        initialise(made, HERE)
    assert made.statements == []


def test_an_expiry_that_a_table_has_from_its_data_set_is_taken_away() -> None:
    warehouse = Shapes(expire=True)
    initialise(warehouse, HERE)
    assert not any(shape.expires for shape in warehouse.tables.values())
    change(warehouse, expires=True)
    with pytest.raises(ConfigurationError, match="expiry is rows or table expire"):
        ensure_ready(warehouse, HERE, [PGS])


def test_no_definition_sets_an_expiry() -> None:
    assert not any("expir" in text for text in ddl.statements().values())


def test_R24_a_missing_data_set_or_a_wrong_type_or_place_is_told_before_anything_is_computed(  # noqa: N802
    made: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("try_nba_orchestration", "try_nba_processing", "try_nba_analytics"):
        broken = Shapes(datasets=dict(made.datasets), tables=dict(made.tables))
        del broken.datasets[f"test-project.{other}"]
        with pytest.raises(ConfigurationError, match=f"{other}: data set is missing") as caught:
            ensure_ready(broken, HERE, [PGS])
        assert caught.value.exit_code == 2
    with pytest.raises(ConfigurationError, match="location is EU, declared US"):
        ensure_ready(made, replace(HERE, location="US"), [PGS])
    ensure_ready(made, replace(HERE, location="eu"), [PGS])
    # A table that is not published may be anything.
    change(made, partition="")
    ensure_ready(made, HERE, [declarations()["player_daily_cache"]])


def test_every_statement_names_project_and_prefix() -> None:
    warehouse = Shapes()
    initialise(warehouse, HERE)
    for text in warehouse.statements:
        for line in text.splitlines():
            if "`nba_" in line:
                pytest.fail(line)
    assert qualify("`rows` of `nba_raw.x` in `nba_raw`", HERE) == (
        "`rows` of `test-project.try_nba_raw.x` in `test-project.try_nba_raw`"
    )


def test_a_column_with_a_reserved_name_is_quoted() -> None:
    names = {column.name for table in ddl.warehouse_tables().values() for column in ddl.published_columns(table)}
    assert {name for name in names if quoted(name) != name} == {"rows"}
    assert "rows" in RESERVED
    assert "  `rows` INT64 NOT NULL" in ddl.create_table(PUBLISH_RECEIPTS)


# The command.


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, made: Shapes) -> Shapes:
    monkeypatch.setenv("NBAPROC_PROJECT", HERE.project)
    client = SimpleNamespace(BigQuery=lambda configuration: made)
    monkeypatch.setitem(sys.modules, "nbaproc.warehouse.bigquery", client)
    return made


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        main([*words, "--location", "EU", "--dataset-prefix", "try_"])
    out, err = capsys.readouterr()
    return int(caught.value.code or 0), out, err


def test_the_command_says_what_differs_and_what_it_made(told: Shapes, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "warehouse", "check") == (0, "Everything is as it is declared.\n", "")
    del told.tables[NAME]
    code, out, _ = call(capsys, "warehouse", "check")
    assert code == 4
    assert [line.split() for line in out.splitlines()[1:]] == [[NAME, "table", "there", "missing", "yes"]]
    code, out, _ = call(capsys, "warehouse", "init")
    assert code == 0
    assert [line.split() for line in out.splitlines()[1:]] == [[NAME, "table"]]
    assert call(capsys, "warehouse", "init") == (0, "Everything was there.\n", "")


def test_the_command_refuses_what_it_may_not_change(told: Shapes, capsys: pytest.CaptureFixture[str]) -> None:
    change(told, partition="")
    code, out, err = call(capsys, "warehouse", "init")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {NAME}: partition column is none, declared game_date;")


def test_a_command_without_a_project_says_how_to_name_one(
    told: Shapes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("NBAPROC_PROJECT", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = call(capsys, "warehouse", "check")
    assert code == 2
    assert "give --project" in err
