from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from nbaproc.errors import InputError
from nbaproc.lake import Lake
from nbaproc.sources.ingest import Report, ingest_nba_api
from tests.sources.downloads import GAMES, LATE, OPENER, PLAYOFF, files, league_schedule, raw, write
from tests.sources.feeds import archive, open_close

LINES = "odds_api_game_lines"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def points(lake: Lake) -> dict[tuple[str, str, str], float]:
    """Return point by market, outcome and Eastern clock."""
    clock = pl.col("snapshot_timestamp").dt.convert_time_zone("America/New_York").dt.strftime("%H:%M")
    rows = raw(lake, LINES).select("market_key", "outcome_name", clock, "outcome_point")
    return {(market, outcome, time): point for market, outcome, time, point in rows.iter_rows()}


def test_the_archive_gives_both_sides_at_11_59_eastern(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(archive(OPENER), tmp_path / "a.csv")])
    rows = raw(lake, LINES)
    assert points(lake) == {
        ("spreads", "Milwaukee Bucks", "11:59"): -4.5,
        ("spreads", "Brooklyn Nets", "11:59"): 4.5,
        ("totals", "Over", "11:59"): 225.0,
        ("totals", "Under", "11:59"): 225.0,
    }
    assert rows["snapshot_timestamp"].unique().to_list() == [datetime(2021, 10, 19, 15, 59, tzinfo=UTC)]
    known = rows.select("home_team", "away_team", "home_team_abbr", "away_team_abbr", "bookmaker_key").unique().rows()
    assert known == [("Milwaukee Bucks", "Brooklyn Nets", "MIL", "BKN", "consensus")]
    assert rows["commence_time"].null_count() == rows["processed_at"].null_count() == 4


@pytest.mark.parametrize(("favoured", "spread", "home"), [("away", 4.5, 4.5), ("Home", -4.5, -4.5), ("home", 0.0, 0.0)])
def test_the_word_gives_the_sign(favoured: str, spread: float, home: float, lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(archive(OPENER, favoured=favoured, spread=spread), tmp_path / "a.parquet")])
    found = points(lake)
    assert (found["spreads", "Milwaukee Bucks", "11:59"], found["spreads", "Brooklyn Nets", "11:59"]) == (home, -home)
    assert "-0.0" not in {str(value) for value in found.values()}


def test_a_spread_without_a_favourite_is_counted_and_the_total_stays(lake: Lake, tmp_path: Path) -> None:
    report = ingest_nba_api(lake, [write(archive(OPENER, favoured="nobody"), tmp_path / "a.csv")])
    assert report.tally.counts == {("line_without_side", LINES): 1}
    assert {market for market, _, _ in points(lake)} == {"totals"}


def test_a_value_that_is_missing_is_counted(lake: Lake, tmp_path: Path) -> None:
    report = ingest_nba_api(lake, [write(archive(OPENER, spread=None), tmp_path / "a.csv")])
    assert report.tally.counts == {("line_without_point", LINES): 1}
    assert report.tally.samples["line_without_point", LINES] == ["2021-10-19 BKN MIL spread"]


def test_teams_that_are_none_of_the_30_are_counted_and_dropped(lake: Lake, tmp_path: Path) -> None:
    both = pl.concat([archive(OPENER), archive(LATE).with_columns(home=pl.lit("sea"))])
    report = ingest_nba_api(lake, [write(both, tmp_path / "a.csv")])
    assert report.tally.counts == {("unknown_team", LINES): 1}
    assert report.tally.samples["unknown_team", LINES] == ["2021-10-19 GSW SEA"]
    assert raw(lake, LINES).height == 4


def test_opening_and_closing_are_told_apart_from_spread_and_total(lake: Lake, tmp_path: Path) -> None:
    write(open_close(OPENER), tmp_path / "in" / "lines.csv")
    write(league_schedule(*GAMES), tmp_path / "in" / "schedule.csv")
    ingest_nba_api(lake, [tmp_path / "in"])
    assert points(lake) == {
        ("spreads", "Milwaukee Bucks", "09:00"): 0.0,
        ("spreads", "Brooklyn Nets", "09:00"): 0.0,
        ("totals", "Over", "09:00"): 240.5,
        ("totals", "Under", "09:00"): 240.5,
        ("spreads", "Milwaukee Bucks", "11:59"): -1.5,
        ("spreads", "Brooklyn Nets", "11:59"): 1.5,
        ("totals", "Over", "11:59"): 233.5,
        ("totals", "Under", "11:59"): 233.5,
    }
    assert raw(lake, LINES)["bookmaker_key"].unique().to_list() == ["sbr"]


def test_the_row_with_the_spread_is_the_favourites(lake: Lake, tmp_path: Path) -> None:
    path = write(open_close(OPENER, values=("3", "229", "3.5", "230")), tmp_path / "lines_2021-22.csv")
    ingest_nba_api(lake, [path])
    assert points(lake)["spreads", "Milwaukee Bucks", "11:59"] == 3.5


@pytest.mark.parametrize("name", ["lines.csv", "x_2019-20.csv"])
def test_dates_without_a_year_are_of_the_season_whose_games_they_are(name: str, lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(league_schedule(*GAMES), tmp_path / "schedule.csv")])
    spring = open_close(PLAYOFF).with_columns(Rot=pl.col("Rot") + 100)
    report = ingest_nba_api(lake, [write(pl.concat([open_close(OPENER, LATE), spring]), tmp_path / name)])
    assert sorted(set(raw(lake, LINES)["game_date"])) == [OPENER.day, PLAYOFF.day]
    assert not report.tally.counts


