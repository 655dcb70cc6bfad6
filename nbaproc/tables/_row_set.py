"""Who is expected to be with the teams that play: game books, else rosters, else who played of late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nbaproc.asof import last_before
from nbaproc.failures import REASONS, Category
from nbaproc.raw import records
from nbaproc.raw.choose import best_first, first_per
from nbaproc.raw.context_frames import ContextFrames, attach_by_pair
from nbaproc.raw.names import add_lookups
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import is_unknown, team_code

GAMEBOOKS = "nbac_gamebook_player_stats"
DRIVERS = ("gamebook", "roster", "recent", "boxscore")
#: The order in which drivers are believed where a player is a candidate of two teams.
TRUST = ("gamebook", "boxscore", "roster", "recent")
#: The order of game-book statuses.
LISTED = ("active", "dnp", "inactive")
#: How far back a player's last game, and a team's roster, may lie.
RECENT_DAYS, ROSTER_DAYS = 30, 90
#: Why a player of a game book has no row; the first that applies is recorded.
REFUSALS = (
    Category.NO_SCHEDULE_MATCH,
    Category.NO_TEAM,
    Category.TEAM_GAME_MISMATCH,
    Category.UNRESOLVED_NAME,
    Category.VALIDATION_FAILED,
)
DAY = pl.col("game_date")


@dataclass(frozen=True)
class RowSet:
    """The players of the computed dates.

    Attributes:
        rows: One row per date and player: `game_date`, `player_lookup`, `team`, `game`, `driver`.
        rosters: Roster rows with the player's lookup, the best first: `player_lookup`, `roster_date`, `scrape_hour`,
            `team`, `birth_date`, `age`.
        records: Draft records of those who have no row, and of the teams that lost a player to another.
        tally: Counts.
    """

    rows: pl.DataFrame
    rosters: pl.DataFrame
    records: list[pl.DataFrame]
    tally: Tally


def row_set(frames: ContextFrames) -> RowSet:
    """Return who has a row on the computed dates.

    The first driver with a candidate counts, per game and team. Results of the date itself add players of final games
    who were on no list, and decide between two teams; nothing else is taken from them.
    """
    tally = Tally()
    sides = frames.team_games.filter(DAY.is_in(frames.dates)).select(
        "game", "game_date", "team", "season_year", "final"
    )
    newest = _newest_teams(frames)
    listed, refused = _gamebook(frames, newest, tally)
    rosters = read_rosters(frames)
    candidates = [
        sides.join(listed, on=["game", "team"]).with_columns(driver=pl.lit("gamebook")),
        _roster(sides, rosters).with_columns(driver=pl.lit("roster")),
        _recent(sides, newest).with_columns(driver=pl.lit("recent")),
    ]
    columns = ["game", "game_date", "team", "player_lookup", "driver", "status", "roster_date"]
    found = pl.concat([_shaped(c, columns) for c in candidates])
    rank = pl.col("driver").replace_strict({name: i for i, name in enumerate(DRIVERS)}, return_dtype=pl.Int8)
    found = found.with_columns(rank=rank)
    found = found.filter(pl.col("rank") == pl.col("rank").min().over("game", "team")).drop("rank")
    present = frames.history.listed.filter(DAY.is_in(frames.dates))
    extra = sides.filter("final").join(present.drop("season_year", "name_key"), on=["game_date", "team"])
    extra = extra.join(found, on=["game", "team", "player_lookup"], how="anti").with_columns(driver=pl.lit("boxscore"))
    found = pl.concat([found, _shaped(extra, columns)])
    rows, doubled = _one_team_each(found, present, newest)
    without = sides.join(rows, on=["game", "team"], how="anti").sort("game", "team")
    tally.add_frame("team_without_players", "", without, "game_date", "team")
    return RowSet(rows, rosters, [_refusals(refused, rows), doubled], tally)


def _shaped(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    types = {"status": pl.String, "roster_date": pl.Date}
    missing = [pl.lit(None, dtype=types[c]).alias(c) for c in columns if c not in frame.columns]
    return frame.with_columns(missing).select(columns)


def _newest_teams(frames: ContextFrames) -> pl.DataFrame:
    """Return the played games that a date can look back on, with the player's next one: it is newest until then."""
    first = min(frames.dates, default=date.max) - timedelta(days=RECENT_DAYS)
    played = frames.history.played.select("player_lookup", "team", "game_date").filter(pl.col("game_date") >= first)
    played = played.sort("player_lookup", "game_date")
    return played.with_columns(next_date=DAY.shift(-1).over("player_lookup"))


