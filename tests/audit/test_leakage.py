"""The leakage audit: clean tables pass it, and every engine that looks ahead is caught by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from nbaproc import asof
from nbaproc.audit.in_time import IN_TIME, PLAYER_RESULTS, WHO_PLAYS
from nbaproc.audit.leakage import (
    CONSTANT,
    KEY,
    LEAK,
    OK,
    PERTURBATIONS,
    RECORDS,
    STORE,
    UNMOVED,
    UNTRIED,
    Audit,
    ColumnAudit,
    DateAudit,
    Move,
    TableAudit,
    audit_leakage,
    features,
)
from nbaproc.audit.perturbation import Inputs, Perturbation, Scene, World, listed_once, scene_of
from nbaproc.audit.too_late import MORNING, POISONED, TOO_LATE
from nbaproc.errors import UsageError
from nbaproc.lake import Lake, Month
from nbaproc.parquet import encode, read_facts, read_frame, remove_file, replace_file
from nbaproc.raw import context_frames
from nbaproc.raw.contract import NBAC_SCHEDULE
from nbaproc.raw.history import History
from nbaproc.raw.tally import Tally
from nbaproc.run.backfill import backfill
from nbaproc.run.engines import POLARS, compute
from nbaproc.run.inputs import read_inputs
from nbaproc.tables import _player_form, _team_calendar, by_stage, declarations, table_names
from nbaproc.tables import upcoming_player_game_context as upgc
from tests.conftest import TODAY

OPENING, LAST = date(2021, 10, 19), date(2021, 12, 19)
#: A date of nine games with lines and reports, results after it, and one of the first two weeks.
DAY, EARLY = date(2021, 12, 8), date(2021, 10, 25)
STAGES = by_stage(table_names())
UPGC, UTGC, TDZA = "upcoming_player_game_context", "upcoming_team_game_context", "team_defense_zone_analysis"
PGS, PSZA, PDC, PCF = (
    "player_game_summary",
    "player_shot_zone_analysis",
    "player_daily_cache",
    "player_composite_factors",
)


@pytest.fixture(scope="module")
def played(simulated_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two months of simulated results: for reading only."""
    root = tmp_path_factory.mktemp("played") / "lake"
    shutil.copytree(simulated_lake, root)
    lake = Lake(root)
    assert backfill(lake, STAGES["games"], OPENING, LAST, today=TODAY, engine=POLARS).exit_code == 0
    return lake


@pytest.fixture
def lake(played: Lake, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(played.root, tmp_path / "lake"))


@pytest.fixture(scope="module")
def whole(played: Lake) -> Audit:
    """The audit of all tables on a date."""
    return audit_leakage(played, STAGES["features"], [DAY])


@pytest.fixture(scope="module")
def scene(played: Lake) -> tuple[dict[str, pl.DataFrame], Scene]:
    """Inputs and scene of the date."""
    inputs = read_inputs(played, STAGES["features"], [DAY, LAST], Tally())
    return inputs, scene_of(inputs, compute(POLARS, [UPGC], inputs, [DAY]).tables[UPGC].frame, DAY)


def only(*names: str) -> list[Perturbation]:
    """Return perturbations by name."""
    chosen = [perturbation for perturbation in PERTURBATIONS if perturbation.name in names]
    assert len(chosen) == len(names)
    return chosen


def command(lake: Lake, *words: str) -> Result:
    from nbaproc.cli.main import cli

    shared = ["--lake", str(lake.root), "--today", str(TODAY)]
    return CliRunner().invoke(cli, ["audit", "leakage", *shared, *words], standalone_mode=False)


# Clean tables.


def test_R65_nothing_leaks_and_every_feature_that_differs_is_moved(whole: Audit) -> None:  # noqa: N802
    assert whole.leaks == {}
    assert whole.unmoved == []
    assert whole.holds
    [of_date] = whole.dates
    assert {world.name for world in of_date.worlds} == {p.world.name for p in PERTURBATIONS}
    # The simulated reports are all from before the tip-off; invented ones stand in.
    assert of_date.untouched == ["other late injury reports", "no late injury reports"]
    store = whole.tables[STORE]
    assert store.rows > 150
    verdicts = {name: store.columns[name].verdict for name in features()}
    assert {name for name, verdict in verdicts.items() if verdict == CONSTANT} == {"f08_usage_spike_score"}
    assert set(verdicts.values()) == {OK, CONSTANT}


