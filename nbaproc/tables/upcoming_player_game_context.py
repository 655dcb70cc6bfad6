"""UPGC: what is known of a player before one of his team's games."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from nbaproc.asof import last_before
from nbaproc.boundary import seal
from nbaproc.columns import Column, Table, Type
from nbaproc.exact import decimal, quotient
from nbaproc.exact import ratio as rounded
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.history import DEFENSE_HISTORY, OFFENSE_HISTORY, PLAYER_HISTORY
from nbaproc.raw.identity import resolve_identities
from nbaproc.raw.injuries import STATUSES
from nbaproc.raw.props import BETTINGPROS, ODDS, choose_lines, complete_rows, points_overs
from nbaproc.raw.tally import Tally
from nbaproc.tables._built import Built
from nbaproc.tables._columns import (
    FROM_PROPS,
    FROM_REGISTRY,
    NO_LINE,
    NOT_REGISTERED,
    B,
    D,
    F,
    I,
    S,
    alike,
    fact,
    hash_column,
    ratio,
)
from nbaproc.tables._completeness import Window, add_completeness, measured
from nbaproc.tables._consensus import consensus
from nbaproc.tables._context_columns import (
    FARTHEST,
    FROM_LINES,
    FROM_REPORTS,
    FROM_RESULTS,
    FROM_TRAVEL,
    MOST_ZONES,
    NO_PLACE,
    NO_REPORT,
    WINDOWS,
    completeness_columns,
    days,
    games,
    season_flags,
    window_columns,
)
from nbaproc.tables._player_age import add_age
from nbaproc.tables._player_form import COUNTS, player_form
from nbaproc.tables._row_set import DRIVERS, row_set
from nbaproc.tables._season_flags import bootstrap_mode, season_boundary
from nbaproc.tables._team_calendar import team_calendar, win_share
from nbaproc.tables._team_form import RATE_DIGITS, team_form
from nbaproc.tables._teammates import add_reports, add_teammates
from nbaproc.tables._tip_off import add_local_start

PHASES = ("early", "mid", "late", "playoffs")
PACE = "possessions/48 min"
#: The windows of completeness.
REACH = {
    "l5": Window(games=5),
    "l10": Window(games=10),
    "l7d": Window(days=7),
    "l14d": Window(days=14),
    "l30d": Window(days=30),
}
#: Games within 30 days from which a row is gold, and silver; fewer than the third are a thin sample.
GOLD, SILVER, THIN = 10, 5, 3
#: Dates with fewer rows are too small to judge; a share below a tenth is odd.
JUDGED, TENTH = 50, 10
#: Days of a season after which players have a history.
YOUNG_DAYS = 14

#: What columns are computed from, and what NULL means.
FROM_LISTS = "nbac_gamebook_player_stats, else espn_team_rosters, else player_game_summary"
FROM_PACE = "team_offense_game_summary.pace"
SOURCES = ("player_game_summary", ODDS, BETTINGPROS, "odds_api_game_lines", "nbac_injury_report", "espn_team_rosters")
NO_GAME = "no game in the 30 days before"
NO_OPENING = f"{NO_LINE}, or the feed has no opening"
NO_PACE = "the opponent has no game of the season before of which it is known"
NOT_REGULAR = "the game is not of the regular season"

TABLE = Table(
    name="upcoming_player_game_context",
    dataset="nba_analytics",
    says="one row per player and date, of everyone expected to be with a team that plays, line or no line",
    key=("game_date", "player_lookup"),
    date="game_date",
    code="UPGC",
    stage="features",
    reads=(
        "nbac_schedule",
        "nbac_gamebook_player_stats",
        "espn_team_rosters",
        "odds_api_player_points_props",
        "bettingpros_player_points_props",
        "odds_api_game_lines",
        "nbac_injury_report",
        "nba_players_registry",
        "player_aliases",
    ),
    history=(
        PLAYER_HISTORY,
        OFFENSE_HISTORY,
        DEFENSE_HISTORY,
    ),
    members=("player_game_summary",),
    columns=(
        *alike(
            fact("game_date", D, "US-Eastern date", null=False, source="nbac_schedule"),
            fact("player_lookup", S, "normalised name", null=False),
            fact(
                "universal_player_id",
                S,
                "id of the person in the registry",
                when_null=NOT_REGISTERED,
                source=FROM_REGISTRY,
            ),
            source=FROM_LISTS,
        ),
        *alike(
            fact("game_id", S, "canonical game id, YYYYMMDD_AWAY_HOME", null=False),
            Column("nba_game_id", S, "ten-digit NBA game id", when_null="the schedule has none"),
            fact("team_abbr", S, "the player's team in this game", null=False, source=FROM_LISTS),
            fact("opponent_team_abbr", S, "the other team of the game", null=False),
            fact("home_game", B, "the player's team is the home team of the schedule", null=False),
            Column(
                "driver_source",
                S,
                "which list names the player",
                null=False,
                unit=", ".join(DRIVERS),
                values=DRIVERS,
                source=FROM_LISTS,
            ),
            source="nbac_schedule",
        ),
        *alike(
            fact("has_prop_line", B, "current_points_line is known", null=False),
            ratio("current_points_line", 1, "points", "last points line before tip-off of the best-ranked book", low=0),
            ratio("opening_points_line", 1, "points", "first line of the same book", low=0, when_null=NO_OPENING),
            ratio("line_movement", 1, "points", "current_points_line − opening_points_line", when_null=NO_OPENING),
            Column("current_points_line_source", S, "key of that book; bettingpros_ in front for the second feed"),
            Column("opening_points_line_source", S, "the same, of the opening", when_null=NO_OPENING),
            source=FROM_PROPS,
            when_null=NO_LINE,
        ),
        *alike(
            ratio(
                "game_spread",
                2,
                "points",
                "median over the books of the last snapshot before tip-off; negative where the home team is favoured",
            ),
            ratio("opening_spread", 2, "points", "median over the books of the first snapshot"),
            ratio("spread_movement", 2, "points", "game_spread − opening_spread"),
            Column("game_spread_source", S, "books of the last snapshot, joined by commas"),
            source=FROM_LINES,
            when_null="no spread before tip-off",
        ),
        *alike(
            ratio("game_total", 2, "points", "median over the books of the last snapshot before tip-off", low=0),
            ratio("opening_total", 2, "points", "median over the books of the first snapshot", low=0),
            ratio("total_movement", 2, "points", "game_total − opening_total"),
            Column("game_total_source", S, "books of the last snapshot, joined by commas"),
            source=FROM_LINES,
            when_null="no total before tip-off",
        ),
        *alike(
            ratio(
                "pace_differential",
                2,
                PACE,
                "mean pace of the own last 10 games minus the opponent's",
                when_null=f"{NO_PACE}, or the own team",
            ),
            ratio("opponent_pace_last_10", 2, PACE, "mean pace of the opponent's last 10 games", low=0),
            ratio(
                "opponent_def_rating_last_10",
                2,
                "points/100 possessions",
                "mean defensive_rating of the opponent's last 10 games",
                low=0,
                source="team_defense_game_summary.defensive_rating",
            ),
            ratio(
                "opponent_ft_rate_allowed",
                3,
                "FTA/100 possessions",
                "mean of 100 · free throws allowed / pace over the opponent's last 10 games that have both",
                low=0,
                source="team_defense_game_summary.opp_ft_attempts, team_defense_game_summary.opponent_pace",
            ),
            source=FROM_PACE,
            when_null=NO_PACE,
        ),
        fact(
            "game_start_time_local",
            S,
            "tip-off on the clocks of the arena, as 7:30 PM ET",
            when_null="tip-off or time zone not known",
            source="nbac_schedule, team_locations.csv",
        ),
        fact(
            "season_phase",
            S,
            "playoffs in a play-off game, else by month: early October and November, mid to February, late from March",
            null=False,
            unit=", ".join(PHASES),
            values=PHASES,
            source="nbac_schedule",
        ),
        *alike(
            days("days_rest", "days since his last game; 1 is yesterday", low=1, high=30),
            fact("back_to_back", B, "he played yesterday", null=False),
            days(
                "days_rest_before_last_game",
                "days between his last two games",
                low=1,
                high=29,
                when_null="fewer than two games in the 30 days before",
            ),
            days(
                "days_since_2_plus_days_rest",
                "days since the last game he had two days or more before",
                low=1,
                high=28,
                when_null="no such game in the 30 days before",
            ),
            games("games_in_last_7_days", "his games of date − 6 to date − 1", high=6),
            games("games_in_last_14_days", "his games of date − 13 to date − 1", high=13),
            fact("minutes_in_last_7_days", I, "minutes of these, summed and cut", null=False, unit="minutes", low=0),
            fact("minutes_in_last_14_days", I, "minutes of these, summed and cut", null=False, unit="minutes", low=0),
            ratio(
                "avg_minutes_per_game_last_7",
                1,
                "minutes",
                "minutes per game of games_in_last_7_days",
                low=0,
                when_null="no game in these days",
            ),
            fact(
                "back_to_backs_last_14_days",
                I,
                "pairs of games on consecutive days among the 14",
                null=False,
                unit="pairs",
                low=0,
                high=12,
            ),
            ratio(
                "avg_usage_rate_last_7_games",
                1,
                "%",
                "mean usage_rate of games_in_last_7_days: days, not games",
                low=0,
                high=100,
                when_null="usage_rate not known of any game in these days",
            ),
            source="player_game_summary",
            when_null=NO_GAME,
        ),
        *alike(
            fact(
                "travel_miles",
                I,
                "miles from the team's last venue, the way home included",
                unit="miles",
                low=0,
                high=FARTHEST,
            ),
            fact("time_zone_changes", I, "time zones between the two venues", unit="zones", low=0, high=MOST_ZONES),
            games("consecutive_road_games", "away games in a row, this one included; 0 at home"),
            fact(
                "miles_traveled_last_14_days",
                I,
                "miles of the legs that start in the last 14 days, the one to this game included",
                unit="miles",
                low=0,
                when_null="a venue of these games is not known",
            ),
            fact(
                "time_zones_crossed_last_14_days",
                I,
                "time zones of these legs",
                unit="zones",
                low=0,
                when_null="a venue of these games is not known",
            ),
            source=FROM_TRAVEL,
            when_null=NO_PLACE,
        ),
        fact(
            "player_age",
            I,
            "full years on the date, by a birth date of a roster, else the age of his last roster, else the registry",
            unit="years",
            low=0,
            when_null="no roster and no birth date of him",
            source="espn_team_rosters, else nba_players_registry.birth_date",
        ),
        *alike(
            ratio("points_avg_last_5", 1, "points", "mean points of his last 5 games within 30 days", low=0),
            ratio("points_avg_last_10", 1, "points", "mean points of his last 10 games within 30 days", low=0),
            games(
                "prop_over_streak",
                "last games within 30 days in a row above today's line; pushes do not count; 0 without a line",
            ),
            games("prop_under_streak", "the same below today's line"),
            source="player_game_summary.points, current_points_line",
            when_null=NO_GAME,
        ),
        *alike(
            fact(
                "star_teammates_out",
                I,
                "other players listed out or doubtful with 10 games for the team and 18 points, or 12 in 28 minutes, "
                "a game of late",
                unit="players",
                low=0,
                source=f"{FROM_REPORTS}; player_game_summary",
            ),
            fact("questionable_teammates", I, "other players of the team listed questionable", unit="players", low=0),
            fact("probable_teammates", I, "other players of the team listed probable", unit="players", low=0),
            fact(
                "player_status",
                S,
                "his status in the last injury report before tip-off",
                unit=", ".join(STATUSES),
                values=STATUSES,
                when_null="he is not listed",
            ),
            fact(
                "injury_report",
                S,
                "printed reason of the report, else its category",
                when_null="he is not listed, or without a reason",
            ),
            source=FROM_REPORTS,
            when_null=NO_REPORT,
        ),
        *alike(
            days(
                "next_game_days_rest",
                "days to the team's next regular-season game",
                low=1,
                when_null=f"{NOT_REGULAR}, or the team's last one",
            ),
            games(
                "games_in_next_7_days", "regular-season games of the team to date + 7", high=7, when_null=NOT_REGULAR
            ),
            ratio(
                "next_opponent_win_pct",
                3,
                "ratio",
                "share of games the next opponent has won this season",
                low=0,
                high=1,
                when_null=f"{NOT_REGULAR}, there is no next one, or its opponent has not played yet",
            ),
            fact(
                "next_game_is_primetime",
                B,
                "the next game is in a national broadcast window; false where there is none",
                when_null=f"{NOT_REGULAR}, or the schedule does not say",
            ),
            days(
                "opponent_days_rest",
                "days since the opponent's last game of the season",
                low=1,
                when_null="the opponent has no game of the season before",
            ),
            games(
                "opponent_games_in_next_7_days",
                "regular-season games of the opponent to date + 7",
                high=7,
                when_null=NOT_REGULAR,
            ),
            days(
                "opponent_next_game_days_rest",
                "days to the opponent's next regular-season game",
                low=1,
                when_null=f"{NOT_REGULAR}, or the opponent's last one",
            ),
            source="nbac_schedule",
        ),
        *completeness_columns("30 days", 30, dnp=True),
        *window_columns(*WINDOWS),
        *alike(
            Column("all_windows_complete", B, "no window lacks a game", null=False),
            Column("is_production_ready", B, "each window has 70 % of its games, or the season is young", null=False),
            source=FROM_RESULTS,
        ),
        *season_flags(),
        Column(
            "quality_tier",
            S,
            "by his games within 30 days: gold from 10, silver from 5",
            null=False,
            unit="gold, silver, bronze",
            values=("gold", "silver", "bronze"),
            source="player_game_summary",
        ),
        Column(
            "quality_score",
            F,
            "95, 75 or 50 by tier",
            null=False,
            digits=1,
            unit="0–100",
            low=0,
            high=100,
            source="quality_tier",
        ),
        Column(
            "quality_issues",
            Type.STRINGS,
            "of missing_game_spread, missing_game_total, thin_sample:n/3 (n games within 30 days) those that hold",
            null=False,
            source="game_spread, game_total, player_game_summary",
        ),
        Column("processed_with_issues", B, "quality_issues is not empty", null=False, source="quality_issues"),
        Column(
            "data_sources",
            Type.STRINGS,
            "the sources that gave the row something",
            null=False,
            values=SOURCES,
            source=", ".join(SOURCES),
        ),
        hash_column("16 hex"),
    ),
)


def build(frames: ContextFrames, built: Mapping[str, Built]) -> Built:
    """Build the rows of everyone expected to be with the teams that play on the frames' dates."""
    who = row_set(frames)
    tally = who.tally
    rows = _identify(who.rows, frames)
    rows = _add_props(rows, frames, tally)
    rows = rows.join(player_form(rows, frames.history), on="row", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col(name).fill_null(0) for name in COUNTS)
    rows = add_completeness(rows, REACH, frames)
    rows = add_reports(rows, frames, tally)
    rows = add_teammates(rows, frames.history.played)
    rows = add_age(rows, who.rosters, frames.registry)
    rows = rows.join(_team_side(frames, tally), on=["game", "team"], how="left", maintain_order="left")
    frame = seal(TABLE, _columns(rows))
    _check(frame, frames, tally)
    missed = records.draft(
        rows.filter(pl.col("universal_player_id").is_null()),
        Category.REGISTRY_MISS,
        "PLAYER",
        pl.col("player_lookup"),
        pl.format(REASONS["registry_miss"], "player_lookup", "team"),
    )
    return Built(frame, records.gather([*who.records, missed]), tally)


