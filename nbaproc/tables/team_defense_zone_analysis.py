"""TDZA: how a team has defended the zones of the floor over its last 15 games."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.asof import last_before, last_rows, running_totals, total_between
from nbaproc.boundary import seal
from nbaproc.canonical import digest
from nbaproc.columns import Column, Table
from nbaproc.exact import decimal, quotient
from nbaproc.exact import ratio as rounded
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import DEFENSE_HISTORY
from nbaproc.raw.teams import TEAMS
from nbaproc.tables._bounds import apply_bounds, ranges
from nbaproc.tables._built import Built
from nbaproc.tables._columns import D, F, I, S, fact, hash_column, ratio
from nbaproc.tables._completeness import Window, add_team_completeness, measured
from nbaproc.tables._context_columns import measured_columns
from nbaproc.tables._missing_games import below_minimum, draft, minimum_reason, no_history

#: Games of the window, all of which a row needs.
GAMES = 15
#: Days that count for the league, games a team needs in them, teams the league needs; else constants, in billionths.
LEAGUE_DAYS, LEAGUE_GAMES, LEAGUE_TEAMS = 30, 10, 10
LEAGUE = {"paint": 580_000_000, "mid": 410_000_000, "three": 355_000_000}
BILLION = 10**9
#: Zones in the order in which ties are broken: label, and short name of its counts.
ZONES = ("paint", "mid_range", "perimeter")
SHORT = {"paint": "paint", "mid_range": "mid", "perimeter": "three"}
FRACTION, POINTS = "fraction 0–1", "percentage points"

TABLE = Table(
    name="team_defense_zone_analysis",
    dataset="nba_precompute",
    says="one row per team and date, of every team with 15 games of the season before the date",
    key=("analysis_date", "team_abbr"),
    date="analysis_date",
    code="TDZA",
    stage="features",
    early=True,
    reads=("nbac_schedule",),
    history=(DEFENSE_HISTORY,),
    columns=(
        fact("analysis_date", D, "the date; only games before it count", null=False),
        fact("team_abbr", S, "the defending team", null=False, unit="tricode"),
        ratio("paint_pct_allowed_last_15", 3, FRACTION, "paint makes / attempts of the opponents"),
        ratio("paint_attempts_allowed_per_game", 1, "attempts/game", "paint attempts per game with known zones"),
        ratio("paint_points_allowed_per_game", 1, "points/game", "points in the paint per game with known zones"),
        ratio("paint_blocks_per_game", 1, "blocks/game", "blocked paint attempts per game with known blocks"),
        ratio("paint_defense_vs_league_avg", 2, POINTS, "paint share made minus the league's; above 0 is weaker"),
        ratio("mid_range_pct_allowed_last_15", 3, FRACTION, "mid-range makes / attempts of the opponents"),
        ratio("mid_range_attempts_allowed_per_game", 1, "attempts/game", "mid-range attempts, as for the paint"),
        ratio("mid_range_blocks_per_game", 1, "blocks/game", "blocked mid-range attempts, as for the paint"),
        ratio("mid_range_defense_vs_league_avg", 2, POINTS, "mid-range share made minus the league's"),
        ratio("three_pt_pct_allowed_last_15", 3, FRACTION, "three-point makes / attempts, from the box score"),
        ratio("three_pt_attempts_allowed_per_game", 1, "attempts/game", "three-point attempts per game"),
        ratio("three_pt_blocks_per_game", 1, "blocks/game", "blocked three-point attempts, as for the paint"),
        ratio("three_pt_defense_vs_league_avg", 2, POINTS, "three-point share made minus the league's"),
        ratio("defensive_rating_last_15", 2, "points/100 poss.", "mean defensive_rating"),
        ratio("opponent_points_per_game", 1, "points/game", "mean points allowed"),
        ratio("opponent_pace", 1, "poss./48 min", "mean pace of the opponents"),
        fact("strongest_zone", S, "zone with the smallest difference to the league", values=ZONES),
        fact("weakest_zone", S, "zone with the largest difference to the league", values=ZONES),
        fact("games_in_sample", I, "games of the window", null=False, unit="games"),
        Column("zone_games_in_sample", I, "games of the window with known zones", null=False, unit="games"),
        fact("calculation_notes", S, "zones without an attempt"),
        Column("league_paint_pct", F, "league's share made: mean of teams", null=False, digits=9, unit=FRACTION),
        Column("league_mid_range_pct", F, "league's share made: mean of teams", null=False, digits=9, unit=FRACTION),
        Column("league_three_pt_pct", F, "league's share made: mean of teams", null=False, digits=9, unit=FRACTION),
        Column("league_teams_in_sample", I, "teams in it; 0 where constants stand in", null=False, unit="teams"),
        *measured_columns(dnp=False),
        Column("source_team_defense_hash", S, "hash over the row hashes of the window", null=False, unit="16 hex"),
        hash_column("16 hex"),
    ),
)

PER_GAME = tuple(f"{zone}_attempts_allowed_per_game" for zone in ("paint", "mid_range", "three_pt"))
VS_LEAGUE = tuple(f"{zone}_defense_vs_league_avg" for zone in ("paint", "mid_range", "three_pt"))
SHARES = tuple(f"{zone}_pct_allowed_last_15" for zone in ("paint", "mid_range", "three_pt"))
BLOCKS = tuple(f"{zone}_blocks_per_game" for zone in ("paint", "mid_range", "three_pt"))
OTHERS = ("paint_points_allowed_per_game", "defensive_rating_last_15", "opponent_points_per_game", "opponent_pace")
HARD = (
    ranges(SHARES, 0, 1)
    | ranges(VS_LEAGUE, -100, 100)
    | ranges((*PER_GAME, *BLOCKS, *OTHERS, "games_in_sample"), 0, None)
)
SOFT = (
    ranges(VS_LEAGUE, -15, 15)
    | ranges(PER_GAME, None, 100)
    | {
        "paint_points_allowed_per_game": (None, 150),
        "defensive_rating_last_15": (70, 140),
        "opponent_points_per_game": (70, 150),
    }
)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for every team with 15 games before each date that is not early in its season."""
    dates, games = frames.late_dates, _games(frames)
    teams = pl.DataFrame({"team": list(TEAMS)})
    rows = dates.join(teams, how="cross").with_columns(game_date="analysis_date")
    rows = last_before(rows, _windows(games), ["season_year", "team"]).with_columns(pl.col("games").fill_null(0))
    team_games = frames.since_openers(frames.team_games)
    rows = add_team_completeness(rows, "all", Window(games=GAMES), team_games, frames.history.defense)
    known = rows.group_by("analysis_date").agg(pl.col("games").max()).filter(pl.col("games") > 0)
    empty = dates.join(known, on="analysis_date", how="anti")
    rows = rows.join(known.select("analysis_date"), on="analysis_date", how="semi", maintain_order="left")
    notes = [no_history(empty)]
    for category, few in below_minimum(rows.filter(pl.col("games") < GAMES), "all", pl.lit(GAMES), team=True).items():
        notes.append(draft(few, category, "team", minimum_reason("all", pl.lit(GAMES)), "all"))
    rows = rows.filter(pl.col("games") >= GAMES).join(_league(dates, games), on="analysis_date", maintain_order="left")
    kept, issues = apply_bounds(TABLE, _columns(rows), "team_abbr", HARD, SOFT)
    return Built(seal(TABLE, kept), records.gather([*notes, *issues]))


