"""Pre-game context of real seasons: who is covered, and rest that was counted by hand."""

from __future__ import annotations

import shutil
from datetime import date

import polars as pl
import pytest

from nbaproc.audit.verify import verify
from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.run.backfill import backfill
from nbaproc.run.summary import Summary
from nbaproc.sources.ingest import Report
from nbaproc.tables import declarations, table_names
from tests.conftest import FIRST, LAST, TODAY

Frames = dict[str, pl.DataFrame]

PLAYED = ~pl.col("is_dnp") & pl.col("points").is_not_null() & ((pl.col("minutes_played") > 0) | (pl.col("points") > 0))
KEY = ["game_date", "player_lookup"]


@pytest.fixture(scope="module")
def frames(real_backfill: tuple[Lake, Summary]) -> Frames:
    lake, _ = real_backfill
    codes = ("PGS", "TOGS", "UTGC", "UPGC")
    return {table.code: lake.read(table, FIRST, LAST) for table in declarations().values() if table.code in codes}


# What is there.


def test_every_game_has_its_two_team_rows(frames: Frames) -> None:
    per_game = frames["UTGC"].group_by("game_id").agg(pl.len(), pl.col("home_game").sum())
    assert per_game["len"].unique().to_list() == [2]
    assert per_game["home_game"].unique().to_list() == [1]
    assert set(frames["TOGS"]["game_id"]) == set(per_game["game_id"])
    assert per_game.height == 1323 + 1320 + 1318


def test_every_player_who_played_has_a_row_of_his_team(frames: Frames) -> None:
    missing = frames["PGS"].filter(PLAYED).join(frames["UPGC"], on=[*KEY, "team_abbr", "game_id"], how="anti")
    assert missing.is_empty()


def test_the_sizes_of_a_season_are_the_published_ones(frames: Frames) -> None:
    season = frames["UPGC"].filter(pl.col("game_date") < date(2022, 7, 1))
    rows = season.filter(~pl.col("nba_game_id").str.starts_with("005"))
    assert rows.height == 41_265
    assert rows.filter(driver_source="boxscore").height == 839
    assert rows.filter(driver_source="recent").height == 41_265 - 839
    assert rows["days_rest"].null_count() == 760
    assert round(100 * rows["back_to_back"].sum() / rows.height, 1) == 11.0


@pytest.mark.parametrize(
    ("day", "recent", "boxscore"),
    [
        (date(2021, 10, 19), 0, 47),
        (date(2021, 10, 20), 0, 235),
        (date(2021, 11, 15), 334, 2),
        (date(2022, 2, 24), 209, 6),
        (date(2022, 6, 16), 29, 0),
    ],
)
def test_the_rows_of_a_date_are_the_published_ones(day: date, recent: int, boxscore: int, frames: Frames) -> None:
    drivers = frames["UPGC"].filter(pl.col("game_date") == day)["driver_source"].to_list()
    assert (drivers.count("recent"), drivers.count("boxscore"), len(drivers)) == (recent, boxscore, recent + boxscore)


def test_players_taken_from_another_teams_list_are_on_record(real_backfill: tuple[Lake, Summary]) -> None:
    lake, _ = real_backfill
    table = declarations()["upcoming_player_game_context"]
    records = lake.read_records(table, FIRST, date(2022, 6, 30))
    assert records.filter(failure_category="DUPLICATE_PLAYER").height == 41


def test_spread_and_total_are_there_for_nearly_all_games(frames: Frames) -> None:
    for code in ("UTGC", "UPGC"):
        games = frames[code].group_by("game_id").agg(pl.col("game_spread", "game_total").is_not_null().all())
        for column in ("game_spread", "game_total"):
            assert games[column].mean() > 0.99, (code, column)


def test_the_two_spreads_of_a_game_sum_to_zero(frames: Frames) -> None:
    sums = frames["UTGC"].drop_nulls("game_spread").group_by("game_id").agg(pl.col("game_spread").sum(), pl.len())
    assert sums.filter(len=2).filter(pl.col("game_spread") != 0).is_empty()


def test_favourites_win_as_often_as_bookmakers_know(frames: Frames) -> None:
    """A wrong sign would turn this round."""
    rows = frames["UTGC"].join(frames["TOGS"].select("game_id", "team_abbr", "win_flag"), on=["game_id", "team_abbr"])
    favoured = rows.filter(pl.col("game_spread") < 0)["win_flag"].mean()
    assert 0.62 < favoured < 0.72
    games = (
        frames["UPGC"]
        .unique("game_id")
        .join(frames["TOGS"].filter("home_game").select("game_id", "win_flag"), on="game_id")
    )
    assert 0.62 < games.filter(pl.col("game_spread") < 0)["win_flag"].mean() < 0.75
    assert 0.30 < games.filter(pl.col("game_spread") > 0)["win_flag"].mean() < 0.40


