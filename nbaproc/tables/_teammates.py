"""Who of a team is hurt, and who of them is a star."""

from __future__ import annotations

import polars as pl

from nbaproc.asof import running_totals, total_between
from nbaproc.raw.context_frames import ContextFrames
from nbaproc.raw.injuries import INJURIES, ORDER
from nbaproc.raw.match import match_names
from nbaproc.raw.tally import Tally

#: A star has played so many games of the season for the team, ...
STAR_GAMES = 10
#: ... scores so many points a game, or so many and plays so many tenths of a minute.
STAR_POINTS, REGULAR_POINTS, REGULAR_M10 = 18, 12, 280
#: Where he has played of late, only these days count.
RECENT_DAYS = 10
#: Reasons of a report that say nothing.
EMPTY_REASONS = ("", "unknown", "nan", "none")


def add_reports(rows: pl.DataFrame, frames: ContextFrames, tally: Tally) -> pl.DataFrame:
    """Add each player's last injury report: `player_status`, `injury_report`, and `fed`, whether the date has any.

    Args:
        rows: `game_date`, `team`, `player_lookup`, `name_key`, `game`.
        frames: The shared frames.
        tally: Takes the names that fit nobody.
    """
    scope = ["game_date", "team"]
    reports = frames.injuries
    names = reports.select(*scope, "name").join(rows, on=scope, how="semi")
    matched = match_names(names, rows, frames.aliases, scope)
    lost = matched.filter(pl.col("matched_lookup").is_null()).sort(*scope, "name")
    tally.add_frame("unmatched_name", INJURIES, lost, *scope, "name")
    found = matched.drop_nulls("matched_lookup").select(*scope, "name", player_lookup="matched_lookup")
    attached = reports.join(found, on=[*scope, "name"])
    names_of_order = [name.removeprefix("-") for name in ORDER]
    descending = [name.startswith("-") for name in ORDER]
    attached = attached.sort(*names_of_order, "name", descending=[*descending, False], nulls_last=True)
    attached = attached.unique(["game_date", "player_lookup"], keep="first", maintain_order=True)

    def telling(name: str) -> pl.Expr:
        return pl.when(~pl.col(name).str.strip_chars().str.to_lowercase().is_in(EMPTY_REASONS)).then(pl.col(name))

    columns = attached.select(
        "game_date",
        "player_lookup",
        player_status="status",
        injury_report=pl.coalesce(telling("reason"), telling("reason_category")),
    )
    fed = pl.col("game_date").is_in(reports["game_date"].unique().to_list())
    joined = rows.join(columns, on=["game_date", "player_lookup"], how="left", maintain_order="left")
    return joined.with_columns(fed=fed)


def add_teammates(rows: pl.DataFrame, played: pl.DataFrame) -> pl.DataFrame:
    """Add how many other players of the team are out and stars, questionable, or probable; NULL without any report.

    Args:
        rows: `game_date`, `season_year`, `team`, `player_lookup`, `player_status`, `fed`.
        played: `nbaproc.raw.history.History.played`.
    """
    person = ["season_year", "team", "player_lookup"]
    totals = {"n": pl.lit(1), "points": pl.col("points"), "m10": pl.col("m10")}
    season = {f"season_{name}": name for name in totals}
    recent = {f"recent_{name}": name for name in totals}
    hurt = rows.filter(pl.col("player_status").is_in(["out", "doubtful"])).select("game_date", *person)
    theirs = played.join(hurt.select(person).unique(), on=person, how="semi")
    sums = running_totals(theirs, person, totals)
    lately = pl.col("game_date") - pl.duration(days=RECENT_DAYS)
    hurt = total_between(hurt, sums, person, (pl.date(1900, 1, 1), season), (lately, recent))
    has_recent = pl.col("recent_n") > 0
    n, points, m10 = (
        pl.when(has_recent).then(pl.col(f"recent_{name}")).otherwise(pl.col(f"season_{name}")) for name in totals
    )
    scorer = points >= STAR_POINTS * n
    regular = (m10 >= REGULAR_M10 * n) & (points >= REGULAR_POINTS * n)
    stars = hurt.filter((pl.col("season_n") >= STAR_GAMES) & (scorer | regular))
    key = ["game_date", "player_lookup"]
    rows = rows.join(stars.select(*key, star=pl.lit(True)), on=key, how="left", maintain_order="left")
    marks = {
        "star_teammates_out": pl.col("star").fill_null(False),
        "questionable_teammates": (pl.col("player_status") == "questionable").fill_null(False),
        "probable_teammates": (pl.col("player_status") == "probable").fill_null(False),
    }
    others = [
        pl.when("fed").then(mark.cast(pl.Int64).sum().over("game_date", "team") - mark.cast(pl.Int64)).alias(name)
        for name, mark in marks.items()
    ]
    return rows.with_columns(others).drop("star")