def _games(frames: ContextFrames) -> pl.DataFrame:
    """Return the team games of the seasons, with the counts of games whose zones are not known left out."""
    games = frames.since_openers(frames.history.defense)
    zones = pl.col("opp_paint_attempts").is_not_null() & pl.col("opp_mid_range_attempts").is_not_null()
    threes = pl.col("opp_three_pt_attempts").is_not_null()
    blocks = pl.col("blocks_paint").is_not_null()
    counts = {
        "paint": (zones, "opp_paint_attempts"),
        "paint_made": (zones, "opp_paint_makes"),
        "mid": (zones, "opp_mid_range_attempts"),
        "mid_made": (zones, "opp_mid_range_makes"),
        "paint_points": (zones, "points_in_paint_allowed"),
        "three": (threes, "opp_three_pt_attempts"),
        "three_made": (threes, "opp_three_pt_makes"),
        "paint_blocks": (blocks, "blocks_paint"),
        "mid_blocks": (blocks, "blocks_mid_range"),
        "three_blocks": (blocks, "blocks_three_pt"),
    }
    return games.select(
        "game_date",
        "season_year",
        "team",
        "data_hash",
        "points_allowed",
        "rating100",
        "opponent_pace10",
        **{name: pl.when(known).then(pl.col(column)) for name, (known, column) in counts.items()},
        zones=zones,
        blocks=blocks,
    )


