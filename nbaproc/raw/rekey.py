"""Which game a raw row belongs to.

Sources name a game by two team codes, by a canonical id, or by an NBA id, and often in the wrong order. The schedule
decides: a row is looked up by its date and its unordered pair of teams, and takes the id, the home and the away team
of the game found there. All of it runs on the distinct keys of a table, never on its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from nbaproc.raw.schedule import Schedule
from nbaproc.raw.tally import SAMPLES, Tally
from nbaproc.raw.teams import CANONICAL, KINDS, TEAMS, is_unknown, pair_of, team_code, ten_digit_id


@dataclass(frozen=True)
class Naming:
    """How a raw table names its games.

    Attributes:
        date: Column of the date.
        ids: Columns that may hold a ten-digit id, in order of trust.
        text: Column that may hold a canonical id.
        home: Column of the home team's code; `away` likewise.
        team: Column of the row's own team, where two rows of one raw id give the pair.
        is_home: Column that says whether that team is at home.
        rank: Place among the sources that may name a game the schedule lacks; 0 for those that may not.
    """

    date: str = "game_date"
    ids: tuple[str, ...] = ("game_id",)
    text: str | None = "game_id"
    home: str | None = "home_team_abbr"
    away: str | None = "away_team_abbr"
    team: str | None = None
    is_home: str | None = None
    rank: int = 0

    @property
    def keys(self) -> list[str]:
        """Columns of the table that together say which game a row is of."""
        names = (self.date, *self.ids, self.text, self.home, self.away)
        return list(dict.fromkeys(n for n in names if n is not None))


_PROPS = Naming(ids=(), text=None)

#: The raw tables that have rows of games, and how they name them.
NAMING: dict[str, Naming] = {
    "nbac_gamebook_player_stats": Naming(rank=1),
    "nbac_player_boxscores": Naming(rank=2),
    "bdl_player_boxscores": Naming(rank=3),
    "nbac_team_boxscore": Naming(
        ids=("nba_game_id", "game_id"), home=None, away=None, team="team_abbr", is_home="is_home", rank=4
    ),
    "bigdataball_play_by_play": Naming(),
    "nbac_play_by_play": Naming(ids=("gameId",), text=None, home=None, away=None),
    "nbac_shot_chart": Naming(date="GAME_DATE", ids=("GAME_ID",), text=None, home=None, away=None),
    "odds_api_player_points_props": _PROPS,
    "odds_api_game_lines": _PROPS,
}


def name_games(tables: Mapping[str, pl.DataFrame], schedule: Schedule) -> dict[str, pl.DataFrame]:
    """Say for every distinct key of raw tables which scheduled game it is, or why it is none.

    Args:
        tables: Rows of the computed dates, by raw table.
        schedule: The cleaned schedule.

    Returns:
        By table one row per key: the key columns, `rows`, `id10`, `pair`, `order` (AWAY-HOME as the source has it),
        `raw_id` of the final game found, and `reason`, `detail` of a key that is dropped; neither for a key the
        schedule does not know.
    """
    keys = {
        name: rows.group_by(NAMING[name].keys, maintain_order=True).agg(rows=pl.len())
        for name, rows in tables.items()
        if rows.height
    }
    named = {
        name: rows.select(NAMING[name].keys).with_columns(pl.lit(None, dtype=t).alias(n) for n, t in _FOUND.items())
        for name, rows in tables.items()
        if not rows.height
    }
    if not keys:
        return named
    # They are alike from here on, and looked up together.
    asked = pl.concat(_asked(name, of_table, tables[name]) for name, of_table in keys.items())
    looked_up = _look_up(_choose_pair(_join_ids(asked.lazy(), schedule)), schedule)
    found = looked_up.select("table", *_FOUND).collect(optimizations=pl.QueryOptFlags.none())
    for name, of_table in keys.items():
        mine = found.filter(pl.col("table") == name).drop("table")
        named[name] = of_table.drop("rows").hstack(mine.get_columns()).rechunk()
    return named


def _asked(name: str, keys: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the keys of a table in the shape that all tables share."""
    naming, none = NAMING[name], pl.lit(None, dtype=pl.String)
    sides = _sides(keys, rows, naming)
    return sides.select(
        "rows",
        "side_pair",
        table=pl.lit(name),
        id10=ten_digit_id(*(pl.col(i) for i in naming.ids)) if naming.ids else none,
        day=pl.col(naming.date),
        away_code=team_code(pl.col(naming.away)) if naming.away else none,
        home_code=team_code(pl.col(naming.home)) if naming.home else none,
        text=_canonical_text(naming),
    )