def _identify(rows: pl.DataFrame, frames: ContextFrames) -> pl.DataFrame:
    """Add the season, the person, and the key that foreign names are matched to."""
    seasons = frames.of_dates.select("game", "season_year")
    rows = rows.join(seasons, on="game", maintain_order="left").with_row_index("row")
    rows = rows.with_columns(nba_player_id=pl.lit(None, dtype=pl.Int64))
    people = resolve_identities(rows, frames.registry, frames.aliases).drop("ambiguous", "nba_player_id")
    rows = rows.drop("nba_player_id").join(
        people, on=["player_lookup", "team", "season_year"], how="left", maintain_order="left"
    )
    names = frames.history.listed.select("game_date", "season_year", "player_lookup", "name_key")
    rows = last_before(rows, names, ["season_year", "player_lookup"]).drop("last_date")
    return rows.with_columns(pl.col("name_key").fill_null(pl.col("player_lookup")))


def _add_props(rows: pl.DataFrame, frames: ContextFrames, tally: Tally) -> pl.DataFrame:
    """Add the points line before tip-off, in tenths: `line10`, `opening10`, `book`, `feed`."""
    pros = complete_rows(BETTINGPROS, points_overs(frames.raw[BETTINGPROS]), "seen", tally)
    pros = pros.join(rows, on="game_date", how="semi")
    lines = choose_lines(frames.odds, pros, frames.of_dates, rows, frames.aliases, tally).rows
    lines = lines.rename({"tenths": "line10", "opening": "opening10"})
    return rows.join(lines, on=["game", "player_lookup"], how="left", maintain_order="left")