def test_totals_are_what_is_scored_on_average(frames: Frames) -> None:
    scored = frames["TOGS"].group_by("game_id").agg(pl.col("points_scored").sum())
    rows = frames["UPGC"].unique("game_id").join(scored, on="game_id").drop_nulls("game_total")
    assert abs(rows["points_scored"].mean() - rows["game_total"].mean()) < 2


def test_rest_of_player_and_teams_agree(frames: Frames) -> None:
    teams = frames["UTGC"].select("game_id", opponent_team_abbr="team_abbr", theirs="days_since_last_game")
    rows = frames["UPGC"].join(teams, on=["game_id", "opponent_team_abbr"])
    assert rows.height == frames["UPGC"].height
    assert rows.filter(pl.col("opponent_days_rest").ne_missing(pl.col("theirs"))).is_empty()
    assert rows.filter(pl.col("back_to_back") != (pl.col("days_rest") == 1).fill_null(False)).is_empty()
    assert 0.10 <= rows["back_to_back"].mean() <= 0.25
    assert rows["games_in_last_7_days"].max() <= 6
    assert rows["games_in_last_14_days"].max() <= 13
    assert rows.filter(pl.col("minutes_in_last_7_days") > pl.col("minutes_in_last_14_days")).is_empty()


def test_off_site_games_have_no_way_home(frames: Frames) -> None:
    """Paris, Mexico City and Las Vegas are none of the 30 arenas: the way there is not known."""
    mexico = frames["UTGC"].filter(pl.col("game_date") == date(2022, 12, 17)).filter(game_id="20221217_MIA_SAS")
    assert mexico["travel_miles"].to_list() == [None, None]
    assert frames["UTGC"].filter(pl.col("travel_miles").is_null()).height < 30


# Rest, counted by hand from the game logs (date, team, minutes, points).

#: days_rest, before last, since 2+, games 7/14, minutes 7/14, back-to-backs 14, points 5/10.
Rest = tuple[int | None, int | None, int | None, int, int, int, int, int, float | None, float | None]

BY_HAND: list[tuple[str, date, str, Rest]] = [
    # Season opener: no game in 30 days. He is on the list only because the game has been played.
    ("jaysontatum", date(2022, 10, 18), "BOS", (None, None, None, 0, 0, 0, 0, 0, None, None)),
    # Trade to Philadelphia: BKN 02-02 37:4, 02-01 37:22, 01-25 38:33, then nothing. 25 February is 23 days after 02-02
    # and lies 31 days after 01-25, which is out. Only two games count: one day apart, no gap of two.
    ("jamesharden", date(2022, 2, 25), "PHI", (23, 1, None, 0, 0, 0, 0, 0, (4 + 22) / 2, (4 + 22) / 2)),
    # Trade to Dallas, seven days after the last game for Brooklyn: 02-01 is age 7, so not within 7 days.
    # 14 days: 02-01 31, 01-30 39, 01-28 41, 01-26 38; 01-25 is age 14, so out.
    (
        "kyrieirving",
        date(2023, 2, 8),
        "DAL",
        (*(7, 2, 7, 0, 4, 0, 31 + 39 + 41 + 38, 0), (20 + 26 + 32 + 40 + 30) / 5, 30.3),
    ),
    # Trade to Brooklyn: 02-07 37:21; 02-04 35:24, 02-03 38:25, 02-01 30:23, 01-30 39:29 (age 12).
    # Back-to-back 02-03 and 02-04. Gap before 02-07 is 3 days.
    (
        "mikalbridges",
        date(2023, 2, 11),
        "BKN",
        (4, 3, 4, 1, 5, 37, 37 + 35 + 38 + 30 + 39, 1, (21 + 24 + 25 + 23 + 29) / 5, 22.7),
    ),
    # All-Star gap: last game 02-16, nine days ago; 14 days hold 02-16 40 and 02-12 38 (age 13).
    (
        "lebronjames",
        date(2022, 2, 25),
        "LAL",
        (9, 4, 9, 0, 2, 0, 40 + 38, 0, (33 + 26 + 30 + 27 + 29) / 5, 29.0),
    ),
    # All-Star gap: 02-14 39, 02-12 32, 02-09 30 (age 13); 02-08 is age 14.
    (
        "nikolajokic",
        date(2024, 2, 22),
        "DEN",
        (8, 2, 8, 0, 3, 0, 39 + 32 + 30, 0, (15 + 29 + 23 + 24 + 29) / 5, 26.0),
    ),
    # Second game of a back-to-back: 11-14 38, 11-12 36, 11-10 37 within 7 days; 11-08 is age 7.
    # 14 days add 11-08 35, 11-06 35, 11-03 36; 11-01 is age 14. No two of them are on consecutive days.
    (
        "demarderozan",
        date(2021, 11, 15),
        "CHI",
        (*(1, 2, 1, 3, 6, 38 + 36 + 37, 111 + 35 + 35 + 36, 0), (35 + 18 + 17 + 28 + 25) / 5, 27.5),
    ),
    # Long absence, first game in two and a half years; and the game after the next.
    ("klaythompson", date(2022, 1, 9), "GSW", (None, None, None, 0, 0, 0, 0, 0, None, None)),
    ("klaythompson", date(2022, 1, 13), "GSW", (2, 2, 2, 2, 2, 20 + 20, 20 + 20, 0, (14 + 17) / 2, (14 + 17) / 2)),
    # Play-offs after an injury: the last game, 16 March, is 31 days ago and does not count.
    ("stephencurry", date(2022, 4, 16), "GSW", (None, None, None, 0, 0, 0, 0, 0, None, None)),
    # Finals: 06-10 41:43 and 06-08 37:31 within 7 days; 06-05 32:29 is age 8, 06-02 38:34 age 11. 05-26 :15.
    # Of the last ten games 05-13 is 31 days ago: nine count, 152 + 20 + 31 + 32 + 21 = 256 points.
    (
        "stephencurry",
        date(2022, 6, 13),
        "GSW",
        (*(3, 2, 3, 2, 4, 41 + 37, 41 + 37 + 32 + 38, 0), (43 + 31 + 29 + 34 + 15) / 5, 28.4),
    ),
]


