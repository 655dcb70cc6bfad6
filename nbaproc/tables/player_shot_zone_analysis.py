"""PSZA: from where a player has shot in his last 10 and 20 games."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from nbaproc.asof import Timeline, beside, last_before
from nbaproc.boundary import seal
from nbaproc.canonical import digest
from nbaproc.columns import Column, Table
from nbaproc.exact import decimal
from nbaproc.exact import ratio as rounded
from nbaproc.failures import Category
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import PLAYER_HISTORY
from nbaproc.tables._bounds import apply_bounds, issue
from nbaproc.tables._built import Built
from nbaproc.tables._columns import NOT_REGISTERED, B, D, I, S, alike, fact, hash_column, ratio
from nbaproc.tables._completeness import Window, add_completeness, measured
from nbaproc.tables._context_columns import measured_columns
from nbaproc.tables._missing_games import add_missing, below_minimum, draft, minimum_reason, no_history

#: Games of the two windows, and games below which the longer one says nothing.
SHORT, LONG, LONG_ENOUGH = 10, 20, 15
ZONES = ("paint", "perimeter", "mid_range", "balanced")
SAMPLES_10, SAMPLES_20 = ("excellent", "good"), ("excellent", "good", "limited", "insufficient")
#: What NULL means.
NO_SHOTS, NO_ZONES = "no shot with a zone in the 10 games", "zones known in none of the 10 games"
NO_MAKES = f"{NO_SHOTS}, or no make in a game with known assists"
FEW = f"fewer than {LONG_ENOUGH} games, or no such shot in them"


def _rate(name: str, says: str, when_null: str = NO_SHOTS) -> Column:
    return ratio(name, 2, "percent 0–100", says, low=0, high=100, hard=True, when_null=when_null)


def _share(name: str, says: str, when_null: str) -> Column:
    return ratio(name, 3, "fraction 0–1", says, low=0, high=1, hard=True, when_null=when_null)


def _per_game(zone: str, words: str) -> Column:
    name, says = f"{zone}_attempts_per_game", f"{words} attempts / games with known zones"
    return ratio(name, 1, "attempts/game", says, low=0, hard=True, usual=(None, 40), when_null=NO_ZONES)


def _created(name: str, says: str) -> Column:
    return ratio(name, 2, "percent", says, usual=(0, 100), when_null=NO_MAKES)


def _games(name: str, says: str, low: int, high: int) -> Column:
    return Column(name, I, says, null=False, unit="games", low=low, high=high)


TABLE = Table(
    name="player_shot_zone_analysis",
    dataset="nba_precompute",
    says="one row per player and date, of everyone with enough games of the season before the date",
    key=("analysis_date", "player_lookup"),
    date="analysis_date",
    code="PSZA",
    stage="features",
    early=True,
    reads=("nbac_schedule",),
    history=(PLAYER_HISTORY,),
    columns=(
        *alike(
            fact("analysis_date", D, "the date; only games before it count", null=False, source="nbac_schedule"),
            fact("player_lookup", S, "normalised name", null=False),
            fact("universal_player_id", S, "id of the person, from his newest game", when_null=NOT_REGISTERED),
            _rate("paint_rate_last_10", "100 · paint attempts / attempts with a zone"),
            _rate("mid_range_rate_last_10", "100 · mid-range attempts / attempts with a zone"),
            _rate("three_pt_rate_last_10", "100 · three-point attempts of the shot source / attempts with a zone"),
            fact(
                "total_shots_last_10",
                I,
                "attempts with a zone",
                unit="shots",
                low=1,
                usual=(None, 400),
                when_null=NO_SHOTS,
            ),
            _share("paint_pct_last_10", "paint makes / attempts", "no paint attempt"),
            _share("mid_range_pct_last_10", "mid-range makes / attempts", "no mid-range attempt"),
            _share(
                "three_pt_pct_last_10", "three-point makes / attempts, from the shot source", "no three-point attempt"
            ),
            _per_game("paint", "paint"),
            _per_game("mid_range", "mid-range"),
            _per_game("three_pt", "three-point"),
            _created(
                "assisted_rate_last_10", "100 · assisted makes / makes of the box score, over games with known assists"
            ),
            _created(
                "unassisted_rate_last_10",
                "100 · unassisted makes / makes of the box score, over games with known assists",
            ),
            _rate("paint_rate_last_20", "100 · paint attempts / attempts with a zone, over 20 games", FEW),
            _share("paint_pct_last_20", "paint makes / attempts, over 20 games", FEW),
            fact(
                "primary_scoring_zone",
                S,
                "first of paint from 40 % of his shots, perimeter from 40 % threes, mid_range from 35 %; else balanced",
                values=ZONES,
                when_null=NO_SHOTS,
            ),
            replace(_games("games_in_sample_10", "games of the window, with or without shots", 7, SHORT), hashed=True),
            replace(_games("games_in_sample_20", "games of the longer window", 7, LONG), hashed=True),
            _games("zone_games_in_sample_10", "games_in_sample_10 with known zones", 0, SHORT),
            _games("zone_games_in_sample_20", "games_in_sample_20 with known zones", 0, LONG),
            fact(
                "sample_quality_10",
                S,
                "excellent with 10 games, else good",
                null=False,
                values=SAMPLES_10,
                source="games_in_sample_10",
            ),
            fact(
                "sample_quality_20",
                S,
                "excellent with 20 games, good from 14, limited from 10, else insufficient",
                null=False,
                values=SAMPLES_20,
                source="games_in_sample_20",
            ),
            fact(
                "data_quality_tier",
                S,
                "high with 10 games, else medium",
                null=False,
                values=("high", "medium"),
                source="games_in_sample_10",
            ),
            Column("early_season_flag", B, "fewer than 10 games", null=False, source="games_in_sample_10"),
            source="player_game_summary",
        ),
        *measured_columns("10 games", SHORT, dnp=True),
        Column(
            "source_player_game_hash",
            S,
            "hash over the row hashes of the 20 games, newest first",
            null=False,
            unit="16 hex",
            source="player_game_summary.data_hash",
        ),
        hash_column("16 hex"),
    ),
)

RATES = ("paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10")
PERSON = ["season_year", "player_lookup"]


def minimum(day: pl.Expr) -> pl.Expr:
    """Return how many games a row needs on a day of the season.

    >>> days = pl.DataFrame({"day": [14, 15, 17, 18, 21, 22, 200]})
    >>> days.select(minimum(pl.col("day"))).to_series().to_list()
    [7, 8, 8, 9, 9, 10, 10]
    """
    return pl.when(day >= 22).then(SHORT).otherwise(pl.min_horizontal(3 + day // 3, pl.lit(9, pl.Int64))).cast(pl.Int64)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for every player with enough games before each date that is not early in its season."""
    dates = frames.late_dates
    rows = _grid(frames, dates)
    empty = dates.join(rows, on="analysis_date", how="anti")
    played, listed, team_games = frames.history.played, frames.history.listed, frames.team_games
    windows = {"all": Window(games=SHORT)}
    rows = add_completeness(rows, windows, frames, frames.since_openers(team_games))
    needed = minimum(pl.col("day"))
    few = add_missing(rows.filter(pl.col("games") < needed), team_games, played, listed)
    notes = [no_history(empty)]
    for category, some in below_minimum(few, "all", needed, team=False).items():
        notes.append(draft(some, category, "player_lookup", minimum_reason("all", needed), "all"))
    made = _columns(rows.filter(pl.col("games") >= needed))
    kept, issues = apply_bounds(TABLE, made, "player_lookup")
    return Built(seal(TABLE, kept), records.gather([*notes, *issues, _odd_sums(kept)]))


