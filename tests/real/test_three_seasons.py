"""Three real seasons, ingested and computed as a user would: what must be true of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nbaproc.audit.verify import verify
from nbaproc.lake import Lake
from nbaproc.run.summary import Summary
from nbaproc.tables import by_stage, declarations, table_names
from tests.conftest import FIRST, LAST, TODAY

Frames = dict[str, pl.DataFrame]

PLAYED = ~pl.col("is_dnp") & pl.col("points").is_not_null() & ((pl.col("minutes_played") > 0) | (pl.col("points") > 0))


@pytest.fixture(scope="module")
def frames(real_backfill: tuple[Lake, Summary]) -> Frames:
    lake, _ = real_backfill
    return {table.code: lake.read(table, FIRST, LAST) for table in declarations().values()}


@pytest.fixture(scope="module")
def playoff_logs(real_data: Path) -> pl.DataFrame:
    files = sorted((real_data / "public").glob("nba_api_playergamelogs_playoffs_*.parquet"))
    wanted = ["GAME_ID", "PLAYER_ID", "TEAM_ABBREVIATION", "MIN", "TS_PCT", "EFG_PCT", "USG_PCT", "TEAM_OFF_RATING"]
    return pl.concat([pl.read_parquet(f, columns=wanted) for f in files])


def test_reference_date_has_its_known_rows(frames: Frames) -> None:
    day = pl.col("game_date") == date(2021, 11, 15)
    players = frames["PGS"].filter(day)
    assert players.filter(PLAYED).height == 241
    assert players["points"].sum() == 2340
    assert players["game_id"].n_unique() == 11
    assert frames["TOGS"].filter(day).height == frames["TDGS"].filter(day).height == 22


@pytest.mark.parametrize("season", [2021, 2022, 2023])
def test_regular_season_has_1230_games(frames: Frames, season: int) -> None:
    regular = (pl.col("season_year") == season) & pl.col("nba_game_id").str.starts_with("002")
    for code in ("TOGS", "TDGS"):
        rows = frames[code].filter(regular)
        assert (rows.height, rows["game_id"].n_unique()) == (2460, 1230)


def test_player_points_add_up_to_team_points_wherever_players_are_listed(frames: Frames) -> None:
    players = frames["PGS"].group_by("game_id", "team_abbr").agg(pl.col("points").sum())
    both = frames["TOGS"].join(players, on=["game_id", "team_abbr"])
    assert (frames["TOGS"].height, both.height) == (7922, 7886)
    assert both.filter(pl.col("points") != pl.col("points_scored")).is_empty()


MADE = ("fg_attempts", "fg_makes", "three_pt_attempts", "three_pt_makes", "ft_attempts", "ft_makes")
BALL = ("offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls")


@pytest.mark.parametrize("statistic", [*MADE, *BALL])
def test_player_statistics_add_up_to_the_team(frames: Frames, statistic: str) -> None:
    players = frames["PGS"].group_by("game_id", "team_abbr").agg(pl.col(statistic).sum().alias("total"))
    both = frames["TOGS"].join(players, on=["game_id", "team_abbr"])
    assert both.filter(pl.col("total") != pl.col(statistic)).is_empty()


def test_usage_rate_is_there_and_never_above_100(frames: Frames) -> None:
    on_floor = frames["PGS"].filter(pl.col("minutes_played") > 0)
    assert on_floor["usage_rate"].is_not_null().mean() > 0.99
    assert on_floor["usage_rate"].max() <= 100
    assert on_floor.filter(pl.col("usage_rate") < 0).is_empty()


def test_keys_are_unique_and_game_ids_are_canonical(frames: Frames) -> None:
    for table in declarations().values():
        rows = frames[table.code]
        assert rows.select(table.key).is_unique().all()
        if "game_id" not in rows.columns:
            continue
        ids = rows.select("game_id", "game_date").unique()
        assert ids["game_id"].str.contains(r"^\d{8}_[A-Z]{3}_[A-Z]{3}$").all()
        assert (ids["game_id"].str.head(8) == ids["game_date"].dt.strftime("%Y%m%d")).all()


def test_play_in_games_give_team_rows_and_one_record_each(real_backfill: tuple[Lake, Summary], frames: Frames) -> None:
    lake, summary = real_backfill
    play_in = frames["TOGS"].filter(pl.col("nba_game_id").str.starts_with("005"))
    assert (play_in["game_id"].n_unique(), play_in["game_date"].n_unique(), play_in.height) == (18, 9, 36)
    records = lake.read_records(declarations()["player_game_summary"], FIRST, LAST)
    assert sorted(records["entity_id"]) == sorted(play_in["game_id"].unique())
    assert set(records["failure_category"]) == {"NO_PLAYER_SOURCE"}
    assert set(records["failure_class"]) == {"upstream"}
    # The summary of the run names them, and the command exits with 0.
    assert sorted(summary.records["player_game_summary", "NO_PLAYER_SOURCE"]) == sorted(records["entity_id"])
    assert summary.exit_code == 0
    games = [c for c in summary.ended("skipped") if not declarations()[c.table].early]
    assert {(c.state, c.reason) for c in games} == {("skipped", "no_source")}


def test_every_played_date_of_the_schedule_is_built(real_backfill: tuple[Lake, Summary]) -> None:
    lake, summary = real_backfill
    seasons = [sum(1 for d in summary.dates if start <= d <= end) for start, end in SEASONS]
    assert seasons == [213, 212, 207]
    early = {day for start, _ in SEASONS for day in summary.dates if 0 <= (day - start).days < 14}
    assert len(early) == 42
    for table in declarations().values():
        planned = [day for day in summary.dates if not (table.early and day in early)]
        assert list(lake.facts(table, FIRST, LAST)) == planned


SEASONS = [
    (date(2021, 10, 19), date(2022, 6, 16)),
    (date(2022, 10, 18), date(2023, 6, 12)),
    (date(2023, 10, 24), date(2024, 6, 17)),
]


@pytest.mark.parametrize(
    ("stage", "start", "cells"),
    # Of the features stage, where the reference engine takes minutes, the season with the partial shot download.
    [("games", FIRST, 9_000_000), ("features", FIRST, 9_000_000)],
)
def test_reference_engine_gives_every_cell(
    stage: str, start: date, cells: int, real_backfill: tuple[Lake, Summary]
) -> None:
    lake, _ = real_backfill
    end = LAST if stage == "games" else date(2022, 7, 1)
    proof = verify(lake, by_stage(table_names())[stage], start, end, today=TODAY)
    assert proof.differences == []
    assert proof.different == 0
    assert proof.cells > cells
    assert proof.holds


def test_playoff_shooting_equals_the_leagues_own(
    real_backfill: tuple[Lake, Summary], playoff_logs: pl.DataFrame
) -> None:
    rows = _playoff_rows(real_backfill[0], playoff_logs)
    assert rows.height == playoff_logs.height == 5305
    # The league writes 0 where there is no attempt; ours is NULL there.
    for ours, theirs in (("ts_pct", "TS_PCT"), ("efg_pct", "EFG_PCT")):
        attempted = rows.filter(pl.col("fg_attempts") > 0)
        differs = (pl.col(ours) - pl.col(theirs)).abs() > 1e-9
        assert attempted.filter(differs).is_empty()
        assert rows.filter((pl.col("fg_attempts") == 0) & pl.col(ours).is_not_null()).is_empty()


def test_defensive_rating_is_the_opponents_offensive_rating(frames: Frames, playoff_logs: pl.DataFrame) -> None:
    theirs = playoff_logs.group_by("GAME_ID", "TEAM_ABBREVIATION").agg(pl.col("TEAM_OFF_RATING").first())
    rows = frames["TDGS"].join(
        theirs, left_on=["nba_game_id", "opponent_team_abbr"], right_on=["GAME_ID", "TEAM_ABBREVIATION"]
    )
    assert rows.height == 2 * (87 + 84 + 82)
    assert rows.filter((pl.col("defensive_rating") - pl.col("TEAM_OFF_RATING")).abs() > 0.01).is_empty()


def test_usage_rate_is_close_to_the_leagues_own(
    real_backfill: tuple[Lake, Summary], playoff_logs: pl.DataFrame
) -> None:
    rows = _playoff_rows(real_backfill[0], playoff_logs).filter(pl.col("MIN") >= 10)
    assert rows.height > 3500
    assert rows.select((pl.col("usage_rate") - 100 * pl.col("USG_PCT")).abs().mean()).item() < 1.0


def _playoff_rows(lake: Lake, logs: pl.DataFrame) -> pl.DataFrame:
    """Join player rows to the league's own play-off logs through the registry's person ids."""
    from nbaproc.raw.contract import NBA_PLAYERS_REGISTRY

    people = lake.read_whole(NBA_PLAYERS_REGISTRY).select("universal_player_id", PLAYER_ID="nba_player_id").unique()
    teams = lake.read(declarations()["team_offense_game_summary"], FIRST, LAST, ["game_id", "nba_game_id"]).unique()
    players = lake.read(declarations()["player_game_summary"], FIRST, LAST)
    players = players.join(people, on="universal_player_id").join(teams, on=["game_id", "game_date"])
    return players.join(logs, left_on=["nba_game_id", "PLAYER_ID"], right_on=["GAME_ID", "PLAYER_ID"])


# Published season totals of the regular season: games, points, assists.
TOTALS = {
    ("nikolajokic", 2021): (74, 2004, 584),
    ("joelembiid", 2021): (68, 2079, 284),
    ("traeyoung", 2021): (76, 2155, 737),
    ("stephencurry", 2022): (56, 1648, 352),
    ("lukadoncic", 2023): (70, 2370, 686),
}


@pytest.mark.parametrize(("player", "season"), TOTALS)
def test_season_means_of_five_players_are_the_published_ones(frames: Frames, player: str, season: int) -> None:
    games, points, assists = TOTALS[player, season]
    regular = frames["TOGS"].filter(pl.col("nba_game_id").str.starts_with("002")).select("game_id").unique()
    rows = frames["PGS"].filter((pl.col("player_lookup") == player) & (pl.col("season_year") == season) & PLAYED)
    rows = rows.join(regular, on="game_id")
    assert (rows.height, rows["points"].sum(), rows["assists"].sum()) == (games, points, assists)
    assert rows["points"].sum() / rows.height == points / games


def test_shot_zones_stop_where_the_shot_download_stops(frames: Frames) -> None:
    rows = frames["TOGS"].filter(pl.col("nba_game_id").str.starts_with("00221"))
    covered = rows.filter(pl.col("shot_zones_source") == "nbac_shot_chart")
    # The download ends inside game 581: 142 of its 193 shots are no source.
    assert set(covered["nba_game_id"]) == {f"0022100{number:03}" for number in range(1, 581)}
    assert covered["team_paint_attempts"].null_count() == 0
    bare = rows.filter(pl.col("shot_zones_source").is_null())
    assert bare["team_paint_attempts"].null_count() == bare.height == 1300
    later = frames["TOGS"].filter((pl.col("season_year") > 2021) & pl.col("nba_game_id").str.starts_with("002"))
    assert later["shot_zones_source"].null_count() == 0


def test_zones_never_exceed_the_attempts_of_the_box_score(frames: Frames) -> None:
    rows = frames["PGS"].filter(pl.col("paint_attempts").is_not_null())
    zones = pl.col("paint_attempts") + pl.col("mid_range_attempts") + pl.col("three_attempts_pbp")
    assert rows.filter(zones > pl.col("fg_attempts") + 1).is_empty()
    assert rows["has_complete_shot_zones"].mean() > 0.999


def test_both_rows_of_a_game_mirror_each_other(frames: Frames) -> None:
    offense = frames["TOGS"].select(
        "game_id", opponent_team_abbr="team_abbr", theirs="points_scored", their_margin="margin_of_victory"
    )
    rows = frames["TDGS"].join(offense, on=["game_id", "opponent_team_abbr"])
    assert rows.height == frames["TDGS"].height == frames["TOGS"].height
    assert rows.filter(pl.col("points_allowed") != pl.col("theirs")).is_empty()
    assert rows.filter(pl.col("margin_of_victory") + pl.col("their_margin") != 0).is_empty()
    homes = frames["TOGS"].group_by("game_id").agg(pl.col("home_game").sum(), pl.len())
    assert homes.filter((pl.col("home_game") != 1) | (pl.col("len") != 2)).is_empty()