def _team_side(frames: ContextFrames, tally: Tally) -> pl.DataFrame:
    """Return what all players of a team share: one row per game and team, the opponent's columns with `opp_`."""
    own = frames.once(team_calendar)
    own = own.with_columns(rest=(pl.col("game_date") - pl.col("last_date")).dt.total_days())
    own = own.with_columns(next_rest=(pl.col("next_date") - pl.col("game_date")).dt.total_days())
    own = own.with_columns(win_share(own, frames.team_games, "next_opponent").alias("next_share"))
    own = team_form(own, frames.history)
    other = own.select(
        "game",
        pl.col("team").alias("opponent"),
        pl.col("rest", "next_rest", "games_next_7").name.prefix("opp_"),
        pl.col("^(pace|rating|fta)_(sum|n)$").name.prefix("opp_"),
    )
    own = own.join(other, on=["game", "opponent"], maintain_order="left")
    current = add_local_start(frames.of_dates, tally).select("game", "game_start_time_local")
    lines = consensus(frames.game_lines, frames.of_dates)
    own = own.join(current, on="game", maintain_order="left").join(lines, on="game", how="left", maintain_order="left")
    return own.drop("game_date", "season_year", "name_key", strict=False)


def _check(frame: pl.DataFrame, frames: ContextFrames, tally: Tally) -> None:
    """Count the dates on which hardly any player has a line, a usage rate or a last game."""
    day = pl.col("game_date")
    openers = frames.games.filter(pl.col("kind") == "regular").group_by("season_year").agg(opener=day.min())
    seasons = frames.of_dates.select("game_date", "season_year").unique().join(openers, on="season_year", how="left")
    fed = {d for name in (ODDS, BETTINGPROS) for d in frames.raw[name]["game_date"].to_list()}
    found = frame.group_by("game_date").agg(
        n=pl.len().cast(pl.Int64),
        lines=pl.col("has_prop_line").sum().cast(pl.Int64),
        usage=pl.col("avg_usage_rate_last_7_games").count().cast(pl.Int64),
        rest=pl.col("days_rest").count().cast(pl.Int64),
    )
    found = found.filter(pl.col("n") >= JUDGED).join(seasons, on="game_date").sort("game_date")
    grown = (day > pl.col("opener") + pl.duration(days=YOUNG_DAYS)).fill_null(False)
    checks = {
        "few_prop_lines": (pl.col("lines"), day.is_in(list(fed))),
        "few_usage_rates": (pl.col("usage"), grown),
        "few_days_rest": (pl.col("rest"), grown),
    }
    for name, (count, applies) in checks.items():
        tally.add_frame(name, "", found.filter(applies & (TENTH * count < pl.col("n"))), "game_date")


