"""`publish`, `--publish` and the column of `status`: what they print, what they refuse, their exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from nbaproc.cli import published

from nbaproc import ddl
from nbaproc.errors import WarehouseError
from nbaproc.tables import table_names
from nbaproc.warehouse.configuration import Configuration
from tests.cli.conftest import Run, is_one_line
from tests.conftest import ROOT
from tests.warehouse.fake import Fake, Fault

WHERE = Configuration("test-project")
PUBLISH = ("publish", "--project", "test-project", "--lake")
END = ("--end", "2022-06-30")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Return the warehouse that the commands get, with its tables."""
    made = Fake()
    made.create(WHERE, ddl.warehouse_tables().values())
    monkeypatch.setattr(published, "open_warehouse", lambda _: made)
    return made


def test_publish_prints_what_it_published_and_then_that_there_is_nothing(run: Run, computed: Path, fake: Fake) -> None:
    done = run(*PUBLISH, computed, *END)
    assert (done.code, done.err) == (0, "")
    lines = {line.split()[0]: line.split() for line in done.out.splitlines() if line}
    assert lines["published"] == ["published", "dates", "rows", "records", "current", "unpublished", "state"]
    stored = fake.rows("SELECT COUNT(*) AS n FROM `test-project.nba_analytics.player_game_summary`")[0]["n"]
    assert int(lines["player_game_summary"][2]) == stored > 0
    assert lines["player_game_summary"][-2:] == ["0", "published"]
    again = run(*PUBLISH, computed, *END)
    assert again.code == 0
    assert "nothing to publish: test-project.* holds what the lake does" in again.out


def test_publish_as_json(run: Run, computed: Path, fake: Fake) -> None:
    found = run(*PUBLISH, computed, *END, "--json").json
    assert found["exit_code"] == 0
    assert found["tables"].keys() == {*table_names(), "processor_run_history"}
    assert found["tables"]["player_game_summary"]["state"] == "published"
    assert found["load_jobs"] == len(fake.jobs("load"))


def test_a_dry_run_prints_jobs_bytes_and_the_share_of_the_quota(run: Run, computed: Path, fake: Fake) -> None:
    before = {path: path.stat().st_mtime_ns for path in computed.rglob("*")}
    done = run(*PUBLISH, computed, *END, "--dry-run", "--tables", "PGS")
    assert done.code == 0
    header, pgs, *_ = done.out.splitlines()
    for word in ("load jobs", "transactions", "MiB", "share of a day"):
        assert word in header
    assert pgs.split()[0] == "player_game_summary"
    assert pgs.endswith("0.1 % of 1,500")
    assert before == {path: path.stat().st_mtime_ns for path in computed.rglob("*")}
    assert {kind for kind, _ in fake.calls} <= {"query", "shape", "location"}
    assert fake.jobs("load") == []


def test_status_counts_what_is_unpublished(run: Run, computed: Path, fake: Fake) -> None:
    status = ("status", "--lake", computed, *END, "--tables", "TOGS", "--json")
    table = "team_offense_game_summary"
    assert run(*status).json["tables"][table]["unpublished"] is None
    fake.refuse = "DELETE"
    assert run(*PUBLISH, computed, *END, "--tables", "TOGS").code == 1
    left = run(*status).json["tables"][table]["unpublished"]
    assert len(left) > 0
    text = run(*status[:-1]).out
    assert "unpublished" in text.splitlines()[0]
    assert "`nbaproc publish` publishes what is not" in text
    fake.refuse = None
    assert run(*PUBLISH, computed, *END, "--tables", "TOGS").code == 0
    assert run(*status).json["tables"][table]["unpublished"] == []


def test_a_failure_is_named_and_the_code_is_1(run: Run, computed: Path, fake: Fake) -> None:
    fake.refuse = "INSERT"
    done = run(*PUBLISH, computed, *END, "--tables", "TOGS")
    assert done.code == 1
    assert "failed team_offense_game_summary: CONFLICT: refused" in done.out


