"""What an ingest says about new rows in the light of the whole raw lake: names nobody has, games nobody plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from nbaproc.lake import Lake
from nbaproc.raw.contract import NBA_PLAYERS_REGISTRY, NBAC_PLAYER_BOXSCORES, NBAC_SCHEDULE, PLAYER_ALIASES
from nbaproc.raw.match import canonical_names, match_names
from nbaproc.raw.names import add_lookups
from nbaproc.raw.schedule import season_name, season_of
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import pair_of, team_code
from nbaproc.sources.people import PLAYER_LISTS

#: Raw tables with foreign names: date, column of the name, column of the team ("" where there is none).
NAMED = {
    "odds_api_player_points_props": ("game_date", "player_name", ""),
    "bettingpros_player_points_props": ("game_date", "player_name", ""),
    "nbac_injury_report": ("game_date", "player_lookup", "team"),
    "espn_team_rosters": ("roster_date", "player_lookup", "team_abbr"),
}
#: Raw tables whose rows are of a game of two teams.
PAIRED = ("odds_api_player_points_props", "odds_api_game_lines")
#: How many close names are offered.
OFFERED = 3


@dataclass(frozen=True)
class Unmatched:
    """A name that fits no player of its season (and team, where the file names one).

    Attributes:
        table: Raw table of the rows.
        season: Season of the rows.
        team: Team code, empty where the file names none.
        name: The name as the file has it.
        rows: How many new rows have it.
        closest: Players of the season whose names are most alike, `Name (TEAM)`.
    """

    table: str
    season: str
    team: str
    name: str
    rows: int
    closest: tuple[str, ...]


def check_names(lake: Lake, fresh: Mapping[str, pl.DataFrame], tally: Tally) -> list[Unmatched]:
    """Match the names of new rows to players by the one ladder, and return those it does not find.

    Args:
        lake: The lake, new rows included.
        fresh: New rows per raw table.
        tally: Takes the counts, and the seasons of which no player is known yet.
    """
    wanted = {name: rows for name, rows in fresh.items() if name in NAMED and rows.height}
    if not wanted:
        return []
    players, aliases = _players(lake), canonical_names(lake.read_whole(PLAYER_ALIASES))
    unmatched: list[Unmatched] = []
    for table, rows in wanted.items():
        day, name, team = NAMED[table]
        season = season_name(season_of(pl.col(day)))
        names = rows.select(season=season, team=team_code(pl.col(team)) if team else pl.lit(""), name=name)
        names = names.drop_nulls().group_by("season", "team", "name").len("rows").sort("season", "team", "name")
        strange = names.join(players, on="season", how="anti")
        for (when,), part in strange.group_by("season", maintain_order=True):
            text = f"{when}: no box score and no player list yet, {part.height} names not checked"
            tally.add("names_not_checked", table, int(part["rows"].sum()), [text])
        names = names.join(players, on="season", how="semi", maintain_order="left")
        scope = ["season", "team"] if team else ["season"]
        pool = players.unique([*scope, "player_lookup"], maintain_order=True).with_columns(game=pl.lit(0))
        found = match_names(names.drop("rows"), pool, aliases, scope)
        lost = names.filter(found["matched_lookup"].is_null())
        listed = [
            Unmatched(table, when, side, who, count, _closest(when, who, players))
            for when, side, who, count in lost.iter_rows()
        ]
        tally.add("unmatched_name", table, len(listed))
        unmatched += listed
    return unmatched


def _players(lake: Lake) -> pl.DataFrame:
    """Return `season`, `team`, `player_lookup`, `name_key`, `shown` of everybody with a box score or on a list."""
    boxes = lake.read_whole(NBAC_PLAYER_BOXSCORES, ["game_date", "nba_player_id", "player_full_name", "team_abbr"])
    season = season_name(season_of(pl.col("game_date")))
    played = boxes.select("nba_player_id", season=season, team=team_code(pl.col("team_abbr")), shown="player_full_name")
    played = played.unique(maintain_order=True)
    registered = lake.read_whole(NBA_PLAYERS_REGISTRY).select(
        "nba_player_id", "season", "player_lookup", team="team_abbr", shown="player_lookup"
    )
    rest = registered.join(played, on=["nba_player_id", "season", "team"], how="anti")
    keyed = add_lookups(played, "shown", "player_lookup", "name_key")
    names = lake.read_whole(PLAYER_LISTS).unique("nba_player_id", keep="last", maintain_order=True)
    rest = rest.join(names.select("nba_player_id", "player_full_name"), on="nba_player_id", how="left")
    rest = add_lookups(rest, "player_full_name", "made", "key")
    same = pl.col("made") == pl.col("player_lookup")
    rest = rest.with_columns(
        name_key=pl.when(same).then("key").otherwise("player_lookup"),
        shown=pl.when(same).then("player_full_name").otherwise("player_lookup"),
    ).select(keyed.columns)
    return pl.concat([keyed, rest]).sort("season", "player_lookup", "team").drop_nulls()


def _closest(season: str, name: str, players: pl.DataFrame) -> tuple[str, ...]:
    made = add_lookups(pl.DataFrame({"name": [name]}), "name", "lookup")["lookup"][0]
    mine = players.filter(pl.col("season") == season).unique("player_lookup", keep="last", maintain_order=True)
    texts = {
        lookup: f"{shown} ({team})" for lookup, shown, team in mine.select("player_lookup", "shown", "team").rows()
    }
    return tuple(texts[lookup] for lookup in get_close_matches(made, list(texts), OFFERED))


def check_games(lake: Lake, fresh: Mapping[str, pl.DataFrame], tally: Tally) -> None:
    """Count new lines, props and injury rows of games the schedule lacks, between its first and last date of a season.

    They stay in the lake: a schedule may be mended, and the tables take nothing from a game there is not.

    Args:
        lake: The lake, new rows included.
        fresh: New rows per raw table.
        tally: Takes the counts.
    """
    names = [name for name in (*PAIRED, "nbac_injury_report") if name in fresh and fresh[name].height]
    if not names:
        return
    schedule = lake.read_whole(NBAC_SCHEDULE, ["game_date", "home_team_tricode", "away_team_tricode"])
    sides = [team_code(pl.col(f"{side}_team_tricode")) for side in ("home", "away")]
    games = schedule.select("game_date", pair=pair_of(*sides))
    teams = pl.concat([schedule.select("game_date", team=side) for side in sides])
    season = season_of(pl.col("game_date"))
    spans = schedule.group_by(season=season).agg(first=pl.col("game_date").min(), last=pl.col("game_date").max())
    for name in names:
        rows = fresh[name].with_columns(season=season).join(spans, on="season", maintain_order="left")
        rows = rows.filter(pl.col("game_date").is_between(pl.col("first"), pl.col("last")))
        if name in PAIRED:
            pair = pair_of(team_code(pl.col("home_team_abbr")), team_code(pl.col("away_team_abbr")))
            lost = rows.with_columns(pair=pair).join(games, on=["game_date", "pair"], how="anti", maintain_order="left")
            lost = lost.unique(["game_date", "pair"], maintain_order=True).sort("game_date", "pair")
            tally.add_frame("game_not_in_schedule", name, lost, "game_date", "away_team_abbr", "home_team_abbr")
        else:
            lost = rows.join(teams, on=["game_date", "team"], how="anti", maintain_order="left")
            tally.add_frame("team_without_game", name, lost, "report_date", "game_date", "team", "player_lookup")
