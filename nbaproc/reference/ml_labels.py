"""Labels: what a player did, a row for every row of the game summary of his date (feature store 13)."""

from __future__ import annotations

from collections.abc import Mapping

from nbaproc.reference.history import took_part
from nbaproc.reference.numbers import total
from nbaproc.reference.raw_rows import whole

#: What is taken from the game summary as it is.
KEPT = ("game_date", "season_year", "player_lookup", "game_id", "team_abbr")


def build_row(summary: Mapping[str, object]) -> dict[str, object]:
    """Return the label row of a row of `player_game_summary`, without its hash.

    Args:
        summary: The row, of a player who was active or did not play.
    """
    return {
        **{column: summary[column] for column in KEPT},
        "y_played": took_part(summary),
        "y_points": summary["points"],
        "y_minutes": summary["minutes_played"],
        "y_rebounds": total(whole(summary, "offensive_rebounds"), whole(summary, "defensive_rebounds")),
        "y_assists": summary["assists"],
        "y_threes": summary["three_pt_makes"],
        "y_usage_rate": summary["usage_rate"],
    }