@pytest.mark.parametrize(("player", "day", "team", "rest"), BY_HAND, ids=[f"{b[0]} {b[1]}" for b in BY_HAND])
def test_rest_counted_by_hand(player: str, day: date, team: str, rest: Rest, frames: Frames) -> None:
    [row] = frames["UPGC"].filter((pl.col("game_date") == day) & (pl.col("player_lookup") == player)).to_dicts()
    assert row["team_abbr"] == team
    columns = (
        *("days_rest", "days_rest_before_last_game", "days_since_2_plus_days_rest"),
        *("games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days", "minutes_in_last_14_days"),
        *("back_to_backs_last_14_days", "points_avg_last_5", "points_avg_last_10"),
    )
    assert tuple(row[column] for column in columns) == rest
    assert row["back_to_back"] == (rest[0] == 1)


# The season with props and injury reports.

START, STOP = date(2025, 10, 21), date(2025, 11, 7)


@pytest.fixture(scope="module")
def props_lake(real_ingest: tuple[Lake, Report], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root = tmp_path_factory.mktemp("props") / "lake"
    shutil.copytree(real_ingest[0].root, root)
    lake = Lake(root)
    summary = backfill(lake, table_names(), START, STOP, today=TODAY, engine="polars")
    assert summary.exit_code == 0
    return lake


@pytest.fixture(scope="module")
def upcoming(props_lake: Lake) -> pl.DataFrame:
    return props_lake.read(declarations()["upcoming_player_game_context"], START, STOP)


def test_most_player_games_with_a_line_in_the_file_have_it(props_lake: Lake, upcoming: pl.DataFrame) -> None:
    file = props_lake.read(RAW_TABLES["odds_api_player_points_props"], START, STOP)
    with_line = file.select("game_date", "home_team_abbr", "away_team_abbr", "player_name").unique().height
    assert with_line > 1_900
    assert upcoming["has_prop_line"].sum() > 0.85 * with_line


def test_everybody_on_a_report_from_before_the_game_has_his_status(props_lake: Lake, upcoming: pl.DataFrame) -> None:
    """The report is of 17:00; a game that has begun by then cannot use that day's."""
    reports = props_lake.read(RAW_TABLES["nbac_injury_report"], START, STOP)
    schedule = props_lake.read_whole(RAW_TABLES["nbac_schedule"])
    tips = pl.concat(
        schedule.select("game_date", team=f"{side}_team_tricode", hour=pl.col("game_date_est").dt.hour())
        for side in ("home", "away")
    )
    before = reports.join(tips, on=["game_date", "team"]).filter(
        (pl.col("report_date") < pl.col("game_date")) | (pl.col("report_hour") < pl.col("hour"))
    )
    listed = before.select("game_date", "player_lookup", team_abbr="team").unique()
    rows = listed.join(upcoming, on=["game_date", "player_lookup", "team_abbr"])
    assert rows.height > 400
    assert rows["player_status"].null_count() == 0


def test_both_engines_give_the_same_lines_and_statuses(props_lake: Lake) -> None:
    assert verify(props_lake, table_names(), START, STOP, today=TODAY).holds
