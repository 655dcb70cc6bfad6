"""The command line as a user meets it: what it prints, where, and the code it exits with."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from nbaproc.cli.main import MODULES, main

from nbaproc.lake import Lake
from nbaproc.sources.ingest import ingest_gamebook, ingest_nba_api
from nbaproc.tables import by_stage, declarations, table_names
from tests.cli.conftest import Done, Run, is_one_line
from tests.conftest import ROOT
from tests.sources.downloads import (
    GAMES,
    LATE,
    NOVEMBER,
    OPENER,
    Game,
    files,
    game_book,
    league_schedule,
    moved,
    play_by_play,
    player_log,
    raw,
    stamps,
    team_log,
    write,
    write_json,
)
from tests.sources.feeds import event, injury_json, injury_table, props_table, spreads

COMMANDS = [
    (),
    ("ingest",),
    ("ingest", "nba-api"),
    ("ingest", "gamebook"),
    ("ingest", "nba-cdn"),
    ("ingest", "odds-api"),
    ("ingest", "injuries"),
    ("ingest", "bigquery"),
    ("simulate",),
    ("backfill",),
    ("daily",),
    ("plan",),
    ("status",),
    ("retry-failed",),
    ("accept-gap",),
    ("verify",),
    ("verify-ledger",),
    ("rebuild-ledger",),
    ("show",),
    ("tables",),
    ("failures",),
    ("dictionary",),
    ("features",),
    ("features", "list"),
    ("features", "export"),
    ("audit",),
    ("audit", "leakage"),
    ("validate",),
    ("publish",),
    ("warehouse",),
    ("warehouse", "init"),
    ("warehouse", "check"),
]
#: The last date of the downloads, as a range's end.
END = ("--end", "2022-06-30")
#: For what does not depend on the tables: the one that is computed fastest.
ONE_TABLE = ("--tables", "togs")


def child(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nbaproc.cli.main", *words],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# Help, options, quiet.


def test_every_command_that_is_listed_is_tried_here() -> None:
    assert set(MODULES) == {words[0] for words in COMMANDS if words}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(words: tuple[str, ...], option: str, run: Run) -> None:
    done = run(*words, option)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: {' '.join(('nbaproc', *words))} [OPTIONS]")
    for shared in ("--lake", "--today", "--json", "--debug"):
        assert shared in done.out


def test_help_imports_no_polars() -> None:
    code = (
        "import contextlib, io, sys\n"
        "from nbaproc.cli.main import main\n"
        f"for words in {[list(words) for words in COMMANDS]}:\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "        main([*words, '--help'])\n"
        "heavy = {'polars', 'rich', 'sqlite3', 'multiprocess', 'distributed'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [(), ("ingest",)], ids=["nbaproc", "ingest"])
def test_without_a_command_the_help_is_shown_and_the_code_is_2(words: tuple[str, ...], run: Run) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: nbaproc")


def test_the_version_is_that_of_the_package(run: Run) -> None:
    import nbaproc

    assert run("--version") == Done(0, f"nbaproc {nbaproc.__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("bakfill",),
        ("backfill", "--strt", "2021-10-19"),
        ("backfill", "--from", "2021-10-19"),
        ("backfill", "--engine", "duckdb"),
        ("backfill", "extra"),
        ("backfill", "--workers", "-1"),
        ("backfill", "--executor", "ray"),
        ("backfill", "--resume"),
        ("daily", "--start", "2021-10-19"),
        ("daily", "--workers", "2"),
        ("plan", "--dryrun"),
        ("retry-failed", "--no-resume"),
        ("accept-gap", "--tables", "pgs", "--dates", "2021-10-19"),
        ("ingest", "espn", "x"),
        ("ingest", "nba-api"),
        ("simulate", "--seasons", "0"),
        ("simulate", "--seed", "seven"),
        ("show",),
        ("show", "togs"),
        ("--jsn", "tables"),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_is_one_line_that_names_the_help(words: tuple[str, ...], run: Run) -> None:
    done = run(*words)
    assert is_one_line(done)
    assert "--help`)" in done.err


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_shared_options_stand_before_or_after_the_command(before: int, lake: Path, run: Run) -> None:
    shared = [("--lake", lake), ("--json",), ("--today", "2022-07-01")]
    first = [word for option in shared[:before] for word in option]
    last = [word for option in shared[before:] for word in option]
    done = run(*first, "backfill", "--start", "2021-10-19", *ONE_TABLE, *last)
    assert (done.code, done.json["dates"]) == (0, 3)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_shared_options_stand_at_every_level_of_ingest(place: int, downloads: Path, tmp_path: Path, run: Run) -> None:
    words: list[object] = ["ingest", "nba-api", downloads]
    words[place:place] = ["--lake", tmp_path / "there", "--json"]
    done = run(*words)
    assert (done.code, len(done.json["taken"])) == (0, 3)
    assert (tmp_path / "there" / "nba_raw").is_dir()


def test_the_later_of_two_equal_options_counts(lake: Path, tmp_path: Path, run: Run) -> None:
    done = run("--lake", tmp_path / "nowhere", "backfill", *END, *ONE_TABLE, "--lake", lake, "--json")
    assert done.code == 0


def test_the_lake_is_that_of_the_option_then_the_environment_then_the_folder(
    lake: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backfill", *END, *ONE_TABLE).code == 0  # ./lake
    monkeypatch.setenv("NBAPROC_LAKE", str(tmp_path / "elsewhere"))
    done = run("backfill", *END, *ONE_TABLE)
    assert is_one_line(done)
    assert f"{tmp_path / 'elsewhere'}: holds no schedule" in done.err
    assert run("backfill", *END, *ONE_TABLE, "--lake", lake).code == 0
    monkeypatch.setenv("NBAPROC_LAKE", "")
    assert run("backfill", *END, *ONE_TABLE).code == 0


CALLS: list[tuple[object, ...]] = [
    ("tables",),
    ("tables", "player_game_summary"),
    ("backfill", *END),
    ("daily", "--date", "2021-10-19"),
    ("plan", *END),
    ("status", *END),
    ("retry-failed", *END),
    ("verify", *END),
    ("verify-ledger", *END),
    ("rebuild-ledger",),
    ("show", "togs", "--date", "2021-10-19"),
    ("show", "togs", "--date", "2021-10-19", "--team", "MIL"),
]


@pytest.mark.parametrize("words", CALLS, ids=lambda words: " ".join(map(str, words)))
def test_a_pipe_gets_no_control_characters_and_no_progress(words: tuple[str, ...], computed: Path) -> None:
    done = child(*words, "--lake", str(computed), environment={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert (done.returncode, done.stderr) == (0, "")
    assert all(character >= " " or character == "\n" for character in done.stdout)


def test_a_reader_that_stops_early_is_no_error(lake: Path) -> None:
    words = [sys.executable, "-m", "nbaproc.cli.main", "tables", "--json"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize("words", CALLS, ids=lambda words: " ".join(map(str, words)))
def test_json_is_one_document_on_standard_output(words: tuple[str, ...], computed: Path, run: Run) -> None:
    done = run(*words, "--lake", computed, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json


def test_json_of_an_ingest_lists_taken_left_tables_and_counts(downloads: Path, tmp_path: Path, run: Run) -> None:
    folder = shutil.copytree(downloads, tmp_path / "in")
    (folder / "notes.txt").write_text("nothing")
    document = run("ingest", "nba-api", folder, "--json").json
    assert [(t["path"], t["layout"], t["table"], t["rows"]) for t in document["taken"]] == [
        (str(folder / "players.csv"), "player game log", "nbac_player_boxscores", 64),
        (str(folder / "schedule.csv"), "league schedule", "nbac_schedule_feeds", 4),
        (str(folder / "teams.parquet"), "team game log", "nbac_team_boxscore", 8),
    ]
    assert document["left"] == [{"path": str(folder / "notes.txt"), "reason": "neither CSV nor Parquet"}]
    assert document["tables"]["nbac_schedule"] == {"new": 4, "restated": 0, "unchanged": 0, "files": 3}
    assert document["counts"] == []


@pytest.fixture
def tiny_league(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the simulated league a schedule of four games whose scores depend on the seed."""
    schedule = raw(Lake(filled), "nbac_schedule")

    def simulate(seasons: int, seed: int, start_season: int) -> list[tuple[int, dict[str, pl.DataFrame]]]:
        return [(start_season, {"nbac_schedule": schedule.with_columns(home_team_score=pl.lit(seed, dtype=pl.Int64))})]

    monkeypatch.setattr("nbaproc.sources.simulate.simulate", simulate)


