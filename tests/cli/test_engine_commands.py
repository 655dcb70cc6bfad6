"""Planning, resuming, retrying, checking and accepting on the command line."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import types
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nbaproc.cli.main import main
from nbaproc.cli.running import Job

from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.parquet import FOOTER, remove_file
from nbaproc.run.backfill import backfill
from nbaproc.run.engines import POLARS
from nbaproc.run.local import Local
from nbaproc.run.workers import Workers
from nbaproc.sources.ingest import ingest_nba_api
from nbaproc.tables import by_stage, declarations, table_names
from tests.cli.conftest import Run, is_one_line
from tests.conftest import ROOT, TODAY
from tests.sources.downloads import GAMES, NOVEMBER, OPENER, player_log, write

END = ("--end", "2022-06-30")
DAYS = sorted({game.day for game in GAMES})
STAGES = by_stage(table_names())
PGS, TOGS = declarations()["player_game_summary"], declarations()["team_offense_game_summary"]
FIRST, LAST = date(2021, 10, 19), date(2021, 11, 28)


def everything(lake: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file and folder of a lake with its content and its time of change."""
    found = {}
    for path in [lake, *lake.rglob("*")]:
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(lake))] = (content, path.stat().st_mtime_ns)
    return found


def computed_files(lake: Path) -> dict[str, bytes]:
    folders = [lake / name for name in ("nba_analytics", "nba_precompute", "nba_predictions", "nba_processing")]
    return {str(p.relative_to(lake)): p.read_bytes() for folder in folders for p in folder.rglob("*.parquet")}


@pytest.fixture
def computed(lake: Path, run: Run) -> Path:
    assert run("backfill", *END, "--lake", lake).code == 0
    return lake


