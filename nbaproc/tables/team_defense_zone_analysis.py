"""TDZA: how a team has defended the zones of the floor over its last 15 games."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.asof import Timeline, beside, running_totals, total_between
from nbaproc.boundary import seal
from nbaproc.canonical import digest
from nbaproc.columns import Column, Table
from nbaproc.exact import decimal, quotient
from nbaproc.exact import ratio as rounded
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import DEFENSE_HISTORY
from nbaproc.raw.teams import TEAMS
from nbaproc.tables._bounds import apply_bounds
from nbaproc.tables._built import Built
from nbaproc.tables._columns import D, F, I, S, alike, fact, hash_column, ratio
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
FRACTION, PER_GAME = "fraction 0–1", "attempts/game"
#: What NULL means.
NO_PAINT, NO_MID, NO_THREE = (f"no known {zone} attempt" for zone in ("paint", "mid-range", "three-point"))
NO_ZONES, NO_BLOCKS = "zones known in none of the 15 games", "blocks known in none of the 15 games"


def _share(zone: str, says: str, when_null: str) -> Column:
    name = f"{zone}_pct_allowed_last_15"
    return ratio(name, 3, FRACTION, says, low=0, high=1, hard=True, when_null=when_null)


def _against_league(zone: str, when_null: str) -> Column:
    says = f"100 · (makes / attempts allowed, not rounded, − league_{zone}_pct); above 0 is a weaker defence"
    name, unit = f"{zone}_defense_vs_league_avg", "percentage points"
    return ratio(name, 2, unit, says, low=-100, high=100, hard=True, usual=(-15, 15), when_null=when_null)


def _per_game(name: str, unit: str, says: str, when_null: str, most: int | None = None) -> Column:
    return ratio(name, 1, unit, says, low=0, hard=True, usual=(None, most), when_null=when_null)


def _of_league(zone: str) -> Column:
    constant = LEAGUE[SHORT.get(zone, "three")] / BILLION
    says = f"mean over the league's teams of makes / attempts allowed in 30 days; {constant} with fewer than 10 teams"
    return Column(f"league_{zone}_pct", F, says, null=False, digits=9, unit=FRACTION, low=0, high=1)


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
        *alike(
            fact("analysis_date", D, "the date; only games before it count", null=False, source="nbac_schedule"),
            fact("team_abbr", S, "the defending team", null=False, unit="tricode"),
            _share("paint", "paint makes / attempts of the opponents", NO_PAINT),
            _per_game(
                "paint_attempts_allowed_per_game", PER_GAME, "paint attempts / games with known zones", NO_ZONES, 100
            ),
            _per_game(
                "paint_points_allowed_per_game",
                "points/game",
                "points in the paint / games with known zones",
                NO_ZONES,
                150,
            ),
            _per_game(
                "paint_blocks_per_game", "blocks/game", "blocked paint attempts / games with known blocks", NO_BLOCKS
            ),
            _against_league("paint", NO_PAINT),
            _share("mid_range", "mid-range makes / attempts of the opponents", NO_MID),
            _per_game(
                "mid_range_attempts_allowed_per_game",
                PER_GAME,
                "mid-range attempts / games with known zones",
                NO_ZONES,
                100,
            ),
            _per_game(
                "mid_range_blocks_per_game",
                "blocks/game",
                "blocked mid-range attempts / games with known blocks",
                NO_BLOCKS,
            ),
            _against_league("mid_range", NO_MID),
            _share("three_pt", "three-point makes / attempts of the opponents, from the box score", NO_THREE),
            _per_game(
                "three_pt_attempts_allowed_per_game",
                PER_GAME,
                "three-point attempts / games with known ones",
                "three-point attempts known in none of the 15 games",
                100,
            ),
            _per_game(
                "three_pt_blocks_per_game",
                "blocks/game",
                "blocked three-point attempts / games with known blocks",
                NO_BLOCKS,
            ),
            _against_league("three_pt", NO_THREE),
            ratio(
                "defensive_rating_last_15",
                2,
                "points/100 poss.",
                "mean defensive_rating of the games that have one",
                low=0,
                hard=True,
                usual=(70, 140),
                when_null="known in none of the 15 games",
            ),
            ratio(
                "opponent_points_per_game",
                1,
                "points/game",
                "mean points_allowed",
                low=0,
                hard=True,
                usual=(70, 150),
                when_null="known in none of the 15 games",
            ),
            ratio(
                "opponent_pace",
                1,
                "poss./48 min",
                "mean opponent_pace of the games that have one",
                low=0,
                hard=True,
                when_null="known in none of the 15 games",
            ),
            fact(
                "strongest_zone",
                S,
                "zone with the smallest difference to the league, not rounded; of equal ones the first",
                values=ZONES,
                when_null="no zone with an attempt",
            ),
            fact(
                "weakest_zone",
                S,
                "zone with the largest difference to the league, not rounded; of equal ones the first",
                values=ZONES,
                when_null="no zone with an attempt",
            ),
            fact("games_in_sample", I, "games of the window", null=False, unit="games", low=GAMES, high=GAMES),
            Column(
                "zone_games_in_sample",
                I,
                "games of the window with known zones",
                null=False,
                unit="games",
                low=0,
                high=GAMES,
            ),
            fact(
                "calculation_notes",
                S,
                "zones without an attempt: No paint attempts, No mid-range attempts, No three-point attempts",
                when_null="every zone has attempts",
            ),
            _of_league("paint"),
            _of_league("mid_range"),
            _of_league("three_pt"),
            Column(
                "league_teams_in_sample",
                I,
                "teams with 10 games in 30 days and attempts in every zone; 0 where constants stand in",
                null=False,
                unit="teams",
                low=0,
                high=len(TEAMS),
            ),
            source="team_defense_game_summary",
        ),
        *measured_columns("15 games", GAMES, dnp=False, source="nbac_schedule, team_defense_game_summary"),
        Column(
            "source_team_defense_hash",
            S,
            "hash over the row hashes of the window, newest first, and the league columns",
            null=False,
            unit="16 hex",
            source="team_defense_game_summary.data_hash",
        ),
        hash_column("16 hex"),
    ),
)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build a row for every team with 15 games before each date that is not early in its season."""
    dates, games = frames.late_dates, _games(frames)
    teams = pl.DataFrame({"team": list(TEAMS)})
    rows = dates.join(teams, how="cross").with_columns(game_date="analysis_date")
    rows = _add_windows(rows, games)
    team_games = frames.since_openers(frames.team_games)
    rows = add_team_completeness(rows, "all", Window(games=GAMES), team_games, frames.history.defense)
    known = rows.group_by("analysis_date").agg(pl.col("games").max()).filter(pl.col("games") > 0)
    empty = dates.join(known, on="analysis_date", how="anti")
    rows = rows.join(known.select("analysis_date"), on="analysis_date", how="semi", maintain_order="left")
    notes = [no_history(empty)]
    for category, few in below_minimum(rows.filter(pl.col("games") < GAMES), "all", pl.lit(GAMES), team=True).items():
        notes.append(draft(few, category, "team", minimum_reason("all", pl.lit(GAMES)), "all"))
    rows = rows.filter(pl.col("games") >= GAMES).join(_league(dates, games), on="analysis_date", maintain_order="left")
    kept, issues = apply_bounds(TABLE, _columns(rows), "team_abbr")
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


