from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nbaproc.boundary import schema
from nbaproc.errors import InputError
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.sources.layouts import Parsed, parse, recognise
from nbaproc.sources.schedule_feeds import FEEDS
from nbaproc.sources.tabular import read_header
from tests.sources.downloads import (
    OPENER,
    PLAYOFF,
    Game,
    game_list,
    league_schedule,
    player_log,
    results,
    season_shots,
    shot_chart,
    team_log,
    write,
)

Make = Callable[..., pl.DataFrame]
ENDINGS = (".csv", ".csv.gz", ".parquet")

LAYOUTS: dict[str, tuple[Make, str]] = {
    "player game log": (player_log, "nbac_player_boxscores"),
    "team game log": (team_log, "nbac_team_boxscore"),
    "league schedule": (league_schedule, "nbac_schedule_feeds"),
    "game list": (game_list, "nbac_schedule_feeds"),
    "results per team": (results, "nbac_schedule_feeds"),
    "shot chart": (shot_chart, "nbac_shot_chart"),
    "season shots": (season_shots, "nbac_shot_chart"),
}


def read(frame: pl.DataFrame, path: Path) -> Parsed:
    write(frame, path)
    layout, reason = recognise(read_header(path))
    assert layout is not None, reason
    return parse(layout, path)


def players(frame: pl.DataFrame, path: Path) -> pl.DataFrame:
    return read(frame, path).rows


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_recognised_by_its_columns(name: str) -> None:
    make, _ = LAYOUTS[name]
    layout, reason = recognise(make(OPENER).columns)
    assert (layout and layout.name, reason) == (name, "")


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_order_of_columns_does_not_matter(name: str) -> None:
    make, _ = LAYOUTS[name]
    layout, _ = recognise(make(OPENER).columns[::-1])
    assert layout is not None
    assert layout.name == name


@pytest.mark.parametrize("name", LAYOUTS)
def test_extra_columns_never_hinder_recognition(name: str, tmp_path: Path) -> None:
    make, _ = LAYOUTS[name]
    extra = make(OPENER).select(
        pl.lit(0).alias(""), pl.all(), OPP_PACE=pl.lit(92.5), COMMENT=pl.lit("x"), SEASON=pl.lit("2021-22")
    )
    plain, wide = read(make(OPENER), tmp_path / "a.csv"), read(extra, tmp_path / "b.csv")
    assert plain.rows.equals(wide.rows)


@pytest.mark.parametrize("name", LAYOUTS)
def test_rows_have_the_declared_columns_and_types(name: str, tmp_path: Path) -> None:
    make, table = LAYOUTS[name]
    parsed = read(make(OPENER), tmp_path / "a.parquet")
    declared = schema(FEEDS if table == FEEDS.name else RAW_TABLES[table])
    assert parsed.table == table
    assert dict(parsed.rows.schema) == {n: t for n, t in declared.items() if n != "data_hash"}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("ending", ENDINGS)
def test_csv_and_parquet_give_the_same_rows(name: str, ending: str, tmp_path: Path) -> None:
    make, _ = LAYOUTS[name]
    frame = make(OPENER, PLAYOFF)
    assert read(frame, tmp_path / f"x{ending}").rows.equals(read(frame, tmp_path / "y.parquet").rows)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_column_that_is_read_and_missing_is_named(name: str) -> None:
    make, _ = LAYOUTS[name]
    layout, _ = recognise(make(OPENER).columns)
    assert layout is not None
    for column in layout.needs:
        found, reason = recognise([c for c in make(OPENER).columns if c != column])
        if (name, column) == ("player game log", "GAME_ID"):
            assert found is not None and found.name == "player game log without game ids"
            continue
        assert found is None
        assert column in reason


def test_a_file_of_another_kind_has_no_layout() -> None:
    assert recognise(["person_id", "birthdate"]) == (None, "no known layout")