def test_dates_without_a_year_in_a_file_of_no_season_are_an_error(lake: Lake, tmp_path: Path) -> None:
    path = write(open_close(OPENER), tmp_path / "lines.csv")
    with pytest.raises(InputError, match=r"lines\.csv: opening and closing lines without a usable row .*season"):
        ingest_nba_api(lake, [path])
    assert not lake.root.exists()


def test_neutral_games_have_two_rows_too(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(open_close(OPENER, kind="NN"), tmp_path / "lines_2021-22.csv")])
    assert raw(lake, LINES).height == 8


def test_a_row_without_its_partner_is_counted(lake: Lake, tmp_path: Path) -> None:
    rows = open_close(OPENER, LATE)[:3]
    report = ingest_nba_api(lake, [write(rows, tmp_path / "lines_2021-22.csv")])
    assert report.tally.counts == {("unpaired_line", LINES): 1}
    assert raw(lake, LINES).height == 8


@pytest.mark.parametrize("values", [("22", "7.5"), ("210", "215"), ("80", "7.5")])
def test_two_values_that_cannot_be_a_total_and_a_spread_are_counted(
    values: tuple[str, str], lake: Lake, tmp_path: Path
) -> None:
    report = ingest_nba_api(
        lake, [write(open_close(OPENER, values=(*values, "233.5", "1.5")), tmp_path / "lines_2021-22.csv")]
    )
    assert report.tally.counts == {("implausible_line", LINES): 1}
    assert raw(lake, LINES).height == 4


def test_a_total_without_a_spread_stays(lake: Lake, tmp_path: Path) -> None:
    rows = open_close(OPENER, values=("240.5", "pk", "233.5", "NL"))
    report = ingest_nba_api(lake, [write(rows, tmp_path / "lines_2021-22.csv")])
    assert report.tally.counts == {("line_without_point", LINES): 1}
    assert raw(lake, LINES).height == 6


def test_both_archives_in_any_order_and_twice_change_no_byte(lake: Lake, tmp_path: Path) -> None:
    schedule = write(league_schedule(*GAMES), tmp_path / "schedule.csv")
    paths = [write(archive(*GAMES), tmp_path / "a.csv"), write(open_close(OPENER, LATE), tmp_path / "b.csv"), schedule]
    other = Lake(tmp_path / "other")
    ingest_nba_api(lake, paths)
    before = files(lake.root)
    ingest_nba_api(lake, paths[:1])
    assert files(lake.root) == before
    for path in (schedule, paths[1], paths[0]):
        ingest_nba_api(other, [path])
    assert files(other.root) == before


def test_a_game_that_the_schedule_lacks_is_counted_and_kept(lake: Lake, tmp_path: Path) -> None:
    write(league_schedule(OPENER, PLAYOFF), tmp_path / "in" / "schedule.csv")
    write(archive(LATE), tmp_path / "in" / "a.csv")
    report = ingest_nba_api(lake, [tmp_path / "in"])
    assert report.tally.counts == {("game_not_in_schedule", LINES): 1}
    assert report.tally.samples["game_not_in_schedule", LINES] == ["2021-10-19 GSW LAL"]
    assert raw(lake, LINES).height == 4


# The real files.


def closing(lake: Lake, book: str) -> pl.DataFrame:
    eastern = pl.col("snapshot_timestamp").dt.convert_time_zone("America/New_York")
    home = (pl.col("outcome_name") == pl.col("home_team")) | (pl.col("outcome_name") == "Over")
    rows = raw(lake, LINES).filter(bookmaker_key=book).filter((eastern.dt.hour() == 11) & home)
    return rows.select("game_date", "home_team_abbr", "away_team_abbr", "market_key", "outcome_point")


def test_real_archives_agree_in_every_closing_line(real_ingest: tuple[Lake, Report]) -> None:
    lake, _ = real_ingest
    key = ["game_date", "home_team_abbr", "away_team_abbr", "market_key"]
    both = closing(lake, "consensus").join(closing(lake, "sbr"), on=key)
    spreads = both.filter(market_key="spreads")
    assert spreads.height == 1320
    assert (spreads["outcome_point"] == spreads["outcome_point_right"]).all()


def test_real_favourites_win_more_and_home_teams_are_those_of_the_schedule(real_ingest: tuple[Lake, Report]) -> None:
    lake, report = real_ingest
    games = raw(lake, "nbac_schedule").select(
        "game_date",
        home_team_abbr="home_team_tricode",
        away_team_abbr="away_team_tricode",
        margin=pl.col("home_team_score") - pl.col("away_team_score"),
    )
    spreads = closing(lake, "consensus").filter(market_key="spreads")
    joined = spreads.join(games, on=["game_date", "home_team_abbr", "away_team_abbr"])
    assert joined.height == 5131
    ahead = joined.filter(pl.col("outcome_point") < 0)
    assert (ahead["margin"] > 0).mean() == pytest.approx(0.665, abs=0.02)
    assert report.tally.samples["game_not_in_schedule", LINES] == ["2022-06-06 BOS GSW"]


def test_real_lines_that_are_wrong_are_named(real_ingest: tuple[Lake, Report]) -> None:
    counts = real_ingest[1].tally.counts
    assert {name: counts[name, LINES] for name in ("implausible_line", "line_without_point")} == {
        "implausible_line": 4,
        "line_without_point": 5,
    }
