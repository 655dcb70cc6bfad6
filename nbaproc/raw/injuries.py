"""The last injury report before tip-off."""

from __future__ import annotations

import polars as pl

from nbaproc.calendar import EASTERN
from nbaproc.raw.choose import first_per
from nbaproc.raw.names import add_lookups
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, team_code

INJURIES = "nbac_injury_report"
STATUSES = ("out", "doubtful", "questionable", "probable", "available")
#: The order in which reports of one player are believed.
ORDER = ("-reported", "-processed_at", "team", "status", "reason", "reason_category", "confidence_score")


def last_reports(raw: pl.DataFrame, team_dates: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Return the last usable report of every player and date.

    A report is issued within its hour, so it is usable if that hour lies strictly before the hour of the cut.

    Args:
        raw: `nbac_injury_report` of the computed dates.
        team_dates: `game_date`, `team`, `cut` of every team that plays.
        tally: Takes the counts.

    Returns:
        `game_date`, `name` (the lookup of the player), `team`, `status`, `reason`, `reason_category`,
        `confidence_score`, `reported`, `processed_at`.
    """
    day = pl.col("report_date").cast(pl.Datetime("us"))
    rows = add_lookups(raw, "player_lookup", "name").with_columns(
        team=team_code(pl.col("team")),
        status=pl.col("injury_status").str.strip_chars().str.to_lowercase(),
        reported=pl.when(pl.col("report_hour").is_between(0, 23)).then(day + pl.duration(hours=pl.col("report_hour"))),
    )
    hour = pl.col("cut").dt.convert_time_zone(EASTERN).dt.replace_time_zone(None).dt.truncate("1h")
    rows = rows.join(
        team_dates.select("game_date", "team", cut_hour=hour),
        on=["game_date", "team"],
        how="left",
        maintain_order="left",
    )
    wants = {
        "empty_name": (pl.col("name") != "").fill_null(False),
        "unknown_team": pl.col("team").is_not_null() & ~is_unknown(pl.col("team")),
        "team_not_in_game": pl.col("cut_hour").is_not_null(),
        "unknown_status": pl.col("status").is_in(STATUSES).fill_null(False),
        "report_without_time": pl.col("reported").is_not_null(),
        "report_after_tip": pl.col("reported") < pl.col("cut_hour"),
    }
    for name, good in wants.items():
        lost = rows.filter(~good)
        tally.add_frame(name, INJURIES, lost, "report_date", "report_hour", "game_date", "team", "player_lookup")
        rows = rows.filter(good)
    columns = ["game_date", "name", *(name.removeprefix("-") for name in ORDER)]
    return first_per(rows, ["game_date", "name"], *ORDER).select(columns)