@pytest.mark.usefixtures("tiny_league")
def test_a_simulation_says_what_was_written(run: Run) -> None:
    assert "1 simulated season(s) from 2021 with seed 7 in lake" in run("simulate").out
    document = run("simulate", "--json").json
    assert (document["seasons"], document["seed"]) == (1, 7)
    assert document["tables"]["nbac_schedule"] == {"new": 0, "restated": 0, "unchanged": 4, "files": 0}


@pytest.mark.usefixtures("tiny_league")
def test_a_simulation_of_another_seed_is_refused_in_one_line(tmp_path: Path, run: Run) -> None:
    assert run("simulate").code == 0
    before = files(tmp_path / "lake")
    done = run("simulate", "--seed", "8")
    assert is_one_line(done)
    assert "lake: holds another simulated league; simulate into another folder with --lake" in done.err
    assert files(tmp_path / "lake") == before


@pytest.mark.usefixtures("tiny_league")
def test_a_simulation_over_real_games_is_refused_in_one_line(lake: Path, run: Run) -> None:
    done = run("simulate", "--lake", lake)
    assert is_one_line(done)
    assert "holds real games of 2021-22; simulate into another folder with --lake" in done.err


# What an ingest prints.


def test_an_ingest_prints_what_it_took_left_and_changed(downloads: Path, tmp_path: Path, run: Run) -> None:
    folder = shutil.copytree(downloads, tmp_path / "in")
    write(pl.DataFrame({"person_id": [1]}), folder / "people.csv")
    done = run("ingest", "nba-api", folder)
    assert (done.code, done.err) == (0, "")
    lines = [line.split() for line in done.out.splitlines()]
    assert ["players.csv", "player", "game", "log", "nbac_player_boxscores", "64"] in lines
    assert ["people.csv", "no", "known", "layout"] in lines
    assert ["nbac_player_boxscores", "64", "0", "0", "3"] in lines


