"""Box-score lines of players, cleaned, and the choice of one source per game.

Three sources list players: the official game book, NBA Stats game logs and a second box-score feed. They are brought
to one shape, cleaned and de-duplicated; then each game takes all its players from the first source that is complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.choose import best_first
from nbaproc.raw.contract import STATISTICS
from nbaproc.raw.minutes import is_unreadable, seconds
from nbaproc.raw.names import add_lookups
from nbaproc.raw.schedule import season_name
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, team_code

#: Player sources in order of priority, and the raw table of each.
SOURCES = {
    "nbac_gamebook": "nbac_gamebook_player_stats",
    "nbac_boxscores": "nbac_player_boxscores",
    "bdl_boxscores": "bdl_player_boxscores",
}
RANKS = {source: rank for rank, source in enumerate(SOURCES)}
STATUSES = ("active", "dnp", "inactive")

#: A player source needs this many active rows per team.
MIN_ACTIVE = 5
#: Seconds of a team in regulation, and of one overtime.
REGULATION, OVERTIME = 5 * 48 * 60, 5 * 5 * 60
#: Whole minutes add up to within this many seconds of the true length.
MINUTES_TOLERANCE = 300
MAX_OVERTIMES = 6

COUNTED = ("points", "total_rebounds", *(s for s in STATISTICS if s not in ("points", "total_rebounds")))


@dataclass(frozen=True)
class PlayerRows:
    """What the player sources say.

    Attributes:
        rows: One cleaned row per source, game and lookup: `game`, `source`, `rank`, `player_lookup`, `name_key`,
            `player_full_name`, `team`, `status`, `dnp_reason`, `nba_player_id`, `seconds`, statistics, `plus_minus`.
        chosen: One row per game with a usable source: `game`, `source`.
        sources: One row per game and source with rows: usable or not, and the numbers that decided it.
        dropped: Draft records of rows that were dropped, with `game` and `source`.
    """

    rows: pl.DataFrame
    chosen: pl.DataFrame
    sources: pl.DataFrame
    dropped: pl.DataFrame

    @property
    def chosen_rows(self) -> pl.DataFrame:
        """Rows of each game's chosen source: the candidates that foreign names are matched to."""
        return self.rows.join(self.chosen, on=["game", "source"], how="semi", maintain_order="left")


