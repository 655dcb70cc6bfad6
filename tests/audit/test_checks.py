"""The queries themselves: headers, parts, parameters, and that they see the schedule as the tables do."""

from __future__ import annotations

import random
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from nbaproc.audit import check_parts
from nbaproc.audit.checks import GROUPS, SHARED, _check, _shared, _texts, _with_parts, checks, fill
from nbaproc.audit.validate import Dates
from nbaproc.audit.verdicts import COUNT, MEAN, PERCENT, Condition, Figure, Verdict, judge
from nbaproc.boundary import read_raw
from nbaproc.errors import ConfigurationError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.raw.history import took_part
from nbaproc.raw.schedule import clean_schedule
from nbaproc.run.contamination import CRITICAL
from nbaproc.tables import declarations
from nbaproc.tables._feature_roster import VOID_FATIGUE
from nbaproc.warehouse.duck import lake_queries
from tests.audit.five_weeks import make_five_weeks, spoil
from tests.conftest import ROOT, TODAY
from tests.run.weeks import DECLARED, PGS

START, END = date(2021, 10, 1), date(2022, 6, 30)
VALUES = Dates(START, END, TODAY).values()


def test_the_generated_parts_are_those_of_the_declarations() -> None:
    assert check_parts.drift(ROOT / check_parts.FOLDER) == []


def test_drift_is_told_and_mended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_parts.main([str(tmp_path / "new")]) == 0
    (tmp_path / "new" / "tables.sql").write_text("SELECT 1\n")
    (tmp_path / "new" / "surplus.sql").write_text("SELECT 1\n")
    assert check_parts.main(["--check", str(tmp_path / "new")]) == 4
    told = capsys.readouterr().err
    assert "tables.sql: differs" in told and "surplus.sql: differs" in told
    assert check_parts.main([str(tmp_path / "new")]) == 0
    assert check_parts.drift(tmp_path / "new") == []


def test_every_output_table_is_counted_and_every_critical_column_is_looked_at() -> None:
    parts = check_parts.parts()
    for table in (*declarations().values(), PROCESSING_FAILURES):
        assert f"`{table.dataset}.{table.name}`" in parts["rows_of_dates.sql"]
    for name, critical in CRITICAL.items():
        text = parts[f"valid_{declarations()[name].code.lower()}.sql"]
        assert all(column in text for column in (*critical.columns, critical.counted))
    (fatigue,) = [check for check in checks() if check.name == "fatigue"]
    assert (fatigue.target.text, fatigue.target.limit) == (f"> {VOID_FATIGUE}", VOID_FATIGUE)


def test_no_query_hides_a_part_behind_a_name_of_its_own() -> None:
    for folder in (*GROUPS, *SHARED):
        for name, text in _texts(folder).items():
            own = set(re.findall(r"^(?:WITH )?([a-z_]+) AS \($", text, flags=re.MULTILINE))
            assert not own & _shared().keys(), name


def test_every_table_is_asked_by_literal_dates() -> None:
    for check in checks():
        text = fill(check.query, VALUES)
        assert "@" not in text
        tables = re.findall(r"`nba_[a-z_]+\.[a-z0-9_]+`", text)
        assert tables
        assert text.count("BETWEEN DATE '") >= len(tables), check.name


def test_single_dates_are_written_into_the_query_and_a_range_needs_none() -> None:
    query = "SELECT 1 FROM t WHERE d BETWEEN @start AND @end AND t.d IN UNNEST(@dates)"
    values = {"start": date(2021, 11, 1), "end": date(2021, 11, 3)}
    assert fill(query, values).endswith("AND DATE '2021-11-03'")
    listed = fill(query, values, [date(2021, 11, 3), date(2021, 11, 1)])
    assert listed.endswith("IN UNNEST([DATE '2021-11-01', DATE '2021-11-03'])")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("-- title: a\n-- unit: %\n", "its header needs"),
        ("-- title: a\n-- unit: shares\n-- target: = 0\n", "its header needs"),
        ("-- title: a\n-- unit: %\n-- target: about 95\n", "is no condition"),
        ("-- title: a\n-- unit: %\n-- target: = 0\n-- fails: often\n", "is no condition"),
        ("-- title: a\n-- unit: %\n-- target: = 0\n-- per: week\n", "its header needs"),
    ],
)
def test_a_query_without_a_proper_header_is_named(header: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"sql/checks/quality/odd\.sql: .*{said}"):
        _check("quality", "odd", f"{header}SELECT 1", {})


def test_a_part_comes_before_what_needs_it() -> None:
    shared = {"one": "SELECT 1 AS x", "two": "SELECT * FROM one"}
    text = _with_parts("-- says\nWITH own AS (SELECT * FROM two JOIN one)\nSELECT * FROM own", shared)
    assert text.startswith("WITH one AS (\nSELECT 1 AS x\n),\ntwo AS (\nSELECT * FROM one\n),\nown AS (")


