from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbaproc.boundary import empty, schema
from nbaproc.lake import Lake
from nbaproc.raw.contract import NBAC_SCHEDULE, NBAC_TEAM_BOXSCORE
from nbaproc.sources.ingest import Report, ingest_nba_api
from nbaproc.sources.raw_lake import add_hashes
from nbaproc.sources.schedule_feeds import FEEDS, add_sides, build_schedule, current_games
from tests.sources.downloads import (
    OPENER,
    Game,
    files,
    game_list,
    league_schedule,
    moved,
    raw,
    results,
    team_log,
    write,
)

DAY = date(2021, 10, 19)

Row = dict[str, Any]


def feed(layout: str, status: int | None, score: tuple[int | None, int | None] = (None, None), **more: Any) -> Row:
    home, away = score
    return {
        "layout": layout,
        "game_id": OPENER.id,
        "game_date": DAY,
        "game_status": status,
        "home_team_tricode": "MIL",
        "away_team_tricode": "BKN",
        "home_team_score": home,
        "away_team_score": away,
        **more,
    }


def team(code: str, points: int | None, **more: Any) -> Row:
    return {
        "game_id": OPENER.id,
        "nba_game_id": OPENER.id,
        "game_date": DAY,
        "team_abbr": code,
        "points": points,
        **more,
    }


def schedule_of(*feeds: Row, teams: tuple[Row, ...] = ()) -> pl.DataFrame:
    rows = add_hashes(FEEDS, pl.DataFrame(list(feeds), schema=schema(FEEDS)))
    boxes = pl.DataFrame(list(teams), schema=schema(NBAC_TEAM_BOXSCORE)) if teams else empty(NBAC_TEAM_BOXSCORE)
    return build_schedule(rows, boxes)


def outcome(*feeds: Row, teams: tuple[Row, ...] = ()) -> tuple[Any, Any, Any]:
    [row] = schedule_of(*feeds, teams=teams).iter_rows(named=True)
    return row["game_status"], row["home_team_score"], row["away_team_score"]


def test_the_largest_status_wins() -> None:
    assert outcome(feed("a", 1), feed("b", 3, (127, 104)), feed("c", 3)) == (3, 127, 104)
    assert outcome(feed("a", 2), feed("b", 1), feed("c", None)) == (2, None, None)


def test_scores_come_from_a_final_row_that_has_them() -> None:
    assert outcome(feed("a", 2, (60, 55)), feed("c", 3)) == (3, None, None)
    assert outcome(feed("a", 2, (60, 55)), feed("b", 3, (127, 104))) == (3, 127, 104)
    assert outcome(feed("a", 3, (0, 0)), feed("b", 3, (127, 104))) == (3, 127, 104)
    assert outcome(feed("a", 3, (127, None)), feed("b", 3, (126, 104))) == (3, 126, 104)


def test_of_two_final_scores_the_one_of_the_first_layout_counts() -> None:
    assert outcome(feed("b", 3, (1, 2)), feed("a", 3, (127, 104))) == (3, 127, 104)


def test_both_team_rows_make_a_game_final_with_their_points() -> None:
    assert outcome(feed("a", 1), teams=(team("MIL", 127), team("BKN", 104))) == (3, 127, 104)


def test_a_final_score_of_a_schedule_stands_above_team_rows() -> None:
    assert outcome(feed("b", 3, (127, 104)), teams=(team("MIL", 99), team("BKN", 98))) == (3, 127, 104)


@pytest.mark.parametrize(
    "teams",
    [
        (team("MIL", 127),),
        (team("MIL", 127), team("BKN", None)),
        (team("MIL", 0), team("BKN", 0)),
        (team("MIL", 127), team("LAL", 104)),
        (team("MIL", 127), team("BKN", 104, game_date=date(2021, 10, 20))),
    ],
)
def test_half_a_result_makes_no_game_final(teams: tuple[Row, ...]) -> None:
    assert outcome(feed("a", 1), teams=teams) == (1, None, None)


