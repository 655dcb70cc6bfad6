"""Player logs without game ids: what every log said, and the box scores that are made of it.

`nbac_player_box_feeds` keeps the rows of such logs as they came. They are attached to games of the schedule by date and
teams whenever either arrives. Where two kinds of log cover one season, the one with more rows is the source; the other
fills what is NULL in its rows, and neither adds nor replaces any. A game that a log with game ids has is that log's.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from nbaproc.columns import Column, Table, Type
from nbaproc.raw.choose import first_per
from nbaproc.raw.contract import NBAC_PLAYER_BOXSCORES, STATISTICS
from nbaproc.raw.minutes import is_unreadable
from nbaproc.raw.names import add_lookups
from nbaproc.raw.schedule import season_of
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import KINDS, pair_of, team_code
from nbaproc.sources.layout import PLAYER_STATISTICS, Parsed, conform, finish, make_layout, minutes_text, sides
from nbaproc.sources.schedule_feeds import current_games
from nbaproc.sources.tabular import Columns

#: Kinds of log; of two that cover a season with as many rows, the first is the source.
LOG_ORDER = ("stats", "counts")

BOX_FEEDS: Table = replace(
    NBAC_PLAYER_BOXSCORES,
    name="nbac_player_box_feeds",
    says="one row per kind of log without game ids, date and player",
    key=("layout", "game_date", "nba_player_id"),
    columns=(
        Column("layout", Type.STRING, "kind of log the row comes from", null=False, values=LOG_ORDER),
        *(c for c in NBAC_PLAYER_BOXSCORES.columns if c.name not in ("game_id", "game_status")),
    ),
)

_COUNTS = (*STATISTICS, "plus_minus")
#: Columns of the second kind of log -> raw columns; the first kind has those of NBA Stats.
_PLAIN = {
    {"FG3M": "threes_made", "FG3A": "threes_attempted"}.get(column, column.lower()): name
    for column, name in PLAYER_STATISTICS.items()
}


def _log(file: Columns, layout: str, who: dict[str, str], counts: dict[str, str], team: str | None) -> Parsed:
    rows = pl.DataFrame(
        {
            "game_date": file.day(who["date"]),
            "nba_player_id": file.integer(who["id"]),
            "player_full_name": file.text(who["name"]),
            "matchup": file.text(who["matchup"]),
            "minutes": file.text(who["minutes"]),
            **{name: file.integer(column) for column, name in counts.items() if column in file.frame.columns},
        }
    )
    link = sides(pl.col("matchup"))
    rows = rows.with_columns(
        layout=pl.lit(layout),
        home_team_abbr=link["home"],
        away_team_abbr=link["away"],
        team_abbr=link["first"] if team is None else file.text(team),
        minutes=minutes_text(pl.col("minutes")),
    )
    rows = add_lookups(rows, "player_full_name", "player_lookup")
    required = [*BOX_FEEDS.required, "nba_player_id", "team_abbr", "home_team_abbr", "away_team_abbr"]
    tally, shown = Tally(), ["game_date", "player_full_name"]
    bad = rows.filter(is_unreadable(pl.col("minutes")))
    tally.add_frame("bad_minutes", BOX_FEEDS.name, bad, *shown, "minutes")
    return finish(BOX_FEEDS.name, conform(rows, BOX_FEEDS), required, "game_date", tally, shown)


def attach(feeds: pl.DataFrame, schedule: pl.DataFrame, logged: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """Make box-score rows of the logs without game ids.

    They have no `game_status`: the logs do not say it, and it tells these rows from those of logs with ids.

    Args:
        feeds: All rows of `BOX_FEEDS`.
        schedule: `nbac_schedule`.
        logged: `nbac_player_boxscores` of logs with ids.
        tally: Takes the counts of rows no game fits, and of values two logs disagree about.

    Returns:
        The declared columns of `nbac_player_boxscores` but `data_hash`.
    """
    rank = pl.col("layout").replace_strict({n: i for i, n in enumerate(LOG_ORDER)}, return_dtype=pl.Int8)
    rows = feeds.with_columns(season=season_of(pl.col("game_date")), rank=rank)
    sizes = rows.group_by("season", "layout", "rank").len()
    chosen = first_per(sizes, ["season"], "-len", "rank").select("season", "layout")
    key = ["game_date", "nba_player_id"]
    mine = rows.join(chosen, on=["season", "layout"], how="semi", maintain_order="left")
    others = rows.join(chosen, on=["season", "layout"], how="anti", maintain_order="left")
    second = first_per(others, key, "rank").select(*key, *(pl.col(c).alias(f"{c}_other") for c in _COUNTS))
    both = mine.join(second, on=key, how="left", maintain_order="left")
    _count_differences(both, tally)
    filled = both.with_columns(pl.coalesce(c, f"{c}_other").alias(c) for c in _COUNTS)
    placed = _place(filled, schedule)
    lost = placed.filter(pl.col("game_id").is_null()).sort(*key)
    tally.add_frame(
        "no_game", BOX_FEEDS.name, lost, "game_date", "player_full_name", "away_team_abbr", "home_team_abbr"
    )
    placed = placed.filter(pl.col("game_id").is_not_null())
    return conform(placed.join(logged, on="game_id", how="anti", maintain_order="left"), NBAC_PLAYER_BOXSCORES)


def _place(rows: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Add the id of the game of these two teams on that date, NULL where there is none of the row's team."""
    home, away = (team_code(pl.col(f"{side}_team_tricode")) for side in ("home", "away"))
    games = current_games(schedule).select("game_date", "game_id", pair=pair_of(home, away))
    games = games.with_columns(outside=~pl.col("game_id").str.head(3).is_in(list(KINDS))).drop_nulls("pair")
    games = first_per(games, ["game_date", "pair"], "outside", "game_id").drop("outside")
    home, away, team = (team_code(pl.col(name)) for name in ("home_team_abbr", "away_team_abbr", "team_abbr"))
    pair = pl.when((team == home) | (team == away)).then(pair_of(home, away))
    return rows.with_columns(pair=pair).join(games, on=["game_date", "pair"], how="left", maintain_order="left")