@pytest.mark.parametrize(
    ("figure", "unit", "target", "fails", "verdict"),
    [
        (Figure("", 95, 100), PERCENT, ">= 95", "< 90", Verdict.OK),
        (Figure("", 94999, 100000), PERCENT, ">= 95", "< 90", Verdict.WARN),
        (Figure("", 899, 1000), PERCENT, ">= 95", "< 90", Verdict.FAILS),
        (Figure("", 949, 1000), PERCENT, ">= 95", None, Verdict.FAILS),
        (Figure("", 1, 1000), PERCENT, "<= 0.1", None, Verdict.OK),
        (Figure("", 95, 100), PERCENT, "> 95", None, Verdict.FAILS),
        (Figure("", 41, 5), COUNT, "15 to 32", "outside 10 to 40", Verdict.FAILS),
        (Figure("", 40, 5), COUNT, "15 to 32", "outside 10 to 40", Verdict.WARN),
        (Figure("", 3, 2), MEAN, "= 1.5", "never", Verdict.OK),
        (Figure("", 0, 7), PERCENT, "= 100", "never", Verdict.WARN),
        # Nothing where something has to be is never good.
        (Figure("", 0, 0), COUNT, "= 0", None, Verdict.FAILS),
        (Figure("", 0, 0), PERCENT, "= 100", "never", Verdict.FAILS),
        (Figure("", 0, 0, judged=False), COUNT, "= 0", None, Verdict.REPORTED),
    ],
)
def test_verdicts_are_those_of_whole_numbers(
    figure: Figure, unit: str, target: str, fails: str | None, verdict: Verdict
) -> None:
    assert judge(figure, unit, Condition(target), Condition(fails) if fails else None) is verdict


def test_a_figure_just_below_its_target_does_not_look_as_if_it_met_it() -> None:
    assert Figure("", 94999, 100000).text(PERCENT) == "94.99 %"
    assert Figure("", 0, 0).text(PERCENT) == "nothing"
    assert Condition("outside 10 to 40").limit == Fraction(10)


def _schedule(seed: int) -> pl.DataFrame:
    """Return a schedule with all that goes wrong in schedules: rows twice, moved games, odd codes and ids."""
    draw = random.Random(seed)
    teams = ["BOS", "NYK", "LAL", "PHX", "pho", " BRK", "UTAH", "XYZ", ""]
    ids = ["0022100001", "0022100002", "0022100003", "0042100001", "0052100001", "0012100001", "0032100001", "g1", "g2"]
    start = datetime(2021, 10, 19, tzinfo=UTC)
    rows = [
        {
            "game_id": draw.choice(ids) + draw.choice(["", "", " "]),
            "game_date": (start + timedelta(days=draw.randrange(4))).date(),
            "game_status": draw.choice([1, 2, 3, 3, 3, None]),
            "home_team_tricode": draw.choice(teams),
            "away_team_tricode": draw.choice(teams),
            "home_team_score": draw.choice([None, 0, 99, 101]),
            "away_team_score": draw.choice([None, 0, 98, 102]),
            "is_all_star": draw.choice([None, False, False, True]),
            "is_regular_season": draw.choice([None, False, True]),
            "is_playoffs": draw.choice([None, False, True]),
            "processed_at": draw.choice([None, start, start + timedelta(hours=5)]),
            "data_hash": draw.choice([None, "a", "b"]),
        }
        for _ in range(40)
    ]
    columns = {column.name: column.type for column in NBAC_SCHEDULE.columns}
    kinds = {"STRING": pl.String, "DATE": pl.Date, "INT64": pl.Int64, "BOOL": pl.Boolean}
    schema = {name: kinds.get(type_.value, pl.Datetime("us", "UTC")) for name, type_ in columns.items()}
    # Rows that are equal in all that orders them would be chosen by their place.
    order = ["game_id", "game_date", "game_status", "processed_at", "data_hash"]
    return pl.DataFrame(rows, schema=schema).unique(order, keep="first", maintain_order=True)


@pytest.mark.parametrize("seed", range(12))
def test_the_queries_see_the_schedule_as_the_tables_do(seed: int, tmp_path: Path) -> None:
    lake, rows = Lake(tmp_path / "lake"), _schedule(seed)
    lake.store_raw(NBAC_SCHEDULE, Month("2021-22", "2021-10"), rows)
    cleaned = clean_schedule(read_raw(NBAC_SCHEDULE, rows)[0])
    names = ["game_date", "season_year", "away", "home", "game_id", "kind", "final"]
    with lake_queries(lake, START, END) as query:
        games = query(fill(_with_parts(f"SELECT {', '.join(names)} FROM games", _shared()), VALUES))
        dates = query(fill(_with_parts("SELECT game_date, season_day FROM dates", _shared()), VALUES))
    mine = pl.DataFrame(games, schema=cleaned.games.select(names).schema).sort(names)
    assert mine.equals(cleaned.games.select(names).sort(names))
    assert sorted(row["game_date"] for row in dates) == cleaned.played_dates()
    early = {row["game_date"] for row in dates if row["season_day"] < 14}
    assert early == cleaned.early(cleaned.played_dates())


def test_the_queries_know_who_played_as_the_tables_do(
    simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    clean = Lake(shutil.copytree(make_five_weeks(simulated_lake, tmp_path_factory), tmp_path / "lake"))
    nth = pl.int_range(pl.len())
    spoil(
        clean,
        PGS,
        lambda rows: rows.with_columns(
            minutes_played=pl.when(nth % 5 == 0).then(None).when(nth % 5 == 1).then(0.0).otherwise("minutes_played"),
            points=pl.when(nth % 3 == 0).then(0).when(nth % 7 == 0).then(None).otherwise("points"),
        ),
    )
    rows = clean.read_whole(DECLARED[PGS])
    wanted = rows.filter(took_part()).select("game_date", "player_lookup").sort("game_date", "player_lookup")
    with lake_queries(clean, START, END) as query:
        played = query(fill(_with_parts("SELECT game_date, player_lookup FROM played", _shared()), VALUES))
    assert 0 < wanted.height < rows.height
    assert pl.DataFrame(played).sort("game_date", "player_lookup").equals(wanted)