def test_other_codes_of_a_team_are_the_same_team() -> None:
    phoenix = {"home_team_tricode": "PHO"}
    rows = (team("PHX", 127), team("brk", 104))
    assert outcome(feed("a", 1, **phoenix), teams=rows) == (3, 127, 104)


def test_every_other_column_is_the_first_that_is_given_in_the_order_of_the_layouts() -> None:
    tip = datetime(2021, 10, 19, 19, 30, tzinfo=ZoneInfo("UTC"))
    rows = schedule_of(
        feed("c", 3, home_team_tricode="XXX", arena_city="Nowhere"),
        feed("b", 3, (127, 104), arena_name="B Arena"),
        feed("a", 1, game_date_est=tip),
    )
    [row] = rows.iter_rows(named=True)
    assert (row["home_team_tricode"], row["arena_name"], row["arena_city"]) == ("MIL", "B Arena", "Nowhere")
    assert row["game_date_est"] == tip


def test_of_one_layout_the_row_of_the_larger_status_counts() -> None:
    rows = schedule_of(feed("a", 1, arena_name="Old"), feed("a", 3, (127, 104), arena_name="New"))
    assert rows["arena_name"].to_list() == ["New"]


def test_of_two_rows_alike_in_layout_and_status_the_order_does_not_decide() -> None:
    one, two = (feed("a", 3, (127, 104), arena_name=name) for name in ("One", "Two"))
    assert schedule_of(one, two).equals(schedule_of(two, one))


def test_a_game_on_two_dates_is_two_rows() -> None:
    rows = schedule_of(feed("a", 1), feed("a", 3, (127, 104), game_date=date(2021, 12, 1)))
    assert rows.select("game_date", "game_status").rows() == [(DAY, 1), (date(2021, 12, 1), 3)]


ROWS = st.builds(
    lambda layout, status, score, arena: feed(layout, status, score, arena_name=arena),
    st.sampled_from("abc"),
    st.sampled_from([1, 2, 3, None]),
    st.sampled_from([(127, 104), (126, 104), (0, 0), (None, None)]),
    st.sampled_from(["One", "Two", None]),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=5, unique_by=repr), data=st.data())