def _windows(games: pl.DataFrame) -> pl.DataFrame:
    """Return the sums over each team's last 15 games, at every game."""
    by = ["season_year", "team"]
    values = {name: pl.col(name) for name in games.columns if name not in ("game_date", *by, "data_hash")}
    values |= {"zones": pl.when("zones").then(1), "blocks": pl.when("blocks").then(1), "all": pl.lit(1)}
    windows = last_rows(games, by, GAMES, values).rename({"all_n": "games"})
    ordered = games.sort(*by, "game_date")
    hashes = [pl.col("data_hash").shift(n).over(by) for n in range(GAMES)]
    lineage = ordered.select(pl.concat_str(hashes, separator="|", ignore_nulls=True)).to_series()
    return windows.with_columns(lineage.alias("lineage"))


def _league(dates: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Return the league's shares of each date, in billionths: unweighted means over the teams, each settled first."""
    by = ["season_year", "team"]
    names = ["n", *(f"{zone}{made}" for zone in LEAGUE for made in ("", "_made"))]
    totals = running_totals(games, by, {"n": pl.lit(1)} | {name: pl.col(name) for name in names[1:]})
    teams = pl.DataFrame({"team": list(TEAMS)})
    start = pl.max_horizontal("opener", pl.col("game_date") - pl.duration(days=LEAGUE_DAYS))
    rows = dates.join(teams, how="cross").with_columns(game_date="analysis_date")
    rows = total_between(rows, totals, by, start, {name: name for name in names})
    enough = (pl.col("n") >= LEAGUE_GAMES) & pl.all_horizontal(pl.col(zone) > 0 for zone in LEAGUE)
    shares = {zone: quotient(pl.col(f"{zone}_made"), pl.col(zone), 9) for zone in LEAGUE}
    sums = (
        rows.filter(enough)
        .group_by("analysis_date")
        .agg(**{f"league_{zone}": share.sum() for zone, share in shares.items()}, teams=pl.len().cast(pl.Int64))
    )
    league = dates.select("analysis_date").join(sums, on="analysis_date", how="left", maintain_order="left")
    known = (pl.col("teams") >= LEAGUE_TEAMS).fill_null(False)
    means = {
        f"league_{zone}": pl.when(known)
        .then(quotient(pl.col(f"league_{zone}"), pl.col("teams"), 0))
        .otherwise(pl.lit(constant, pl.Int64))
        for zone, constant in LEAGUE.items()
    }
    return league.with_columns(**means, teams=pl.when(known).then("teams").otherwise(pl.lit(0, pl.Int64)))


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    attempts = {zone: pl.col(f"{SHORT[zone]}_sum") for zone in ZONES}
    made = {zone: pl.col(f"{SHORT[zone]}_made_sum") for zone in ZONES}
    league = {zone: pl.col(f"league_{SHORT[zone]}") for zone in ZONES}
    above = {zone: BILLION * made[zone] - league[zone] * attempts[zone] for zone in ZONES}
    difference = {zone: quotient(above[zone], 10**7 * attempts[zone], 2) for zone in ZONES}
    # The unrounded difference; one division of two integers tells any two of them apart.
    exact = {zone: pl.when(attempts[zone] > 0).then(above[zone] / attempts[zone]) for zone in ZONES}
    least, most = pl.min_horizontal(*exact.values()), pl.max_horizontal(*exact.values())
    strongest, weakest = (
        pl.coalesce(*(pl.when(exact[zone] == end).then(pl.lit(zone)) for zone in ZONES)) for end in (least, most)
    )
    no_attempts = [
        pl.when(attempts[zone] == 0).then(pl.lit(f"No {words} attempts"))
        for zone, words in {"paint": "paint", "mid_range": "mid-range", "perimeter": "three-point"}.items()
    ]
    notes = pl.concat_list(no_attempts).list.drop_nulls()
    window = measured("all")
    n_zones, n_blocks = pl.col("zones_n"), pl.col("blocks_n")
    rows = rows.with_columns(
        source=pl.concat_str("lineage", *(pl.col(f"league_{zone}") for zone in LEAGUE), "teams", separator="|")
    )
    hashes = pl.Series("source", [digest(text) for text in rows["source"]], dtype=pl.String)
    return rows.with_columns(hashes).select(
        "analysis_date",
        team_abbr="team",
        paint_pct_allowed_last_15=rounded(made["paint"], attempts["paint"], 3),
        paint_attempts_allowed_per_game=rounded(attempts["paint"], n_zones, 1),
        paint_points_allowed_per_game=rounded(pl.col("paint_points_sum"), n_zones, 1),
        paint_blocks_per_game=rounded(pl.col("paint_blocks_sum"), n_blocks, 1),
        paint_defense_vs_league_avg=decimal(difference["paint"], 2),
        mid_range_pct_allowed_last_15=rounded(made["mid_range"], attempts["mid_range"], 3),
        mid_range_attempts_allowed_per_game=rounded(attempts["mid_range"], n_zones, 1),
        mid_range_blocks_per_game=rounded(pl.col("mid_blocks_sum"), n_blocks, 1),
        mid_range_defense_vs_league_avg=decimal(difference["mid_range"], 2),
        three_pt_pct_allowed_last_15=rounded(made["perimeter"], attempts["perimeter"], 3),
        three_pt_attempts_allowed_per_game=rounded(attempts["perimeter"], pl.col("three_n"), 1),
        three_pt_blocks_per_game=rounded(pl.col("three_blocks_sum"), n_blocks, 1),
        three_pt_defense_vs_league_avg=decimal(difference["perimeter"], 2),
        defensive_rating_last_15=rounded(pl.col("rating100_sum"), 100 * pl.col("rating100_n"), 2),
        opponent_points_per_game=rounded(pl.col("points_allowed_sum"), pl.col("points_allowed_n"), 1),
        opponent_pace=rounded(pl.col("opponent_pace10_sum"), 10 * pl.col("opponent_pace10_n"), 1),
        strongest_zone=strongest,
        weakest_zone=weakest,
        games_in_sample="games",
        zone_games_in_sample=n_zones,
        calculation_notes=pl.when(notes.list.len() > 0).then(notes.list.join("; ")),
        league_paint_pct=decimal(pl.col("league_paint"), 9),
        league_mid_range_pct=decimal(pl.col("league_mid"), 9),
        league_three_pt_pct=decimal(pl.col("league_three"), 9),
        league_teams_in_sample="teams",
        expected_games_count=window.expected,
        actual_games_count=window.actual,
        missing_games_count=window.missing,
        completeness_percentage=decimal(window.percent, 1),
        is_production_ready=window.ready,
        source_team_defense_hash="source",
    )