@pytest.mark.parametrize("given", ["0022100001", "22100001", " 0022100001 ", 22100001, 22100001.0, "22100001.0"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_game_ids_have_ten_digits_however_they_are_written(given: object, ending: str, tmp_path: Path) -> None:
    frame = player_log(OPENER).with_columns(GAME_ID=pl.lit(given))
    assert players(frame, tmp_path / f"x{ending}")["game_id"].unique().to_list() == ["0022100001"]


@pytest.mark.parametrize(
    "given",
    [
        "2021-10-19",
        "20211019",
        "10-19-2021",
        20211019,
        20211019.0,
        "2021-10-19T00:00:00",
        "2021-10-19 00:00:00",
        "2021-10-19T19:30:00Z",
        " 2021-10-19 ",
        date(2021, 10, 19),
        pl.datetime(2021, 10, 19, 19, 30),
    ],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_date_is_read_in_every_form(given: object, ending: str, tmp_path: Path) -> None:
    frame = player_log(OPENER).with_columns(GAME_DATE=given if isinstance(given, pl.Expr) else pl.lit(given))
    assert players(frame, tmp_path / f"x{ending}")["game_date"].unique().to_list() == [date(2021, 10, 19)]


@pytest.mark.parametrize("given", ["2021-02-30", "19.10.2021", "yesterday", "", "NaT", None])
def test_a_row_without_a_readable_date_is_dropped_and_counted(given: str | None, tmp_path: Path) -> None:
    day = pl.when(pl.col("PLAYER_ID") == pl.col("PLAYER_ID").first()).then(pl.lit(given)).otherwise("GAME_DATE")
    parsed = read(player_log(OPENER).with_columns(GAME_DATE=day), tmp_path / "x.csv")
    assert parsed.rows.height == 15
    assert parsed.tally.counts == {("bad_date", "nbac_player_boxscores"): 1}
    assert parsed.tally.samples["bad_date", "nbac_player_boxscores"] == ["0022100001 Abel Bknson"]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        *((25, "25"), (25.0, "25"), ("25", "25"), ("25.000", "25"), (25.5, "25.5"), ("25:30", "25:30")),
        *((34.56666666666667, "34.56666666666667"), (None, None), ("", None), ("NaN", None)),
        *((float("nan"), None), (float("inf"), None)),
    ],
)
@pytest.mark.parametrize("ending", ENDINGS)
def test_minutes_are_whole_or_fractional_text(given: object, stored: str | None, ending: str, tmp_path: Path) -> None:
    parsed = read(player_log(OPENER).with_columns(MIN=pl.lit(given)), tmp_path / f"x{ending}")
    assert parsed.rows["minutes"].unique().to_list() == [stored]
    assert not parsed.tally.counts


@pytest.mark.parametrize("given", ["12:75", "DNP", "-3", "12:3:4", "PT12M"])
def test_unreadable_minutes_are_counted_with_ten_samples(given: str, tmp_path: Path) -> None:
    parsed = read(player_log(OPENER).with_columns(MIN=pl.lit(given)), tmp_path / "x.csv")
    assert parsed.rows.height == 16
    assert parsed.tally.counts == {("bad_minutes", "nbac_player_boxscores"): 16}
    samples = parsed.tally.samples["bad_minutes", "nbac_player_boxscores"]
    assert len(samples) == 10
    assert samples[0] == f"2021-10-19 0022100001 Abel Bknson {given}"


@pytest.mark.parametrize(
    ("given", "stored"), [(240, "240:00"), (241.0, "241:00"), ("240:30", "240:30"), (None, None), ("12:75", "12:75")]
)
def test_team_minutes_are_a_clock(given: object, stored: str | None, tmp_path: Path) -> None:
    rows = read(team_log(OPENER).with_columns(MIN=pl.lit(given)), tmp_path / "x.parquet").rows
    assert rows["minutes"].unique().to_list() == [stored]


@pytest.mark.parametrize("given", [None, "", "nan", "NaN", "None", "null", "<NA>", float("nan"), float("inf"), "inf"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_value_nan_and_infinity_are_null(given: object, ending: str, tmp_path: Path) -> None:
    rows = players(player_log(OPENER).with_columns(PLUS_MINUS=pl.lit(given)), tmp_path / f"x{ending}")
    assert rows["plus_minus"].unique().to_list() == [None]


@pytest.mark.parametrize(
    "dtype", [pl.Int8, pl.UInt64, pl.Float32, pl.Float64, pl.String, pl.Decimal(10, 2), pl.Categorical]
)
def test_a_count_may_have_any_type_that_holds_whole_numbers(dtype: pl.DataType, tmp_path: Path) -> None:
    wanted = players(player_log(OPENER), tmp_path / "plain.parquet")["points"]
    points = pl.col("PTS").cast(pl.String).cast(dtype) if dtype == pl.Categorical else pl.col("PTS").cast(dtype)
    assert players(player_log(OPENER).with_columns(points), tmp_path / "x.parquet")["points"].equals(wanted)


@pytest.mark.parametrize("given", ["many", "12.5", 12.5, True, [12], date(2021, 10, 19), b"12\xff", 2**64 - 1])
def test_a_value_of_the_wrong_type_names_file_column_and_row(given: object, tmp_path: Path) -> None:
    log = player_log(OPENER)
    column = pl.Series("REB", [given] * log.height)
    with pytest.raises(InputError, match=r"x\.parquet: column REB") as caught:
        read(log.with_columns(column), tmp_path / "x.parquet")
    assert "\n" not in str(caught.value)


def test_the_first_row_of_a_wrong_value_is_named(tmp_path: Path) -> None:
    rebounds = pl.Series("REB", ["4"] * 7 + ["four"] * 9)
    with pytest.raises(InputError, match=r"x\.csv: column REB, data row 8: 'four' is not a number; mend"):
        read(player_log(OPENER).with_columns(rebounds), tmp_path / "x.csv")


@pytest.mark.parametrize("column", ["GAME_ID", "PLAYER_NAME", "PLAYER_ID"])
def test_a_row_without_a_required_value_is_dropped_and_counted(column: str, tmp_path: Path) -> None:
    first = pl.col("PLAYER_NAME") == "Abel Bknson"
    frame = player_log(OPENER).with_columns(pl.when(~first).then(column).alias(column))
    parsed = read(frame, tmp_path / "x.parquet")
    assert parsed.rows.height == 15
    assert parsed.tally.counts == {("missing_value", "nbac_player_boxscores"): 1}


def test_home_and_away_come_from_the_matchup(tmp_path: Path) -> None:
    rows = players(player_log(OPENER), tmp_path / "x.csv")
    assert rows.select("away_team_abbr", "home_team_abbr").unique().rows() == [("BKN", "MIL")]
    teams = read(team_log(OPENER), tmp_path / "y.csv").rows
    assert dict(teams.select("team_abbr", "is_home").iter_rows()) == {"BKN": False, "MIL": True}


def test_the_lookup_is_made_from_the_name(tmp_path: Path) -> None:
    frame = player_log(OPENER).with_columns(PLAYER_NAME=pl.lit("Luka Dončić"))
    assert players(frame, tmp_path / "x.csv")["player_lookup"].unique().to_list() == ["lukadoncic"]


def test_a_player_line_is_final_and_keeps_every_count(tmp_path: Path) -> None:
    row = players(player_log(OPENER), tmp_path / "x.csv").row(0, named=True)
    assert row["game_status"] == "Final"
    wanted = dict(player_log(OPENER).row(0, named=True))
    stored = (
        "points",
        "field_goals_made",
        "field_goals_attempted",
        "three_pointers_attempted",
        "free_throws_attempted",
    )
    assert [row[name] for name in stored] == [wanted[c] for c in ("PTS", "FGM", "FGA", "FG3A", "FTA")]
    assert (row["plus_minus"], row["defensive_rebounds"], row["processed_at"]) == (-3, 3, None)


def test_a_schedule_takes_the_tip_off_as_eastern_wall_time(tmp_path: Path) -> None:
    rows = read(league_schedule(OPENER), tmp_path / "x.csv").rows
    assert str(rows["game_date_est"][0]) == "2021-10-19 19:30:00+00:00"


@pytest.mark.parametrize("clock", ["19:30", "19:30:00", pl.time(19, 30)])
def test_a_tip_off_may_lack_seconds(clock: object, tmp_path: Path) -> None:
    given = clock if isinstance(clock, pl.Expr) else pl.lit(clock)
    rows = read(league_schedule(OPENER).with_columns(ettime=given), tmp_path / "x.parquet").rows
    assert str(rows["game_date_est"][0]) == "2021-10-19 19:30:00+00:00"


@pytest.mark.parametrize("clock", ["", "TBD", None])
def test_a_tip_off_that_is_not_known_yet_is_null(clock: str | None, tmp_path: Path) -> None:
    rows = read(league_schedule(OPENER).with_columns(ettime=pl.lit(clock)), tmp_path / "x.parquet").rows
    assert rows["game_date_est"].to_list() == [None]


def test_a_game_list_has_status_and_scores(tmp_path: Path) -> None:
    row = read(game_list(OPENER), tmp_path / "x.csv").rows.row(0, named=True)
    assert (row["layout"], row["game_status"], row["home_team_score"], row["away_team_score"]) == ("b", 3, 127, 104)


@pytest.mark.parametrize(("played", "status"), [(True, 3), (False, 1)])
def test_results_per_team_are_final_once_a_result_is_set(played: bool, status: int, tmp_path: Path) -> None:
    rows = read(results(OPENER, played=played), tmp_path / "x.csv").rows
    found = rows.select("game_status", "away_team_tricode", "home_team_tricode", "home_team_score").rows()
    assert found == [(status, "BKN", "MIL", None)]


@pytest.mark.parametrize("keep", [0, 1])
def test_one_row_of_a_game_is_enough_to_know_both_teams(keep: int, tmp_path: Path) -> None:
    rows = read(results(OPENER)[keep : keep + 1], tmp_path / "x.csv").rows
    assert rows.select("away_team_tricode", "home_team_tricode").rows() == [("BKN", "MIL")]


def test_shots_without_event_numbers_are_numbered_in_file_order_within_the_game(tmp_path: Path) -> None:
    other = Game("0022100002", OPENER.day, "GSW", "LAL")
    mixed = pl.concat([season_shots(OPENER), season_shots(other)])[[0, 4, 1, 5, 2, 6, 3, 7]]
    rows = read(mixed, tmp_path / "x.parquet").rows
    numbers = rows.group_by("GAME_ID", maintain_order=True).agg("GAME_EVENT_ID")
    assert numbers.rows() == [("0022100001", [1, 2, 3, 4]), ("0022100002", [1, 2, 3, 4])]


@pytest.mark.parametrize("made", [pl.lit(True), pl.lit("True"), pl.lit("true"), pl.lit(1), pl.lit("1"), pl.lit(1.0)])
def test_a_made_shot_may_be_a_truth_value_a_number_or_a_word(made: pl.Expr, tmp_path: Path) -> None:
    rows = read(season_shots(OPENER).with_columns(SHOT_MADE=made), tmp_path / "x.csv").rows
    assert rows["SHOT_MADE_FLAG"].unique().to_list() == [1]


def test_a_made_shot_that_is_neither_names_column_and_row(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.csv: column SHOT_MADE, data row 1: 'maybe' is not true or false"):
        read(season_shots(OPENER).with_columns(SHOT_MADE=pl.lit("maybe")), tmp_path / "x.csv")


def test_coordinates_of_the_second_shots_layout_are_not_taken(tmp_path: Path) -> None:
    rows = read(season_shots(OPENER), tmp_path / "x.csv").rows
    assert rows.select("LOC_X", "LOC_Y").unique().rows() == [(None, None)]
    assert rows["SHOT_ZONE_BASIC"].unique().to_list() == ["Restricted Area"]
