from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from nbaproc.errors import InputError
from nbaproc.lake import Lake
from nbaproc.sources.ingest import ingest_injuries, ingest_nba_api
from tests.sources.downloads import LATE, NOVEMBER, OPENER, files, league_schedule, player_log, raw, write, write_json
from tests.sources.feeds import injury_json, injury_table

TABLE = "nbac_injury_report"
OUT = ("Milson, Abel", "Out", "Injury/Illness - Left Knee; Sprain")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_a_report_as_a_table(lake: Lake, tmp_path: Path) -> None:
    report = ingest_nba_api(lake, [write(injury_table(OPENER, OUT), tmp_path / "i.csv")], report_hour=17)
    row = raw(lake, TABLE).row(0, named=True)
    assert row | {"data_hash": ""} == {
        "report_date": OPENER.day,
        "report_hour": 17,
        "game_date": OPENER.day,
        "team": "MIL",
        "player_lookup": "abelmilson",
        "injury_status": "out",
        "reason": "Injury/Illness - Left Knee; Sprain",
        "reason_category": "injury",
        "confidence_score": None,
        "processed_at": None,
        "data_hash": "",
    }
    assert report.tally.counts == {("not_yet_submitted", TABLE): 1, ("names_not_checked", TABLE): 1}


def test_a_report_as_json_has_its_own_hour(lake: Lake, tmp_path: Path) -> None:
    ingest_injuries(lake, [write_json(injury_json(OPENER, OUT), tmp_path / "i.json.gz")], report_hour=17)
    row = raw(lake, TABLE).row(0, named=True)
    assert (row["report_date"], row["report_hour"], row["team"], row["confidence_score"]) == (
        OPENER.day,
        12,
        "MIL",
        0.9,
    )


def test_a_report_without_an_hour_is_of_the_end_of_its_day(lake: Lake, tmp_path: Path) -> None:
    report = ingest_injuries(lake, [write_json(injury_json(OPENER, OUT, hour=None), tmp_path / "i.json")])
    assert raw(lake, TABLE).select("report_date", "report_hour").rows() == [(date(2021, 10, 20), 0)]
    assert report.tally.counts["report_without_hour", TABLE] == 1


@pytest.mark.parametrize(
    ("printed", "lookup"),
    [
        ("Butler III, Jimmy", "jimmybutleriii"),
        ("Duke Jr., David", "daviddukejr"),
        ("Dončić, Luka", "lukadoncic"),
        ("Nene", "nene"),
        ("Luc Mbah a Moute, Richard", "richardlucmbahamoute"),
    ],
)
def test_names_are_turned_round(printed: str, lookup: str, lake: Lake, tmp_path: Path) -> None:
    ingest_injuries(lake, [write(injury_table(OPENER, (printed, "Out", "Rest")), tmp_path / "i.csv")])
    assert raw(lake, TABLE)["player_lookup"].to_list() == [lookup]


@pytest.mark.parametrize(
    ("reason", "category"),
    [
        ("Injury/Illness - Left Knee", "injury"),
        ("Injury/Illness -", "injury"),
        ("G League - Two-Way", "g_league"),
        ("Rest", "rest"),
        ("Personal Reasons", "personal"),
        ("Not With Team", "not_with_team"),
        ("League Suspension", "suspension"),
        ("Team Suspension - Conduct", "suspension"),
        ("Coach's Decision", "other"),
        ("-", "other"),
        (None, None),
    ],
)
def test_the_category_is_what_stands_before_the_dash(
    reason: str | None, category: str | None, lake: Lake, tmp_path: Path
) -> None:
    rows = injury_table(OPENER, OUT).with_columns(Reason=pl.Series([reason, "NOT YET SUBMITTED"]))
    ingest_injuries(lake, [write(rows, tmp_path / "i.parquet")])
    assert raw(lake, TABLE)["reason_category"].to_list() == [category]


def test_a_report_for_the_wrong_day_is_named_and_kept(lake: Lake, tmp_path: Path) -> None:
    path = write(injury_table(OPENER, OUT, day="2021-10-21"), tmp_path / "i.csv")
    report = ingest_injuries(lake, [path], report_hour=9)
    assert report.tally.counts["report_after_game", TABLE] == 1
    assert report.tally.samples["report_after_game", TABLE] == ["2021-10-21 2021-10-19 Milwaukee Bucks Milson, Abel"]
    assert raw(lake, TABLE).height == 1


def test_a_team_that_is_not_in_the_matchup_is_named_and_dropped(lake: Lake, tmp_path: Path) -> None:
    rows = pl.concat([injury_table(OPENER, OUT), injury_table(OPENER, OUT).with_columns(Team=pl.lit("Boston Celtics"))])
    report = ingest_injuries(lake, [write(rows, tmp_path / "i.csv")])
    assert report.tally.counts["team_not_in_matchup", TABLE] == 1
    assert raw(lake, TABLE)["team"].to_list() == ["MIL"]


