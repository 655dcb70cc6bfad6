"""The emulator as a process: ready within its limit, alone, ended with the one who started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nbaproc.warehouse.configuration import Configuration
from tests.warehouse.emulator import ROOT, Emulator, EmulatorError, environment, running

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

STARTER = """
import sys
from pathlib import Path
from tests.warehouse.emulator import running
with running(Path(sys.argv[1])) as emulator:
    print(emulator.process.pid, flush=True)
    sys.stdin.read()
"""

#: Asks both for everything that a project holds: tables, dropped, changed and of two data sets, views, results.
LISTS = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from emulator_server import hasten
from local_bigquery.engine import database
from local_bigquery.settings import settings
settings.data_dir, settings.default_project_id = Path(sys.argv[1]), "a-project"
database.attach("a-project")
for statement in (
    'CREATE SCHEMA "a-project".d', 'CREATE SCHEMA "a-project".other',
    'CREATE TABLE "a-project".d.t (a BIGINT NOT NULL, b VARCHAR, c STRUCT(x BIGINT)[])',
    'INSERT INTO "a-project".d.t SELECT x, NULL, NULL FROM range(9) r(x)', 'DELETE FROM "a-project".d.t WHERE a < 2',
    'CREATE TABLE "a-project".other.t (z BIGINT)', 'ALTER TABLE "a-project".d.t ADD COLUMN e BIGINT',
    'CREATE TABLE "a-project".d.gone (a BIGINT)', 'DROP TABLE "a-project".d.gone',
    'CREATE VIEW "a-project".d.v AS SELECT a FROM "a-project".d.t',
    'CREATE TABLE emulator._results."p:job" (a BIGINT NOT NULL, b VARCHAR)',
    'INSERT INTO emulator._results."p:job" VALUES (1, NULL)',
):
    database.execute(statement)
columns = "SELECT column_name FROM duckdb_columns() WHERE database_name = ? AND schema_name = ? AND table_name = ? "
known = [("a-project", d, t) for d in ("d", "other", "none") for t in ("t", "gone", "v", "none")]
known += [("emulator", "_results", "p:job"), ("emulator", "_results", "none"), ("nowhere", "d", "t")]
def answers():
    yield from (database.objects(*one) for one in [*known, ("a-project", "d"), ("a-project", "none")])
    for one in known[:1] + known[4:5] + known[-3:]:
        yield sorted(database.fetch(columns + "AND NOT is_nullable", list(one)))
        yield sorted(database.fetch(columns, list(one)))
plain = list(answers())
hasten(database)
assert list(answers()) == plain, (list(answers()), plain)
print(sum(map(bool, plain)), len(plain))
"""


def test_the_emulator_answers_queries_over_rest(client: Client) -> None:
    assert [row.x for row in client.query_and_wait("SELECT 1 AS x")] == [1]


def test_looking_up_tables_faster_finds_the_same(tmp_path: Path) -> None:
    installed = environment()
    python, variables = installed / "bin" / "python", {**os.environ, "HOME": str(installed / "home")}
    command = [python, "-W", "ignore", "-c", LISTS, tmp_path / "data", ROOT / "tests" / "warehouse"]
    done = subprocess.run(command, capture_output=True, text=True, env=variables, timeout=120)
    assert done.returncode == 0, done.stderr
    found, asked = map(int, done.stdout.split())
    assert 8 < found < asked


def test_two_configurations_share_no_data_set(
    configuration: Configuration, shared_configuration: Configuration, client: Client
) -> None:
    assert configuration.dataset("nba_raw") != shared_configuration.dataset("nba_raw")
    client.create_dataset(configuration.dataset("nba_raw"))
    client.create_dataset(shared_configuration.dataset("nba_raw"))


def test_the_emulator_ends_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert starter.stdin and starter.stdout
    with starter.stdin, starter.stdout:
        emulator = int(starter.stdout.readline())
        assert _alive(emulator)
        starter.send_signal(signal.SIGKILL)
        starter.wait(timeout=30)
        limit = time.monotonic() + 30
        while _alive(emulator) and time.monotonic() < limit:
            time.sleep(0.02)
        assert not _alive(emulator)


def test_a_failing_test_leaves_no_emulator_behind(tmp_path: Path) -> None:
    seen: list[Emulator] = []
    with pytest.raises(ZeroDivisionError), running(tmp_path) as emulator:
        seen.append(emulator)
        raise ZeroDivisionError
    assert seen[0].process.returncode is not None


def test_an_emulator_that_says_nothing_is_given_up_at_the_limit(tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="did not start within"), running(tmp_path, limit=0.01):
        pass


def test_without_an_installed_emulator_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NBAPROC_EMULATOR", str(tmp_path))
    with pytest.raises(EmulatorError, match="make emulator"):
        environment()


def _alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
