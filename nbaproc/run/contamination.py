"""Contamination: rows that are there and say nothing, and what may not be built upon them.

A date of which fewer than half of the rows are valid is void. Only rows that could be valid count: without a source of
shots the zones are honestly NULL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nbaproc.asof import Timeline, beside
from nbaproc.failures import REASONS, Category
from nbaproc.raw.history import SHOT_SOURCE, took_part
from nbaproc.raw.schedule import season_of
from nbaproc.run import notes
from nbaproc.run.engines import StageRun
from nbaproc.tables import declarations
from nbaproc.tables._feature_roster import contaminated

TDGS, PGS = "team_defense_game_summary", "player_game_summary"
TDZA, PSZA = "team_defense_zone_analysis", "player_shot_zone_analysis"
UPGC, PCF, PDC = "upcoming_player_game_context", "player_composite_factors", "player_daily_cache"
#: Games of the windows of TDZA and PSZA, and dates of the results behind them that have to be sound.
TEAM_GAMES, PLAYER_GAMES, DATES = 15, 10, 15


@dataclass(frozen=True)
class Critical:
    """What a valid row of a table has.

    Attributes:
        columns: The critical columns.
        above: Whether they are above 0; else they are known.
        counted: A column that has to be above 0 as well, empty where there is none.
    """

    columns: tuple[str, ...]
    above: bool = False
    counted: str = ""

    @property
    def valid(self) -> pl.Expr:
        """Whether a row is valid."""
        tests = [pl.col(name) > 0 if self.above else pl.col(name).is_not_null() for name in self.columns]
        tests += [pl.col(self.counted) > 0] if self.counted else []
        return pl.all_horizontal(test.fill_null(False) for test in tests)

    @property
    def words(self) -> str:
        """The same in words."""
        return f"{', '.join(self.columns)} {'above 0' if self.above else 'that are known'}"


CRITICAL = {
    TDGS: Critical(("opp_paint_attempts", "opp_mid_range_attempts", "opp_three_pt_attempts"), above=True),
    TDZA: Critical(tuple(f"{zone}_defense_vs_league_avg" for zone in ("paint", "mid_range", "three_pt"))),
    PSZA: Critical(("paint_rate_last_10",), counted="games_in_sample_10"),
    PCF: Critical(("shot_zone_mismatch_score",)),
    PDC: Critical(("points_avg_season",), counted="games_played_season"),
}
#: Cells that wait: category and sentence.
Waiting = dict[tuple[str, date], tuple[str, str]]


def contamination_gate(stage: StageRun, results: Mapping[str, pl.DataFrame]) -> tuple[StageRun, Waiting]:
    """Find void dates, and hold back what would be made of them.

    Args:
        stage: What was computed.
        results: The results that its tables look back on, by table.

    Returns:
        The stage with a note on every void date, and the cells of tables that are made of them on the same date.
    """
    waiting: Waiting = {}
    for name in [name for name in CRITICAL if name in stage.tables]:
        void = _void_dates(name, stage, results)
        if not void.height:
            continue
        noted = void.select("game_date", "text")
        stage = notes.add(stage, name, [notes.note(noted, notes.CONTAMINATED, pl.col("text"))])
        made_of_it = [other for other in stage.tables if name in declarations()[other].inputs]
        for day, text in noted.iter_rows():
            why = (Category.CONTAMINATED_UPSTREAM.name, f"{name} of {day}: {text}")
            waiting = {(other, day): why for other in made_of_it} | waiting
    return stage, waiting


def _void_dates(name: str, stage: StageRun, results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the void dates of a table with the reason: `game_date`, `text`."""
    rows = stage.tables[name].frame
    none = pl.DataFrame(schema={"game_date": pl.Date, "text": pl.String})
    if rows is None or not rows.height:
        return none
    critical = CRITICAL[name]
    marked = rows.with_columns(game_date=pl.col(declarations()[name].date or ""), valid=critical.valid)
    # Rows that could not be valid are looked for only where it matters.
    suspects = marked.join(_few_valid(marked), on="game_date", how="semi")
    parts = [_told(_few_valid(_possible(name, suspects, stage, results)), critical)] if suspects.height else []
    if name == TDZA and TDGS in results:
        parts.append(_told(_void_windows(marked, results[TDGS]), CRITICAL[TDGS], f"{TDGS} of {DATES} dates: "))
    if name == PCF:
        text = pl.format(REASONS["contaminated_factors"], "fatigue", "players")
        parts.append(contaminated(rows).select("game_date", text=text))
    return pl.concat([none, *parts]).unique("game_date", keep="first", maintain_order=True).sort("game_date")


