import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.columns import Table
from nbaproc.errors import InputError, LakeError
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import NBAC_PLAY_BY_PLAY
from nbaproc.sources.ingest import ingest_nba_api, ingest_nba_cdn
from tests.sources.downloads import (
    LATE,
    NOVEMBER,
    OPENER,
    files,
    game_list,
    league_schedule,
    moved,
    person,
    play_by_play,
    player_log,
    raw,
    stamps,
    write,
    write_json,
)

PLAYS = "nbac_play_by_play"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def taken(lake: Lake, feed: Any, path: Path) -> pl.DataFrame:
    ingest_nba_cdn(lake, [write_json(feed, path)])
    return raw(lake, PLAYS)


def as_table(feed: dict[str, Any]) -> pl.DataFrame:
    """Return a feed's actions as the columns of a table, as they are downloaded as CSV or Parquet."""
    frame = pl.DataFrame(feed["game"]["actions"], infer_schema_length=None)
    return frame.with_columns(gameId=pl.lit(feed["game"]["gameId"]), playerNameI=pl.lit("A. Player"))


@pytest.mark.parametrize("name", ["x.json", "x.json.gz", "x.gz"])
def test_the_feed_is_read_as_delivered(name: str, lake: Lake, tmp_path: Path) -> None:
    report = ingest_nba_cdn(lake, [write_json(play_by_play(OPENER), tmp_path / name)])
    assert [(t.layout, t.table, t.rows) for t in report.taken] == [("play-by-play feed", PLAYS, 4)]


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet"])
def test_actions_as_a_table_give_the_same_bytes(ending: str, lake: Lake, tmp_path: Path) -> None:
    ingest_nba_cdn(lake, [write_json(play_by_play(OPENER), tmp_path / "x.json")])
    other = Lake(tmp_path / "other")
    ingest_nba_cdn(other, [write(as_table(play_by_play(OPENER)), tmp_path / f"x{ending}")])
    assert files(lake.root) == files(other.root)


def test_an_action_keeps_the_values_of_the_feed(lake: Lake, tmp_path: Path) -> None:
    row = taken(lake, play_by_play(OPENER), tmp_path / "x.json").filter(actionNumber=8).row(0, named=True)
    assert (row["gameId"], row["period"], row["actionType"], row["shotResult"]) == (OPENER.id, 1, "2pt", "Made")
    assert (row["personId"], row["assistPersonId"], row["shotDistance"]) == (
        person("MIL", 1)[0],
        person("MIL", 7)[0],
        5.57,
    )
    assert (row["blockPersonId"], row["processed_at"]) == (None, None)


def test_several_games_may_be_one_table(lake: Lake, tmp_path: Path) -> None:
    frame = pl.concat([as_table(play_by_play(OPENER)), as_table(play_by_play(LATE))], how="diagonal")
    ingest_nba_cdn(lake, [write(frame, tmp_path / "x.parquet")])
    assert raw(lake, PLAYS)["gameId"].n_unique() == 2


def test_the_date_is_that_of_the_schedule(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(league_schedule(OPENER), tmp_path / "s.csv")])
    rows = taken(lake, play_by_play(OPENER, first="2021-10-25T23:40:11.2Z"), tmp_path / "x.json")
    assert rows["game_date"].unique().to_list() == [OPENER.day]


@pytest.mark.parametrize(
    ("first", "day"),
    [
        ("2021-10-20T02:10:45.2Z", date(2021, 10, 19)),
        ("2021-10-20T02:10:45Z", date(2021, 10, 19)),
        ("2021-10-20T04:10:45.123Z", date(2021, 10, 20)),
        ("2021-12-20T04:30:00Z", date(2021, 12, 19)),
        ("2021-10-19T22:10:45-04:00", date(2021, 10, 19)),
    ],
)
def test_without_a_schedule_it_is_the_eastern_date_of_the_first_action(
    first: str, day: date, lake: Lake, tmp_path: Path
) -> None:
    assert taken(lake, play_by_play(OPENER, first=first), tmp_path / "x.json")["game_date"].unique().to_list() == [day]


def test_an_unreadable_time_of_the_first_action_is_passed_over(lake: Lake, tmp_path: Path) -> None:
    feed = play_by_play(OPENER)
    feed["game"]["actions"][0]["timeActual"] = "soon"
    assert taken(lake, feed, tmp_path / "x.json")["game_date"].unique().to_list() == [OPENER.day]