#: Features and what must have moved them, among others.
MOVED_BY = {
    "f00_points_avg_last_5": "player results",
    "f05_fatigue_score": "people",
    "f06_shot_zone_mismatch_score": "team results",
    "f10_injury_risk": "injury reports",
    "f13_opponent_def_rating": "team results",
    "f15_home_away": "home and away",
    "f17_playoff_game": "schedule",
    "f24_team_win_pct": "team results",
    "f25_vegas_points_line": "props",
    "f28_has_vegas_line": "props",
    "f30_games_vs_opponent": "player results",
    "f33_dnp_rate": "player results",
}


@pytest.mark.parametrize("feature", MOVED_BY)
def test_a_feature_is_moved_by_what_it_is_made_of(feature: str, whole: Audit) -> None:
    assert MOVED_BY[feature] in whole.tables[STORE].columns[feature].moved_by


def test_a_feature_is_moved_by_nothing_it_is_not_made_of(whole: Audit) -> None:
    columns = whole.tables[STORE].columns
    for feature in ("f00_points_avg_last_5", "f11_recent_trend", "f31_minutes_avg_last_10", "f33_dnp_rate"):
        assert columns[feature].moved_by == ["player results"], feature
    for feature in ("f22_team_pace", "f24_team_win_pct"):
        assert columns[feature].moved_by == ["team results"], feature


@pytest.mark.parametrize("table", STAGES["features"])
def test_R65_every_column_that_differs_is_moved(table: str, whole: Audit) -> None:  # noqa: N802
    found = whole.tables[table]
    assert found.rows > 10
    assert found.errors == {}
    assert list(found.columns) == [*declarations()[table].names, RECORDS]
    assert found.named(UNMOVED) == []
    assert len(found.named(OK)) > len(found.named(CONSTANT))


def test_tables_that_do_without_the_players_have_their_reports_tried_too(played: Lake) -> None:
    audit = audit_leakage(played, [UTGC], [DAY], perturbations=only("more late injury reports", "other injury reports"))
    counts = ("starters_out_count", "players_out_count", "questionable_players_count")
    assert [audit.tables[UTGC].columns[name].moved_by for name in counts] == 3 * [["injury reports"]]
    assert audit.holds


def test_an_early_date_has_rows_of_the_pre_game_context_only(played: Lake) -> None:
    audit = audit_leakage(played, STAGES["features"], [EARLY], perturbations=TOO_LATE)
    [of_date] = audit.dates
    assert of_date.early
    assert {name for name, table in of_date.tables.items() if table.rows} == {UPGC, UTGC}
    assert audit.leaks == {}


def test_a_date_that_is_still_ahead_is_audited_too(lake: Lake) -> None:
    """Nothing of it is in the lake but the schedule and what is known before its games."""
    for month in lake.months(NBAC_SCHEDULE):
        rows = lake.read_month(NBAC_SCHEDULE, month)
        ahead = pl.col("game_date") >= DAY
        new = [pl.when(~ahead).then(n).alias(n) for n in ("home_team_score", "away_team_score", "winning_team_tricode")]
        lake.store_raw(
            NBAC_SCHEDULE, month, rows.with_columns(*new, game_status=pl.when(ahead).then(1).otherwise("game_status"))
        )
    for name in STAGES["games"]:
        path = lake.path(declarations()[name], Month.of(DAY))
        facts = read_facts(path)
        facts["dates"] = {day: fact for day, fact in facts["dates"].items() if day < str(DAY)}
        replace_file(path, encode(read_frame(path).filter(pl.col("game_date") < DAY), facts))
    audit = audit_leakage(lake, STAGES["features"], [DAY], perturbations=[*TOO_LATE, *only("other sides")])
    assert audit.leaks == {}
    assert [world.name for world in audit.dates[0].worlds] == ["poisoned", "morning", "home and away"]
    store = audit.tables[STORE]
    # Everybody who is expected to play has a row.
    assert store.rows > 230
    assert store.columns["f15_home_away"].moved_by == ["home and away"]