def _count_differences(both: pl.DataFrame, tally: Tally) -> None:
    for name in _COUNTS:
        differ = both.filter(pl.col(name) != pl.col(f"{name}_other")).with_columns(what=pl.lit(name))
        shown = ("game_date", "player_full_name", "what", name, f"{name}_other")
        tally.add_frame("logs_differ", BOX_FEEDS.name, differ, *shown)


def without_attached(boxes: pl.DataFrame, feeds: pl.DataFrame) -> pl.DataFrame:
    """Return `nbac_player_boxscores` without the rows that `attach` made."""
    made = boxes.filter(pl.col("game_status").is_null())
    made = made.join(feeds, on=["game_date", "nba_player_id"], how="semi")
    return (
        boxes.join(made, on=["game_id", "nba_player_id"], how="anti", maintain_order="left") if made.height else boxes
    )


LAYOUTS = (
    make_layout(
        "player game log without game ids",
        "PLAYER_ID PLAYER_NAME MATCHUP PTS",
        "PLAYER_ID PLAYER_NAME TEAM_ABBREVIATION GAME_DATE MATCHUP MIN PTS REB AST",
        lambda file: _log(
            file,
            "stats",
            {"date": "GAME_DATE", "id": "PLAYER_ID", "name": "PLAYER_NAME", "matchup": "MATCHUP", "minutes": "MIN"},
            PLAYER_STATISTICS,
            "TEAM_ABBREVIATION",
        ),
        absent=("GAME_ID",),
    ),
    make_layout(
        "player counts without game ids",
        "player player_id matchup pts",
        f"player player_id date matchup minutes {' '.join(_PLAIN)}",
        lambda file: _log(
            file,
            "counts",
            {"date": "date", "id": "player_id", "name": "player", "matchup": "matchup", "minutes": "minutes"},
            _PLAIN,
            None,
        ),
    ),
)
