"""The precompute tables over real seasons: who has rows, who has a record instead, and what a partial download does."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from nbaproc.lake import Lake
from nbaproc.run.summary import Summary
from nbaproc.tables import declarations
from tests.conftest import FIRST, LAST

OPENERS = {2021: date(2021, 10, 19), 2022: date(2022, 10, 18), 2023: date(2023, 10, 24)}
TABLES = ("TDZA", "PSZA", "PCF", "PDC")

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def frames(real_backfill: tuple[Lake, Summary]) -> Frames:
    lake, _ = real_backfill
    codes = (*TABLES, "UPGC")
    return {table.code: lake.read(table, FIRST, LAST) for table in declarations().values() if table.code in codes}


@pytest.fixture(scope="module")
def notes(real_backfill: tuple[Lake, Summary]) -> Frames:
    lake, _ = real_backfill
    tables = [table for table in declarations().values() if table.code in TABLES]
    found = {table.code: lake.read_records(table, FIRST, LAST) for table in tables}
    return {code: rows.filter(pl.col("failure_class") != "note") for code, rows in found.items()}


def day_of(code: str) -> str:
    [table] = [table for table in declarations().values() if table.code == code]
    return table.date or ""


@pytest.mark.parametrize("code", TABLES)
def test_each_season_begins_on_its_fifteenth_day(code: str, frames: Frames, notes: Frames) -> None:
    for opener in OPENERS.values():
        early = pl.col(day_of(code)).is_between(opener, opener + timedelta(days=13))
        assert frames[code].filter(early).is_empty()
        assert notes[code].filter(pl.col("analysis_date").is_between(opener, opener + timedelta(days=13))).is_empty()


def test_dates_are_213_212_and_207_of_which_14_are_early(real_backfill: tuple[Lake, Summary], frames: Frames) -> None:
    _, summary = real_backfill
    for (year, opener), dates in zip(OPENERS.items(), (213, 212, 207), strict=True):
        season = [day for day in summary.dates if opener <= day < date(year + 1, 7, 1)]
        held = frames["PCF"].filter(pl.col("game_date").is_in(season))["game_date"].n_unique()
        assert (len(season), held) == (dates, dates - 14)


@pytest.mark.parametrize(
    ("day", "scope", "players", "teams"),
    [
        (date(2021, 11, 2), 429, 142, 0),
        (date(2021, 11, 5), 436, 187, 0),
        (date(2021, 11, 8), 443, 212, 0),
        (date(2021, 11, 10), 445, 182, 0),
        (date(2021, 11, 15), 453, 277, 1),
        (date(2021, 12, 15), 481, 391, 30),
        (date(2022, 1, 15), 590, 440, 30),
        (date(2022, 4, 10), 604, 495, 30),
    ],
)
def test_rows_and_scope_of_a_date_are_the_published_ones(
    day: date, scope: int, players: int, teams: int, frames: Frames, notes: Frames
) -> None:
    here = pl.col("analysis_date") == day
    rows, records = frames["PSZA"].filter(here), notes["PSZA"].filter(here)
    assert (rows.height, rows.height + records.height) == (players, scope)
    assert frames["TDZA"].filter(here).height == teams
    assert frames["TDZA"].filter(here).height + notes["TDZA"].filter(here).height == 30


@pytest.mark.parametrize(
    ("year", "first", "all_teams"),
    [
        (2021, date(2021, 11, 15), date(2021, 11, 20)),
        (2022, date(2022, 11, 14), date(2022, 11, 21)),
        (2023, date(2023, 11, 21), date(2023, 11, 29)),
    ],
)
def test_teams_have_fifteen_games_when_the_calendar_says_so(
    year: int, first: date, all_teams: date, frames: Frames
) -> None:
    season = frames["TDZA"].filter(pl.col("analysis_date").is_between(OPENERS[year], date(year + 1, 7, 1)))
    teams = season.group_by("analysis_date").len().sort("analysis_date")
    assert teams["analysis_date"].min() == first
    assert teams.filter(len=30)["analysis_date"].min() == all_teams
    assert 32 <= (all_teams - OPENERS[year]).days <= 36


def test_everybody_of_the_scope_has_a_row_or_a_record_with_its_numbers(frames: Frames, notes: Frames) -> None:
    context = frames["UPGC"].select(day="game_date", who="player_lookup")
    for code in ("PCF", "PDC"):
        rows = frames[code].select(day=day_of(code), who="player_lookup")
        records = notes[code].select(day="analysis_date", who="entity_id")
        both = pl.concat([rows, records])
        assert both.is_unique().all()
        assert both.join(context, on=["day", "who"], how="anti").is_empty()
        late = context.join(both.select("day").unique(), on="day", how="semi")
        assert late.height == both.height
    below = notes["PSZA"]
    assert below["failure_reason"].str.contains(r"^games=\d+ expected=\d+ actual=\d+ dnp=\d+ required=\d+$").all()
    assert below["failure_type"].null_count() == 0
    assert set(below["failure_category"]) == {"EXPECTED_INCOMPLETE", "INCOMPLETE_UPSTREAM", "INSUFFICIENT_DATA"}


def test_league_averages_are_plausible_on_every_date(frames: Frames) -> None:
    rows = frames["TDZA"]
    ranges = {
        "league_paint_pct": (0.54, 0.62),
        "league_mid_range_pct": (0.36, 0.46),
        "league_three_pt_pct": (0.33, 0.39),
    }
    for column, (low, high) in ranges.items():
        assert rows[column].is_between(low, high).all(), column
    counted = rows.filter(pl.col("analysis_date") == date(2021, 12, 15))
    assert counted["league_teams_in_sample"].unique().to_list() == [30]
    assert counted["league_paint_pct"].unique().to_list() == [0.574129462]
    [warriors] = counted.filter(team_abbr="GSW").to_dicts()
    assert (warriors["paint_pct_allowed_last_15"], warriors["paint_defense_vs_league_avg"]) == (0.545, -2.96)
    assert (warriors["strongest_zone"], warriors["weakest_zone"]) == ("mid_range", "perimeter")


def test_the_end_of_the_shot_download_shows_as_unknown_and_never_as_zero(frames: Frames) -> None:
    """Shots of 2021-22 end on 6 January: windows lose them game by game, the games of data stay."""
    season = frames["PSZA"].filter(pl.col("analysis_date").is_between(date(2021, 12, 20), date(2022, 4, 10)))
    before = season.filter(pl.col("analysis_date") <= date(2022, 1, 6))
    assert before["zone_games_in_sample_10"].mean() > 9.5
    fading = season.filter(pl.col("analysis_date") == date(2022, 1, 15))
    assert 3 < fading["zone_games_in_sample_10"].mean() < 8
    gone = season.filter(pl.col("analysis_date") == date(2022, 4, 10))
    unknown = gone.filter(pl.col("zone_games_in_sample_10") == 0)
    # The others have not played since January: their last games are covered ones.
    assert unknown.height > 0.75 * gone.height
    zones = ("paint_rate_last_10", "paint_pct_last_10", "paint_attempts_per_game", "primary_scoring_zone")
    assert all(unknown[column].null_count() == unknown.height for column in (*zones, "total_shots_last_10"))
    assert (unknown["games_in_sample_10"] == 10).all()
    assert abs(gone["completeness_percentage"].mean() - before["completeness_percentage"].mean()) < 1
    teams = frames["TDZA"].filter(pl.col("analysis_date") == date(2022, 4, 10))
    # A game that was put off from December is covered by the download although it was played in spring.
    assert teams["zone_games_in_sample"].max() <= 2
    bare = teams.filter(zone_games_in_sample=0)
    assert bare.height > 20
    assert bare["paint_pct_allowed_last_15"].null_count() == bare.height
    assert teams["three_pt_pct_allowed_last_15"].null_count() == 0
    assert set(bare["calculation_notes"]) == {"No paint attempts; No mid-range attempts"}


def test_a_healthy_date_is_rested_and_scores_stay_in_their_range(frames: Frames) -> None:
    rows = frames["PCF"]
    means = rows.group_by("game_date").agg(pl.col("fatigue_score").mean(), pl.len()).filter(pl.col("len") >= 100)
    assert means["fatigue_score"].min() > 85
    assert rows["fatigue_score"].is_between(35, 100).all()
    for column, limit in (("shot_zone_mismatch_score", 10), ("pace_score", 3), ("usage_spike_score", 3)):
        assert (rows[column].abs() <= limit).all()
    sides = rows.group_by("game_id").agg(pl.col("pace_score").unique())
    assert sides["pace_score"].list.len().max() <= 2
    assert sides["pace_score"].list.sum().abs().max() == 0


def test_the_cache_holds_the_averages_of_the_box_scores(frames: Frames, real_backfill: tuple[Lake, Summary]) -> None:
    """Jokić before 15 January 2022: his games of the season, counted from the summaries."""
    lake, _ = real_backfill
    day = date(2022, 1, 15)
    games = lake.read(declarations()["player_game_summary"], FIRST, day - timedelta(days=1))
    mine = games.filter(pl.col("player_lookup") == "nikolajokic").sort("game_date", descending=True)
    points = mine["points"].to_list()
    [row] = frames["PDC"].filter((pl.col("cache_date") == day) & (pl.col("player_lookup") == "nikolajokic")).to_dicts()
    assert row["games_played_season"] == len(points)
    assert row["points_avg_last_5"] == sum(points[:5]) / 5
    assert row["points_avg_last_10"] == sum(points[:10]) / 10
    assert row["points_avg_season"] == pytest.approx(sum(points) / len(points), abs=5e-5)