def _gamebook(
    frames: ContextFrames, newest: pl.DataFrame, tally: Tally
) -> tuple[pl.DataFrame, list[tuple[Category, pl.DataFrame, pl.Expr]]]:
    """Return one row per game and player of the game books, and the rows that were refused by category."""
    rows = frames.raw[GAMEBOOKS].with_columns(player_lookup=pl.col("player_lookup").str.strip_chars())
    shown = ("game_date", "away_team_abbr", "home_team_abbr", "player_name")
    nameless = pl.col("player_lookup") == ""
    tally.add_frame("empty_name", GAMEBOOKS, rows.filter(nameless), *shown)
    rows = rows.filter(~nameless)
    current = frames.of_dates
    rows = attach_by_pair(GAMEBOOKS, rows, current, frames.schedule, tally, keep_homeless=True)
    sides = current.select("game", "away", "home", canonical="game_id")
    rows = rows.join(sides, on="game", how="left", maintain_order="left").with_columns(
        team=team_code(pl.col("team_abbr")), listed=pl.col("player_status").str.strip_chars().str.to_lowercase()
    )
    homeless = pl.col("game").is_null()
    codes = [pl.col(name).fill_null("?") for name in ("away_code", "home_code")]
    refused = [
        (
            Category.NO_SCHEDULE_MATCH,
            rows.filter(homeless),
            pl.format(REASONS["no_schedule_match"], *codes),
        )
    ]
    rows = rows.filter(~homeless)
    strange = is_unknown(pl.col("team")).fill_null(False)
    tally.add_frame("unknown_team", GAMEBOOKS, rows.filter(strange), *shown, "team_abbr")
    rows = rows.filter(~strange)
    last = newest.select("game_date", "player_lookup", last_team="team")
    rows = last_before(rows, last, ["player_lookup"])
    lately = (pl.col("last_date") >= DAY - pl.duration(days=RECENT_DAYS)).fill_null(False)
    rows = rows.with_columns(team=pl.coalesce("team", pl.when(lately).then("last_team")))
    unresolved = pl.col("name_resolution_status").str.strip_chars().str.to_lowercase()
    game = pl.col("canonical")
    tests = {
        Category.NO_TEAM: (pl.col("team").is_not_null(), pl.format(REASONS["no_team"], game)),
        Category.TEAM_GAME_MISMATCH: (
            (pl.col("team") == pl.col("away")) | (pl.col("team") == pl.col("home")),
            pl.format(REASONS["team_game_mismatch"], game, "team"),
        ),
        Category.UNRESOLVED_NAME: (
            ((pl.col("listed") != "inactive") | ~unresolved.is_in(["not_found", "multiple_matches"])).fill_null(True),
            pl.format(REASONS["unresolved_name"], game, "team"),
        ),
        Category.VALIDATION_FAILED: (
            pl.col("listed").is_in(LISTED).fill_null(False),
            pl.format(REASONS["unknown_player_status"], game, pl.col("player_status").str.strip_chars()),
        ),
    }
    for category, (good, reason) in tests.items():
        refused.append((category, rows.filter(~good), reason))
        rows = rows.filter(good)
    order = pl.col("listed").replace_strict({s: i for i, s in enumerate(LISTED)}, return_dtype=pl.Int8)
    rows = rows.with_columns(order=order).with_row_index("_nth")
    best = first_per(rows, ["game", "player_lookup"], "order", "-processed_at", "team")
    tally.add_frame("duplicate_rows", GAMEBOOKS, rows.join(best, on="_nth", how="anti"), *shown)
    return best.select("game", "team", "player_lookup", status="listed"), refused


def _refusals(refused: list[tuple[Category, pl.DataFrame, pl.Expr]], rows: pl.DataFrame) -> pl.DataFrame:
    """Record why players have no row: the first reason of each, and none for a player who has a row after all."""
    parts = [
        records.draft(frame, category, "PLAYER", pl.col("player_lookup"), reason).with_columns(rank=pl.lit(i))
        for i, (category, frame, reason) in enumerate(refused)
    ]
    assert tuple(category for category, _, _ in refused) == REFUSALS
    key = ["analysis_date", "entity_id"]
    having = rows.select(analysis_date="game_date", entity_id="player_lookup")
    notes = pl.concat(parts).join(having, on=key, how="anti")
    return notes.filter(pl.col("rank") == pl.col("rank").min().over(key)).drop("rank")