def test_a_game_without_any_date_is_counted(lake: Lake, tmp_path: Path) -> None:
    dated = write_json(play_by_play(LATE), tmp_path / "late.json")
    undated = write_json(play_by_play(OPENER, first="soon"), tmp_path / "opener.json")
    report = ingest_nba_cdn(lake, [dated, undated])
    assert report.tally.counts == {("bad_date", PLAYS): 4}
    assert [left.path.name for left in report.left] == ["opener.json"]


@pytest.mark.parametrize("schedule_first", [True, False])
def test_the_schedules_date_holds_whenever_it_arrives(schedule_first: bool, lake: Lake, tmp_path: Path) -> None:
    feed = write_json(play_by_play(OPENER, first="2021-11-02T01:00:00Z"), tmp_path / "x.json")
    schedule = write(league_schedule(OPENER), tmp_path / "s.csv")
    steps = [lambda: ingest_nba_api(lake, [schedule]), lambda: ingest_nba_cdn(lake, [feed])]
    for step in steps if schedule_first else steps[::-1]:
        step()
    assert [m.month for m in lake.months(NBAC_PLAY_BY_PLAY)] == ["2021-10"]
    assert raw(lake, PLAYS)["game_date"].to_list() == [OPENER.day] * 4


@pytest.mark.parametrize("days", [-3, 40])
def test_of_two_dates_in_the_schedule_the_one_that_was_played_counts(days: int, lake: Lake, tmp_path: Path) -> None:
    listed = league_schedule(moved(OPENER, OPENER.day + timedelta(days)), status=1)
    ingest_nba_api(lake, [write(league_schedule(OPENER), tmp_path / "s.csv"), write(listed, tmp_path / "t.csv")])
    rows = taken(lake, play_by_play(OPENER), tmp_path / "x.json")
    assert rows["game_date"].unique().to_list() == [OPENER.day]


def test_a_postponed_game_moves_with_the_schedule(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(league_schedule(OPENER, status=1), tmp_path / "s.csv")])
    taken(lake, play_by_play(OPENER), tmp_path / "x.json")
    later = moved(OPENER, date(2021, 12, 3))
    report = ingest_nba_api(lake, [write(game_list(later), tmp_path / "t.csv")])
    assert raw(lake, PLAYS)["game_date"].unique().to_list() == [later.day]
    assert report.tables[PLAYS].restated == 4


