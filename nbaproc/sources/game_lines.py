"""Game lines of betting archives: one value or two a game, without time and book -> `odds_api_game_lines`.

Such a line takes the place a real one would have had: the closing value is dated 11:59 Eastern of the game's day, the
opening value 09:00, both before any game starts.
"""

from __future__ import annotations

import re

import polars as pl

from nbaproc.raw.contract import ODDS_API_GAME_LINES
from nbaproc.raw.schedule import eastern_instant, season_of
from nbaproc.raw.tally import Tally
from nbaproc.raw.teams import TEAM_NAMES, TEAMS, is_unknown, pair_of, team_code
from nbaproc.sources.clocks import eastern_date, settle_clocks
from nbaproc.sources.layout import ODDS, Parsed, conform, drop_counted, finish, make_layout
from nbaproc.sources.tabular import Columns

TABLE = ODDS_API_GAME_LINES.name
#: The layout whose dates have no year.
WITHOUT_YEAR = "opening and closing lines"
#: Minutes after midnight, Eastern.
CLOSING, OPENING = 11 * 60 + 59, 9 * 60
#: Full name of every team, as odds feeds write it.
FULL_NAMES = {code: name.title().replace("76Ers", "76ers") for name, code in TEAM_NAMES.items()}
#: A total is never as small as this, a spread never as large.
SMALLEST_TOTAL, LARGEST_SPREAD = 100, 60
#: A season's first possible day, as MMDD; days before it are of the next calendar year.
SEASON_STARTS = 1012

#: Teams as the opening-and-closing file writes them, in lower case without white space.
_PLACES = {
    re.sub(r"\s", "", name.lower().removesuffix(nick)): code
    for name, code, nick in (
        (name, code, "trail blazers" if code == "POR" else name.lower().rpartition(" ")[2])
        for name, code in TEAM_NAMES.items()
        if code not in ("LAC", "LAL")
    )
} | {"laclippers": "LAC", "lalakers": "LAL", "losangelesclippers": "LAC", "losangeleslakers": "LAL"}


def finish_lines(rows: pl.DataFrame, tally: Tally) -> Parsed:
    """Drop and count lines that name no usable team, side or time, and give them the declared columns.

    Args:
        rows: `home_team`, `away_team`, their codes, `bookmaker_key`, `market_key`, `outcome_name`, `outcome_point`,
            `snapshot_timestamp`, `commence_time` (instants, or texts with a zone), and `game_date` if the file has it.
        tally: Takes the counts.
    """
    shown = ["away_team", "home_team", "bookmaker_key", "market_key", "outcome_name"]
    rows = settle_clocks(rows, ["snapshot_timestamp", "commence_time"], TABLE, tally, shown)
    if "game_date" not in rows.columns:
        rows = rows.with_columns(game_date=eastern_date(pl.col("commence_time")))
    dated = ["game_date", *shown]
    market = pl.col("market_key").str.strip_chars().str.to_lowercase()
    for (name,), part in rows.filter(~market.is_in(["spreads", "totals"])).group_by("market_key", maintain_order=True):
        tally.add_frame("other_market", str(name), part, *dated)
    rows = rows.filter(market.is_in(["spreads", "totals"]))
    strange = is_unknown(team_code(pl.col("home_team_abbr"))) | is_unknown(team_code(pl.col("away_team_abbr")))
    absent = pl.col("home_team_abbr").is_null() | pl.col("away_team_abbr").is_null()
    rows = drop_counted(rows, strange | absent, "unknown_team", TABLE, tally, dated)
    outcome = pl.col("outcome_name").str.strip_chars()
    sided = (outcome == pl.col("home_team").str.strip_chars()) | (outcome == pl.col("away_team").str.strip_chars())
    teamless = (market == "spreads") & ~sided.fill_null(False)
    rows = drop_counted(rows, teamless, "line_without_team", TABLE, tally, dated)
    sideless = (market == "totals") & ~outcome.str.to_lowercase().is_in(["over", "under"]).fill_null(False)
    rows = drop_counted(rows, sideless, "line_without_side", TABLE, tally, dated)
    rows = drop_counted(rows, pl.col("outcome_point").is_null(), "line_without_point", TABLE, tally, dated)
    rows = drop_counted(rows, pl.col("snapshot_timestamp").is_null(), "line_without_time", TABLE, tally, dated)
    rows = conform(rows, ODDS_API_GAME_LINES)
    return finish(TABLE, rows, ODDS_API_GAME_LINES.required, "game_date", tally, dated)