#: What `name_games` adds to the key columns.
_FOUND: dict[str, pl.DataType] = {
    "rows": pl.UInt32(),
    "day": pl.Date(),
    "id10": pl.String(),
    "pair": pl.String(),
    "order": pl.String(),
    "raw_id": pl.String(),
    "reason": pl.String(),
    "detail": pl.String(),
    "swapped": pl.Boolean(),
}


def _canonical_text(naming: Naming) -> pl.Expr:
    if naming.text is None:
        return pl.lit(None, dtype=pl.String)
    text = pl.col(naming.text).str.strip_chars()
    return pl.when(text.str.contains(CANONICAL)).then(text)


def _join_ids(keys: pl.LazyFrame, schedule: Schedule) -> pl.LazyFrame:
    by_id = schedule.games.lazy().filter(pl.col("nba_game_id").is_not_null())
    by_id = by_id.select(id10="nba_game_id", id_day="game_date", id_pair="pair")
    return keys.join(by_id, on="id10", how="left", maintain_order="left")


def _sides(keys: pl.DataFrame, rows: pl.DataFrame, naming: Naming) -> pl.DataFrame:
    """Add the pair of teams that two rows of one raw id give."""
    if naming.team is None:
        return keys.with_columns(side_pair=pl.lit(None, dtype=pl.String))
    sides = rows.lazy().select("game_id", naming.date, code=team_code(pl.col(naming.team)))
    sides = sides.filter(pl.col("code").is_in(TEAMS)).drop_nulls("game_id").unique()
    pairs = sides.group_by("game_id", naming.date).agg(
        codes=pl.len(), side_pair=pair_of(pl.col("code").min(), pl.col("code").max())
    )
    pairs = pairs.filter(pl.col("codes") == 2).drop("codes")
    joined = keys.lazy().join(pairs, on=["game_id", naming.date], how="left", maintain_order="left")
    return joined.collect(optimizations=pl.QueryOptFlags.none())


def _choose_pair(keys: pl.LazyFrame) -> pl.LazyFrame:
    keys = keys.with_columns(
        text_away=team_code(pl.col("text").str.slice(9, 3)), text_home=team_code(pl.col("text").str.slice(13, 3))
    )
    codes, texts = pair_of(pl.col("away_code"), pl.col("home_code")), pair_of(pl.col("text_away"), pl.col("text_home"))
    no_codes = codes.is_null()
    prefix = pl.col("id10").str.head(3)
    out_of_scope = (pl.col("id10").is_not_null() & ~prefix.is_in(list(KINDS))).fill_null(False)
    unknown = is_unknown(pl.col("away_code")) | is_unknown(pl.col("home_code"))
    unknown_text = no_codes & (is_unknown(pl.col("text_away")) | is_unknown(pl.col("text_home")))
    only_id = no_codes & texts.is_null()
    return keys.with_columns(
        pair=pl.coalesce(codes, texts, "id_pair", "side_pair"),
        order=pl.when(~no_codes)
        .then(pl.concat_str("away_code", pl.lit("-"), "home_code"))
        .when(texts.is_not_null())
        .then(pl.concat_str("text_away", pl.lit("-"), "text_home")),
        reason=pl.when(out_of_scope)
        .then(pl.lit("excluded_game"))
        .when(unknown.fill_null(False) | unknown_text.fill_null(False))
        .then(pl.lit("unknown_team"))
        .when(only_id & (pl.col("id_day") != pl.col("day")).fill_null(False))
        .then(pl.lit("date_mismatch"))
        .when(pl.coalesce(codes, texts, "id_pair", "side_pair").is_null())
        .then(pl.lit("no_game")),
        detail=pl.when(out_of_scope).then(prefix),
    )


def _look_up(keys: pl.LazyFrame, schedule: Schedule) -> pl.LazyFrame:
    games = schedule.games.lazy().select("pair", "final", "raw_id", day="game_date", true_away="away")
    excluded = schedule.excluded.lazy().drop_nulls("pair").group_by("pair", day="game_date").agg(pl.col("prefix").min())
    found = keys.join(games, on=["day", "pair"], how="left", maintain_order="left")
    found = found.join(excluded, on=["day", "pair"], how="left", maintain_order="left")
    open_, known = pl.col("reason").is_null(), pl.col("raw_id").is_not_null()
    nowhere = open_ & ~known
    found = found.with_columns(
        reason=pl.when(open_ & known & ~pl.col("final"))
        .then(pl.lit("game_not_final"))
        .when(nowhere & pl.col("prefix").is_not_null())
        .then(pl.lit("excluded_game"))
        .when(nowhere & (pl.col("id_day") != pl.col("day")).fill_null(False))
        .then(pl.lit("date_mismatch"))
        .otherwise("reason"),
        detail=pl.when(nowhere & pl.col("prefix").is_not_null()).then("prefix").otherwise("detail"),
    )
    return found.with_columns(
        pl.col("detail").fill_null(pl.col("table")),
        raw_id=pl.when(known & (pl.col("reason").is_null() | (pl.col("reason") == "game_not_final"))).then("raw_id"),
        swapped=pl.col("order").str.head(3) != pl.col("true_away"),
    )