def test_a_quota_that_lets_nothing_begin_is_code_3(
    run: Run, computed: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBAPROC_LOAD_JOB_BUDGET", "1")
    done = run(*PUBLISH, computed, *END, "--tables", "TOGS")
    assert done.code == 3
    assert "QUOTA" in done.out
    assert fake.jobs("load") == []


def test_a_warehouse_that_does_not_answer_is_one_line(run: Run, computed: Path, fake: Fake) -> None:
    fake.fault = Fault(1, WarehouseError("UNAVAILABLE", "no answer"))
    assert is_one_line(run(*PUBLISH, computed, *END), 1)


def test_without_a_project_nothing_begins(run: Run, computed: Path) -> None:
    done = run("publish", "--lake", computed)
    assert is_one_line(done)
    assert "--project" in done.err


# --publish.


@pytest.mark.parametrize("command", ["backfill", "daily"])
def test_a_command_that_computes_publishes_what_it_computed(run: Run, lake: Path, fake: Fake, command: str) -> None:
    dates = END if command == "backfill" else ("--date", "2021-11-15")
    options = ("--lake", lake, "--publish", "--project", "test-project", "--engine", "polars", "--tables", "TOGS")
    done = run(command, *dates, *options)
    assert done.code == 0
    assert "load jobs with" in done.out
    assert fake.rows(f"SELECT COUNT(*) AS n FROM {table('nba_analytics.team_offense_game_summary')}")[0]["n"] > 0
    again = run(command, *dates, *options, "--json").json
    assert (again["publish"]["load_jobs"], again["exit_code"]) == (0, 0)


def table(of: str) -> str:
    """Return the name of a table as a statement has it."""
    return f"`test-project.{of}`"


def test_R24_a_warehouse_that_is_not_ready_stops_the_command_before_it_computes(  # noqa: N802
    run: Run, lake: Path, fake: Fake
) -> None:
    other = ("--dataset-prefix", "other_")
    before = sorted(lake.rglob("*"))
    done = run("backfill", *END, "--lake", lake, "--publish", "--project", "test-project", *other, "--tables", "TOGS")
    assert is_one_line(done)
    assert "nbaproc warehouse init" in done.err
    assert is_one_line(run(*PUBLISH, lake, *other))
    fake.run("UPDATE _tables SET shape = replace(shape, '\"INT64\"', '\"STRING\"') WHERE name LIKE '%offense%'")
    done = run("backfill", *END, "--lake", lake, "--publish", "--project", "test-project", "--tables", "TOGS")
    assert is_one_line(done)
    assert "type is STRING, declared INT64" in done.err
    assert sorted(lake.rglob("*")) == before


def test_a_publish_that_fails_after_the_computing_is_code_1_and_the_rows_stay(
    run: Run, lake: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBAPROC_LOAD_JOB_BUDGET", "1")
    options = ("--lake", lake, "--publish", "--project", "test-project", "--tables", "TOGS")
    done = run("backfill", *END, *options)
    assert done.code == 1
    assert "QUOTA" in done.out
    assert run("backfill", *END, "--lake", lake, "--tables", "TOGS").code == 0


def test_options_of_publishing_belong_to_it(run: Run, lake: Path) -> None:
    done = run("backfill", "--lake", lake, "--project", "test-project")
    assert is_one_line(done)
    assert "--project belongs to --publish" in done.err
    done = run("backfill", "--lake", lake, "--publish", "--task-index", 0, "--task-count", 2, "--tables", "TOGS")
    assert is_one_line(done)


@pytest.mark.parametrize("words", [["--help"], ["daily", "--tables", "TOGS"], ["status"]])
def test_nothing_of_google_is_imported_unless_something_is_published(lake: Path, words: list[str]) -> None:
    code = f"""
import sys
from nbaproc.cli.main import main
try:
    main([*{words!r}, "--lake", {str(lake)!r}] if "--help" not in {words!r} else {words!r})
except SystemExit:
    pass
found = [name for name in sys.modules if name.split(".")[0] in ("google", "duckdb", "sqlglot")]
assert not found, found
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
