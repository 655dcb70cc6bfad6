"""PGS: what a player did in one game."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.boundary import seal
from nbaproc.columns import Table
from nbaproc.exact import decimal
from nbaproc.exact import ratio as rounded
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.choose import best_first
from nbaproc.raw.frames import GameFrames
from nbaproc.raw.identity import resolve_identities
from nbaproc.raw.shots import BLOCKS, SHOT_COUNTS
from nbaproc.raw.tracking import TRACKED_PROPS, TRACKED_SOURCES
from nbaproc.tables import team_offense_game_summary
from nbaproc.tables._built import Built
from nbaproc.tables._columns import (
    FROM_PLAYERS,
    FROM_PROPS,
    FROM_REGISTRY,
    FROM_SCHEDULE,
    FROM_SHOTS,
    NO_BLOCKS,
    NO_LINE,
    NO_SHOTS,
    NOT_IN_SOURCE,
    NOT_REGISTERED,
    PLAYER_SOURCES,
    B,
    D,
    I,
    S,
    alike,
    count,
    fact,
    hash_column,
    quality_columns,
    ratio,
    source_columns,
)
from nbaproc.tables._player_records import player_records
from nbaproc.tables._team_games import issue_list, quality
from nbaproc.tables.team_offense_game_summary import true_shooting

#: Category of a DNP reason -> words, any of which decides it; the first category that hits wins.
DNP_WORDS = {
    "injury": (
        *("injury", "injured", "illness", "sprain", "strain", "sore", "pain", "surgery", "concussion"),
        *("knee", "ankle", "back", "hamstring", "shoulder", "hip", "foot", "calf", "quad", "groin", "wrist", "elbow"),
    ),
    "rest": ("rest", "load management", "recovery", "maintenance", "scheduled rest", "precautionary"),
    "personal": ("personal", "family", "birth", "funeral", "bereavement"),
    "coach_decision": ("coach", "decision", "not with team", "suspension", "team decision", "disciplinary"),
}
DNP_CATEGORIES = (*DNP_WORDS, "other")

#: A player with more seconds than this counts as a starter.
STARTER_SECONDS = 1200

#: What is odd about a row, in order.
ISSUES = (
    "backup_source_used",
    "missing_plus_minus",
    "missing_shot_zones",
    "shot_zone_total_mismatch",
    "usage_rate_out_of_range",
    "ambiguous_lookup",
    "game_not_in_schedule",
)
#: What NULL means.
DID_NOT_PLAY = "is_dnp"
NOT_PLACED = f"{DID_NOT_PLAY}, {NO_SHOTS}, or his attempts are not in it under his name"

TABLE = Table(
    name="player_game_summary",
    dataset="nba_analytics",
    says="one row per player and game, of everyone the game's source lists as active or as not having played",
    key=("game_date", "player_lookup"),
    date="game_date",
    code="PGS",
    stage="games",
    covers="final",
    inputs=("team_offense_game_summary",),
    reads=(
        *team_offense_game_summary.TABLE.reads,
        "odds_api_player_points_props",
        "bettingpros_player_points_props",
        "odds_api_game_lines",
    ),
    columns=(
        *alike(
            fact("player_lookup", S, "normalised name of the source; never replaced by an alias", null=False),
            fact(
                "universal_player_id",
                S,
                "id of the person in the registry",
                when_null=NOT_REGISTERED,
                source=FROM_REGISTRY,
            ),
            fact("player_full_name", S, "name as the source writes it", when_null="the source has only the lookup"),
            source=FROM_PLAYERS,
        ),
        *alike(
            fact("game_id", S, "canonical game id, YYYYMMDD_AWAY_HOME", null=False),
            fact("game_date", D, "US-Eastern date", null=False),
            fact("season_year", I, "first year of the season", null=False, unit="year", low=1946),
            fact(
                "team_abbr",
                S,
                "the player's team in this game",
                null=False,
                source=f"{FROM_PLAYERS}; nba_players_registry",
            ),
            fact("opponent_team_abbr", S, "the other team of the game", null=False),
            fact("home_game", B, "the player's team is the home team of the schedule", null=False),
            source=FROM_SCHEDULE,
        ),
        *alike(
            fact("is_active", B, "not is_dnp", null=False),
            fact("is_dnp", B, "listed, but did not play", null=False),
            fact("player_status", S, "dnp where is_dnp, else active", null=False, values=("active", "dnp")),
            fact("dnp_reason", S, "printed reason of a DNP row", source="nbac_gamebook_player_stats.dnp_reason"),
            fact(
                "dnp_reason_category",
                S,
                "first group of words, in this order, of which one is in the reason",
                values=DNP_CATEGORIES,
                source="dnp_reason",
            ),
            source=FROM_PLAYERS,
            when_null="he is active, or no reason is printed",
        ),
        *alike(
            ratio("minutes_played", 1, "minutes", "seconds / 60; 0.0 for less than 3 seconds", low=0),
            fact("points", I, "points", unit="points", low=0),
            count("assists", "assists"),
            count("offensive_rebounds", "offensive rebounds"),
            count("defensive_rebounds", "defensive rebounds"),
            count("steals", "steals"),
            count("blocks", "blocks"),
            count("turnovers", "turnovers"),
            count("personal_fouls", "personal fouls"),
            fact("plus_minus", I, "score difference while on the floor; 0 is a value", unit="points"),
            count("fg_attempts", "field goals attempted, from the box score"),
            count("fg_makes", "field goals made, from the box score"),
            count("three_pt_attempts", "three-pointers attempted, from the box score"),
            count("three_pt_makes", "three-pointers made, from the box score"),
            count("ft_attempts", "free throws attempted"),
            count("ft_makes", "free throws made"),
            source=FROM_PLAYERS,
            when_null=f"{DID_NOT_PLAY}, or {NOT_IN_SOURCE}",
        ),
        *alike(
            count("paint_attempts", "two-point attempts within 8 feet"),
            count("paint_makes", "of these, made"),
            count("mid_range_attempts", "other two-point attempts with a distance"),
            count("mid_range_makes", "of these, made"),
            count("three_attempts_pbp", "three-point attempts in the shot source"),
            count("three_makes_pbp", "of these, made"),
            fact(
                "has_complete_shot_zones",
                B,
                "paint_attempts + mid_range_attempts + three_attempts_pbp = fg_attempts, all known",
                null=False,
            ),
            source=FROM_SHOTS,
            when_null=NOT_PLACED,
        ),
        *alike(
            count("assisted_fg_makes", "made shots with an assist", when_null=f"{NOT_PLACED}, or it knows no assists"),
            count("unassisted_fg_makes", "made shots without", when_null=f"{NOT_PLACED}, or it knows no assists"),
            count(
                "and1_count",
                "single free throws after a made shot, made or missed",
                when_null=f"{DID_NOT_PLAY}, {NO_SHOTS}, or it has no free throws",
            ),
            count("paint_blocks", "paint attempts of opponents he blocked"),
            count("mid_range_blocks", "mid-range attempts of opponents he blocked"),
            count("three_pt_blocks", "three-point attempts of opponents he blocked"),
            source=FROM_SHOTS,
            when_null=f"{DID_NOT_PLAY}, {NO_BLOCKS}",
        ),
        *alike(
            ratio(
                "usage_rate",
                1,
                "percent",
                "100 · plays used · game length / (seconds · plays of the team), plays FGA + 0.44·FTA + TOV",
                low=0,
                high=100,
                when_null=f"{DID_NOT_PLAY}, an input is not known or 0, or above 100",
                source=f"{FROM_PLAYERS}; team_offense_game_summary",
            ),
            ratio("ts_pct", 3, "ratio", "points / (2 · (FGA + 0.44·FTA))", low=0, high=1.5),
            ratio("efg_pct", 3, "ratio", "(FGM + 0.5·3PM) / FGA", low=0, high=1.5),
            fact("starter_flag", B, "more than 20 minutes: a heuristic, not the line-up", null=False),
            source=FROM_PLAYERS,
            when_null=f"{DID_NOT_PLAY}, a count is not known, or no field-goal attempt",
        ),
        fact(
            "win_flag",
            B,
            "win_flag of his team",
            when_null="NULL in the row of his team, or it has none",
            source="team_offense_game_summary.win_flag",
        ),
        *alike(
            ratio("points_line", 1, "points", "last points line before tip-off of the best-ranked book", low=0),
            fact("points_line_source", S, "key of that book; bettingpros_ in front for the second feed"),
            ratio(
                "opening_line",
                1,
                "points",
                "first line of the same book",
                low=0,
                when_null=f"{NO_LINE}, or the feed has no opening",
            ),
            ratio(
                "line_movement",
                1,
                "points",
                "points_line − opening_line",
                when_null=f"{NO_LINE}, or the feed has no opening",
            ),
            source=FROM_PROPS,
            when_null=NO_LINE,
        ),
        *alike(
            fact("over_under_result", S, "points against points_line", values=("OVER", "UNDER", "PUSH")),
            ratio("margin", 2, "points", "points − points_line"),
            source="points, points_line",
            when_null=f"{NO_LINE}, or he did not play",
        ),
        *quality_columns(
            PLAYER_SOURCES,
            "player",
            FROM_PLAYERS,
            "100 for a game book, else 85; of those who played 5 less without plus_minus and 5 without shot zones",
            ISSUES,
        ),
        *source_columns(TRACKED_SOURCES | TRACKED_PROPS),
        hash_column(),
    ),
)

#: Column of the table -> statistic of the box score.
BOX = {
    "points": "points",
    "assists": "assists",
    "offensive_rebounds": "offensive_rebounds",
    "defensive_rebounds": "defensive_rebounds",
    "steals": "steals",
    "blocks": "blocks",
    "turnovers": "turnovers",
    "personal_fouls": "personal_fouls",
    "plus_minus": "plus_minus",
    "fg_attempts": "field_goals_attempted",
    "fg_makes": "field_goals_made",
    "three_pt_attempts": "three_pointers_attempted",
    "three_pt_makes": "three_pointers_made",
    "ft_attempts": "free_throws_attempted",
    "ft_makes": "free_throws_made",
}

#: Column of the table -> count of the player's shots.
SHOTS = {
    "paint_attempts": "paint_attempts",
    "paint_makes": "paint_makes",
    "mid_range_attempts": "mid_attempts",
    "mid_range_makes": "mid_makes",
    "three_attempts_pbp": "three_attempts",
    "three_makes_pbp": "three_makes",
    "assisted_fg_makes": "assisted",
    "unassisted_fg_makes": "unassisted",
    "and1_count": "and1",
    "paint_blocks": "paint_blocked",
    "mid_range_blocks": "mid_blocked",
    "three_pt_blocks": "three_blocked",
}


def usage_rate(
    fga: pl.Expr, fta: pl.Expr, tov: pl.Expr, seconds: pl.Expr, team_plays: pl.Expr, game_seconds: pl.Expr
) -> pl.Expr:
    """Return the share of the team's plays a player used while on the floor, in percent at one decimal.

    `100 · (FGA + 0.44·FTA + TOV) · game_seconds / (seconds · team plays)`; NULL without playing time or team plays.
    Values above 100 are returned as they come.

    Args:
        fga: Field goals attempted.
        fta: Free throws attempted; NULL counts as 0.
        tov: Turnovers.
        seconds: Seconds played.
        team_plays: The same sum for the team, times 100.
        game_seconds: Length of the game.

    >>> args = [pl.lit(v) for v in (22, 6, 3, 2070, 10956, 2880)]
    >>> pl.select(usage_rate(*args)).item()
    35.1
    """
    plays = 100 * fga + 44 * fta.fill_null(0) + 100 * tov
    return rounded(100 * plays * game_seconds, pl.when((seconds > 0) & (team_plays > 0)).then(seconds * team_plays), 1)


def build(frames: GameFrames, built: Mapping[str, Built]) -> Built:
    """Build the player rows of the frames' dates: everyone the chosen source of a game lists as active or DNP."""
    rows, clashes = _listed(frames)
    rows = _add_team(rows, built[team_offense_game_summary.TABLE.name])
    rows = _add_shots(rows, frames)
    people = resolve_identities(rows, frames.registry, frames.aliases)
    key = ["player_lookup", "nba_player_id", "team", "season_year"]
    rows = rows.join(people, on=key, how="left", nulls_equal=True, maintain_order="left")
    lines = frames.lines.rows
    rows = rows.join(lines, on=["game", "player_lookup"], how="left", maintain_order="left")
    made = _columns(rows)
    made = made.join(frames.tracking, on="game_date", how="left", maintain_order="left")
    noted, tally = player_records(rows, clashes, frames)
    return Built(seal(TABLE, made), noted, tally)