@dataclass(frozen=True)
class Fallback:
    """Games that box scores know and the schedule does not.

    Attributes:
        games: pair, day, away, home, nba_game_id and place (the better first) of the accepted ones.
        doubled: game_date, game_id, winner, loser of those dropped because a team would play twice.
        dropped: pair, day, reason of those that are none.
    """

    games: pl.DataFrame
    doubled: pl.DataFrame
    dropped: pl.DataFrame


_DOUBLED = {"game_date": pl.Date(), "game_id": pl.String(), "winner": pl.String(), "loser": pl.String()}
_TEAMS = {"away": pl.String(), "home": pl.String(), "nba_game_id": pl.String(), "place": pl.UInt32()}
_FALLBACK: dict[str, dict[str, pl.DataType]] = {
    "games": {"day": pl.Date(), "pair": pl.String(), **_TEAMS},
    "doubled": _DOUBLED,
    "dropped": {"day": pl.Date(), "pair": pl.String(), "reason": pl.String()},
}


def find_fallback_games(
    named: Mapping[str, pl.DataFrame], raw: Mapping[str, pl.DataFrame], schedule: Schedule
) -> Fallback:
    """Find the games that only box scores know.

    A pair is accepted on a date if neither team plays a final game then. Home and away come from the first source
    that says; of two that share a team the better source wins, then the smaller pair.

    Args:
        named: What `name_games` said of each table.
        raw: The rows of the computed dates.
        schedule: The cleaned schedule.
    """
    parts = []
    for name, naming in NAMING.items():
        if naming.rank:
            keys = named[name].filter(pl.col("reason").is_null() & pl.col("raw_id").is_null())
            orders = _orders(keys, raw[name], naming)
            parts.append(orders.select("day", "pair", "id10", "order", rank=pl.lit(naming.rank)))
    asked = pl.concat(parts)
    if not asked.height:
        return Fallback(**{name: pl.DataFrame(schema=columns) for name, columns in _FALLBACK.items()})
    says = pl.col("order").is_not_null()
    first = pl.col("rank").filter(says).min()
    wanted = asked.group_by("day", "pair").agg(
        rank=pl.col("rank").min(),
        order=pl.col("order").filter(says & (pl.col("rank") == first)).min(),
        nba_game_id=pl.col("id10").min(),
    )
    wanted = wanted.with_columns(away=pl.col("order").str.head(3), home=pl.col("order").str.tail(3))
    busy = schedule.games.filter("final")
    busy = pl.concat([busy.select(day="game_date", team=side) for side in ("away", "home")])
    teams = wanted.select("day", "pair", team=pl.concat_list(pl.col("pair").str.head(3), pl.col("pair").str.tail(3)))
    taken = teams.explode("team").join(busy, on=["day", "team"], how="semi").select("day", "pair").unique()
    free = wanted.join(taken, on=["day", "pair"], how="anti")
    homeless = free.filter(pl.col("order").is_null())
    free = free.filter(pl.col("order").is_not_null()).sort("day", "rank", "pair").with_row_index("place")
    sides = free.select("place", "day", "away", "home", team=pl.concat_list("away", "home")).explode("team")
    best = sides.sort("place").group_by("day", "team", maintain_order=True).first()
    best = best.select("day", "team", best="place", winner=_canonical_id())
    beaten = sides.join(best, on=["day", "team"]).filter(pl.col("best") < pl.col("place"))
    beaten = beaten.sort("place", "best").unique("place", keep="first")
    lost = free.join(beaten.select("place", "winner"), on="place")
    doubled = lost.select(game_date="day", game_id=_canonical_id(), winner="winner", loser=_canonical_id())
    dropped = [
        taken.with_columns(reason=pl.lit("date_mismatch")),
        homeless.select("day", "pair", reason=pl.lit("no_game")),
        lost.select("day", "pair", reason=pl.lit("duplicate_rows")),
    ]
    kept = free.join(beaten, on="place", how="anti").select("day", "pair", "away", "home", "nba_game_id", "place")
    return Fallback(kept, doubled, pl.concat(dropped))