def _columns(rows: pl.DataFrame) -> pl.DataFrame:
    n = pl.col("games")
    windows = {name: measured(name) for name in REACH}
    month = windows["l30d"]
    missing_spread, missing_total = pl.col("spread").is_null(), pl.col("total").is_null()
    issues = pl.concat_list(
        pl.when(missing_spread).then(pl.lit("missing_game_spread")),
        pl.when(missing_total).then(pl.lit("missing_game_total")),
        pl.when(n < THIN).then(pl.format("thin_sample:{}/3", n)),
    ).list.drop_nulls()
    by_month = pl.col("game_date").dt.month()
    phase = (
        pl.when(pl.col("kind") == "playoff")
        .then(pl.lit("playoffs"))
        .when(by_month.is_in([10, 11]))
        .then(pl.lit("early"))
        .when(by_month.is_in([12, 1, 2]))
        .then(pl.lit("mid"))
        .otherwise(pl.lit("late"))
    )
    regular = pl.col("kind") == "regular"
    primetime = pl.when(pl.col("next_date").is_null()).then(pl.lit(False)).otherwise("next_primetime")
    young = season_boundary() | bootstrap_mode()
    ready = pl.all_horizontal(m.ready for m in windows.values())
    pace = quotient(
        pl.col("pace_sum") * pl.col("opp_pace_n") - pl.col("opp_pace_sum") * pl.col("pace_n"),
        10 * pl.col("pace_n") * pl.col("opp_pace_n"),
        2,
    )
    percents: dict[str, pl.Expr] = {}
    for name, window in windows.items():
        percents[f"{name}_completeness_pct"] = decimal(window.percent, 1)
        percents[f"{name}_is_complete"] = window.complete
    return rows.select(
        "game_date",
        "player_lookup",
        "universal_player_id",
        "game_id",
        "nba_game_id",
        team_abbr="team",
        opponent_team_abbr="opponent",
        home_game="is_home",
        driver_source="driver",
        has_prop_line=pl.col("line10").is_not_null(),
        current_points_line=decimal(pl.col("line10"), 1),
        opening_points_line=decimal(pl.col("opening10"), 1),
        line_movement=decimal(pl.col("line10") - pl.col("opening10"), 1),
        current_points_line_source="book",
        opening_points_line_source=pl.when(pl.col("opening10").is_not_null()).then("book"),
        game_spread=decimal(pl.col("spread"), 2),
        opening_spread=decimal(pl.col("opening_spread"), 2),
        spread_movement=decimal(pl.col("spread") - pl.col("opening_spread"), 2),
        game_spread_source="spread_source",
        game_total=decimal(pl.col("total"), 2),
        opening_total=decimal(pl.col("opening_total"), 2),
        total_movement=decimal(pl.col("total") - pl.col("opening_total"), 2),
        game_total_source="total_source",
        pace_differential=decimal(pace, 2),
        opponent_pace_last_10=rounded(pl.col("opp_pace_sum"), 10 * pl.col("opp_pace_n"), 2),
        opponent_def_rating_last_10=rounded(pl.col("opp_rating_sum"), 100 * pl.col("opp_rating_n"), 2),
        opponent_ft_rate_allowed=rounded(pl.col("opp_fta_sum"), 10**RATE_DIGITS * pl.col("opp_fta_n"), 3),
        game_start_time_local="game_start_time_local",
        season_phase=phase,
        days_rest="days_rest",
        back_to_back=(pl.col("days_rest") == 1).fill_null(False),
        days_rest_before_last_game="days_rest_before_last_game",
        days_since_2_plus_days_rest="days_since_2_plus_days_rest",
        games_in_last_7_days="games_in_last_7_days",
        games_in_last_14_days="games_in_last_14_days",
        minutes_in_last_7_days="minutes_in_last_7_days",
        minutes_in_last_14_days="minutes_in_last_14_days",
        avg_minutes_per_game_last_7="avg_minutes_per_game_last_7",
        back_to_backs_last_14_days="back_to_backs_last_14_days",
        avg_usage_rate_last_7_games="avg_usage_rate_last_7_games",
        travel_miles="miles",
        time_zone_changes="zones",
        consecutive_road_games="road_games",
        miles_traveled_last_14_days="miles_14",
        time_zones_crossed_last_14_days="zones_14",
        player_age="player_age",
        points_avg_last_5="points_avg_last_5",
        points_avg_last_10="points_avg_last_10",
        prop_over_streak="prop_over_streak",
        prop_under_streak="prop_under_streak",
        star_teammates_out="star_teammates_out",
        questionable_teammates="questionable_teammates",
        probable_teammates="probable_teammates",
        player_status="player_status",
        injury_report="injury_report",
        next_game_days_rest="next_rest",
        games_in_next_7_days="games_next_7",
        next_opponent_win_pct="next_share",
        next_game_is_primetime=pl.when(regular).then(primetime),
        opponent_days_rest="opp_rest",
        opponent_games_in_next_7_days="opp_games_next_7",
        opponent_next_game_days_rest="opp_next_rest",
        expected_games_count=month.expected,
        actual_games_count=month.actual,
        dnp_games_count=month.sat_out,
        missing_games_count=month.missing,
        completeness_percentage=decimal(month.percent, 1),
        **percents,
        all_windows_complete=pl.all_horizontal(m.complete for m in windows.values()),
        is_production_ready=young | ready,
        season_boundary_detected=season_boundary(),
        backfill_bootstrap_mode=bootstrap_mode(),
        quality_tier=pl.when(n >= GOLD)
        .then(pl.lit("gold"))
        .when(n >= SILVER)
        .then(pl.lit("silver"))
        .otherwise(pl.lit("bronze")),
        quality_score=pl.when(n >= GOLD).then(95.0).when(n >= SILVER).then(75.0).otherwise(50.0),
        quality_issues=issues,
        processed_with_issues=issues.list.len() > 0,
        data_sources=pl.concat_list(
            pl.when(n > 0).then(pl.lit("player_game_summary")),
            pl.col("feed"),
            pl.when(~(missing_spread & missing_total)).then(pl.lit("odds_api_game_lines")),
            pl.when("fed").then(pl.lit("nbac_injury_report")),
            pl.when((pl.col("driver") == "roster") | pl.col("age_from_roster").fill_null(False)).then(
                pl.lit("espn_team_rosters")
            ),
        ).list.drop_nulls(),
    )
