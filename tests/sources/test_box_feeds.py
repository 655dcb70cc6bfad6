from dataclasses import replace
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from nbaproc.lake import Lake
from nbaproc.sources.box_feeds import BOX_FEEDS
from nbaproc.sources.ingest import Report, ingest_nba_api
from tests.sources.downloads import (
    GAMES,
    LATE,
    NOVEMBER,
    OPENER,
    files,
    league_schedule,
    player_log,
    raw,
    stamps,
    team_log,
    write,
)
from tests.sources.feeds import log_without_ids, plain_counts

BOXES = "nbac_player_boxscores"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(league_schedule(*GAMES), tmp_path / "in" / "schedule.csv")
    return tmp_path / "in"


def test_rows_without_ids_take_them_from_the_schedule(lake: Lake, folder: Path) -> None:
    write(log_without_ids(OPENER, NOVEMBER), folder / "log.csv")
    report = ingest_nba_api(lake, [folder])
    rows = raw(lake, BOXES)
    assert (report.tables[BOXES].new, report.tables[BOX_FEEDS.name].new) == (32, 32)
    assert set(rows["game_id"]) == {OPENER.id, NOVEMBER.id}
    sides = rows.filter(game_id=OPENER.id).select("away_team_abbr", "home_team_abbr").unique().rows()
    assert sides == [("BKN", "MIL")]
    assert rows["game_status"].null_count() == 32
    assert rows["field_goals_attempted"].null_count() == 32
    assert rows.filter(game_id=OPENER.id)["points"].sum() == 104 + 127


def test_the_schedule_may_come_later(lake: Lake, folder: Path) -> None:
    log = write(log_without_ids(OPENER), folder / "log.csv")
    report = ingest_nba_api(lake, [log])
    assert report.tally.counts == {("no_game", BOX_FEEDS.name): 16}
    assert report.tally.samples["no_game", BOX_FEEDS.name][0].startswith("2021-10-19 ")
    assert raw(lake, BOXES).height == 0
    assert ingest_nba_api(lake, [folder / "schedule.csv"]).tables[BOXES].new == 16
    assert raw(lake, "nba_players_registry").height == 16


def test_a_log_whose_teams_do_not_meet_that_day_fits_no_game(lake: Lake, folder: Path) -> None:
    write(log_without_ids(OPENER, replace(NOVEMBER, home="BOS")), folder / "log.csv")
    report = ingest_nba_api(lake, [folder])
    assert report.tally.counts == {("no_game", BOX_FEEDS.name): 16}
    assert raw(lake, BOXES).height == 16


def test_the_complete_log_is_the_source_and_the_other_fills_what_is_null(lake: Lake, folder: Path) -> None:
    write(log_without_ids(OPENER, LATE), folder / "slim.csv")
    counts = plain_counts(OPENER, NOVEMBER)[:20].with_columns(ast=pl.lit(9))
    write(counts, folder / "counts.csv")
    report = ingest_nba_api(lake, [folder])
    rows = raw(lake, BOXES)
    assert set(rows["game_id"]) == {OPENER.id, LATE.id}
    assert rows.filter(game_id=OPENER.id)["field_goals_attempted"].null_count() == 0
    assert rows.filter(game_id=LATE.id)["field_goals_attempted"].null_count() == 16
    assert rows["assists"].unique().to_list() == [2]
    assert report.tally.counts == {("logs_differ", BOX_FEEDS.name): 16}
    assert report.tally.samples["logs_differ", BOX_FEEDS.name][0].endswith("assists 2 9")


def test_the_log_that_is_complete_may_be_the_other_one(lake: Lake, folder: Path) -> None:
    write(log_without_ids(OPENER), folder / "slim.csv")
    write(plain_counts(OPENER, LATE), folder / "counts.csv")
    ingest_nba_api(lake, [folder])
    rows = raw(lake, BOXES)
    assert rows.height == 32
    assert rows["field_goals_attempted"].null_count() == 0