def test_a_fault_while_plays_move_to_another_month_loses_none(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken(lake, play_by_play(OPENER), tmp_path / "x.json")
    later = write(game_list(moved(OPENER, date(2021, 11, 30))), tmp_path / "t.csv")
    real, stored = Lake.store_raw, []

    def second_month_fails(self: Lake, table: Table, month: Month, rows: pl.DataFrame) -> bool:
        stored.append(table.name)
        if stored.count(PLAYS) == 2:
            raise LakeError("the disk is full")
        return real(self, table, month, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "store_raw", second_month_fails)
        with pytest.raises(LakeError):
            ingest_nba_api(lake, [later])
    assert raw(lake, PLAYS).unique(["gameId", "actionNumber"]).height == 4
    ingest_nba_api(lake, [later])
    assert raw(lake, PLAYS)["game_date"].to_list() == [date(2021, 11, 30)] * 4


def test_a_later_feed_replaces_its_game_whole_and_leaves_the_others(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_cdn(lake, [write_json(play_by_play(g), tmp_path / f"{g.id}.json") for g in (OPENER, LATE, NOVEMBER)])
    taken(lake, play_by_play(OPENER, shots=1), tmp_path / "x.json")
    counts = dict(raw(lake, PLAYS).group_by("gameId").len().iter_rows())
    assert counts == {OPENER.id: 2, LATE.id: 4, NOVEMBER.id: 4}


def test_twice_changes_no_byte_and_no_time(lake: Lake, tmp_path: Path) -> None:
    path = write_json(play_by_play(OPENER), tmp_path / "x.json")
    ingest_nba_cdn(lake, [path])
    before = files(lake.root), stamps(lake.root)
    report = ingest_nba_cdn(lake, [path])
    assert (files(lake.root), stamps(lake.root)) == before
    assert (report.tables[PLAYS].new, report.tables[PLAYS].unchanged) == (0, 4)


def test_a_doubled_action_is_stored_once_and_counted(lake: Lake, tmp_path: Path) -> None:
    feed = play_by_play(OPENER)
    feed["game"]["actions"].append(feed["game"]["actions"][1])
    report = ingest_nba_cdn(lake, [write_json(feed, tmp_path / "x.json")])
    assert raw(lake, PLAYS).height == 4
    assert report.tally.counts == {("duplicate_rows", PLAYS): 1}


def test_games_out_of_scope_are_counted(lake: Lake, tmp_path: Path) -> None:
    feed = play_by_play(OPENER)
    feed["game"]["gameId"] = "0012100007"
    report = ingest_nba_cdn(lake, [write_json(feed, tmp_path / "x.json")])
    assert report.tally.counts == {("excluded_game", "001"): 1}


def test_a_wrong_value_names_file_column_and_row(lake: Lake, tmp_path: Path) -> None:
    feed = play_by_play(OPENER)
    feed["game"]["actions"][2]["personId"] = "somebody"
    with pytest.raises(InputError, match=r"x\.json: column personId, data row 3: 'somebody' is not a number"):
        taken(lake, feed, tmp_path / "x.json")
    assert not lake.root.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"game": {"gameId": "1"}}, "no play-by-play feed: it has no game with gameId and actions"),
        ({"game": {"gameId": "1", "actions": {}}}, "no play-by-play feed: it has no game with gameId and actions"),
        ([], "no play-by-play feed: it has no game with gameId and actions"),
        ({"game": {"gameId": "1", "actions": [1]}}, "an action is no object; download it again"),
        ({"game": {"gameId": "1", "actions": []}}, "play-by-play feed without a usable row"),
    ],
)
def test_another_document_is_named_with_the_reason(content: Any, reason: str, lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"x\.json: {reason}"):
        ingest_nba_cdn(lake, [write_json(content, tmp_path / "x.json")])


def test_a_table_without_a_column_of_the_feed_names_it(lake: Lake, tmp_path: Path) -> None:
    path = write(as_table(play_by_play(OPENER)).drop("shotResult"), tmp_path / "x.csv")
    with pytest.raises(InputError, match=r"x\.csv: no play-by-play feed: column shotResult is missing"):
        ingest_nba_cdn(lake, [path])


def test_a_feed_where_nobody_blocked_a_shot_has_no_such_column(lake: Lake, tmp_path: Path) -> None:
    frame = as_table(play_by_play(OPENER))
    assert "blockPersonId" not in frame.columns
    ingest_nba_cdn(lake, [write(frame.drop("assistPersonId"), tmp_path / "x.csv")])
    assert raw(lake, PLAYS)["assistPersonId"].null_count() == 4


def test_a_folder_is_searched_and_the_rest_left(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    write_json(play_by_play(OPENER), folder / "a" / "x.json")
    write(player_log(OPENER), folder / "log.csv")
    (folder / "notes").write_text("nothing")
    report = ingest_nba_cdn(lake, [folder])
    assert [t.path.name for t in report.taken] == ["x.json"]
    assert [left.path.name for left in report.left] == ["log.csv", "notes"]


def test_real_feeds_are_taken_whole(real_data: Path, lake: Lake, tmp_path: Path) -> None:
    names = ("0022400500", "0022400561")
    paths = [real_data / "public" / f"nba_cdn_playbyplay_{name}.parquet" for name in names]
    report = ingest_nba_cdn(lake, paths)
    rows = raw(lake, PLAYS)
    assert [t.rows for t in report.taken] == [pl.read_parquet(path).height for path in paths]
    assert rows.select("gameId", "game_date").unique().sort("gameId").rows() == [
        ("0022400500", date(2025, 1, 6)),
        ("0022400561", date(2025, 1, 15)),
    ]
    # The same actions as the feed delivers them give the same bytes.
    other = Lake(tmp_path / "other")
    for name, path in zip(names, paths, strict=True):
        actions = json.loads(pl.read_parquet(path).drop("gameId").write_json())
        ingest_nba_cdn(other, [write_json({"game": {"gameId": name, "actions": actions}}, tmp_path / f"{name}.json")])
    assert files(other.root) == files(lake.root)