def test_a_team_that_does_not_play_that_day_is_named_and_kept(lake: Lake, tmp_path: Path) -> None:
    write(league_schedule(LATE, OPENER, NOVEMBER), tmp_path / "in" / "schedule.csv")
    rows = injury_table(OPENER, OUT).with_columns(pl.lit("10/20/2021").alias("Game Date"))
    write(rows, tmp_path / "in" / "i.csv")
    report = ingest_nba_api(lake, [tmp_path / "in"])
    assert report.tally.counts["team_without_game", TABLE] == 1
    assert report.tally.samples["team_without_game", TABLE] == ["2021-10-20 2021-10-20 MIL abelmilson"]
    assert raw(lake, TABLE).height == 1


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"Team": "Seattle SuperSonics"}, "unknown_team"),
        ({"Current Status": "Hurt"}, "unknown_status"),
        ({"report_date": "soon"}, "bad_date"),
        ({"Game Date": "soon"}, "missing_value"),
        ({"Player Name": None}, "missing_value"),
    ],
)
def test_what_is_wrong_with_a_row_is_counted(change: dict[str, Any], count: str, lake: Lake, tmp_path: Path) -> None:
    bad = injury_table(OPENER, OUT)[:1].with_columns(pl.lit(v, dtype=pl.String).alias(k) for k, v in change.items())
    report = ingest_injuries(lake, [write(pl.concat([injury_table(LATE, OUT), bad]), tmp_path / "i.csv")])
    assert report.tally.counts[count, TABLE] == 1


@pytest.mark.parametrize("content", [{}, [], {"metadata": {}}, {"metadata": {"gamedate": None}, "records": []}])
def test_json_of_another_kind_is_no_report(content: Any, lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"i\.json: (no )?injury report"):
        ingest_injuries(lake, [write_json(content, tmp_path / "i.json")])


def test_reports_in_any_order_and_twice_change_no_byte(lake: Lake, tmp_path: Path) -> None:
    later = ("Milson, Abel", "Available", "Injury/Illness - Left Knee; Sprain")
    paths = [
        write(injury_table(OPENER, OUT), tmp_path / "a.csv"),
        write_json(injury_json(OPENER, later), tmp_path / "b.json"),
        write(injury_table(NOVEMBER, OUT), tmp_path / "c.parquet"),
    ]
    other = Lake(tmp_path / "other")
    ingest_injuries(lake, paths)
    for path in (*paths[::-1], paths[1]):
        ingest_injuries(other, [path])
    assert files(lake.root) == files(other.root)
    assert raw(lake, TABLE).height == 3


def test_names_are_those_of_the_team(lake: Lake, tmp_path: Path) -> None:
    ingest_nba_api(lake, [write(player_log(OPENER), tmp_path / "log.csv")])
    elsewhere = ("Bknson, Abel", "Out", "Rest")
    report = ingest_injuries(lake, [write(injury_table(OPENER, OUT, elsewhere), tmp_path / "i.csv")])
    assert [(u.team, u.name, u.closest[0]) for u in report.unmatched] == [("MIL", "abelbknson", "Abel Bknson (BKN)")]


def test_the_shape_of_the_raw_table_is_taken(lake: Lake, tmp_path: Path) -> None:
    ingest_injuries(lake, [write(injury_table(OPENER, OUT), tmp_path / "i.csv")], report_hour=5)
    path = write(raw(lake, TABLE), tmp_path / "table.parquet")
    other = Lake(tmp_path / "other")
    assert ingest_nba_api(other, [path]).taken[0].layout == "table nbac_injury_report"
    assert files(other.root) == files(lake.root)


# The real files.


def test_the_real_report_is_counted(real_data: Path, lake: Lake) -> None:
    [path] = (real_data / "public").glob("nba_official_injury_report_*")
    report = ingest_nba_api(lake, [path])
    counts = {name: rows for (name, of), rows in report.tally.counts.items() if of == TABLE}
    assert counts == {"not_yet_submitted": 169, "report_without_hour": 1484, "names_not_checked": 1484}
    categories = dict(raw(lake, TABLE)["reason_category"].value_counts().iter_rows())
    assert categories == {
        "injury": 1129,
        "g_league": 289,
        "not_with_team": 33,
        "personal": 14,
        "rest": 3,
        "suspension": 1,
        "other": 15,
    }
    late = raw(lake, TABLE).filter(pl.col("report_date") > pl.col("game_date"))
    assert late["report_hour"].unique().to_list() == [0]


def test_the_real_report_as_json(real_data: Path, lake: Lake) -> None:
    [path] = (real_data / "public" / "samples").glob("nbac_injury_report_exp_*.json.gz")
    report = ingest_injuries(lake, [path])
    rows = raw(lake, TABLE)
    assert (rows.height, rows["report_hour"].unique().to_list()) == (14, [12])
    assert rows["report_date"].unique().to_list() == [date(2024, 1, 4)]
    assert report.tally.samples["names_not_checked", TABLE] == [
        "2023-24: no box score and no player list yet, 14 names not checked"
    ]