def _both_sides(games: pl.DataFrame, book: str, tally: Tally) -> Parsed:
    """Turn one spread and total per game and time into lines of both teams, over and under.

    Args:
        games: `game_date`, `home`, `away` (codes), `minute` (of the Eastern day), `spread` (of the home team), `total`.
        book: The `bookmaker_key`.
        tally: Takes the counts.
    """
    shown = ["game_date", "away", "home"]
    strange = ~pl.col("home").is_in(TEAMS) | ~pl.col("away").is_in(TEAMS) | (pl.col("home") == pl.col("away"))
    games = drop_counted(games, strange.fill_null(True), "unknown_team", TABLE, tally, shown)
    for name in ("spread", "total"):
        lacking = games.filter(pl.col(name).is_null() & ~pl.col("counted"))
        tally.add_frame("line_without_point", TABLE, lacking.with_columns(what=pl.lit(name)), *shown, "what")
    midnight = pl.col("game_date").cast(pl.Datetime("us"))
    named = games.with_columns(
        home_team=pl.col("home").replace_strict(FULL_NAMES, return_dtype=pl.String),
        away_team=pl.col("away").replace_strict(FULL_NAMES, return_dtype=pl.String),
        home_team_abbr="home",
        away_team_abbr="away",
        bookmaker_key=pl.lit(book),
        snapshot_timestamp=eastern_instant(midnight + pl.duration(minutes="minute")),
        commence_time=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
    )
    outcomes = [
        ("spreads", pl.col("home_team"), pl.col("spread")),
        ("spreads", pl.col("away_team"), -pl.col("spread")),
        ("totals", pl.lit("Over"), pl.col("total")),
        ("totals", pl.lit("Under"), pl.col("total")),
    ]
    lines = [
        named.with_columns(
            market_key=pl.lit(market), outcome_name=name, outcome_point=pl.when(point == 0).then(0.0).otherwise(point)
        )
        for market, name, point in outcomes
    ]
    return finish_lines(pl.concat(lines).drop_nulls("outcome_point"), tally)


def _one_value(file: Columns) -> Parsed:
    """One closing spread and total per game; a word says who was favoured."""
    tally = Tally()
    games = pl.DataFrame(
        {
            "game_date": file.day("date"),
            "home": file.text("home"),
            "away": file.text("away"),
            "favoured": file.text("whos_favored"),
            "spread": file.number("spread"),
            "total": file.number("total"),
        }
    )
    side = pl.col("favoured").str.to_lowercase()
    shown = ["game_date", "away", "home", "favoured"]
    sideless = pl.col("spread").is_not_null() & ~side.is_in(["home", "away"]).fill_null(False)
    tally.add_frame("line_without_side", TABLE, games.filter(sideless), *shown)
    size = pl.col("spread").abs()
    games = games.with_columns(
        home=team_code(pl.col("home")),
        away=team_code(pl.col("away")),
        minute=pl.lit(CLOSING),
        spread=pl.when(side == "home").then(-size).when(side == "away").then(size),
        counted=sideless,
    )
    games = drop_counted(games, pl.col("game_date").is_null(), "bad_date", TABLE, tally, ["away", "home"])
    return _both_sides(games, "consensus", tally)


