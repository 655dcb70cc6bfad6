"""Every check holds on a lake that is sound, and fails on one that is spoilt in what the check is about."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nbaproc.audit.checks import checks
from nbaproc.audit.validate import lines
from nbaproc.audit.verdicts import Figure, Verdict
from nbaproc.errors import InputError, LakeError
from nbaproc.failures import PROCESSING_FAILURES
from nbaproc.lake import Lake, Month
from nbaproc.ledger import Ledger
from nbaproc.ledger_rows import Cell
from nbaproc.parquet import encode
from nbaproc.raw.contract import NBAC_SCHEDULE
from tests.audit.five_weeks import (
    DAY,
    END,
    every,
    make_five_weeks,
    measure,
    missed,
    on,
    reading,
    setting,
    spoil,
    tell,
    without,
)
from tests.run.weeks import DECLARED, MLFS, OPENING, PCF, PDC, PGS, QUIET, TDGS, TOGS, UPGC, UTGC

TDZA, PSZA = "team_defense_zone_analysis", "player_shot_zone_analysis"
#: What follows wherever entities are lost.
LOST = {"untracked": "fails", "status_of_dates": "warn"}
Spoil = Callable[[Lake], None]


@pytest.fixture(scope="module")
def sound(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_five_weeks(simulated_lake, tmp_path_factory)


@pytest.fixture
def lake(sound: Path, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(sound, tmp_path / "lake"))


def test_every_check_holds_on_a_sound_lake(sound: Path) -> None:
    found = measure(Lake(sound))
    assert missed(found) == {}
    assert (found.start, found.end, found.dates, found.holds) == (OPENING, END, 36, True)
    # Every check had something to judge; but for the one that needs a whole season.
    judged = {line.check.name for line in found.lines if line.verdict is Verdict.OK}
    assert {check.name for check in checks()} - judged == {"teams_per_date"}


def _of(name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> tuple[str, Spoil]:
    return name, lambda lake: spoil(lake, name, change)


def _told(**values: object) -> tuple[str, Spoil]:
    return PROCESSING_FAILURES.name, lambda lake: tell(lake, analysis_date=DAY, **values)


def _a_row_of_a_day_off(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows.filter(on(DAY, "analysis_date")).head(1).with_columns(analysis_date=QUIET)])


def _a_game_that_no_schedule_has(rows: pl.DataFrame) -> pl.DataFrame:
    day = DAY - timedelta(days=1)
    busy = rows.filter(pl.col("game_date").is_in([day, DAY]))["defending_team_abbr"]
    row = rows.filter(~pl.col("defending_team_abbr").is_in(busy.implode()) & (pl.col("game_date") < day)).tail(1)
    if not row.height or not rows.filter(on(DAY)).height:
        return rows
    team = row["defending_team_abbr"].item()
    other = next(code for code in ("BOS", "LAL", "MIA") if code != team)
    new = row.with_columns(
        game_date=day,
        game_id=pl.lit(f"{day:%Y%m%d}_{team}_{other}"),
        quality_issues=pl.lit(["game_not_in_schedule"], dtype=pl.List(pl.String)),
    )
    return pl.concat([rows, new])


def _another_game(day: date) -> pl.Expr:
    """Return the game of the last row of a date: for its first row that is another one."""
    return pl.col("game_id").filter(on(day)).last()


def _first(day: date, column: str = "game_date") -> pl.Expr:
    return on(day, column) & (pl.int_range(pl.len()).over(column) == 0)


def _failed_cells(lake: Lake) -> None:
    days = [DAY - timedelta(days=n) for n in range(21)]
    with Ledger(lake.root) as ledger:
        ledger.record(Cell(PSZA, day, "failed", "TIMEOUT", "no answer") for day in days)


ONE_GAME = pl.col("game_id") == pl.col("game_id").filter(on(DAY)).first()
TOOK_PART = ~pl.col("is_dnp") & ((pl.col("minutes_played") > 0) | (pl.col("points") > 0))
#: The players of a game after the first so many.
PLACE = pl.when(TOOK_PART).then(TOOK_PART.cum_sum().over("game_id")).otherwise(0)
ON_FLOOR = pl.col("minutes_played") >= 5
FIRST_ON_FLOOR = on(DAY) & (ON_FLOOR.cum_sum().over("game_date") == 1)
QUARTER = on(DAY, "cache_date") & every(4, "cache_date")

#: The check, what is spoilt for it, and what else must miss its target then.
SPOILT: list[tuple[str, str, tuple[str, Spoil], dict[str, str]]] = [
    # Coverage.
    ("dates_of_phase3", "fails", _of(UTGC, without(on(DAY) | on(END))), {**LOST, "team_rows": "fails"}),
    ("dates_of_phase3", "warn", _of(UTGC, without(on(DAY))), {**LOST, "team_rows": "fails"}),
    ("dates_of_phase4", "fails", _of(PCF, without(on(DAY) | on(END))), LOST),
    ("dates_not_planned", "fails", _of(PSZA, _a_row_of_a_day_off), {}),
    ("team_rows", "fails", _of(UTGC, setting(_first(DAY), game_id=_another_game(DAY))), {}),
    ("canonical_game_ids", "fails", _of(PCF, setting(_first(DAY), game_id=f"{DAY:%Y%m%d}_BOS_BOS")), {}),
    ("one_date_per_game", "fails", _of(PCF, setting(_first(DAY), game_id=_another_game(date(2021, 11, 20)))), {}),
    ("duplicate_keys", "fails", _of(PSZA, lambda rows: pl.concat([rows, rows.tail(1)])), {}),
    ("played_rows_per_game", "fails", _of(PGS, without(ONE_GAME & (PLACE > 9))), {}),
    ("played_rows_mean", "warn", _of(PGS, without(PLACE > 16)), {}),
    ("played_rows_mean", "fails", _of(PGS, without(PLACE > 9)), {"played_rows_per_game": "fails"}),
    ("context_covers_played", "fails", _of(UPGC, without(on(DAY) & every(5))), {}),
    ("context_covers_played", "warn", _of(UPGC, without(on(DAY) & every(12))), {}),
    ("store_covers_played", "fails", _of(MLFS, without(every(5))), LOST),
    ("defense_window", "fails", _of(TDGS, _a_game_that_no_schedule_has), {}),
    # Quality.
    ("usage_rate", "fails", _of(PGS, setting(every(12), usage_rate=None)), {}),
    ("usage_rate_of_dates", "fails", _of(PGS, setting(on(DAY) & every(5), usage_rate=None)), {}),
    ("minutes", "fails", _of(PGS, setting(every(30), minutes_played=None)), {}),
    ("dates_without_minutes", "fails", _of(PGS, setting(on(OPENING), minutes_played=0.0)), {}),
    ("usage_above_50", "fails", _of(PGS, setting(ON_FLOOR & every(60), usage_rate=61.0)), {}),
    (
        "usage_above_100",
        "fails",
        _of(PGS, setting(FIRST_ON_FLOOR, usage_rate=127.5)),
        {},
    ),
    ("field_goal_attempts", "fails", _of(PGS, setting(on(DAY) & every(5), fg_attempts=None)), {}),
    ("free_throw_attempts", "fails", _of(PGS, setting(on(DAY) & every(5), ft_attempts=None)), {}),
    ("three_point_attempts", "warn", _of(PGS, setting(on(DAY) & every(2), three_pt_attempts=None)), {}),
    ("shot_zones", "fails", _of(PGS, setting(PLACE > 6, paint_attempts=None)), {}),
    ("quality_score", "fails", _of(PGS, setting(every(10), quality_score=74.9)), {}),
    ("ready_players", "fails", _of(PGS, setting(every(10), is_production_ready=False)), {}),
    ("ready_teams", "fails", _of(TOGS, setting(every(2), is_production_ready=False)), {}),
    ("cells_succeeded", "fails", (PROCESSING_FAILURES.name, _failed_cells), {}),
    # Contamination.
    ("team_results", "fails", _of(TDGS, setting(on(DAY), opp_paint_attempts=0)), {}),
    ("team_zones", "fails", _of(TDZA, setting(on(DAY, "analysis_date"), paint_defense_vs_league_avg=None)), {}),
    ("player_zones", "fails", _of(PSZA, setting(on(DAY, "analysis_date"), paint_rate_last_10=None)), {}),
    ("factors", "fails", _of(PCF, setting(on(DAY), shot_zone_mismatch_score=None)), {}),
    ("fatigue", "fails", _of(PCF, setting(on(DAY), fatigue_score=50)), {}),
    ("daily_cache", "fails", _of(PDC, setting(on(DAY, "cache_date"), points_avg_season=None)), {}),
    (
        "daily_cache",
        "warn",
        _of(PDC, setting(QUARTER, points_avg_season=None)),
        {},
    ),
    ("feature_store", "fails", _of(MLFS, setting(on(DAY), quality_tier=None)), {}),
    # Reconciliation.
    ("untracked", "fails", _of(PSZA, without(_first(DAY, "analysis_date"))), {"status_of_dates": "warn"}),
    ("bug_records", "fails", _told(failure_class="bug", entity_id="nobody"), {"status_of_dates": "warn"}),
    ("status_of_dates", "warn", _told(failure_class="data", entity_id="nobody"), {}),
]


@pytest.mark.parametrize(
    ("check", "verdict", "spoilt", "also"), SPOILT, ids=[f"{check}-{verdict}" for check, verdict, *_ in SPOILT]
)
def test_a_check_fails_on_what_it_is_about_and_no_other_does(
    check: str, verdict: str, spoilt: tuple[str, Spoil], also: dict[str, str], lake: Lake
) -> None:
    table, change = spoilt
    change(lake)
    assert missed(measure(lake, reading(table))) == {check: verdict, **also}


def test_an_entity_with_a_row_and_a_record_is_found(lake: Lake) -> None:
    player = lake.read(DECLARED[PSZA], DAY, DAY)["player_lookup"][0]
    tell(lake, analysis_date=DAY, entity_id=player)
    found = measure(lake, reading(PROCESSING_FAILURES.name))
    assert missed(found) == {"rows_with_records": "fails"}
    (line,) = [line for line in found.lines if line.verdict is Verdict.FAILS]
    assert (line.figure.scope, line.figure.numerator, line.detail) == ("PSZA", 1, f"{DAY} {player}")


def test_every_check_has_been_seen_to_miss_its_target() -> None:
    elsewhere = {"rows_with_records", "teams_per_date"}
    assert {name for name, *_ in SPOILT} | elsewhere == {check.name for check in checks()}


def _whole_season(simulated_lake: Path, lake: Lake, teams: float) -> Lake:
    """Give a lake the schedule of a whole season, and that share of its team rows."""
    source, table = Lake(simulated_lake), DECLARED[TOGS]
    for month in source.months(NBAC_SCHEDULE):
        lake.store_raw(NBAC_SCHEDULE, month, source.read_month(NBAC_SCHEDULE, month))
    games = source.read_whole(NBAC_SCHEDULE, ["game_id", "game_date", "home_team_tricode", "away_team_tricode"])
    games = games.filter(pl.col("game_id").str.head(3).is_in(["002", "004", "005"]))
    sides = [games.select("game_date", team_abbr=side) for side in ("home_team_tricode", "away_team_tricode")]
    rows = pl.concat(sides).unique(maintain_order=True)
    rows = rows.head(int(rows.height * teams))
    for (month,), part in rows.group_by(pl.col("game_date").dt.strftime("%Y-%m")):
        path = lake.path(table, Month("2021-22", str(month)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(part, {"dates": {}}))
    return lake


@pytest.mark.parametrize(("share", "verdict"), [(1.0, Verdict.OK), (0.5, Verdict.FAILS)])
def test_teams_per_date_are_judged_over_a_whole_season(
    share: float, verdict: Verdict, simulated_lake: Path, tmp_path: Path
) -> None:
    lake = _whole_season(simulated_lake, Lake(tmp_path / "season"), share)
    (check,) = [check for check in checks() if check.name == "teams_per_date"]
    (line,) = measure(lake, [check], end=date(2022, 7, 1)).lines
    assert line.verdict is verdict, line
    (part,) = measure(lake, [check], end=date(2022, 3, 1)).lines
    assert part.verdict is Verdict.REPORTED


def test_the_first_two_weeks_are_judged_without_the_tables_that_have_no_rows_yet(sound: Path) -> None:
    found = measure(Lake(sound), end=date(2021, 10, 28))
    assert missed(found) == {}
    reported = {line.check.name for line in found.lines if line.verdict is Verdict.REPORTED}
    assert {"dates_of_phase4", "defense_window", "daily_cache", "store_covers_played"} <= reported


def test_single_dates_are_judged_alone(lake: Lake) -> None:
    spoil(lake, PDC, setting(on(DAY, "cache_date"), points_avg_season=None))
    others = [DAY - timedelta(days=1), DAY + timedelta(days=1)]
    assert missed(measure(lake, reading(PDC), *others, only=others)) == {}
    found = measure(lake, reading(PDC), DAY, DAY, only=[DAY])
    assert (missed(found), found.dates) == ({"daily_cache": "fails"}, 1)


def test_a_table_that_the_lake_has_no_file_of_fails(lake: Lake) -> None:
    shutil.rmtree(lake.folder(DECLARED[PCF]))
    found = measure(lake, reading(PCF))
    assert missed(found) == {"dates_of_phase4": "fails", "cells_succeeded": "fails", **LOST}


def test_a_lake_with_a_schedule_alone_fails_and_is_never_a_green_zero(lake: Lake) -> None:
    for table in (*DECLARED.values(), PROCESSING_FAILURES):
        shutil.rmtree(lake.folder(table))
    found = measure(lake)
    good = {line.check.name for line in found.lines if line.verdict is Verdict.OK}
    # No cell has a bug; and where no player has a result, there is no label to wait for.
    assert good == {"bug_records", "status_of_dates"}
    failing = {name for name, verdict in missed(found).items() if verdict == "fails"}
    assert {"dates_of_phase3", "dates_of_phase4", "team_rows", "untracked", "usage_rate", "cells_succeeded"} <= failing


def test_without_a_schedule_nothing_can_be_validated(lake: Lake) -> None:
    shutil.rmtree(lake.folder(NBAC_SCHEDULE))
    with pytest.raises(InputError, match="nbac_schedule has no game of the seasons from 2021-10-19"):
        measure(lake)


def test_a_range_without_a_game_cannot_be_validated(sound: Path) -> None:
    with pytest.raises(InputError, match="no played game from 2021-11-05 to 2021-11-05"):
        measure(Lake(sound), start=QUIET, end=QUIET)


def test_a_file_that_cannot_be_read_is_named(lake: Lake) -> None:
    path = lake.path(DECLARED[PDC], Month("2021-22", "2021-11"))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LakeError, match=r"player_daily_cache.*2021-11\.parquet"):
        measure(lake, reading(PDC))


def test_a_query_without_any_row_fails() -> None:
    (line,) = lines(checks()[0], [])
    assert line.verdict is Verdict.FAILS


def test_of_many_dates_the_worst_is_named_and_how_many_miss() -> None:
    (check,) = [check for check in checks() if check.name == "context_covers_played"]
    days = [Figure("2021-11-01", 9, 10), Figure("2021-11-02", 8, 10), Figure("2021-11-03", 10, 10)]
    (line,) = lines(check, [*days, Figure("2021-11-04", 0, 0, judged=False)])
    assert (line.figure.scope, line.verdict) == ("2021-11-02", Verdict.FAILS)
    assert line.detail == "worst of 3 dates; 2 miss the target: 2021-11-01, 2021-11-02"
    assert [figure.scope for figure in line.missed] == ["2021-11-01", "2021-11-02"]