def _grid(frames: ContextFrames, dates: pl.DataFrame) -> pl.DataFrame:
    """Return one row per date and player who has played before it, with his windows and his newest team."""
    played = frames.since_openers(frames.history.played)
    people = played.group_by(PERSON).agg(debut=pl.col("game_date").min())
    grid = dates.join(people, on="season_year").filter(pl.col("debut") < pl.col("analysis_date"))
    grid = grid.select("analysis_date", *PERSON, "day", game_date="analysis_date").sort(
        "analysis_date", "player_lookup"
    )
    listed = frames.since_openers(frames.history.listed)
    grid = last_before(grid, listed.select("game_date", *PERSON, "team"), PERSON).drop("last_date")
    return _add_windows(grid, Timeline(played, PERSON))


def _add_windows(grid: pl.DataFrame, games: Timeline) -> pl.DataFrame:
    """Add the sums over each player's last 10 and 20 games, and a hash over the row hashes of the 20."""
    zones = ("paint", "mid_range", "three")
    attempts = {zone: pl.col("three_attempts_pbp" if zone == "three" else f"{zone}_attempts") for zone in zones}
    makes = {zone: pl.col("three_makes_pbp" if zone == "three" else f"{zone}_makes") for zone in zones}
    placed = pl.all_horizontal(attempts[zone].is_not_null() for zone in zones)
    created = pl.all_horizontal(
        pl.col(name).is_not_null() for name in ("fg_makes", "assisted_fg_makes", "unassisted_fg_makes")
    )
    values: dict[str, pl.Expr] = {zone: pl.when(placed).then(attempts[zone]) for zone in zones}
    values |= {f"{zone}_made": pl.when(placed).then(makes[zone]) for zone in zones}
    values["placed"] = pl.when(placed).then(1)
    creation: dict[str, pl.Expr] = {
        "made": pl.when(created).then(pl.col("fg_makes")),
        "assisted": pl.when(created).then(pl.col("assisted_fg_makes")),
        "unassisted": pl.when(created).then(pl.col("unassisted_fg_makes")),
    }
    last = games.before(grid)
    place = last["place"]
    sizes = last.select(ten=pl.min_horizontal("nth", pl.lit(SHORT)), twenty=pl.min_horizontal("nth", pl.lit(LONG)))
    ten = games.sums(values | creation, place, sizes["ten"])
    twenty = games.sums(values, place, sizes["twenty"]).select(pl.all().name.suffix("_20"))
    lineage = games.texts("data_hash", place, sizes["twenty"], LONG)
    return beside(grid, *ten, *twenty).with_columns(
        last["last_date"],
        games.value("universal_player_id", place, sizes["ten"], 0),
        sizes["ten"].alias("games"),
        sizes["twenty"].alias("games_20"),
        pl.Series("lineage", [digest(text) for text in lineage], dtype=pl.String),
    )


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    paint, mid, three = (pl.col(f"{zone}_sum") for zone in ("paint", "mid_range", "three"))
    total = paint + mid + three
    shots = pl.when(total != 0).then(total)
    games, placed = pl.col("games"), pl.col("placed_n")
    paint_20 = pl.when(pl.col("games_20") >= LONG_ENOUGH).then(pl.col("paint_sum_20"))
    total_20 = pl.sum_horizontal("paint_sum_20", "mid_range_sum_20", "three_sum_20")
    zone = (
        pl.when(total <= 0)
        .then(None)
        .when(100 * paint >= 40 * total)
        .then(pl.lit("paint"))
        .when(100 * three >= 40 * total)
        .then(pl.lit("perimeter"))
        .when(100 * mid >= 35 * total)
        .then(pl.lit("mid_range"))
        .otherwise(pl.lit("balanced"))
    )
    quality_20 = (
        pl.when(pl.col("games_20") == LONG)
        .then(pl.lit("excellent"))
        .when(pl.col("games_20") >= 14)
        .then(pl.lit("good"))
        .when(pl.col("games_20") >= 10)
        .then(pl.lit("limited"))
        .otherwise(pl.lit("insufficient"))
    )
    made = pl.when(total != 0).then(pl.col("made_sum"))
    whole = games == SHORT
    window = measured("all")
    return rows.select(
        "analysis_date",
        "player_lookup",
        "universal_player_id",
        paint_rate_last_10=rounded(100 * paint, total, 2),
        mid_range_rate_last_10=rounded(100 * mid, total, 2),
        three_pt_rate_last_10=rounded(100 * three, total, 2),
        total_shots_last_10=shots,
        paint_pct_last_10=rounded(pl.col("paint_made_sum"), paint, 3),
        mid_range_pct_last_10=rounded(pl.col("mid_range_made_sum"), mid, 3),
        three_pt_pct_last_10=rounded(pl.col("three_made_sum"), three, 3),
        paint_attempts_per_game=rounded(paint, placed, 1),
        mid_range_attempts_per_game=rounded(mid, placed, 1),
        three_pt_attempts_per_game=rounded(three, placed, 1),
        assisted_rate_last_10=rounded(100 * pl.col("assisted_sum"), made, 2),
        unassisted_rate_last_10=rounded(100 * pl.col("unassisted_sum"), made, 2),
        paint_rate_last_20=rounded(100 * paint_20, total_20, 2),
        paint_pct_last_20=rounded(pl.col("paint_made_sum_20"), paint_20, 3),
        primary_scoring_zone=zone,
        games_in_sample_10=games,
        games_in_sample_20="games_20",
        zone_games_in_sample_10=placed,
        zone_games_in_sample_20="placed_n_20",
        sample_quality_10=pl.when(whole).then(pl.lit("excellent")).otherwise(pl.lit("good")),
        sample_quality_20=quality_20,
        data_quality_tier=pl.when(whole).then(pl.lit("high")).otherwise(pl.lit("medium")),
        early_season_flag=~whole,
        expected_games_count=window.expected,
        actual_games_count=window.actual,
        dnp_games_count=window.sat_out,
        missing_games_count=window.missing,
        completeness_percentage=decimal(window.percent, 1),
        is_production_ready=window.ready,
        source_player_game_hash="lineage",
    )


def _odd_sums(rows: pl.DataFrame) -> pl.DataFrame:
    """Note players whose three rates do not add up to 100."""
    total = pl.sum_horizontal(((pl.col(name) * 100) + 0.5).floor().cast(pl.Int64) for name in RATES)
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in RATES)
    odd = rows.with_columns(_value=total).filter(known & ((pl.col("_value") - 10_000).abs() > 2))
    return issue(odd, TABLE, "three_rates", 2, "player_lookup", Category.DATA_ISSUE)