def _open_close(file: Columns) -> Parsed:
    """Two rows a game, visitor and home (both N on neutral ground), with opening and closing values.

    Of the two values of a game the one is the total, the other the spread, in the row of the favourite. The dates have
    no year: it is that of the season whose games they are, else the one in the file's name.
    """
    tally = Tally()
    values = {name: file.text(name).str.to_lowercase() for name in ("Open", "Close")}
    number = file.integer("Rot")
    rows = pl.DataFrame(
        {
            "day": file.integer("Date"),
            "couple": (number - 1) // 2,
            "place": (number - 1) % 2,
            "side": file.text("VH").str.to_uppercase(),
            "team": file.text("Team"),
            **{
                n: v.replace({"pk": "0", "pick": "0", "nl": None}).cast(pl.Float64, strict=False)
                for n, v in values.items()
            },
        }
    )
    first, second = (rows.filter(pl.col("place") == place).drop("place") for place in (0, 1))
    games = first.join(second, on=["day", "couple"], how="full", coalesce=True, suffix="_home", maintain_order="left")
    fits = pl.col("side") + pl.col("side_home")
    alone = ~fits.is_in(["VH", "NN"]).fill_null(False)
    games = drop_counted(games, alone, "unpaired_line", TABLE, tally, ["day", "team", "team_home"])
    place = {name: pl.col(name).str.to_lowercase().str.replace_all(r"\s", "") for name in ("team", "team_home")}
    games = games.with_columns(
        away=place["team"].replace_strict(_PLACES, default=None, return_dtype=pl.String),
        home=place["team_home"].replace_strict(_PLACES, default=None, return_dtype=pl.String),
    )
    year = _season(games, file)
    if year is None:
        tally.add_frame("line_without_season", TABLE, games, "day", "team", "team_home")
        return Parsed(TABLE, conform(pl.DataFrame(), ODDS_API_GAME_LINES).clear(), tally)
    games = games.with_columns(game_date=_date(year))
    games = drop_counted(games, pl.col("game_date").is_null(), "bad_date", TABLE, tally, ["day", "team", "team_home"])
    times = [_split(games, name, minute) for name, minute in (("Open", OPENING), ("Close", CLOSING))]
    mixed = pl.concat(times)
    shown = ["game_date", "away", "home", "visitor_value", "home_value"]
    tally.add_frame("implausible_line", TABLE, mixed.filter("counted"), *shown)
    return _both_sides(mixed, "sbr", tally)


def _date(year: int | pl.Expr) -> pl.Expr:
    later = (pl.col("day") < SEASON_STARTS).cast(pl.Int64)
    text = pl.format("{}-{}", later + year, pl.col("day").cast(pl.String).str.zfill(4))
    return text.str.to_date("%Y-%m%d", strict=False)


def _season(games: pl.DataFrame, file: Columns) -> int | None:
    """Return the first year of the season that most of the games are of."""
    known = file.given.games().with_columns(year=season_of(pl.col("game_date")))
    pairs = games.select("day", pair=pair_of(pl.col("home"), pl.col("away"))).drop_nulls()
    dated = pairs.join(known.select("year").unique(), how="cross").with_columns(game_date=_date(pl.col("year")))
    hits = dated.join(known, on=["year", "game_date", "pair"], how="semi").group_by("year").len()
    best = hits.sort("len", "year", descending=True).head(1)
    if best.height and best["len"][0] * 2 > pairs.height:
        return int(best["year"][0])
    named = re.search(r"(?<![0-9])(20[0-9]{2})[-_]([0-9]{2})(?![0-9])", file.path.name)
    return int(named[1]) if named and (int(named[1]) + 1) % 100 == int(named[2]) else None


def _split(games: pl.DataFrame, name: str, minute: int) -> pl.DataFrame:
    """Tell total and spread of one time apart."""
    away, home = pl.col(name), pl.col(f"{name}_home")
    totals = [(value >= SMALLEST_TOTAL).fill_null(False) for value in (away, home)]
    spreads = [(value < LARGEST_SPREAD).fill_null(False) for value in (away, home)]
    odd = (totals[0] & totals[1]) | (spreads[0] & spreads[1]) | ~(away.is_null() | totals[0] | spreads[0])
    odd = odd | ~(home.is_null() | totals[1] | spreads[1])
    return games.select(
        "game_date",
        "away",
        "home",
        minute=pl.lit(minute),
        spread=pl.when(odd).then(None).when(spreads[0]).then(away).when(spreads[1]).then(-home),
        total=pl.when(odd).then(None).when(totals[0]).then(away).when(totals[1]).then(home),
        counted=odd,
        visitor_value=away,
        home_value=home,
    )


LAYOUTS = (
    make_layout(
        "betting archive",
        "whos_favored spread",
        "date home away whos_favored spread total",
        _one_value,
        group=ODDS,
    ),
    make_layout(WITHOUT_YEAR, "Rot VH", "Date Rot VH Team Open Close", _open_close, group=ODDS),
)