def test_counts_are_printed_with_at_most_ten_samples(tmp_path: Path, run: Run) -> None:
    path = write(player_log(OPENER).with_columns(MIN=pl.lit("12:75")), tmp_path / "log.csv")
    done = run("ingest", "nba-api", path)
    assert done.code == 0
    assert "16  bad_minutes nbac_player_boxscores: unreadable playing times, read as unknown" in done.out
    assert done.out.count(" 12:75\n") == 10


@pytest.mark.parametrize(
    ("source", "content", "table"),
    [
        ("gamebook", game_book(OPENER), "nbac_gamebook_player_stats"),
        ("nba-cdn", play_by_play(OPENER), "nbac_play_by_play"),
        ("odds-api", event(OPENER, spreads(OPENER)), "odds_api_game_lines"),
        ("injuries", injury_json(OPENER, ("Milson, Abel", "Out", "Rest")), "nbac_injury_report"),
    ],
)
def test_the_other_public_feeds_are_read(source: str, content: Any, table: str, tmp_path: Path, run: Run) -> None:
    done = run("ingest", source, write_json(content, tmp_path / "x.json.gz"), "--json")
    assert (done.code, done.json["taken"][0]["table"]) == (0, table)


@pytest.mark.parametrize("source", ["nba-api", "injuries"])
def test_reports_without_an_hour_take_the_one_of_the_command(source: str, tmp_path: Path, run: Run) -> None:
    path = write(injury_table(OPENER, ("Milson, Abel", "Out", "Rest")), tmp_path / "i.csv")
    assert run("ingest", source, path, "--report-hour", 17).code == 0
    assert raw(Lake(tmp_path / "lake"), "nbac_injury_report")["report_hour"].to_list() == [17]
    done = run("ingest", source, path, "--report-hour", 24)
    assert done.code == 2
    assert "24 is not in the range 0<=x<=23" in done.err


def test_names_of_nobody_are_printed_with_the_closest(lake: Path, tmp_path: Path, run: Run) -> None:
    rows = props_table(OPENER).with_columns(pl.col("player").replace("Abel Bknson", "Able Bknson"))
    path = write(rows, tmp_path / "props.csv")
    done = run("ingest", "odds-api", path, "--lake", lake)
    assert "1 name in odds_api_player_points_props fits no player" in done.out
    assert ["2021-22", "–", "Able", "Bknson", "2", "Abel", "Bknson", "(BKN),"] in [
        line.split()[:8] for line in done.out.splitlines()
    ]
    [name] = run("ingest", "odds-api", path, "--lake", lake, "--json").json["unmatched"]
    assert (name["name"], name["rows"], name["closest"][0]) == ("Able Bknson", 2, "Abel Bknson (BKN)")


# Bad input: one line with the remedy, and nothing written.


def wrong_type(folder: Path) -> Path:
    return write(player_log(OPENER).with_columns(PTS=pl.lit("many")), folder / "log.csv")


def missing_column(folder: Path) -> Path:
    return write(team_log(OPENER).drop("TOV"), folder / "teams.parquet")


def unknown_layout(folder: Path) -> Path:
    return write(pl.DataFrame({"person_id": [1]}), folder / "people.parquet")


def unreadable(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "log.parquet"
    path.write_bytes(b"PAR1 half a download")
    return path


def empty(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "log.csv"
    path.touch()
    return path


def bad_dates(folder: Path) -> Path:
    return write(player_log(OPENER).with_columns(GAME_DATE=pl.lit("soon")), folder / "log.csv")


def nothing_known(folder: Path) -> Path:
    return unknown_layout(folder).parent


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (wrong_type, "log.csv: column PTS, data row 1: 'many' is not a number; mend the file or leave it out"),
        (missing_column, "teams.parquet: team game log without column TOV; name another file"),
        (unknown_layout, "people.parquet: no known layout; name another file, or its folder"),
        (unreadable, "log.parquet: cannot be read ("),
        (empty, "log.csv: is empty; download it again"),
        (bad_dates, "log.csv: player game log without a usable row (16 bad_date"),
        (nothing_known, "no file of a known layout ("),
        (lambda folder: folder / "nowhere.csv", "nowhere.csv: no such file or folder"),
    ],
    ids=[
        "wrong_type",
        "missing_column",
        "unknown_layout",
        "unreadable",
        "empty",
        "bad_dates",
        "nothing_known",
        "no_file",
    ],
)
def test_a_bad_file_is_one_line_with_the_remedy_and_nothing_is_written(
    make: Callable[[Path], Path], words: str, lake: Path, tmp_path: Path, run: Run
) -> None:
    before = files(lake), stamps(lake)
    done = run("ingest", "nba-api", make(tmp_path / "in"), "--lake", lake)
    assert is_one_line(done)
    assert words in done.err
    assert (files(lake), stamps(lake)) == before