def _few_valid(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the dates of which fewer than half of the rows are valid: `game_date`, `good`, `rows`."""
    counts = rows.group_by("game_date").agg(good=pl.col("valid").sum(), rows=pl.len())
    return counts.filter(2 * pl.col("good") < pl.col("rows"))


def _told(dates: pl.DataFrame, critical: Critical, of: str = "") -> pl.DataFrame:
    text = pl.format(REASONS["contaminated"], "good", "rows", pl.lit(critical.words))
    return dates.select("game_date", text=pl.lit(of) + text)


def _possible(name: str, rows: pl.DataFrame, stage: StageRun, results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of a table that could be valid."""
    if name == TDGS:
        return rows.filter(pl.col(SHOT_SOURCE).is_not_null())
    if name == TDZA:
        games = results[TDGS].rename({"defending_team_abbr": "team_abbr"})
        return _covered(rows, games, "team_abbr", TEAM_GAMES)
    if name == PSZA:
        return _covered(rows, results[PGS].filter(took_part()), "player_lookup", PLAYER_GAMES)
    if name == PCF:
        zones, defense, context = (_frame(stage, other) for other in (PSZA, TDZA, UPGC))
        against = context.select("game_date", "player_lookup", team_abbr="opponent_team_abbr")
        rows = rows.join(against, on=["game_date", "player_lookup"])
        rows = rows.join(zones.rename({"analysis_date": "game_date"}), on=["game_date", "player_lookup"], how="semi")
        return rows.join(defense.rename({"analysis_date": "game_date"}), on=["game_date", "team_abbr"], how="semi")
    return rows


def _frame(stage: StageRun, name: str) -> pl.DataFrame:
    rows = stage.tables[name].frame
    assert rows is not None, f"{name} was not made, and something of it was"
    return rows


def _covered(rows: pl.DataFrame, games: pl.DataFrame, entity: str, count: int) -> pl.DataFrame:
    """Return the rows of entities with a source of shots in one of their last games of the season."""
    by = ["season_year", entity]
    sourced = pl.when(pl.col(SHOT_SOURCE).is_not_null()).then(1)
    line = Timeline(games, by)
    last = line.before(rows.with_columns(season_year=season_of(pl.col("game_date"))))
    found = line.sums({"sourced": sourced}, last["place"], last["nth"].clip(upper_bound=count))
    return rows.filter(found["sourced_n"] > 0)


def _void_windows(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Return the dates before which the newest results are void: `game_date`, `good`, `rows`."""
    sourced = games.filter(pl.col(SHOT_SOURCE).is_not_null()).with_columns(valid=CRITICAL[TDGS].valid)
    of_date = sourced.group_by("season_year", "game_date").agg(good=pl.col("valid").sum(), rows=pl.len())
    line = Timeline(of_date, ["season_year"])
    dates = rows.select("game_date").unique().with_columns(season_year=season_of(pl.col("game_date")))
    last = line.before(dates)
    values = {"good": pl.col("good"), "rows": pl.col("rows")}
    sums = line.sums(values, last["place"], last["nth"].clip(upper_bound=DATES))
    found = beside(dates.select("game_date"), sums["good_sum"].alias("good"), sums["rows_sum"].alias("rows"))
    return found.filter(2 * pl.col("good") < pl.col("rows"))