def test_the_order_of_rows_changes_nothing(rows: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert schedule_of(*rows).equals(schedule_of(*shuffled))


# Sides.


def boxes(*teams: Row) -> pl.DataFrame:
    return pl.DataFrame(list(teams), schema=schema(NBAC_TEAM_BOXSCORE))


def test_a_team_row_is_at_home_if_the_schedule_says_so() -> None:
    rows = add_sides(boxes(team("MIL", 1, is_home=False), team("BKN", 1, is_home=True)), schedule_of(feed("a", 1)))
    assert rows["is_home"].to_list() == [True, False]


def test_other_codes_know_their_side_too() -> None:
    phoenix = schedule_of(feed("a", 1, home_team_tricode="PHO"))
    rows = add_sides(boxes(team("PHX", 1, is_home=False), team("BRK", 1, is_home=True)), phoenix)
    assert rows["is_home"].to_list() == [True, False]


def test_a_team_that_does_not_play_keeps_its_side() -> None:
    rows = add_sides(boxes(team("LAL", 1, is_home=True), team("BOS", 1)), schedule_of(feed("a", 1)))
    assert rows["is_home"].to_list() == [True, None]


@pytest.mark.parametrize("days", [date(2021, 10, 1), date(2021, 12, 1)])
def test_the_current_date_of_a_game_is_the_one_it_was_played_on(days: date) -> None:
    schedule = schedule_of(feed("a", 3, (127, 104)), feed("a", 1, game_date=days))
    assert current_games(schedule)["game_date"].to_list() == [DAY]


def test_the_current_date_of_an_unplayed_game_is_the_latest() -> None:
    schedule = schedule_of(feed("a", 1), feed("a", 1, game_date=date(2021, 12, 1)))
    assert current_games(schedule)["game_date"].to_list() == [date(2021, 12, 1)]


# Through files.

Make = Callable[[Game], pl.DataFrame]


@pytest.mark.parametrize("make", [league_schedule, game_list, results])
def test_every_layout_alone_makes_a_schedule(make: Make, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    ingest_nba_api(lake, [write(make(OPENER), tmp_path / "s.csv")])
    [row] = raw(lake, NBAC_SCHEDULE.name).iter_rows(named=True)
    assert (row["game_id"], row["game_date"], row["game_status"]) == (OPENER.id, DAY, 3)
    assert (row["home_team_tricode"], row["away_team_tricode"]) == ("MIL", "BKN")


def test_what_every_file_said_is_kept_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for name in ("one", "two"):
        ingest_nba_api(lake, [write(league_schedule(OPENER, status=1), tmp_path / f"{name}.csv")])
    ingest_nba_api(lake, [write(league_schedule(OPENER), tmp_path / "three.csv")])
    assert lake.read_whole(FEEDS).select("layout", "game_status").sort("game_status").rows() == [("a", 1), ("a", 3)]


def test_an_older_file_that_arrives_later_takes_nothing_back(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    ingest_nba_api(lake, [write(league_schedule(OPENER), tmp_path / "new.csv")])
    before = raw(lake, NBAC_SCHEDULE.name)
    ingest_nba_api(lake, [write(league_schedule(OPENER, status=1), tmp_path / "old.csv")])
    assert raw(lake, NBAC_SCHEDULE.name).equals(before)


@pytest.mark.parametrize("teams_first", [True, False])
def test_team_rows_fill_scores_whenever_they_arrive(teams_first: bool, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    paths = [write(team_log(OPENER), tmp_path / "t.csv"), write(results(OPENER, played=False), tmp_path / "s.csv")]
    for path in paths if teams_first else paths[::-1]:
        ingest_nba_api(lake, [path])
    row = raw(lake, NBAC_SCHEDULE.name).row(0, named=True)
    assert (row["game_status"], row["home_team_score"], row["away_team_score"]) == (3, 127, 104)


def test_a_postponed_game_stays_on_both_dates(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    later = moved(OPENER, date(2022, 1, 5))
    ingest_nba_api(lake, [write(league_schedule(OPENER, status=1), tmp_path / "old.csv")])
    ingest_nba_api(lake, [write(league_schedule(later), tmp_path / "new.csv")])
    assert raw(lake, NBAC_SCHEDULE.name).select("game_date", "game_status").rows() == [(DAY, 1), (later.day, 3)]


def test_files_of_three_layouts_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [write(make(OPENER), tmp_path / f"{i}.csv") for i, make in enumerate((league_schedule, game_list, results))]
    found = []
    for start in range(3):
        lake = Lake(tmp_path / f"lake{start}")
        for path in paths[start:] + paths[:start]:
            ingest_nba_api(lake, [path])
        found.append(files(lake.root))
    assert found[0] == found[1] == found[2]


def test_real_play_offs_that_the_official_schedule_lacks_are_final(real_ingest: tuple[Lake, Report]) -> None:
    schedule = raw(real_ingest[0], NBAC_SCHEDULE.name).filter(pl.col("game_id").str.starts_with("00423"))
    final = schedule.filter(pl.col("game_status") == 3)
    assert final["game_id"].n_unique() == 82
    assert final["home_team_score"].null_count() == final["away_team_score"].null_count() == 0


def test_real_games_that_were_caught_in_progress_have_their_final_score(real_ingest: tuple[Lake, Report]) -> None:
    ids = [f"0022300{number}" for number in (706, 707, 708)]
    rows = raw(real_ingest[0], NBAC_SCHEDULE.name).filter(pl.col("game_id").is_in(ids))
    points = raw(real_ingest[0], NBAC_TEAM_BOXSCORE.name).filter(pl.col("game_id").is_in(ids))
    scores = dict(points.select(pl.format("{} {}", "game_id", "team_abbr"), "points").iter_rows())
    assert rows["game_status"].to_list() == [3, 3, 3]
    for row in rows.iter_rows(named=True):
        assert row["home_team_score"] == scores[f"{row['game_id']} {row['home_team_tricode']}"]
        assert row["away_team_score"] == scores[f"{row['game_id']} {row['away_team_tricode']}"]