@pytest.mark.parametrize("source", ["gamebook", "nba-cdn"])
def test_a_file_of_another_feed_is_one_line(source: str, tmp_path: Path, run: Run) -> None:
    done = run("ingest", source, write(player_log(OPENER), tmp_path / "log.csv"))
    assert is_one_line(done)
    assert "log.csv: no " in done.err


@pytest.mark.usefixtures("tiny_league")
@pytest.mark.parametrize("command", ["ingest", "simulate", "backfill", "verify"])
def test_a_lake_that_cannot_be_written_or_read_is_one_line(
    command: str, downloads: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NBAPROC_LAKE", str(tmp_path / "file" / "lake"))
    done = run(command, *(["nba-api", downloads] if command == "ingest" else []))
    assert is_one_line(done)
    assert str(tmp_path / "file" / "lake") in done.err


def test_a_lake_that_is_a_file_is_one_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").touch()
    assert is_one_line(run("backfill", "--lake", tmp_path / "file"))


@pytest.mark.parametrize("words", [("backfill",), ("daily", "--date", "2021-10-19"), ("verify",)], ids=" ".join)
def test_an_empty_lake_says_how_to_fill_it(words: tuple[str, ...], tmp_path: Path, run: Run) -> None:
    done = run(*words, "--lake", tmp_path / "new")
    assert is_one_line(done)
    assert "holds no schedule; fill it with `nbaproc ingest nba-api PATH` or `nbaproc simulate`" in done.err
    assert not (tmp_path / "new").exists()


TODAY = ("--today", "2022-01-10")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("backfill", "--end", "2022-01-11"), "--end 2022-01-11 is in the future; today is 2022-01-10"),
        (("verify", "--end", "2022-01-11"), "--end 2022-01-11 is in the future; today is 2022-01-10"),
        (("backfill", "--start", "2022-01-11"), "--start 2022-01-11 is in the future; today is 2022-01-10"),
        (("daily", "--date", "2022-01-11"), "--date 2022-01-11 is in the future; today is 2022-01-10"),
        (("show", "togs", "--date", "2022-01-11"), "--date 2022-01-11 is in the future; today is 2022-01-10"),
        (
            ("backfill", "--start", "2021-11-02", "--end", "2021-11-01"),
            "--start 2021-11-02 lies after --end 2021-11-01; swap them",
        ),
        (
            ("verify", "--start", "2021-11-02", "--end", "2021-11-01"),
            "--start 2021-11-02 lies after --end 2021-11-01; swap them",
        ),
        (("backfill", "--start", "TOMORROW"), "--start 'TOMORROW' is no date; write YYYY-MM-DD, TODAY or YESTERDAY"),
        (("backfill", "--end", "2021-02-30"), "--end '2021-02-30' is no date"),
        (("backfill", "--start", ""), "--start '' is no date"),
        (("verify", "--end", ""), "--end '' is no date"),
        (("daily", "--date", ""), "--date '' is no date"),
        (("daily", "--date", "19.10.2021"), "--date '19.10.2021' is no date"),
        (("backfill", "--tables", "pgs,tgos"), "unknown table 'tgos'; there are team_defense_game_summary (TDGS)"),
        (("backfill", "--tables", ""), "unknown table ''"),
        (("failures", "--category", "x"), "--category x is none"),
        (("show", "phase3", "--date", "2021-10-19"), "'phase3' names several tables; show prints one"),
        (("show", "togs", "--date", "2021-10-19", "--player", "x"), "team_offense_game_summary has no players"),
        (("show", "togs", "--date", "2021-10-19", "--columns", "x"), "team_offense_game_summary has no column x"),
        (("show", "togs", "--date", "2021-12-24"), "team_offense_game_summary has no such row on 2021-12-24"),
        (("tables", "nothing"), "unknown table 'nothing'; there are"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_value_that_cannot_be_is_one_line(words: tuple[str, ...], message: str, computed: Path, run: Run) -> None:
    before = files(computed)
    done = run(*words, "--lake", computed, *TODAY)
    assert is_one_line(done)
    assert message in done.err
    assert files(computed) == before


def test_today_itself_may_not_be_a_word_nobody_knows(lake: Path, run: Run) -> None:
    done = run("backfill", "--today", "SOON", "--lake", lake)
    assert is_one_line(done)
    assert "--today 'SOON' is no date" in done.err


def test_an_unknown_engine_in_the_environment_is_one_line(
    lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBAPROC_ENGINE", "refrence")
    done = run("backfill", *END, "--lake", lake)
    assert is_one_line(done)
    assert "NBAPROC_ENGINE 'refrence' is no engine; set it to polars or reference" in done.err


def test_a_foreign_file_in_the_lake_is_one_line(computed: Path, run: Run) -> None:
    path = next((computed / "nba_analytics" / "player_game_summary").rglob("*.parquet"))
    pl.DataFrame({"a": [1]}).write_parquet(path)
    done = run("verify", *END, "--lake", computed)
    assert is_one_line(done)
    assert f"{path}: not written by nbaproc; move it out of the lake" in done.err


def test_an_unreadable_raw_file_is_named_and_holds_back_its_month_only(lake: Path, run: Run) -> None:
    path = lake / "nba_raw" / "nbac_player_boxscores" / "season=2021-22" / "2021-11.parquet"
    path.write_bytes(path.read_bytes()[:100])
    done = run("backfill", *END, "--lake", lake)
    assert (done.code, done.err) == (1, "")
    [line] = [line for line in done.out.splitlines() if line.startswith("blocked player_game_summary 2021-11-15")]
    assert f"UPSTREAM_CHECK_ERROR: {path}: cannot be read (" in line
    assert "remove the file and compute or ingest it again" in line
    assert run("show", "pgs", "--date", "2021-10-19", "--lake", lake, "--json").json
    before = files(lake)
    done = run("verify", *END, "--lake", lake)
    assert is_one_line(done)
    assert f"{path}: cannot be read (" in done.err
    assert files(lake) == before


@pytest.mark.parametrize("command", ["ingest", "backfill"])
def test_a_disk_that_can_only_be_read_is_one_line(
    command: str, lake: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(player_log(OPENER).with_columns(AST=pl.lit(9)), tmp_path / "log.csv")
    before = files(lake), stamps(lake)

    def fail(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "replace", fail)
    done = run(command, *(["nba-api", path] if command == "ingest" else END), "--lake", lake)
    assert is_one_line(done)
    assert "cannot be written (Read-only file system); the file is as it was; free the disk or name another" in done.err
    assert (files(lake), stamps(lake)) == before


def broken(*_: object, **__: object) -> None:
    raise ValueError("first line\nsecond line")


def test_the_unexpected_is_one_line_without_a_traceback(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbaproc.run.backfill.backfill", broken)
    done = run("backfill", *END, "--lake", lake)
    assert is_one_line(done, code=1)
    assert done.err == "error: ValueError: first line (--debug shows where)\n"


def test_debug_shows_where(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbaproc.run.backfill.backfill", broken)
    with pytest.raises(ValueError, match="second line"):
        main(["--debug", "backfill", *END, "--lake", str(lake)])


def test_an_interrupt_exits_with_130(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nbaproc.run.backfill.backfill", interrupt)
    done = run("backfill", *END, "--lake", lake)
    assert (done.code, done.err.strip()) == (130, "interrupted")


# Computing.


def test_a_backfill_exits_with_0_and_says_what_it_wrote(lake: Path, run: Run) -> None:
    done = run("backfill", *END, "--lake", lake)
    assert (done.code, done.err) == (0, "")
    lines = [line.split() for line in done.out.splitlines()]
    assert ["player_game_summary", "3", "0", "0", "0", "0", "0", "64"] in [line[:-1] for line in lines]
    assert "3 dates, 28 month files written" in done.out


def test_a_second_backfill_changes_no_byte_and_no_time(computed: Path, run: Run) -> None:
    before = files(computed), stamps(computed)
    done = run("backfill", *END, "--lake", computed)
    assert (done.code, "no file changed" in done.out) == (0, True)
    assert (files(computed), stamps(computed)) == before


def test_tables_are_chosen_by_name_code_or_group_with_what_they_need(lake: Path, run: Run) -> None:
    done = run("backfill", *END, "--lake", lake, "--tables", "PGS", "--json")
    assert list(done.json["tables"]) == ["team_offense_game_summary", "player_game_summary"]
    stages = by_stage(table_names())
    for words, names in {
        "all": table_names(),
        "phase3": [
            *(name for name in stages["games"] if name != "ml_labels"),
            "upcoming_player_game_context",
            "upcoming_team_game_context",
        ],
        # The precompute tables bring the context they are computed from.
        "phase4": stages["features"],
        "games": stages["games"],
        "togs, team_defense_game_summary,pgs": [name for name in stages["games"] if name != "ml_labels"],
        "ml_labels": [name for name in stages["games"] if name != "team_defense_game_summary"],
        "features": stages["features"],
        "utgc,UPGC": ["upcoming_player_game_context", "upcoming_team_game_context"],
    }.items():
        done = run("backfill", *END, "--lake", lake, "--tables", words, "--json")
        assert sorted(done.json["tables"]) == sorted(names)


ENGINES = {
    "option": (("--engine", "reference"), {}),
    "NBAPROC_ENGINE": ((), {"NBAPROC_ENGINE": "reference"}),
    "ENABLE_PLAYER_PARALLELIZATION": ((), {"ENABLE_PLAYER_PARALLELIZATION": "false"}),
    "ENABLE_TEAM_PARALLELIZATION": ((), {"ENABLE_TEAM_PARALLELIZATION": "False"}),
}


@pytest.mark.parametrize("switch", ENGINES)
def test_every_switch_selects_the_reference_engine_and_gives_the_same_bytes(
    switch: str, lake: Path, backfilled: Path, computed: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("backfill", *END, *ONE_TABLE, "--lake", computed, "--json").json["engine"] == "polars"
    words, environment = ENGINES[switch]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    document = run("backfill", *END, "--lake", lake, *words, "--json").json
    assert (document["engine"], document["files_written"]) == ("reference", 28)
    assert files(lake) == files(backfilled)


@pytest.mark.parametrize("value", ["true", "1", ""])
def test_an_old_switch_that_is_on_changes_nothing(
    value: str, lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENABLE_PLAYER_PARALLELIZATION", value)
    assert run("backfill", *END, *ONE_TABLE, "--lake", lake, "--json").json["engine"] == "polars"


def test_the_option_stands_above_the_environment(lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBAPROC_ENGINE", "reference")
    words = ("backfill", *END, *ONE_TABLE, "--lake", lake, "--engine", "polars", "--json")
    assert run(*words).json["engine"] == "polars"


def test_a_table_that_fails_blocks_what_needs_it_and_nothing_else(
    lake: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbaproc.tables.team_offense_game_summary.build", broken)
    monkeypatch.setattr("nbaproc.run.isolation.compute_reference", broken)
    done = run("backfill", *END, "--lake", lake)
    assert (done.code, done.err) == (1, "")
    failed = "failed team_offense_game_summary 2021-10-19 to 2022-04-16 (3 dates): PROCESSING_ERROR"
    assert f"{failed}: ValueError: first line\n" in done.out
    for day in ("2021-10-19", "2021-11-15", "2022-04-16"):
        assert f"blocked player_game_summary {day}: MISSING_DEPENDENCY: team_offense_game_summary of {day}" in done.out
    assert not (lake / "nba_analytics" / "player_game_summary").exists()


def test_a_box_score_that_does_not_sum_to_the_final_score_is_refused_with_a_record(
    lake: Path, tmp_path: Path, run: Run
) -> None:
    first = pl.col("PLAYER_NAME") == "Abel Bknson"
    amended = player_log(OPENER).with_columns(PTS=pl.when(first).then(pl.col("PTS") + 5).otherwise("PTS"))
    ingest_nba_api(Lake(lake), [write(amended, tmp_path / "log.csv")])
    done = run("backfill", *END, "--lake", lake)
    assert done.code == 1
    assert "partial player_game_summary 2021-10-19: NO_PLAYER_SOURCE: 20211019_BKN_MIL: " in done.out
    assert "SOURCE_REJECTED in player_game_summary: 20211019_BKN_MIL" in done.out
    records = Lake(lake).read_records(declarations()["player_game_summary"], OPENER.day, OPENER.day)
    [reason] = records.filter(failure_category="SOURCE_REJECTED")["failure_reason"]
    assert "nbac_boxscores failed points: BKN 8 active, 14400 s, 109 points" in reason
    assert "final score 104-127" in reason


def mirrored_ids(lake: Lake, folder: Path) -> None:
    book = game_book(replace(OPENER, away=OPENER.home, home=OPENER.away, away_points=127, home_points=104))
    ingest_gamebook(lake, [write_json(book, folder / "book.json")])


def wrong_dates(lake: Lake, folder: Path) -> None:
    ingest_nba_api(lake, [write(player_log(moved(LATE, NOVEMBER.day)), folder / "log.csv")])


def unknown_teams(lake: Lake, folder: Path) -> None:
    ingest_nba_api(lake, [write(team_log(OPENER, replace(LATE, home="XXX")), folder / "teams.csv")])


def unreadable_minutes(lake: Lake, folder: Path) -> None:
    first = pl.col("PLAYER_NAME") == "Abel Bknson"
    log = player_log(OPENER).with_columns(MIN=pl.when(first).then(pl.lit("12:75")).otherwise(pl.col("MIN").cast(str)))
    ingest_nba_api(lake, [write(log, folder / "log.csv")])


@pytest.mark.parametrize(
    ("spoil", "count", "sample"),
    [
        (mirrored_ids, "home_away_corrected", "2021-10-19"),
        (wrong_dates, "date_mismatch", "0022100002"),
        (unknown_teams, "unknown_team", "XXX"),
        (unreadable_minutes, "bad_minutes", "Abel Bknson"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
@pytest.mark.parametrize("engine", ["polars", "reference"])
def test_bad_rows_are_counted_with_samples(
    spoil: Callable[[Lake, Path], None], count: str, sample: str, engine: str, lake: Path, tmp_path: Path, run: Run
) -> None:
    spoil(Lake(lake), tmp_path)
    document = run("backfill", *END, "--lake", lake, "--engine", engine, "--json").json
    found = [row for row in document["counts"] if row["count"] == count]
    assert found, document["counts"]
    assert 1 <= len(found[0]["samples"]) <= 10
    assert all(row["rows"] >= len(row["samples"]) for row in found)
    assert sample in " ".join(found[0]["samples"])


# One date.

NIGHT = date(2022, 1, 10)
PAIRS = [("BOS", "MIA"), ("LAL", "GSW"), ("DAL", "UTA"), ("CHI", "DET"), ("NYK", "PHI"), ("DEN", "POR")]
TONIGHT = [Game(f"00221005{i:02}", NIGHT, away, home, 101, 110) for i, (away, home) in enumerate(PAIRS)]
PGS = declarations()["player_game_summary"]


def night(lake: Path, folder: Path, scheduled: int, loaded: int) -> None:
    """Fill a lake with a night of final games of which some have box scores."""
    write(league_schedule(*TONIGHT[:scheduled]), folder / "schedule.csv")
    write(player_log(*TONIGHT[:loaded]), folder / "log.csv")
    write(team_log(*TONIGHT[:loaded]), folder / "teams.csv")
    ingest_nba_api(Lake(lake), [folder])


@pytest.mark.parametrize("today", ["2022-01-10", "2022-01-11"])
@pytest.mark.parametrize(
    ("loaded", "code", "state"), [(3, 1, "blocked"), (4, 1, "partial"), (5, 0, "succeeded")], ids=["3/5", "4/5", "5/5"]
)
def test_a_fresh_date_waits_for_four_fifths_of_its_games(
    loaded: int, code: int, state: str, today: str, tmp_path: Path, run: Run
) -> None:
    night(tmp_path / "lake", tmp_path / "in", 5, loaded)
    done = run("daily", "--date", "2022-01-10", "--today", today, "--tables", "games", "--json")
    assert done.code == done.json["exit_code"] == code
    for name, counts in done.json["tables"].items():
        # Labels are made of what rows there are.
        assert counts["succeeded" if (state, name) == ("partial", "ml_labels") else state] == 1, name
        assert (counts["rows"] > 0) == (state != "blocked"), name
    assert (Lake(tmp_path / "lake").read(PGS, NIGHT, NIGHT).height > 0) == (state != "blocked")


def test_a_blocked_date_says_how_many_games_it_waits_for(tmp_path: Path, run: Run) -> None:
    night(tmp_path / "lake", tmp_path / "in", 5, 3)
    done = run("daily", "--today", "2022-01-10")
    assert done.code == 1
    assert (
        "blocked team_offense_game_summary 2022-01-10: MISSING_DEPENDENCY: "
        "3 of 5 games have a source yet; run again when the others are loaded\n"
    ) in done.out


def test_a_partial_date_names_the_games_without_a_source(tmp_path: Path, run: Run) -> None:
    night(tmp_path / "lake", tmp_path / "in", 5, 4)
    done = run("daily", "--today", "2022-01-10")
    assert "partial player_game_summary 2022-01-10: MISSING_DEPENDENCY: no source yet of 20220110_NYK_PHI\n" in done.out


def test_old_rows_of_a_blocked_date_stay(tmp_path: Path, run: Run) -> None:
    lake = tmp_path / "lake"
    night(lake, tmp_path / "in", 4, 4)
    assert run("daily", "--today", "2022-01-10", "--tables", "games").code == 0
    before = {name: content for name, content in files(lake).items() if "nba_raw" not in name}
    night(lake, tmp_path / "in", 6, 4)
    done = run("daily", "--today", "2022-01-10", "--tables", "games")
    assert (done.code, "blocked" in done.out) == (1, True)
    assert {name: content for name, content in files(lake).items() if "nba_raw" not in name} == before


def test_a_date_that_is_no_longer_fresh_is_computed_with_what_there_is(tmp_path: Path, run: Run) -> None:
    night(tmp_path / "lake", tmp_path / "in", 5, 3)
    done = run("daily", "--date", "2022-01-10", "--today", "2022-01-12", "--json")
    # Three of five games are no success of a team table, though nothing waits for the others.
    assert done.code == 1
    counts = done.json["tables"]["team_offense_game_summary"]
    del counts["seconds"]
    assert counts == {
        "succeeded": 0,
        "partial": 1,
        "failed": 0,
        "blocked": 0,
        "skipped": 0,
        "current": 0,
        "rows": 6,
    }
    missing = [row["entities"] for row in done.json["records"] if row["category"] == "NO_PLAYER_SOURCE"]
    assert missing == [["20220110_CHI_DET", "20220110_NYK_PHI"]]
    assert done.json["tables"]["player_game_summary"]["succeeded"] == 1


def test_the_next_morning_completes_the_date(tmp_path: Path, run: Run) -> None:
    night(tmp_path / "lake", tmp_path / "in", 5, 4)
    assert run("daily", "--today", "2022-01-10").code == 1
    night(tmp_path / "lake", tmp_path / "in", 5, 5)
    assert run("daily", "--date", "YESTERDAY", "--today", "2022-01-11").code == 0
    assert Lake(tmp_path / "lake").read(PGS, NIGHT, NIGHT).height == 80


def test_an_off_day_is_nothing_to_compute(lake: Path, run: Run) -> None:
    before = files(lake)
    done = run("daily", "--date", "2021-12-24", "--lake", lake)
    assert (done.code, done.err) == (0, "")
    assert done.out == "No game in scope from 2021-12-17 to 2021-12-24: nothing to compute.\n"
    assert files(lake) == before
    assert run("daily", "--date", "2021-12-24", "--lake", lake, "--json").json["dates"] == 0


def test_a_date_whose_games_have_not_been_played_has_its_context_and_no_summary(tmp_path: Path, run: Run) -> None:
    ingest_nba_api(Lake(tmp_path / "lake"), [write(league_schedule(*TONIGHT, status=1), tmp_path / "s.csv")])
    done = run("daily", "--today", "2022-01-10", "--json")
    assert done.code == 0
    rows = {name: counts["rows"] for name, counts in done.json["tables"].items()}
    assert rows.pop("upcoming_team_game_context") == 2 * len(TONIGHT)
    # Nobody has played yet and there is no roster: the date is skipped, and says so.
    assert set(rows.values()) == {0}
    assert done.json["tables"]["upcoming_player_game_context"]["skipped"] == 1
    alone = run("daily", "--today", "2022-01-10", "--tables", "games")
    assert (alone.code, alone.out.startswith("No game in scope was played")) == (0, True)


def test_daily_and_backfill_give_the_same_bytes(lake: Path, backfilled: Path, run: Run) -> None:
    days = sorted({game.day for game in GAMES})
    for day in reversed(days):
        assert run("daily", "--date", day, "--lake", lake, "--tables", "games").code == 0
    for day in days:
        assert run("daily", "--date", day, "--lake", lake).code == 0
    assert files(lake) == files(backfilled)


# Looking.


def test_show_prints_rows_by_player_team_and_columns(computed: Path, run: Run) -> None:
    shared = ("--date", "2021-10-19", "--lake", computed)
    rows = run("show", "pgs", *shared, "--json").json
    assert len(rows) == 32
    assert list(rows[0]) == declarations()["player_game_summary"].names
    [row] = run("show", "player_game_summary", *shared, "--player", "Abel Bknson", "--json").json
    assert (row["player_lookup"], row["points"]) == ("abelbknson", 13)
    assert {r["team_abbr"] for r in run("show", "pgs", *shared, "--team", "mil", "--json").json} == {"MIL"}
    done = run("show", "togs", *shared, "--team", "MIL", "--columns", "team_abbr,points_scored", "--json")
    assert done.json == [{"team_abbr": "MIL", "points_scored": 127}]


def test_show_prints_one_row_as_a_list_with_meanings(computed: Path, run: Run) -> None:
    done = run("show", "togs", "--date", "2021-10-19", "--team", "MIL", "--lake", computed)
    assert done.code == 0
    assert all(name in done.out for name in declarations()["team_offense_game_summary"].names)


def test_show_of_a_date_that_is_not_computed_names_the_command(lake: Path, run: Run) -> None:
    done = run("show", "togs", "--date", "2021-10-19", "--lake", lake)
    assert is_one_line(done)
    assert "compute the date with `nbaproc daily --date 2021-10-19`" in done.err


def test_tables_lists_every_table_and_every_column(run: Run) -> None:
    listed = {table["table"]: table for table in run("tables", "--json").json}
    assert {*declarations(), "processing_failures"} == listed.keys()
    for name, table in declarations().items():
        assert [c["name"] for c in listed[name]["columns"]] == table.names
        assert all(column["says"] for column in listed[name]["columns"])
    assert "nbac_schedule" in {table["table"] for table in run("tables", "--raw", "--json").json}
    assert run("tables", "PGS").out.startswith("nba_analytics.player_game_summary: ")


# Progress.


def test_progress_is_a_line_every_thirty_seconds_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    from nbaproc.cli.output import Bar

    now = [0.0]
    with Bar(clock=lambda: now[0]) as bar:
        bar.start(100)
        for second in (10, 29, 31, 40, 62):
            now[0] = second
            bar.advance(10, 1000)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        " 30% 30 of 100 cells, 3,000 rows, 1.0/s, 72 s left",
        " 50% 50 of 100 cells, 5,000 rows, 0.8/s, 62 s left",
    ]