def test_what_is_known_in_time_is_tried_once_for_several_dates(played: Lake) -> None:
    days = [DAY, date(2021, 12, 10)]
    perturbations = only("other results", "no scores", "other team results", "other schedule")
    audit = audit_leakage(played, [TDZA], days[::-1], perturbations=perturbations)
    tried = {of_date.day: [world.name for world in of_date.worlds] for of_date in audit.dates}
    assert tried == {days[0]: ["poisoned", "morning", "team results", "schedule"], days[1]: ["poisoned", "morning"]}


# Engines that look ahead.

Patch = Callable[[pytest.MonkeyPatch], None]


def exact_matches(patch: pytest.MonkeyPatch) -> None:
    """Whatever looks for the last row before a date finds that of the date."""
    real = pl.LazyFrame.join_asof

    def join(*given: Any, **options: Any) -> pl.LazyFrame:
        return real(*given, **options | {"allow_exact_matches": True})

    # What a frame does itself it does through a lazy one.
    patch.setattr(pl.LazyFrame, "join_asof", join)


def window_with_the_date(patch: pytest.MonkeyPatch) -> None:
    def pairs(rows: pl.DataFrame, *given: Any) -> pl.DataFrame:
        return asof.pairs_before(rows.with_columns(pl.col("game_date") + pl.duration(days=1)), *given)

    patch.setattr(_player_form, "pairs_before", pairs)


def last_game_is_that_of_the_date(patch: pytest.MonkeyPatch) -> None:
    def last(rows: pl.DataFrame, *given: Any, **options: Any) -> pl.DataFrame:
        at = pl.col("game_date") + pl.duration(days=1)
        return asof.last_before(rows, *given, **{"at": at} | options)

    patch.setattr(_team_calendar, "last_before", last)


def counts_with_the_date(patch: pytest.MonkeyPatch) -> None:
    """A count of games that are over; no number of theirs is read."""

    def between(rows: pl.DataFrame, totals: pl.DataFrame, *given: Any, **options: Any) -> pl.DataFrame:
        end = pl.col("game_date") + pl.duration(days=1)
        return asof.total_between(rows, totals, *given, **{"end": end} | options)

    patch.setattr(_team_calendar, "total_between", between)