def _listed(frames: GameFrames) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of the table, and the draft records of those that lost to another game of the date."""
    about = frames.games.select("game", "game_id", "game_date", "season_year", "away", "home", "in_schedule")
    rows = frames.players.chosen_rows.filter(pl.col("status") != "inactive")
    rows = rows.join(about, on="game", maintain_order="left")
    key = ["game_date", "player_lookup"]
    doubled = rows.select(pl.struct(key).is_duplicated()).to_series()
    if not doubled.any():
        return rows, records.gather([])
    ranked = rows.filter(doubled).with_columns(idle=pl.col("status") == "dnp", time=pl.col("seconds").fill_null(0))
    ranked = best_first(ranked, key, "idle", "-time", "game_id").with_row_index("nth")
    winners = ranked.unique(key, keep="first", maintain_order=True)
    losers = ranked.join(winners.select("nth"), on="nth", how="anti")
    losers = losers.join(winners.select(*key, kept="game_id"), on=key)
    reason = pl.format(REASONS["two_games"], "kept", "game_id")
    lost = records.draft(losers, Category.DUPLICATE_KEY, "PLAYER", pl.col("player_lookup"), reason)
    return pl.concat([rows.filter(~doubled), winners.select(rows.columns)]), lost


def _add_team(rows: pl.DataFrame, offense: Built) -> pl.DataFrame:
    teams = offense.working.select("game", "team", "opponent", "home_game", "plays", "game_seconds", "team_source")
    rows = rows.join(teams, on=["game", "team"], how="left", maintain_order="left")
    won = offense.frame.select("game_date", "win_flag", team="team_abbr")
    return rows.join(won, on=["game_date", "team"], how="left", maintain_order="left")


def _add_shots(rows: pl.DataFrame, frames: GameFrames) -> pl.DataFrame:
    """Join the shot counts: 0 where a known source has nothing, NULL where it cannot know."""
    games = frames.shots.games.drop("last_period")
    rows = rows.join(games, on="game", how="left", maintain_order="left")
    rows = rows.join(frames.shots.players, on=["game", "player_lookup"], how="left", maintain_order="left")
    accepted = pl.col("shot_source").is_not_null() & (pl.col("status") == "active")
    lost = ((pl.col("field_goals_attempted") >= 1) & (pl.col("shots").fill_null(0) == 0)).fill_null(False)
    creation, and_one = pl.col("creation_known"), pl.col("and1_known")
    known = {
        **dict.fromkeys(SHOT_COUNTS[:6], accepted & ~lost),
        **dict.fromkeys(SHOT_COUNTS[6:], accepted & ~lost & creation),
        "and1": accepted & and_one,
        **dict.fromkeys(BLOCKS, accepted & creation),
    }
    return rows.with_columns(pl.when(when).then(pl.col(name).fill_null(0)).alias(name) for name, when in known.items())


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    dnp = pl.col("status") == "dnp"
    fga, fgm, tpm = (pl.col(BOX[c]) for c in ("fg_attempts", "fg_makes", "three_pt_makes"))
    fta = pl.col(BOX["ft_attempts"])
    shot = fga >= 1
    use = usage_rate(fga, fta, pl.col("turnovers"), pl.col("seconds"), pl.col("plays"), pl.col("game_seconds"))
    zones = pl.col("paint_attempts") + pl.col("mid_attempts") + pl.col("three_attempts")
    minutes = rounded(pl.col("seconds"), pl.lit(60), 1)
    played = ~dnp & pl.col("points").is_not_null() & ((minutes.fill_null(0.0) > 0) | (pl.col("points") > 0))
    over = pl.when(played).then(10 * pl.col("points") - pl.col("tenths"))
    result = pl.when(over > 0).then(pl.lit("OVER")).when(over < 0).then(pl.lit("UNDER"))
    first = pl.col("source") == "nbac_gamebook"
    rows = rows.with_columns(_use=use)
    issues = issue_list(
        {
            "backup_source_used": ~first,
            "missing_plus_minus": ~dnp & pl.col("plus_minus").is_null(),
            "missing_shot_zones": ~dnp & pl.col("paint_attempts").is_null(),
            "shot_zone_total_mismatch": (zones - fga).abs() > 1,
            "usage_rate_out_of_range": pl.col("_use") > 100,
            "ambiguous_lookup": pl.col("ambiguous"),
            "game_not_in_schedule": ~pl.col("in_schedule"),
        }
    )
    gaps = (~dnp & pl.col("plus_minus").is_null()).cast(pl.Int64) + (~dnp & pl.col("paint_attempts").is_null())
    score = pl.when(first).then(100).otherwise(85) - 5 * gaps
    return rows.select(
        "player_lookup",
        "universal_player_id",
        "player_full_name",
        "game_id",
        "game_date",
        "season_year",
        "home_game",
        "win_flag",
        team_abbr="team",
        opponent_team_abbr="opponent",
        is_active=~dnp,
        is_dnp=dnp,
        player_status="status",
        dnp_reason="dnp_reason",
        dnp_reason_category=_dnp_category(pl.col("dnp_reason")),
        minutes_played=minutes,
        **{name: pl.col(statistic) for name, statistic in BOX.items()},
        **{name: pl.col(count_) for name, count_ in SHOTS.items()},
        has_complete_shot_zones=(zones == fga).fill_null(False),
        usage_rate=pl.when(pl.col("_use") <= 100).then("_use"),
        ts_pct=pl.when(shot).then(true_shooting(pl.col("points"), fga, fta)),
        efg_pct=pl.when(shot).then(rounded(2 * fgm + tpm.fill_null(0), 2 * fga, 3)),
        starter_flag=(pl.col("seconds") > STARTER_SECONDS).fill_null(False),
        points_line=decimal(pl.col("tenths"), 1),
        points_line_source="book",
        opening_line=decimal(pl.col("opening"), 1),
        line_movement=decimal(pl.col("tenths") - pl.col("opening"), 1),
        over_under_result=result.when(over == 0).then(pl.lit("PUSH")),
        margin=decimal(10 * over, 2),
        primary_source_used="source",
        shot_zones_source="shot_source",
        data_sources=pl.concat_list("source", "team_source", "shot_source").list.drop_nulls(),
        **quality(issues, score, first),
    )


def _dnp_category(reason: pl.Expr) -> pl.Expr:
    text = reason.str.to_lowercase()
    hits = [pl.when(text.str.contains_any(list(words))).then(pl.lit(name)) for name, words in DNP_WORDS.items()]
    return pl.coalesce(*hits, pl.when(reason.is_not_null()).then(pl.lit("other")))