@pytest.fixture(scope="module")
def season(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return six weeks of a simulated season, all tables: to copy, never to write."""
    root = shutil.copytree(simulated_lake, tmp_path_factory.mktemp("season") / "lake")
    assert backfill(Lake(root), table_names(), FIRST, LAST, today=TODAY, engine=POLARS).exit_code == 0
    return root


@pytest.fixture
def weeks(season: Path, tmp_path: Path) -> Path:
    return shutil.copytree(season, tmp_path / "weeks")


def restate(lake: Path, folder: Path) -> None:
    """Give a player of the opening night other assists."""
    first = pl.col("PLAYER_NAME") == "Abel Bknson"
    log = player_log(OPENER).with_columns(AST=pl.when(first).then(pl.col("AST") + 1).otherwise("AST"))
    ingest_nba_api(Lake(lake), [write(log, folder / "restated.csv")])


def tamper(path: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Change the rows of a file and leave its footer as it is."""
    facts = pl.read_parquet_metadata(path)[FOOTER]
    change(pl.read_parquet(path, hive_partitioning=False)).write_parquet(path, metadata={FOOTER: facts})


def break_build(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("made to fail")

    monkeypatch.setattr("nbaproc.tables.team_offense_game_summary.build", broken)
    monkeypatch.setattr("nbaproc.run.isolation.compute_reference", broken)


def is_alive(process: str) -> bool:
    """Return whether a process is there and not only its exit code."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# Plan and dry run.


def test_a_plan_counts_what_is_new_and_what_is_early(lake: Path, run: Run) -> None:
    done = run("plan", *END, "--lake", lake, "--json")
    assert (done.code, done.err) == (0, "")
    tables = done.json["tables"]
    assert list(tables) == [name for names in STAGES.values() for name in names]
    assert tables[PGS.name]["compute"] == {"new": 3, "stale": 0, "again": 0, "forced": 0}
    assert tables["player_daily_cache"]["skipped"] == {"early_season": 1}
    assert (done.json["cells"], done.json["dates"], done.json["blocked"]) == (28, 3, [])
    assert done.json["shards"] == (2 * len(DAYS) if (os.cpu_count() or 1) > 1 else 2)
    text = run("plan", *END, "--lake", lake).out
    assert "28 cells in " in text
    assert "1 early_season" in text


def test_a_plan_tells_stale_current_and_forced_cells_apart(computed: Path, tmp_path: Path, run: Run) -> None:
    def counts(*words: object) -> dict[str, Any]:
        found: dict[str, Any] = run("plan", *END, "--lake", computed, "--json", *words).json["tables"]
        return found

    assert "everything is current: nothing to compute" in run("plan", *END, "--lake", computed).out
    assert counts()[PGS.name]["unchanged"] == 3
    assert counts("--no-resume")[PGS.name]["compute"]["forced"] == 3
    restate(computed, tmp_path)
    stale = counts()
    assert stale[PGS.name]["compute"] == {"new": 0, "stale": 1, "again": 0, "forced": 0}
    # Later dates look back on the one that is computed first; the schedule alone does not.
    assert stale["player_daily_cache"]["compute"]["stale"] == 2
    assert stale["upcoming_team_game_context"]["compute"]["stale"] == 0


def test_a_plan_names_what_blocks_and_the_command_that_helps(lake: Path, run: Run) -> None:
    done = run("plan", *END, "--lake", lake, "--tables", "psza")
    assert done.code == 0
    assert "blocked player_shot_zone_analysis 2021-11-15: UPSTREAM_GAP: player_game_summary of 2021-10-19" in done.out
    assert "`nbaproc backfill --start 2021-10-19 --end 2021-10-19 --tables games`" in done.out
    [first, *_] = run("plan", *END, "--lake", lake, "--tables", "psza", "--json").json["blocked"]
    assert (first["date"], first["reason"]) == ("2021-11-15", "UPSTREAM_GAP")


def test_the_plan_is_what_the_run_does(computed: Path, tmp_path: Path, run: Run) -> None:
    restate(computed, tmp_path)
    planned = run("plan", *END, "--lake", computed, "--json").json
    done = run("backfill", *END, "--lake", computed, "--json").json
    for name, counts in done["tables"].items():
        ended = sum(counts[state] for state in ("succeeded", "partial", "failed", "skipped"))
        early = planned["tables"][name]["skipped"].get("early_season", 0)
        assert ended - early <= sum(planned["tables"][name]["compute"].values()), name
    assert done["tables"][PGS.name]["succeeded"] == 1
    assert done["tables"][PGS.name]["current"] == 2


DRY = [
    ("backfill", *END),
    ("backfill", *END, "--no-resume", "--force", "--allow-gaps", "--workers", "2", "--engine", "reference"),
    ("backfill", "--dates", "2021-10-19,2021-11-15", "--tables", "features"),
    ("backfill", *END, "--tables", "games", "--task-index", "0", "--task-count", "2"),
    ("backfill", *END, "--executor", "dask", "--scheduler", "tcp://nowhere:1"),
    ("daily", "--date", "2021-11-15", "--no-resume"),
    ("retry-failed", *END),
]
LOOKS = [("plan", *END), ("status", *END), *[(*words, "--dry-run") for words in DRY]]


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
@pytest.mark.parametrize("ledger", [True, False], ids=["ledger", "no ledger"])
def test_R76_looking_touches_nothing(words: tuple[str, ...], ledger: bool, computed: Path, run: Run) -> None:  # noqa: N802
    if not ledger:
        shutil.rmtree(computed / ".nbaproc")
    before = everything(computed)
    for form in ((), ("--json",)):
        assert run(*words, "--lake", computed, *form).code == 0
    assert everything(computed) == before


def test_a_dry_run_of_an_empty_lake_makes_no_folder(tmp_path: Path, run: Run) -> None:
    assert is_one_line(run("plan", "--lake", tmp_path / "new"))
    assert not (tmp_path / "new").exists()


# Resume.


def test_a_second_run_says_that_everything_is_current(computed: Path, run: Run) -> None:
    done = run("backfill", *END, "--lake", computed)
    assert (done.code, done.err) == (0, "")
    assert "everything is current: nothing to compute\n" in done.out
    assert ["player_game_summary", "0", "0", "0", "0", "0", "3", "0", "0.0"] in [
        line.split() for line in done.out.splitlines()
    ]
    assert run("backfill", *END, "--lake", computed, "--json").json["idle"] is True
    forced = run("backfill", *END, "--lake", computed, "--no-resume", "--json").json
    assert (forced["idle"], forced["files_written"], forced["tables"][PGS.name]["succeeded"]) == (False, 0, 3)


def test_named_dates_are_computed_and_no_others(lake: Path, run: Run) -> None:
    done = run("backfill", "--dates", "2021-10-19, 2022-04-16", "--tables", "games", "--lake", lake, "--json")
    assert (done.code, done.json["dates"]) == (0, 2)
    assert sorted(Lake(lake).facts(PGS, date.min, date.max)) == [DAYS[0], DAYS[2]]
    for command in ("verify", "verify-ledger"):
        found = run(command, "--dates", "2022-04-16", "--tables", "pgs", "--lake", lake, "--json")
        assert found.code == 0, found
    records = run("failures", "--dates", "2022-04-16", "--lake", lake, "--json").json["records"]
    assert {record["analysis_date"] for record in records} <= {"2022-04-16"}


def test_daily_looks_a_week_back_and_forces_its_own_date_only(weeks: Path, run: Run) -> None:
    words = ("daily", "--date", "2021-11-28", "--lake", weeks, "--tables", "games", "--json")
    kept = run(*words).json
    assert kept["idle"] is True
    assert kept["tables"][PGS.name]["current"] == kept["dates"] > 5
    again = run(*words, "--no-resume").json["tables"][PGS.name]
    assert (again["succeeded"], again["current"]) == (1, kept["dates"] - 1)
    # Data of the week before that came late.
    remove_file(Lake(weeks).path(PGS, Month("2021-22", "2021-11")))
    assert run(*words).json["tables"][PGS.name]["succeeded"] == kept["dates"]


# Options that cannot be.


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("backfill", "--dates", "2021-10-19", "--end", "2021-10-20"), "--dates names every date; leave --start"),
        (("backfill", "--dates", "2021-10-19,soon"), "--dates 'soon' is no date"),
        (("backfill", "--dates", ""), "--dates '' is no date"),
        (("backfill", "--dates", "2999-01-01"), "--dates 2999-01-01 is in the future"),
        (("backfill", "--executor", "dask"), "--executor dask needs --scheduler ADDRESS"),
        (("backfill", "--scheduler", "tcp://x:1"), "--scheduler belongs to --executor dask"),
        (("backfill", "--executor", "dask", "--scheduler", "x", "--workers", "2"), "--workers belongs to"),
        (("backfill", "--task-index", "0"), "--task-index and --task-count belong together"),
        (("backfill", "--task-index", "2", "--task-count", "2"), "--task-index 2 is none of 2 tasks"),
        (("backfill", "--task-index", "0", "--task-count", "2"), "a task computes one stage"),
        (("accept-gap", "--tables", "pgs", "--dates", "2021-10-19", "--reason", " "), "--reason is empty"),
        (("accept-gap", "--tables", "pgs", "--dates", "2021-12-24", "--reason", "x"), "2021-12-24 has no game"),
        (("accept-gap", "--tables", "x", "--dates", "2021-10-19", "--reason", "x"), "unknown table 'x'"),
        (("rebuild-ledger", "--lake", "nowhere"), "nowhere: no such lake"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_that_cannot_be_are_one_line(words: tuple[str, ...], message: str, lake: Path, run: Run) -> None:
    before = everything(lake)
    done = run("--lake", lake, *words)
    assert is_one_line(done)
    assert message in done.err
    assert everything(lake) == before


# Who works.


def test_one_shard_and_few_dates_need_no_worker(monkeypatch: pytest.MonkeyPatch, lake: Path, run: Run) -> None:
    started: list[int] = []
    real = Workers.__init__

    def counting(self: Workers, count: int, *rest: Any) -> None:
        started.append(count)
        real(self, count, *rest)

    monkeypatch.setattr(Workers, "__init__", counting)
    assert run("backfill", "--end", "2021-10-31", "--workers", "2", "--lake", lake).code == 0
    assert run("backfill", *END, "--no-resume", "--workers", "0", "--lake", lake).code == 0
    assert run("backfill", *END, "--no-resume", "--lake", lake).code == 0
    assert started == []


def test_workers_give_the_bytes_of_one_process_and_are_gone_afterwards(
    lake: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    real = Workers.close

    def counting(self: Workers) -> None:
        closed.append(len(self._crew))
        real(self)

    monkeypatch.setattr(Workers, "close", counting)
    other = shutil.copytree(lake, tmp_path / "other")
    assert run("backfill", *END, "--tables", "games", "--workers", "2", "--lake", lake).code == 0
    assert run("backfill", *END, "--tables", "games", "--workers", "0", "--lake", other).code == 0
    assert computed_files(lake) == computed_files(other)
    assert closed == [2]
    [workers] = {attempt.workers for attempt in Ledger(lake, read_only=True).attempts()}
    assert workers == 2


def test_without_a_count_there_is_a_worker_per_core() -> None:
    assert (Local().workers, Local(3).workers, Local(0).workers) == (os.cpu_count(), 3, 0)


def test_a_cluster_that_cannot_be_used_is_one_line(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("backfill", *END, "--executor", "dask", "--scheduler", "tcp://nowhere:1", "--lake", lake)
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run(*words)
    assert is_one_line(done)
    assert "--executor dask needs the package `distributed`" in done.err

    def client(*_: object, **__: object) -> None:
        raise OSError("timed out")

    module = types.ModuleType("distributed")
    module.Client = client  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "distributed", module)
    done = run(*words)
    assert is_one_line(done)
    assert "--scheduler tcp://nowhere:1 does not answer (timed out)" in done.err


def test_a_cluster_gives_the_bytes_of_one_process(lake: Path, tmp_path: Path, run: Run) -> None:
    cluster = pytest.importorskip("distributed").LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0", scheduler_port=0
    )
    other = shutil.copytree(lake, tmp_path / "other")
    with cluster:
        words = ("--executor", "dask", "--scheduler", cluster.scheduler_address)
        assert run("backfill", *END, *words, "--lake", lake).code == 0
    run("backfill", *END, "--workers", "0", "--lake", other)
    assert computed_files(lake) == computed_files(other)


def test_a_scheduler_that_takes_a_connection_and_says_nothing_is_given_up(
    lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("nbaproc.run.cluster.CONNECT_SECONDS", 0.4)
    before = everything(lake)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        words = ("--executor", "dask", "--scheduler", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        done = run("backfill", *END, *words, "--lake", lake)
    assert is_one_line(done)
    assert "does not answer (no answer within 0.6 s); start it first" in done.err
    assert everything(lake) == before


def test_the_tasks_of_an_array_job_share_the_months_and_write_no_ledger(
    lake: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shutil.copytree(lake, tmp_path / "other")
    dates = []
    for stage in ("games", "features"):
        for index in range(4):
            # As the platform tells a task of its place.
            monkeypatch.setenv("CLOUD_RUN_TASK_INDEX", str(index))
            monkeypatch.setenv("CLOUD_RUN_TASK_COUNT", "4")
            done = run("backfill", *END, "--tables", stage, "--lake", lake, "--json")
            assert done.code == 0, done
            dates.append(done.json["dates"])
    assert dates == [0, 1, 1, 1] * 2
    assert not (lake / ".nbaproc" / "ledger.sqlite").exists()
    monkeypatch.delenv("CLOUD_RUN_TASK_INDEX")
    monkeypatch.delenv("CLOUD_RUN_TASK_COUNT")
    run("backfill", *END, "--lake", other)
    assert computed_files(lake) == computed_files(other)
    # The next command finds what the tasks did.
    assert run("backfill", *END, "--lake", lake, "--json").json["idle"] is True
    assert len(Ledger(lake, read_only=True).cells()) == 28


def test_a_job_of_one_task_is_an_ordinary_run() -> None:
    from nbaproc.cli.options import Range

    job = Job("backfill", Range(DAYS[0], DAYS[2]), table_names(), task_index=0, task_count=1)
    assert job.share() == (0, 1)
    assert job.options().record


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_is_told_to_end_leaves_no_process_and_is_resumed(
    workers: str, simulated_lake: Path, tmp_path: Path, run: Run
) -> None:
    lake = shutil.copytree(simulated_lake, tmp_path / "long")
    words = ["backfill", "--end", "2022-03-01", "--tables", "games", "--lake", str(lake)]
    command = [sys.executable, "-m", "nbaproc.cli.main", *words, "--workers", workers]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        ledger, until = lake / ".nbaproc" / "ledger.sqlite", time.monotonic() + 30
        while not ledger.exists() and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.3)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.strip()) == (130, "interrupted")
    assert time.monotonic() - told < 5
    until = time.monotonic() + 5
    while any(map(is_alive, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [child for child in children if is_alive(child)]
    assert run(*words, "--workers", "0").code == 0
    assert run(*words, "--workers", "0", "--json").json["idle"] is True


# Pre-flight.


def test_R06_features_on_too_little_are_refused_before_anything_starts(weeks: Path, run: Run) -> None:  # noqa: N802
    lake = Lake(weeks)
    remove_file(lake.path(PGS, Month("2021-22", "2021-10")))
    before = everything(weeks)
    words = ("backfill", "--start", "2021-11-10", "--end", "2021-11-28", "--lake", weeks)
    done = run(*words, "--tables", "phase4")
    assert done.code == 3
    assert done.out.splitlines()[1].split()[0] == PGS.name
    assert len(done.out.splitlines()) == 2
    assert "`nbaproc backfill --start 2021-10-19 --end 2021-10-31 --tables games`, or give --allow-gaps" in done.err
    document = run(*words, "--tables", "phase4", "--json").json
    assert [gap["table"] for gap in document["gaps"]] == [PGS.name]
    assert "2021-10-19" in document["gaps"][0]["missing"]
    assert everything(weeks) == before
    # The team context looks back on no result.
    assert run(*words, "--tables", "utgc").code == 0
    assert run(*words, "--tables", "psza", "--allow-gaps", "--force").code == 0
    # With the games stage in the same command they are computed first: there is nothing to refuse.
    assert run("backfill", "--start", "2021-10-19", "--end", "2021-11-28", "--lake", weeks).code == 0


def test_accepted_dates_count_as_there(weeks: Path, run: Run) -> None:
    lake = Lake(weeks)
    gone = sorted(lake.facts(PGS, FIRST, date(2021, 10, 31)))
    remove_file(lake.path(PGS, Month("2021-22", "2021-10")))
    words = ("backfill", "--dates", "2021-11-20", "--tables", "psza", "--lake", weeks)
    assert run(*words).code == 3
    days = ",".join(map(str, gone))
    done = run("accept-gap", "--tables", "PGS", "--dates", days, "--reason", "no  source,\nnowhere", "--lake", weeks)
    assert (done.code, done.out.splitlines()[0][:46]) == (0, "accepted player_game_summary 2021-10-19 to 202")
    # Rows are lost with the dates, and that has to be wanted too.
    assert run(*words, "--force").code == 0
    text = (weeks / ".nbaproc" / "accepted_gaps.csv").read_text()
    assert text.splitlines()[0] == "table,from,to,reason,by,at"
    assert '"no source, nowhere"' in text
    again = run("accept-gap", "--tables", "PGS", "--dates", days, "--reason", "x", "--lake", weeks)
    assert "these gaps are accepted already" in again.out
    assert (weeks / ".nbaproc" / "accepted_gaps.csv").read_text() == text


def test_a_list_of_gaps_that_cannot_be_read_is_one_line(computed: Path, run: Run) -> None:
    path = computed / ".nbaproc" / "accepted_gaps.csv"
    path.write_text("table,from,to,reason,by,at\npgs,yesterday,today,x,y,z\n")
    done = run("status", *END, "--lake", computed)
    assert is_one_line(done)
    assert f"{path}: line 2 is no gap" in done.err


# Status and retries.


def test_status_counts_and_names_what_is_open(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = run("status", *END, "--lake", lake, "--json")
    assert (nothing.code, nothing.json["tables"][PGS.name]["states"]) == (0, {"missing": 3})
    break_build(monkeypatch)
    assert run("backfill", *END, "--tables", "games", "--lake", lake).code == 1
    done = run("status", *END, "--lake", lake)
    assert (done.code, done.err) == (1, "")
    words = "failed team_offense_game_summary 2021-10-19 to 2022-04-16 (3 dates): PROCESSING_ERROR: ValueError: made to"
    assert words in done.out
    assert "blocked player_game_summary 2021-11-15: MISSING_DEPENDENCY" in done.out
    assert "`nbaproc retry-failed`" in done.out
    found = run("status", *END, "--lake", lake, "--json").json
    assert (found["exit_code"], found["tables"][TOGS.name]["states"]) == (1, {"failed": 3})
    assert found["tables"][TOGS.name]["updated"]


def test_an_accepted_gap_is_listed_and_does_not_count(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    break_build(monkeypatch)
    words = ("backfill", "--dates", "2021-11-15", "--tables", "togs", "--lake", lake)
    assert run(*words).code == run("status", "--dates", "2021-11-15", "--tables", "togs", "--lake", lake).code == 1
    run("accept-gap", "--tables", "togs", "--dates", "2021-11-15", "--reason", "lost", "--lake", lake)
    for done in (run(*words), run("status", "--dates", "2021-11-15", "--tables", "togs", "--lake", lake)):
        assert done.code == 0
        assert "failed team_offense_game_summary 2021-11-15: PROCESSING_ERROR" in done.out
        assert "(accepted)\n" in done.out


def test_a_retry_computes_what_failed_and_leaves_what_nobody_tried(
    lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_build(broken)
        run("backfill", "--dates", "2021-11-15", "--tables", "games", "--lake", lake)
    plan = run("retry-failed", *END, "--tables", "games", "--dry-run", "--lake", lake, "--json").json["tables"]
    assert plan[PGS.name]["compute"] == {"new": 0, "stale": 0, "again": 1, "forced": 0}
    assert plan[PGS.name]["skipped"] == {"not_tried": 2}
    done = run("retry-failed", *END, "--lake", lake, "--json")
    assert (done.code, done.json["tables"][PGS.name]["succeeded"]) == (0, 1)
    assert list(Lake(lake).facts(PGS, date.min, date.max)) == [NOVEMBER.day]
    text = run("retry-failed", *END, "--lake", lake).out
    assert "nothing failed, waits, is partial or stale: nothing to compute" in text
    assert run("status", "--dates", "2021-11-15", "--tables", "games", "--lake", lake).code == 0


def test_a_table_that_rests_is_shown_with_its_sentence_and_tried_by_a_retry(
    lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUIT_BREAKER_THRESHOLD", "2")
    words = (*END, "--tables", "togs", "--lake", lake)
    assert run("status", *words, "--json").json["breakers"] == []
    with monkeypatch.context() as broken:
        break_build(broken)
        assert run("backfill", *words).code == 1
    says = (
        "CIRCUIT_BREAKER_ACTIVE: 2 failures in a row, the last PROCESSING_ERROR: ValueError: made to fail; tried again"
    )
    plan = run("plan", *words)
    assert f"skipped {TOGS.name} 2021-10-19 to 2022-04-16 (3 dates): circuit_breaker_open: {says}" in plan.out
    found = run("plan", *words, "--json").json
    assert (found["cells"], found["tables"][TOGS.name]["skipped"]) == (0, {"circuit_breaker_open": 3})
    assert [cell["date"] for cell in found["held"]] == [str(day) for day in DAYS]
    # The dates failed, and that is what status says of them until they are left alone.
    assert "failed team_offense_game_summary 2021-10-19" in run("status", *words).out
    done = run("backfill", *words)
    assert done.code == 1
    assert f"circuit_breaker_open: {says}" in done.out
    assert [cell["day"] for cell in run("backfill", *words, "--json").json["held"]] == [str(day) for day in DAYS]
    status = run("status", *words)
    assert status.code == 1
    assert f"skipped {TOGS.name} 2021-10-19 to 2022-04-16 (3 dates): circuit_breaker_open: {says}" in status.out
    assert f"circuit breaker of {TOGS.name}: open since " in status.out
    [breaker] = run("status", *words, "--json").json["breakers"]
    assert (breaker["key"], breaker["state"]) == (TOGS.name, "open")
    assert breaker["last_error"] == "PROCESSING_ERROR: ValueError: made to fail"
    assert breaker["since"] < breaker["until"]
    assert run("retry-failed", *words, "--dry-run", "--json").json["cells"] == 3
    assert run("retry-failed", *words).code == run("status", *words).code == 0
    [breaker] = run("status", *words, "--json").json["breakers"]
    assert (breaker["state"], breaker["until"]) == ("closed", "")


def test_a_daily_run_warns_once_of_what_it_leaves_alone(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("daily", "--date", "2021-11-15", "--tables", "togs,utgc", "--lake", lake)
    with monkeypatch.context() as broken:
        break_build(broken)
        for done in [run(*words) for _ in range(3)]:
            assert (done.code, done.err) == (1, "")
        assert run(*words, "--dry-run", "--json").json["held"][0]["date"] == "2021-11-15"
        done = run(*words)
    assert done.code == 1
    warning = f"warning: left alone after three attempts with the same inputs: {TOGS.name} 2021-11-15; new inputs free"
    assert done.err.startswith(warning)
    assert done.err.count("\n") == 1
    assert f"skipped {TOGS.name} 2021-11-15: circuit_breaker_open: CIRCUIT_BREAKER_ACTIVE: the last of 3" in done.out
    # A backfill does not care.
    assert run("backfill", "--dates", "2021-11-15", "--tables", "togs", "--lake", lake).code == 0
    assert run(*words).err == ""


@pytest.mark.parametrize("command", ["backfill", "plan", "status", "daily", "retry-failed"])
def test_a_limit_of_the_breaker_that_cannot_be_is_one_line(
    command: str, lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIRCUIT_BREAKER_TIMEOUT_MINUTES", "half an hour")
    done = run(command, "--lake", lake)
    assert is_one_line(done)
    assert "CIRCUIT_BREAKER_TIMEOUT_MINUTES is 'half an hour'; give a whole number from 1 on" in done.err


def test_a_partial_date_is_kept_by_a_backfill_and_tried_by_a_retry(lake: Path, tmp_path: Path, run: Run) -> None:
    first = pl.col("PLAYER_NAME") == "Abel Bknson"
    amended = player_log(OPENER).with_columns(PTS=pl.when(first).then(pl.col("PTS") + 5).otherwise("PTS"))
    ingest_nba_api(Lake(lake), [write(amended, tmp_path / "log.csv")])
    words = ("--dates", "2021-10-19", "--tables", "pgs", "--lake", lake, "--json")
    assert run("backfill", *words).json["tables"][PGS.name]["partial"] == 1
    kept = run("backfill", *words)
    assert kept.json["tables"][PGS.name]["current"] == 1
    assert run("retry-failed", *words).json["tables"][PGS.name]["partial"] == 1
    assert run("status", *words).code == 1
    run("accept-gap", "--tables", "pgs", "--dates", "2021-10-19", "--reason", "amended", "--lake", lake)
    assert run("status", *words).code == run("retry-failed", *words).code == 0


# The ledger against the lake.


def edit_value(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(points=pl.col("points") + 1)


def double_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows]).sort(PGS.key)


def lose_rows(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.head(2)


@pytest.mark.parametrize("change", [edit_value, double_rows, lose_rows])
def test_a_file_that_was_tampered_with_is_found_and_computed_again(
    change: Callable[[pl.DataFrame], pl.DataFrame], computed: Path, run: Run
) -> None:
    assert run("verify-ledger", "--lake", computed).code == 0
    before = computed_files(computed)
    tamper(Lake(computed).path(PGS, Month("2021-22", "2021-11")), change)
    done = run("verify-ledger", "--lake", computed, "--json")
    assert done.code == 4
    [found] = done.json["mismatches"]
    assert (found["table"], found["day"], found["where"]) == (PGS.name, "2021-11-15", "footer")
    planned = run("plan", *END, "--lake", computed, "--json").json["tables"][PGS.name]
    assert planned["compute"]["again"] == 1
    failed = run("status", *END, "--lake", computed)
    assert "failed player_game_summary 2021-11-15: COUNT_MISMATCH: the file differs: " in failed.out
    assert run("backfill", *END, "--lake", computed).code == 0
    assert computed_files(computed) == before
    assert run("verify-ledger", "--lake", computed).code == run("status", *END, "--lake", computed).code == 0


def test_records_are_recounted_too(weeks: Path, run: Run) -> None:
    path = Lake(weeks).records_path(declarations()["player_daily_cache"], Month("2021-22", "2021-11"))
    tamper(path, lambda rows: rows.filter(pl.col("analysis_date") != date(2021, 11, 20)))
    done = run("verify-ledger", "--tables", "pdc", "--lake", weeks)
    assert done.code == 4
    assert "THE LEDGER DOES NOT HOLD; `nbaproc backfill` computes those dates again" in done.out
    assert " 2021-11-20 " in done.out


def test_a_ledger_that_says_something_else_is_mended_from_the_lake(computed: Path, run: Run) -> None:
    with Ledger(computed) as ledger:
        from dataclasses import replace

        cell = ledger.cells()[PGS.name, NOVEMBER.day]
        ledger.record([replace(cell, rows=1, fingerprint="0" * 16)])
        ledger.forget([(TOGS.name, NOVEMBER.day)])
    done = run("verify-ledger", "--lake", computed, "--json")
    [found] = done.json["mismatches"]
    assert (done.code, found["where"], done.json["mended"]) == (4, "ledger", 2)
    assert run("verify-ledger", "--lake", computed).code == 0
    with Ledger(computed, read_only=True) as ledger:
        assert ledger.cells()[PGS.name, NOVEMBER.day].rows == cell.rows


def test_a_file_that_cannot_be_read_is_a_difference(computed: Path, run: Run) -> None:
    path = Lake(computed).path(PGS, Month("2021-22", "2021-11"))
    path.write_bytes(path.read_bytes()[:100])
    done = run("verify-ledger", "--lake", computed, "--json")
    assert done.code == 4
    [found] = done.json["mismatches"]
    assert (found["where"], found["month"], found["day"]) == ("file", "2021-11", None)
    assert f"{path}: cannot be read (" in found["message"]


@pytest.mark.parametrize("damage", ["none", "gone", "garbage"])
def test_the_ledger_is_made_anew_from_the_lake(damage: str, computed: Path, run: Run) -> None:
    path = computed / ".nbaproc" / "ledger.sqlite"
    with Ledger(computed, read_only=True) as ledger:
        cells = ledger.cells()
    if damage == "gone":
        path.unlink()
    elif damage == "garbage":
        path.write_bytes(b"no database " * 1000)
        done = run("status", *END, "--lake", computed)
        assert is_one_line(done)
        assert "run `nbaproc rebuild-ledger` to make it anew from the lake" in done.err
    done = run("rebuild-ledger", "--lake", computed, "--json")
    assert (done.code, done.json["cells"]) == (0, len(cells))
    with Ledger(computed, read_only=True) as ledger:
        anew = ledger.cells()
    assert {key: (c.state, c.rows, c.fingerprint) for key, c in anew.items()} == {
        key: (c.state, c.rows, c.fingerprint) for key, c in cells.items()
    }
    assert run("backfill", *END, "--lake", computed, "--json").json["idle"] is True


def test_a_ledger_is_not_made_anew_under_a_run(computed: Path, run: Run) -> None:
    with Ledger(computed) as ledger, ledger.running("backfill-of-somebody"):
        done = run("rebuild-ledger", "--lake", computed)
    assert is_one_line(done)
    assert "run backfill-of-somebody is at work" in done.err


def test_cells_of_a_live_run_are_left_alone_and_the_code_says_so(computed: Path, run: Run) -> None:
    with Ledger(computed) as ledger, ledger.running("backfill-of-somebody"):
        ledger.start("backfill-of-somebody", [(PGS.name, NOVEMBER.day)])
        done = run("backfill", *END, "--tables", "pgs", "--lake", computed, "--json")
        assert (done.code, done.json["tables"][PGS.name]["skipped"]) == (1, 1)
        assert run("plan", *END, "--tables", "pgs", "--lake", computed, "--json").json["tables"][PGS.name][
            "skipped"
        ] == {"locked": 1}
        assert run("status", *END, "--tables", "pgs", "--lake", computed, "--json").json["tables"][PGS.name][
            "states"
        ] == {"succeeded": 2, "running": 1}
    # The run has died.
    assert run("backfill", *END, "--lake", computed, "--json").json["idle"] is True


def test_a_signal_to_end_is_an_interrupt(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("nbaproc.run.backfill.backfill", told)
    done = run("backfill", *END, "--lake", lake)
    assert (done.code, done.err.strip()) == (130, "interrupted")
    assert signal.getsignal(signal.SIGTERM) is before


def test_debug_shows_where_a_refusal_comes_from(weeks: Path) -> None:
    from nbaproc.errors import PreflightError

    remove_file(Lake(weeks).path(PGS, Month("2021-22", "2021-10")))
    words = ["--debug", "backfill", "--dates", "2021-11-20", "--tables", "psza", "--lake", str(weeks)]
    with pytest.raises(PreflightError, match="fewer than 95 %"):
        main(words)