def _add_windows(rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Add the sums over each team's last 15 games, and the row hashes of these."""
    by = ["season_year", "team"]
    values = {name: pl.col(name) for name in games.columns if name not in ("game_date", *by, "data_hash")}
    values |= {"zones": pl.when("zones").then(1), "blocks": pl.when("blocks").then(1)}
    line = Timeline(games, by)
    last = line.before(rows)
    place, size = last["place"], last.select(games=pl.min_horizontal("nth", pl.lit(GAMES)))["games"]
    found = line.sums(values, place, size)
    lineage = line.texts("data_hash", place, size, GAMES).alias("lineage")
    return beside(rows, *found, size, last["last_date"], lineage)


def _league(dates: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Return the league's shares of each date, in billionths: unweighted means over the teams, each settled first."""
    by = ["season_year", "team"]
    names = ["n", *(f"{zone}{made}" for zone in LEAGUE for made in ("", "_made"))]
    totals = running_totals(games, by, {"n": pl.lit(1)} | {name: pl.col(name) for name in names[1:]})
    teams = pl.DataFrame({"team": list(TEAMS)})
    start = pl.max_horizontal("opener", pl.col("game_date") - pl.duration(days=LEAGUE_DAYS))
    rows = dates.join(teams, how="cross").with_columns(game_date="analysis_date")
    rows = total_between(rows, totals, by, (start, {name: name for name in names}))
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