def props_without_a_cut(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("nbaproc.raw.props._before_cut", lambda table, rows, time, tally: rows)


def a_cut_at_half_time(patch: pytest.MonkeyPatch) -> None:
    real = context_frames.add_cut

    def late(*given: Any) -> pl.DataFrame:
        return real(*given).with_columns(pl.col("cut") + pl.duration(hours=1))

    patch.setattr(context_frames, "add_cut", late)


def lines_without_a_cut(patch: pytest.MonkeyPatch) -> None:
    real = context_frames.usable_lines

    def usable(rows: pl.DataFrame, games: pl.DataFrame, tally: Tally) -> pl.DataFrame:
        return real(rows, games.with_columns(pl.col("cut") + pl.duration(days=1)), tally)

    patch.setattr(context_frames, "usable_lines", usable)


def reports_of_the_hour_of_the_tip_off(patch: pytest.MonkeyPatch) -> None:
    real = context_frames.last_reports

    def last(raw: pl.DataFrame, teams: pl.DataFrame, tally: Tally) -> pl.DataFrame:
        return real(raw, teams.with_columns(pl.col("cut") + pl.duration(hours=1)), tally)

    patch.setattr(context_frames, "last_reports", last)


def rosters_of_any_date(patch: pytest.MonkeyPatch) -> None:
    real = upgc.add_age

    def age(rows: pl.DataFrame, rosters: pl.DataFrame, *given: Any) -> pl.DataFrame:
        rosters = rosters.with_columns(pl.col("roster_date") - pl.duration(days=5), birth_date=None)
        return real(rows, rosters.cast({"birth_date": pl.Date}), *given)

    patch.setattr(upgc, "add_age", age)


def windows_that_include_the_date(patch: pytest.MonkeyPatch) -> None:
    """The windows of the feature store end with the date."""
    real = asof.Timeline.before

    def before(line: asof.Timeline, rows: pl.DataFrame, at: pl.Expr | None = None) -> pl.DataFrame:
        later = (pl.col(line.date) if at is None else at) + pl.duration(days=1)
        return real(line, rows, later)

    patch.setattr(asof.Timeline, "before", before)


#: What leaks -> table, column, and the perturbation that must be named.
LEAKS: dict[Patch, tuple[str, str, str]] = {
    exact_matches: (TDZA, "defensive_rating_last_15", "other results"),
    window_with_the_date: (UPGC, "points_avg_last_5", "other results"),
    last_game_is_that_of_the_date: (UTGC, "last_game_margin", "other scores and winners"),
    counts_with_the_date: (UTGC, "games_in_last_7_days", "no scores"),
    props_without_a_cut: (UPGC, "current_points_line", "more late props"),
    a_cut_at_half_time: (UTGC, "game_spread", "more late lines"),
    lines_without_a_cut: (UPGC, "game_total", "more late lines"),
    reports_of_the_hour_of_the_tip_off: (UPGC, "player_status", "more late injury reports"),
    rosters_of_any_date: (UPGC, "player_age", "other context of later dates"),
    windows_that_include_the_date: (STORE, "f11_recent_trend", "other results"),
}


@pytest.mark.parametrize("leak", LEAKS, ids=lambda f: f.__name__)
def test_R65_an_engine_that_looks_ahead_is_caught(leak: Patch, played: Lake, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    table, column, name = LEAKS[leak]
    [wanted] = only(name)
    together = [p for p in TOO_LATE if p.world == wanted.world and (p is wanted or p.name.startswith("other "))]
    leak(monkeypatch)
    audit = audit_leakage(played, [table], [DAY], perturbations=together)
    assert not audit.holds
    assert column in audit.leaks[table]
    moves = {move.by: move for move in audit.tables[table].columns[column].leaks}
    assert name in moves
    assert moves[name].rows > 0
    assert moves[name].old != moves[name].new
    assert str(DAY) in moves[name].key


def test_R65_an_exact_match_shows_in_every_table_that_looks_back(played: Lake, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: N802
    exact_matches(monkeypatch)
    audit = audit_leakage(played, STAGES["features"], [DAY], perturbations=only("other results"))
    assert set(audit.leaks) == {UPGC, PSZA, TDZA, PCF, PDC, STORE}
    assert {"f00_points_avg_last_5", "f13_opponent_def_rating", "f24_team_win_pct"} <= set(audit.leaks[STORE])
    assert "f15_home_away" not in audit.leaks[STORE]


def test_a_result_that_decides_who_has_a_row_moves_all_columns(played: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever scores 25 on a date has no row of it: that says something of the others."""
    real = context_frames.read_history

    def history(tables: Inputs) -> History:
        found = real(tables)
        return replace(found, played=found.played.filter(pl.col("points") < 25))

    monkeypatch.setattr(context_frames, "read_history", history)
    audit = audit_leakage(played, [STORE], [DAY], perturbations=only("other results"))
    columns = audit.tables[STORE].columns
    assert all(column.leaks for name, column in columns.items() if name != RECORDS)
    [move] = columns["f00_points_avg_last_5"].leaks
    assert (move.by, move.old, move.new) == ("other results", "present", "absent")


def test_past_results_called_too_late_are_leaks_of_what_is_made_of_them(played: Lake) -> None:
    """The audit sees: what it lets pass as allowed it would report as a leak."""
    world = World("too strict", "past results may not move anything")
    audit = audit_leakage(
        played, STAGES["features"], [DAY], perturbations=[replace(only("other player results")[0], world=world)]
    )
    leaks = audit.leaks[STORE]
    assert {name for name in features() if name.startswith(("f00", "f01", "f02", "f03", "f29", "f31", "f34"))} <= set(
        leaks
    )
    assert "f22_team_pace" not in leaks


def test_a_leak_of_two_changes_together_names_their_world(played: Lake) -> None:
    """Neither of them does anything alone."""

    def half(mine: str, other: str) -> Callable[[Inputs, Scene], dict[str, pl.DataFrame]]:
        def change(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
            rows = inputs["nbac_schedule"].with_columns(arena_name=pl.lit(mine))
            if (inputs["nbac_schedule"]["arena_name"] == other).all():
                rows = rows.with_columns(arena_timezone=pl.lit("America/Denver"))
            return {"nbac_schedule": rows}

        return change

    world = World("pair", "two halves")
    halves = [Perturbation("one", world, half("one", "two")), Perturbation("two", world, half("two", "one"))]
    audit = audit_leakage(played, [UPGC], [DAY], perturbations=halves)
    assert {move.by for move in audit.tables[UPGC].columns["game_start_time_local"].leaks} == {"pair"}


def test_a_table_that_cannot_be_computed_any_more_is_named(played: Lake) -> None:
    def broken(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
        return {"nbac_injury_report": inputs["nbac_injury_report"].drop("reason")}

    world = World("broken", "a column is gone")
    audit = audit_leakage(played, [UTGC], [DAY], perturbations=[Perturbation("no reasons", world, broken)])
    assert list(audit.tables[UTGC].errors) == [f"{DAY} broken"]
    assert not audit.holds


def test_a_failure_with_what_is_known_in_time_is_a_warning(played: Lake) -> None:
    def broken(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
        return {"nbac_injury_report": inputs["nbac_injury_report"].drop("reason")}

    mine = Perturbation("no reasons", World("broken", "a column is gone", allowed=True), broken)
    audit = audit_leakage(played, [UTGC], [DAY], perturbations=[*only("no scores"), mine])
    assert list(audit.tables[UTGC].warnings) == [f"{DAY} broken"]
    assert audit.tables[UTGC].errors == {}
    assert audit.holds


def test_a_world_that_leaves_no_row_to_compare_is_a_warning(played: Lake) -> None:
    def nobody(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
        return {PGS: inputs[PGS].clear()}

    world = World("nobody", "no result at all")
    audit = audit_leakage(played, [PDC], [DAY], perturbations=[Perturbation("nobody", world, nobody)])
    assert audit.leaks == {}
    assert audit.tables[PDC].warnings == {f"{DAY} nobody": "no row is left to compare"}


# The perturbations.


@pytest.mark.parametrize("perturbation", PERTURBATIONS, ids=lambda p: p.name)
def test_a_perturbation_is_a_function_of_its_inputs(
    perturbation: Perturbation, scene: tuple[dict[str, pl.DataFrame], Scene]
) -> None:
    inputs, of_date = scene
    before = {name: frame.clone() for name, frame in inputs.items()}
    one, other = (perturbation.change(inputs, of_date) for _ in range(2))
    assert one.keys() == other.keys()
    for name, frame in one.items():
        assert frame.equals(other[name])
        assert frame.schema == inputs[name].schema
    assert all(frame.equals(before[name]) for name, frame in inputs.items())


@pytest.mark.parametrize("perturbation", TOO_LATE, ids=lambda p: p.name)
def test_what_comes_too_late_leaves_what_is_known_in_time(
    perturbation: Perturbation, scene: tuple[dict[str, pl.DataFrame], Scene]
) -> None:
    """Whatever is of an earlier date, or was seen long before the first tip-off, is there as it was."""
    inputs, of_date = scene
    morning = pl.datetime(2021, 12, 8, 18, time_zone="UTC")
    of_day, earlier = pl.col("game_date") == DAY, pl.col("report_date") < DAY
    in_time = {
        "odds_api_player_points_props": of_day & (pl.col("snapshot_timestamp") < morning),
        "odds_api_game_lines": of_day & (pl.col("snapshot_timestamp") < morning),
        "bettingpros_player_points_props": of_day & (pl.col("bookmaker_last_update") < morning),
        "nbac_injury_report": of_day & (earlier | ((pl.col("report_date") == DAY) & (pl.col("report_hour") < 12))),
        "espn_team_rosters": pl.col("roster_date") <= DAY,
    }
    changed = perturbation.change(inputs, of_date)
    assert changed
    for name, frame in changed.items():
        known = in_time.get(name, pl.col("game_date") < DAY)
        old, new = (f.filter(known.fill_null(False)) for f in (inputs[name], frame))
        assert old.height or name == "nbac_gamebook_player_stats"
        assert old.equals(new), name


@pytest.mark.parametrize("perturbation", [p for p in TOO_LATE if p.world is POISONED], ids=lambda p: p.name)
def test_the_poisoned_world_leaves_who_played(
    perturbation: Perturbation, scene: tuple[dict[str, pl.DataFrame], Scene]
) -> None:
    inputs, of_date = scene
    played = inputs[PGS].filter(pl.col("game_date") == DAY)
    changed = perturbation.change(inputs, of_date).get(PGS, inputs[PGS]).filter(pl.col("game_date") == DAY)
    who = ["player_lookup", "team_abbr", "game_id", "is_dnp", "universal_player_id"]
    took_part = pl.col("points").is_not_null() & ((pl.col("minutes_played") > 0) | (pl.col("points") > 0))
    for frame in (played, changed):
        assert frame.height > 200
    assert changed.select(*who, took_part).equals(played.select(*who, took_part))


def test_every_statistic_of_the_date_and_later_is_another_one(scene: tuple[dict[str, pl.DataFrame], Scene]) -> None:
    inputs, of_date = scene
    [perturbation] = only("other results")
    who = {"game_date", "season_year", "game_id", "player_lookup", "team_abbr", "defending_team_abbr"}
    who |= {"opponent_team_abbr", "home_game", "player_full_name", "universal_player_id", "is_dnp"}
    for name, frame in perturbation.change(inputs, of_date).items():
        old, new = (f.filter(pl.col("game_date") >= DAY) for f in (inputs[name], frame))
        assert old.height == new.height > 30
        for column in set(frame.columns) - who:
            same = (old[column].eq_missing(new[column])).sum()
            # The points of those who did not play say that they did not.
            assert same == 0 or (column in ("points", "minutes_played") and same < old.height / 4), (name, column)


def test_a_game_that_is_listed_twice_keeps_its_status(scene: tuple[dict[str, pl.DataFrame], Scene]) -> None:
    """Of two rows of one id the final one is the game, so there the status decides what the schedule is."""
    inputs, of_date = scene
    schedule = inputs["nbac_schedule"]
    later = schedule.filter(pl.col("game_date") == date(2021, 12, 10))
    twin = later.head(1).with_columns(game_date=date(2021, 12, 30), game_status=pl.lit(1, dtype=pl.Int64))
    code = pl.lit(later["home_team_tricode"][2])
    busy = later.slice(1, 1).with_columns(game_id=pl.lit("0022199999"), away_team_tricode=code)
    rows = pl.concat([schedule, twin, busy])
    left = rows.filter(~listed_once(rows))
    assert left.filter(pl.col("game_id") == twin["game_id"][0]).height == 2
    # The game of the date that the doubled team plays, and the one in which it plays a second time.
    assert left.filter(pl.col("game_date") == later["game_date"][0], pl.col("home_team_tricode") == code).height == 1
    assert left.filter(pl.col("game_id") == "0022199999").height == 1
    changed = only("no scores")[0].change(inputs | {"nbac_schedule": rows}, of_date)["nbac_schedule"]
    kept = changed.join(left, on=["game_id", "game_date"], how="semi")
    assert kept.equals(left)
    assert changed.filter(pl.col("game_date") >= DAY, listed_once(rows))["game_status"].unique().to_list() == [1]


def test_the_cut_is_the_tip_off_else_the_start_of_a_feed_else_noon(
    scene: tuple[dict[str, pl.DataFrame], Scene],
) -> None:
    inputs = {name: frame for name, frame in scene[0].items() if name != "odds_api_player_points_props"}
    games = scene[1].games
    assert games["cut"].null_count() == 0
    first, second, third = games["game_id"].to_list()[:3]
    home = {game: game[-3:] for game in (first, second, third)}
    schedule = inputs["nbac_schedule"]
    at = (pl.col("game_date") == DAY) & pl.col("home_team_tricode").is_in(list(home.values()))
    inputs["nbac_schedule"] = schedule.with_columns(
        game_date_est=pl.when(~at | (pl.col("home_team_tricode") == home[third])).then("game_date_est")
    )
    lines = inputs["odds_api_game_lines"]
    start = pl.datetime(2021, 12, 8, 20, 0, time_zone="UTC")
    of_game = pl.col("home_team_abbr")
    inputs["odds_api_game_lines"] = lines.filter(of_game != home[second]).with_columns(
        commence_time=pl.when(of_game.is_in([home[first], home[third]])).then(start).otherwise("commence_time")
    )
    cuts = dict(scene_of(inputs, None, DAY).games.select("game_id", "cut").iter_rows())
    assert (cuts[first].hour, cuts[second].hour) == (20, 17)
    # A start more than two hours before the tip-off of the schedule counts.
    assert cuts[third] == cuts[first]


# Verdicts.


def test_verdicts() -> None:
    move = Move("x", DAY, 1, "a", "1", "2")
    assert ColumnAudit([move], ["props"]).verdict == LEAK
    assert ColumnAudit([], ["props"], constant=True).verdict == OK
    assert ColumnAudit(constant=True).verdict == CONSTANT
    assert ColumnAudit(constant=False).verdict == UNTRIED
    assert ColumnAudit(constant=False, tried=True).verdict == UNMOVED
    assert ColumnAudit(constant=False, key=True).verdict == KEY
    assert ColumnAudit([move], key=True).verdict == LEAK


def of_dates(*columns: ColumnAudit, name: str = "f00_points_avg_last_5", table: str = STORE) -> Audit:
    days = [DAY + timedelta(days=n) for n in range(len(columns))]
    return Audit(
        [DateAudit(day, 1, False, {table: TableAudit(5, {name: c})}) for day, c in zip(days, columns, strict=True)]
    )


def test_a_feature_that_differs_on_one_date_and_moves_on_another_is_moved() -> None:
    still, moved = ColumnAudit(constant=False, tried=True), ColumnAudit(moved_by=["props"])
    assert of_dates(still, moved).unmoved == []
    assert of_dates(still, moved).holds
    assert of_dates(still).unmoved == ["f00_points_avg_last_5"]
    assert not of_dates(still).holds


def test_a_column_that_differs_where_nothing_was_tried_is_no_hole(played: Lake) -> None:
    audit = audit_leakage(played, [TDZA], [DAY], perturbations=only("no results"))
    assert audit.tables[TDZA].columns["opponent_pace"].verdict == UNTRIED
    assert audit.holds


def test_another_column_that_is_not_moved_is_a_warning_only() -> None:
    still = ColumnAudit(constant=False, tried=True)
    assert of_dates(still, name="quality_tier").holds
    assert of_dates(still, table=UPGC).holds
    assert of_dates(still, name="quality_tier").tables[STORE].named(UNMOVED) == ["quality_tier"]


def test_a_leak_on_one_date_is_a_leak(played: Lake) -> None:
    leak = ColumnAudit([Move("x", DAY, 1, "a", "1", "2")])
    audit = of_dates(ColumnAudit(moved_by=["props"]), leak)
    assert audit.leaks == {STORE: ["f00_points_avg_last_5"]}
    assert not audit.holds


def test_without_a_row_nothing_is_proven() -> None:
    assert not Audit().holds
    assert not Audit([DateAudit(DAY, 1, True, {STORE: TableAudit()})]).holds


def test_the_worlds_of_who_plays_move_no_statistic(whole: Audit) -> None:
    moved = {name for name, column in whole.tables[STORE].columns.items() if WHO_PLAYS.name in column.moved_by}
    assert moved & set(features()) == set()
    assert PLAYER_RESULTS.allowed
    assert not MORNING.allowed
    assert all(p.world.allowed for p in IN_TIME)


# Refusals.


def test_a_table_of_results_is_refused(played: Lake) -> None:
    with pytest.raises(
        UsageError, match=r"player_game_summary is a table of the games stage: its rows are the results"
    ):
        audit_leakage(played, [UPGC, PGS], [DAY])


def test_a_date_without_a_game_is_refused_and_the_nearest_one_named(played: Lake) -> None:
    with pytest.raises(
        UsageError, match=r"2021-10-01 has no game in the schedule; the nearest date with one is 2021-10-19"
    ):
        audit_leakage(played, [UPGC], [DAY, date(2021, 10, 1)])


def test_a_lake_without_the_history_is_refused_with_what_to_compute(lake: Lake) -> None:
    remove_file(lake.path(declarations()[PGS], Month("2021-22", "2021-11")))
    expected = r"UPSTREAM_GAP: .* of 2021-12-08: player_game_summary of 2021-11-01, .* \d+ more is not in the lake; "
    with pytest.raises(UsageError, match=expected + r"compute it with `nbaproc backfill --start 2021-11-"):
        audit_leakage(lake, [PDC], [DAY])
    # The team context needs the schedule only.
    assert audit_leakage(lake, [UTGC], [DAY], perturbations=only("other scores and winners")).leaks == {}


def test_a_lake_without_a_schedule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no schedule"):
        audit_leakage(Lake(tmp_path / "lake"), [UPGC], [DAY])


# The command.


def words_of(done: Result) -> list[str]:
    return [line.strip() for line in done.output.splitlines()]


def test_the_command_lists_every_feature_and_exits_with_0(
    played: Lake, whole: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nbaproc.audit.leakage.audit_leakage", lambda *given: whole)
    done = command(played, "--date", str(DAY))
    assert done.return_value == 0
    lines = words_of(done)
    assert lines[-2] == "leakage audit: 0 leaks over all 37 features on 1 date"
    assert lines[-1].startswith("leakage audit: 0 leaks over ")
    for feature in features():
        [line] = [line for line in lines if line.startswith(feature)]
        assert line.split()[1] == ("constant" if feature.startswith("f08") else "OK")
    assert not any(line.startswith("points_avg_last_5") for line in lines)
    everything = words_of(command(played, "--date", str(DAY), "--all"))
    assert any(line.startswith("points_avg_last_5") for line in everything)


def test_json_holds_every_column_of_every_date(played: Lake, whole: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbaproc.audit.leakage.audit_leakage", lambda *given: whole)
    done = command(played, "--dates", str(DAY), "--json")
    document = json.loads(done.output)
    assert (done.return_value, document["holds"], document["leaks"], document["unmoved"]) == (0, True, {}, [])
    [of_date] = document["dates"]
    assert (of_date["date"], of_date["games"], of_date["early"]) == (str(DAY), 9, False)
    assert list(of_date["tables"]) == STAGES["features"]
    found = document["tables"][STORE]["columns"]["f10_injury_risk"]
    assert found == {"verdict": OK, "constant": False, "moved_by": ["injury reports"], "leaks": []}
    assert {world["name"] for world in of_date["worlds"]} == {p.world.name for p in PERTURBATIONS}


def test_a_leak_is_named_and_exits_with_4(played: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    last_game_is_that_of_the_date(monkeypatch)
    done = command(played, "--date", str(DAY), "--tables", "UTGC")
    assert done.return_value == 4
    lines = words_of(done)
    assert any(line.startswith("last_game_margin") and "LEAK" in line for line in lines)
    [first, *_] = [line for line in lines if line.startswith(f"{UTGC}  last_game_margin")]
    assert str(DAY) in first
    assert "other scores and winners" in first
    assert lines[-1] == "THE AUDIT DOES NOT HOLD"


def test_a_feature_that_nothing_moves_exits_with_4(played: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "nbaproc.audit.leakage.audit_leakage", lambda *given: of_dates(ColumnAudit(constant=False, tried=True))
    )
    done = command(played, "--date", str(DAY))
    assert done.return_value == 4
    assert "UNMOVED: nothing that was tried moves f00_points_avg_last_5" in done.output


def test_an_early_date_says_which_tables_have_no_rows(played: Lake) -> None:
    done = command(played, "--date", str(EARLY), "--tables", "UTGC,TDZA")
    assert done.return_value == 0
    assert f"{EARLY} lies in the first two weeks of its season: no rows of {TDZA}" in done.output


def test_several_dates_are_several_lines(played: Lake) -> None:
    done = command(played, "--dates", "2021-12-10, 2021-12-08", "--tables", "UTGC")
    assert done.return_value == 0
    assert [line.split()[0] for line in words_of(done)[1:3]] == ["2021-12-08", "2021-12-10"]
    assert "on 2 dates" in done.output


REFUSED: list[tuple[Sequence[str], str]] = [
    ((), "give either --date or --dates"),
    (("--date", "2021-12-08", "--dates", "2021-12-08"), "give either --date or --dates"),
    (("--date", "8 December"), "--date '8 December' is no date"),
    (("--dates", "2021-12-08,,"), "--dates '' is no date"),
    (("--date", "2027-12-08"), "--date 2027-12-08 is in the future"),
    (("--date", "2021-12-08", "--tables", "XYZ"), "unknown table 'XYZ'"),
    (("--date", "2021-12-08", "--tables", "all"), "is a table of the games stage"),
    (("--date", "2021-08-08"), "2021-08-08 has no game in the schedule"),
]


@pytest.mark.parametrize(
    ("words", "message"), REFUSED, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_what_cannot_be_audited_is_one_line(
    words: Sequence[str], message: str, played: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    from nbaproc.cli.main import main

    with pytest.raises(SystemExit) as ended:
        main(["audit", "leakage", "--lake", str(played.root), "--today", str(TODAY), *words])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    assert printed.err.startswith("error: ")
    assert message in printed.err
    assert printed.err.count("\n") == 1