def _canonical_id() -> pl.Expr:
    return pl.format("{}_{}_{}", pl.col("day").dt.strftime("%Y%m%d"), pl.col("away"), pl.col("home"))


def _orders(keys: pl.DataFrame, rows: pl.DataFrame, naming: Naming) -> pl.DataFrame:
    """Put `is_home` before the order of the id, where a table says per team who is at home."""
    if naming.is_home is None:
        return keys
    sides = rows.select(*naming.keys, code=team_code(pl.col(naming.team or "")), at_home=naming.is_home).unique()
    told = keys.join(sides, on=naming.keys, nulls_equal=True)
    front, back = pl.col("pair").str.head(3), pl.col("pair").str.tail(3)
    other = pl.when(front == pl.col("code")).then(back).when(back == pl.col("code")).then(front)
    home, away = pl.concat_str(other, pl.lit("-"), "code"), pl.concat_str("code", pl.lit("-"), other)
    said = pl.when("at_home").then(home).when(~pl.col("at_home")).then(away)
    return told.with_columns(order=pl.coalesce(said, "order"))


def attach(
    name: str, rows: pl.DataFrame, named: pl.DataFrame, games: pl.DataFrame, fallback: Fallback, tally: Tally
) -> pl.DataFrame:
    """Join every row to its game and count the rows that have none.

    Args:
        name: Raw table.
        rows: Its rows of the computed dates.
        named: What `name_games` said of it.
        games: Final and fallback games with `game`, `raw_id`, `game_date`, `pair`, `nba_game_id`, `place`.
        fallback: What `find_fallback_games` found.
        tally: Takes the counts.

    Returns:
        The rows that belong to a game, with its number `game`.
    """
    naming = NAMING[name]
    if not rows.height:
        return rows.with_columns(game=pl.lit(None, dtype=games.schema["game"]))
    extra = games.filter(pl.col("raw_id").is_null())
    scheduled = games.filter(pl.col("raw_id").is_not_null()).select("raw_id", "game")
    keys = named.join(scheduled, on="raw_id", how="left", maintain_order="left")
    if naming.home is None and naming.team is None:
        best = extra.drop_nulls("nba_game_id").sort("place").unique(["game_date", "nba_game_id"], keep="first")
        late = best.select(day="game_date", id10="nba_game_id", late="game")
        keys = keys.join(late, on=["day", "id10"], how="left", maintain_order="left")
        open_ = pl.col("reason") == "no_game"
    else:
        late = extra.select("pair", day="game_date", late="game")
        keys = keys.join(late, on=["day", "pair"], how="left", maintain_order="left")
        open_ = pl.col("reason").is_null() & pl.col("game").is_null()
    keys = keys.with_columns(
        game=pl.when(open_).then("late").otherwise("game"),
        reason=pl.when(open_ & pl.col("late").is_not_null()).then(None).otherwise("reason"),
    )
    why = (
        fallback.dropped.rename({"reason": "why"})
        if naming.rank
        else fallback.dropped.clear().rename({"reason": "why"})
    )
    keys = keys.join(why, on=["day", "pair"], how="left", maintain_order="left")
    nowhere = pl.col("reason").is_null() & pl.col("game").is_null()
    keys = keys.with_columns(
        reason=pl.when(nowhere).then(pl.col("why").fill_null("no_game")).otherwise("reason"),
    )
    _count(keys, name, tally)
    kept = keys.filter(pl.col("reason").is_null()).select(*naming.keys, "game")
    return rows.join(kept, on=naming.keys, nulls_equal=True, maintain_order="left")


def _count(keys: pl.DataFrame, name: str, tally: Tally) -> None:
    dropped = keys.filter(pl.col("reason").is_not_null())
    swapped = keys.filter(pl.col("reason").is_null() & pl.col("swapped"))
    swapped = swapped.with_columns(reason=pl.lit("home_away_corrected"), detail=pl.lit(name))
    for (reason, detail), part in pl.concat([dropped, swapped]).group_by("reason", "detail", maintain_order=True):
        texts = part.head(SAMPLES).select("day", "id10", "order", "rows").iter_rows()
        samples = [" ".join(str(v) for v in text if v is not None) + " row(s)" for text in texts]
        tally.add(str(reason), str(detail), int(part["rows"].sum()), samples)