def read_rosters(frames: ContextFrames) -> pl.DataFrame:
    """Return roster rows with the lookup a player's history is filed under, the best of each player first."""
    known = frames.registry.select(player_lookup=pl.col("player_lookup").unique())
    rows = add_lookups(frames.raw["espn_team_rosters"], "player_lookup", "made")
    rows = rows.with_columns(team=team_code(pl.col("team_abbr")))
    rows = rows.filter((pl.col("made") != "") & pl.col("team").is_not_null() & ~is_unknown(pl.col("team")))
    aliases = frames.aliases.join(known, left_on="canonical", right_on="player_lookup", how="semi")
    aliases = aliases.join(known, left_on="alias", right_on="player_lookup", how="anti")
    rows = rows.join(aliases, left_on="made", right_on="alias", how="left", maintain_order="left")
    rows = rows.with_columns(player_lookup=pl.coalesce("canonical", "made"))
    rows = rows.select("player_lookup", "roster_date", "scrape_hour", "team", "birth_date", "age")
    return best_first(rows, ["player_lookup"], "-roster_date", "-scrape_hour", "team", "birth_date", "age")


def _roster(sides: pl.DataFrame, rosters: pl.DataFrame) -> pl.DataFrame:
    """Return the players of each team's last roster."""
    scrapes = rosters.select("team", "roster_date", "player_lookup").unique()
    dates = scrapes.select("team", "roster_date").unique().sort("roster_date")
    dated = sides.sort("game_date").join_asof(
        dates, left_on="game_date", right_on="roster_date", by="team", strategy="backward", coalesce=False,
        check_sortedness=False,
    )  # fmt: skip
    dated = dated.filter(pl.col("roster_date") >= DAY - pl.duration(days=ROSTER_DAYS))
    return dated.join(scrapes, on=["team", "roster_date"])


def _recent(sides: pl.DataFrame, newest: pl.DataFrame) -> pl.DataFrame:
    """Return the players whose newest game of the last 30 days was for the team."""
    paired = sides.join(newest.rename({"game_date": "played_on"}), on="team")
    age = (DAY - pl.col("played_on")).dt.total_days()
    still = pl.col("next_date").is_null() | (pl.col("next_date") >= DAY)
    return paired.filter(age.is_between(1, RECENT_DAYS) & still)


def _one_team_each(
    found: pl.DataFrame, present: pl.DataFrame, newest: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep one candidate per date and player, and record the others."""
    key = ["game_date", "player_lookup"]
    several = found.filter(pl.struct(key).is_duplicated())
    single = found.filter(~pl.struct(key).is_duplicated())
    several = several.join(present.select(*key, team_today="team"), on=key, how="left")
    last = newest.select(*key, last_team="team")
    several = last_before(several, last, ["player_lookup"])
    lately = (pl.col("last_date") >= DAY - pl.duration(days=RECENT_DAYS)).fill_null(False)
    several = several.with_columns(
        elsewhere=(pl.col("team_today") != pl.col("team")).fill_null(True),
        trust=pl.col("driver").replace_strict({n: i for i, n in enumerate(TRUST)}, return_dtype=pl.Int8),
        order=pl.col("status").replace_strict({s: i for i, s in enumerate(LISTED)}, return_dtype=pl.Int8),
        moved=~(lately & (pl.col("last_team") == pl.col("team"))).fill_null(False),
    )
    ranked = best_first(several, key, "elsewhere", "trust", "order", "-roster_date", "moved", "team")
    kept = ranked.unique(key, keep="first", maintain_order=True)
    lost = ranked.join(kept.select(*key, kept_driver="driver", kept_team="team"), on=key, maintain_order="left")
    lost = lost.filter(pl.col("team") != pl.col("kept_team"))
    note = records.draft(
        lost,
        Category.DUPLICATE_PLAYER,
        "PLAYER",
        pl.col("player_lookup"),
        pl.format(REASONS["two_teams"], "kept_driver", "kept_team", "driver", "team"),
    )
    columns = ["game_date", "player_lookup", "team", "game", "driver"]
    return pl.concat([single.select(columns), kept.select(columns)]).sort(key), note