def overtimes(team_seconds: pl.Expr) -> pl.Expr:
    """Return the overtimes that a team's total seconds show; whole-minute sums may be off by a few minutes.

    >>> seconds_ = pl.Series([14400, 14640, 15900, 17400], dtype=pl.Int64)
    >>> pl.select(overtimes(pl.lit(seconds_))).to_series().to_list()
    [0, 0, 1, 2]
    """
    over = (team_seconds - REGULATION + OVERTIME // 2) // OVERTIME
    return pl.when(over > 0).then(over).when(over.is_not_null()).then(0)


def clean_player_rows(
    attached: Mapping[str, pl.DataFrame], games: pl.DataFrame, registry: pl.DataFrame, tally: Tally
) -> PlayerRows:
    """Clean the player rows of every source and choose one source per game.

    Args:
        attached: Raw rows of the three tables, joined to their games.
        games: Final and fallback games.
        registry: `nba_players_registry`, for rows without a team.
        tally: Takes the counts.
    """
    there = [source for source, table in SOURCES.items() if attached[table].height] or list(SOURCES)[:1]
    rows = pl.concat([_shape(source, attached[SOURCES[source]]) for source in there], how="vertical")
    sources = rows.select("game", "source", "rank").unique()
    about = games.select("game", "game_id", "game_date", "season_year", "away", "home", "away_score", "home_score")
    rows = rows.join(about, on="game", maintain_order="left")
    dropped: list[pl.DataFrame] = []
    rows = _check_names(rows, dropped, tally)
    rows = _read_minutes(rows, tally)
    rows = _decide_who_played(rows)
    rows = _place_in_team(rows, registry, dropped)
    rows = _one_row_per_player(rows, dropped, tally)
    sources = _judge(sources, rows, about)
    usable = sources.filter("usable").sort("game", "rank").unique("game", keep="first", maintain_order=True)
    kept = rows.drop("game_id", "game_date", "season_year", "away", "home", "away_score", "home_score", "text")
    return PlayerRows(kept, usable.select("game", "source"), sources, pl.concat(dropped))


def _shape(source: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Bring one source's raw rows to the common shape; `name` is what the lookup is made of."""
    book, nbac = source == "nbac_gamebook", source == "nbac_boxscores"
    name = pl.col("player_name" if book else "player_full_name").str.strip_chars()
    full_name = pl.when(name != "").then(name)
    total = pl.col("rebounds" if source == "bdl_boxscores" else "total_rebounds")
    parts = pl.col("offensive_rebounds").fill_null(0) + pl.col("defensive_rebounds").fill_null(0)
    both_unknown = pl.col("offensive_rebounds").is_null() & pl.col("defensive_rebounds").is_null()
    nothing = pl.lit(None, dtype=pl.String)
    shaped = rows.select(
        "game",
        pl.lit(source).alias("source"),
        pl.lit(RANKS[source]).alias("rank"),
        full_name.alias("player_full_name"),
        pl.coalesce(full_name, "player_lookup").alias("name"),
        pl.col("player_lookup").str.strip_chars().alias("given_lookup"),
        team_code(pl.col("team_abbr")).alias("team"),
        (pl.col("player_status").str.strip_chars() if book else pl.lit("active")).alias("raw_status"),
        (pl.col("dnp_reason").str.strip_chars() if book else nothing).alias("dnp_reason"),
        (pl.col("nba_player_id") if nbac else pl.lit(None, dtype=pl.Int64)).alias("nba_player_id"),
        pl.col("minutes").alias("text"),
        *(s for s in STATISTICS if s != "total_rebounds"),
        pl.coalesce(total, pl.when(~both_unknown).then(parts)).alias("total_rebounds"),
        (pl.col("plus_minus") if source != "bdl_boxscores" else pl.lit(None, dtype=pl.Int64)).alias("plus_minus"),
        "processed_at",
        "data_hash",
    )
    shaped = add_lookups(shaped, "name", "made_lookup", "made_key")
    if not book:
        return shaped.rename({"made_lookup": "player_lookup", "made_key": "name_key"}).drop("given_lookup")
    same = pl.col("made_lookup") == pl.col("given_lookup")
    key = pl.when(same).then("made_key").otherwise("given_lookup")
    return shaped.with_columns(player_lookup="given_lookup", name_key=key).select(
        *(c for c in shaped.columns if c not in ("given_lookup", "made_lookup", "made_key")),
        "player_lookup",
        "name_key",
    )


def _table(source: str) -> str:
    return SOURCES[source]


def _check_names(rows: pl.DataFrame, dropped: list[pl.DataFrame], tally: Tally) -> pl.DataFrame:
    strangers = rows.filter(is_unknown(pl.col("team")))
    for (source,), part in strangers.group_by("source"):
        tally.add_frame("unknown_team", _table(str(source)), part, "game_date", "game_id", "team", "player_full_name")
    rows = rows.filter(~is_unknown(pl.col("team")))
    nameless = rows.filter(pl.col("player_lookup").fill_null("") == "")
    who = pl.coalesce(pl.when(pl.col("name").str.strip_chars() != "").then(pl.col("name").str.strip_chars()), "game_id")
    dropped.append(_drop(nameless, Category.VALIDATION_FAILED, who, pl.format(REASONS["empty_name"], "source")))
    rows = rows.filter(pl.col("player_lookup").fill_null("") != "")
    status = pl.col("raw_status").str.to_lowercase()
    odd = rows.filter(~status.is_in(STATUSES))
    reason = pl.format(REASONS["unknown_status"], "source", "raw_status")
    dropped.append(_drop(odd, Category.VALIDATION_FAILED, pl.col("player_lookup"), reason))
    return rows.filter(status.is_in(STATUSES)).with_columns(status=status)


def _drop(rows: pl.DataFrame, category: Category, entity: pl.Expr, reason: pl.Expr) -> pl.DataFrame:
    return records.draft(rows, category, "PLAYER", entity, reason, keep=("game", "source"))


def _read_minutes(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    texts = rows.select("text").unique().drop_nulls()
    texts = texts.with_columns(seconds=seconds(pl.col("text")), unreadable=is_unreadable(pl.col("text")))
    bad = rows.join(texts.filter("unreadable"), on="text", how="semi", maintain_order="left")
    for (source,), part in bad.group_by("source"):
        tally.add_frame("bad_minutes", _table(str(source)), part, "game_date", "game_id", "player_full_name", "text")
    return rows.join(texts.drop("unreadable"), on="text", how="left", maintain_order="left")


def _decide_who_played(rows: pl.DataFrame) -> pl.DataFrame:
    """Turn active rows without time or statistics into DNP rows, except in NBA Stats logs: there all appeared."""
    idle = (pl.col("seconds").fill_null(0) == 0) & pl.all_horizontal(pl.col(s).fill_null(0) == 0 for s in COUNTED)
    sat_out = (pl.col("status") == "active") & (pl.col("source") != "nbac_boxscores") & idle
    printed = (pl.col("status") == "dnp") & (pl.col("dnp_reason") != "")
    rows = rows.with_columns(
        status=pl.when(sat_out).then(pl.lit("dnp")).otherwise("status"), dnp_reason=pl.when(printed).then("dnp_reason")
    )
    played = pl.col("status") != "dnp"
    return rows.with_columns(pl.when(played).then(pl.col(c)).alias(c) for c in ("seconds", *STATISTICS, "plus_minus"))


def _place_in_team(rows: pl.DataFrame, registry: pl.DataFrame, dropped: list[pl.DataFrame]) -> pl.DataFrame:
    teamless = rows.filter(pl.col("team").is_null())
    if teamless.height:
        rows = pl.concat([rows.filter(pl.col("team").is_not_null()), _team_from_registry(teamless, registry)])
        lost = rows.filter(pl.col("team").is_null())
        reason = pl.format(REASONS["team_unresolved"], "source", "away", "home")
        dropped.append(_drop(lost, Category.TEAM_UNRESOLVED, pl.col("player_lookup"), reason))
        rows = rows.filter(pl.col("team").is_not_null())
    inside = (pl.col("team") == pl.col("away")) | (pl.col("team") == pl.col("home"))
    reason = pl.format(REASONS["team_not_in_game"], "source", "team", "game_id")
    dropped.append(_drop(rows.filter(~inside), Category.TEAM_NOT_IN_GAME, pl.col("player_lookup"), reason))
    return rows.filter(inside)


def _team_from_registry(rows: pl.DataFrame, registry: pl.DataFrame) -> pl.DataFrame:
    """Take the registry's team of (lookup, season) if exactly one of the game's two is known."""
    season = season_name(pl.col("season_year"))
    known = registry.select("player_lookup", "season", known=team_code(pl.col("team_abbr"))).unique()
    keyed = rows.with_row_index("nth").with_columns(season=season)
    teams = keyed.select("nth", "player_lookup", "season", "away", "home").join(known, on=["player_lookup", "season"])
    teams = teams.filter((pl.col("known") == pl.col("away")) | (pl.col("known") == pl.col("home")))
    single = teams.group_by("nth").agg(pl.col("known").first(), pl.len()).filter(pl.col("len") == 1)
    found = keyed.join(single, on="nth", how="left", maintain_order="left")
    return found.with_columns(team=pl.col("known")).select(rows.columns)


def _one_row_per_player(rows: pl.DataFrame, dropped: list[pl.DataFrame], tally: Tally) -> pl.DataFrame:
    key = ["source", "game", "player_lookup"]
    if not rows.select(pl.struct(key).is_duplicated().any()).item():
        return rows
    place = pl.col("status").replace_strict({s: i for i, s in enumerate(STATUSES)}, return_dtype=pl.Int8)
    ranked = rows.with_columns(place=place, time=pl.col("seconds").fill_null(0), scored=pl.col("points").fill_null(0))
    order = ("place", "-processed_at", "-time", "-scored", "team", "data_hash")
    ranked = best_first(ranked, key, *order).with_row_index("nth")
    winners = ranked.unique(key, keep="first", maintain_order=True)
    losers = ranked.join(winners.select("nth"), on="nth", how="anti", maintain_order="left")
    losers = losers.join(winners.select(*key, winner_id="nba_player_id"), on=key, maintain_order="left")
    other = (pl.col("nba_player_id") != pl.col("winner_id")).fill_null(False)
    reason = pl.format(REASONS["two_people"], "source", "game_id", "winner_id", "nba_player_id")
    dropped.append(_drop(losers.filter(other), Category.DUPLICATE_KEY, pl.col("player_lookup"), reason))
    for (source,), part in losers.filter(~other).group_by("source"):
        tally.add_frame("duplicate_rows", _table(str(source)), part, "game_date", "game_id", "player_full_name")
    return winners.select(rows.columns)


def _judge(sources: pl.DataFrame, rows: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Say for each game and source with rows whether it is complete, and by which numbers."""
    active = rows.filter(pl.col("status") == "active")
    side = pl.when(pl.col("team") == pl.col("home")).then(pl.lit("home")).otherwise(pl.lit("away"))
    sums = active.group_by("game", "source", side=side).agg(
        n=pl.len().cast(pl.Int64),
        seconds=pl.col("seconds").fill_null(0).sum(),
        points=pl.col("points").fill_null(0).sum(),
    )
    judged = sources.join(games, on="game", maintain_order="left")
    for name in ("away", "home"):
        part = sums.filter(pl.col("side") == name).drop("side")
        part = part.rename({c: f"{name}_{c}" for c in ("n", "seconds", "points")})
        judged = judged.join(part, on=["game", "source"], how="left", maintain_order="left")
    judged = judged.with_columns(
        pl.col(f"{name}_{c}").fill_null(0) for name in ("away", "home") for c in ("n", "seconds", "points")
    )
    few = pl.any_horizontal(pl.col(f"{s}_n") < MIN_ACTIVE for s in ("away", "home"))
    off = pl.any_horizontal(_off_in_minutes(pl.col(f"{s}_seconds")) for s in ("away", "home"))
    wrong = pl.any_horizontal(pl.col(f"{s}_points") != pl.col(f"{s}_score") for s in ("away", "home")).fill_null(False)
    book = pl.col("source") == "nbac_gamebook"
    return judged.with_columns(
        few=few, off=off & ~book, wrong=wrong & ~book, usable=~few & (book | ~(off | wrong))
    ).sort("game", "rank")


def _off_in_minutes(total: pl.Expr) -> pl.Expr:
    k = overtimes(total)
    return (k > MAX_OVERTIMES) | ((total - REGULATION - OVERTIME * k).abs() > MINUTES_TOLERANCE)