def test_a_game_of_a_log_with_ids_is_that_logs(lake: Lake, folder: Path) -> None:
    write(log_without_ids(OPENER, LATE).with_columns(AST=pl.lit(9)), folder / "slim.csv")
    write(player_log(OPENER), folder / "log.csv")
    ingest_nba_api(lake, [folder])
    rows = raw(lake, BOXES)
    assert dict(rows.group_by("game_id").agg(pl.col("assists").max()).iter_rows()) == {OPENER.id: 2, LATE.id: 9}
    assert rows.height == 32
    assert rows.filter(game_id=OPENER.id)["game_status"].unique().to_list() == ["Final"]


def test_any_order_of_files_and_commands_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    paths = [
        folder / "schedule.csv",
        write(log_without_ids(OPENER, LATE, NOVEMBER), folder / "slim.csv"),
        write(plain_counts(OPENER, LATE), folder / "counts.csv"),
        write(player_log(LATE), folder / "log.csv"),
        write(team_log(OPENER), folder / "teams.csv"),
    ]
    one = Lake(tmp_path / "one")
    ingest_nba_api(one, paths)
    for place, order in enumerate(list(permutations(paths))[::13]):
        lake = Lake(tmp_path / str(place))
        for path in order:
            ingest_nba_api(lake, [path])
        assert files(lake.root) == files(one.root)
    before = stamps(one.root)
    ingest_nba_api(one, paths)
    assert stamps(one.root) == before


def test_a_later_log_restates_its_rows(lake: Lake, folder: Path) -> None:
    write(log_without_ids(OPENER), folder / "log.csv")
    ingest_nba_api(lake, [folder])
    report = ingest_nba_api(lake, [write(log_without_ids(OPENER).with_columns(AST=pl.lit(7)), folder / "log.csv")])
    assert report.tables[BOXES].restated == report.tables[BOX_FEEDS.name].restated == 16
    assert raw(lake, BOXES)["assists"].unique().to_list() == [7]


@pytest.mark.parametrize("column", ["PLAYER_ID", "MATCHUP", "TEAM_ABBREVIATION"])
def test_a_row_that_cannot_be_placed_is_counted(column: str, lake: Lake, folder: Path) -> None:
    log = log_without_ids(OPENER)
    log = log.with_columns(pl.when(pl.col("PLAYER_NAME") != "Abel Bknson").then(column).alias(column))
    report = ingest_nba_api(lake, [write(log, folder / "log.csv"), folder / "schedule.csv"])
    assert report.tally.counts == {("missing_value", BOX_FEEDS.name): 1}
    assert raw(lake, BOXES).height == 15


# The real files.


def real(lake: Lake) -> pl.DataFrame:
    return raw(lake, BOXES).filter(pl.col("game_date") > pl.date(2025, 9, 1))


def test_the_real_slim_log_is_complete_and_the_other_fills_its_attempts(real_ingest: tuple[Lake, Report]) -> None:
    lake, report = real_ingest
    rows = real(lake)
    assert (rows.height, rows["game_id"].n_unique()) == (28_491, 1_311)
    assert rows["field_goals_attempted"].is_not_null().sum() == 4_084
    assert report.tally.counts["logs_differ", BOX_FEEDS.name] == 5
    assert ("no_game", BOX_FEEDS.name) not in report.tally.counts


def test_the_real_players_sum_to_the_final_score_of_every_team(real_ingest: tuple[Lake, Report]) -> None:
    lake, _ = real_ingest
    schedule = raw(lake, "nbac_schedule")
    scores = pl.concat(
        [
            schedule.select("game_id", team_abbr=f"{side}_team_tricode", score=f"{side}_team_score")
            for side in ("home", "away")
        ]
    )
    teams = (
        real(lake)
        .group_by("game_id", "team_abbr")
        .agg(pl.col("points").sum())
        .join(scores, on=["game_id", "team_abbr"])
    )
    assert teams.height == 2 * 1_311
    assert (teams["points"] == teams["score"]).all()
