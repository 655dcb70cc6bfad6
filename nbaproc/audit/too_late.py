"""What comes too late for a date: whatever is done to it, no value of the date's rows may move."""

from __future__ import annotations

import polars as pl

from nbaproc.audit.perturbation import (
    BETTINGPROS,
    ENTITY,
    GAME_LINES,
    GAMEBOOKS,
    INJURIES,
    ODDS,
    PLAYERS,
    ROSTERS,
    SCHEDULE,
    WHOSE,
    Inputs,
    Perturbation,
    Scene,
    World,
    eastern,
    listed_once,
    outcomes,
    plus,
    reported_at,
    with_game,
)
from nbaproc.raw.contract import STATISTICS
from nbaproc.raw.history import took_part
from nbaproc.raw.schedule import eastern_instant
from nbaproc.raw.teams import team_code

#: What says who played, for whom and where; all other columns of a result are statistics.
WHO = WHOSE | {"is_dnp"}
#: Statistics that also say whether a player took part.
TELLING = ("points", "minutes_played")
#: Statuses of a game in the schedule.
SCHEDULED, OVER = 1, 3
#: Books of invented lines: one that is believed first, and an unknown one.
BOOKS = ("draftkings", "audit")
#: Invented lines that nobody would offer.
LINE, OPENING, SPREAD, TOTAL = 77.5, 66.5, 31.5, 311.5

#: Columns that say or count who is in the row set.
OF_THE_ROW_SET = frozenset({"driver_source", "data_sources", "data_hash", "universal_player_id", "usage_context_json"})
OF_THE_ROW_SET |= {"star_teammates_out", "questionable_teammates", "probable_teammates"}

POISONED = World(
    "poisoned",
    "what comes too late is changed, and more of it invented; only who played stays who played",
    same_rows=True,
)
MORNING = World(
    "morning",
    "nothing of the date has happened yet: no result, no game that is over, no late row",
    free=OF_THE_ROW_SET,
)


# Results.


def other_results(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Every statistic from the date on is another one; later rows are of others who played, for other teams."""
    changed = {}
    for table in sorted(ENTITY.keys() & inputs.keys()):
        rows = inputs[table]
        day, later = rows.filter(scene.today), rows.filter(scene.after)
        statistics = [name for name in rows.columns if name not in WHO]
        if table == PLAYERS:
            took = took_part()
            day = day.with_columns(
                pl.when(took | ~pl.lit(name in TELLING)).then(_other(rows, name)).otherwise(name).alias(name)
                for name in statistics
            )
            later = later.with_columns(
                team_abbr="opponent_team_abbr",
                opponent_team_abbr="team_abbr",
                player_full_name=pl.col("player_full_name") + " III",
                universal_player_id=pl.lit("nobody_001"),
                is_dnp=~pl.col("is_dnp"),
            )
        else:
            day = day.with_columns(_other(rows, name) for name in statistics)
        later = later.with_columns(_other(rows, name) for name in statistics)
        changed[table] = pl.concat([rows.filter(scene.before), day, later])
    return changed


def _other(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Return another value of a column; an unknown number becomes known."""
    value, dtype = pl.col(name), rows.schema[name]
    if dtype == pl.Boolean:
        return ~value
    if dtype == pl.Int64:
        return (value + 11).fill_null(11)
    if dtype == pl.Float64:
        return (value * 1.5 + 7).fill_null(7.0)
    return pl.lit("f" * 16).alias(name)


def more_results(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """The newest result of every player and team before the date comes again, with other numbers, on the days after."""
    changed = {}
    for table, entity in ENTITY.items():
        if table not in inputs:
            continue
        rows = inputs[table]
        newest = rows.filter(scene.before).sort("game_date", entity).unique(entity, keep="last", maintain_order=True)
        newest = newest.with_columns(_other(rows, name) for name in rows.columns if name not in WHO)
        new = pl.concat(newest.with_columns(game_date=pl.lit(scene.day) + pl.duration(days=n)) for n in (1, 2, 4))
        changed[table] = plus(rows, new.join(rows, on=["game_date", entity], how="anti"))
    return changed


def no_results(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """There are no results from the date on, and nobody is listed in a game book."""
    tables = (ENTITY.keys() | {GAMEBOOKS}) & inputs.keys()
    return {table: inputs[table].filter(scene.before) for table in tables}


def other_game_books(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """The box scores in the game books of the date are others; who is listed, and as what, stays."""
    if GAMEBOOKS not in inputs:
        return {}
    rows = inputs[GAMEBOOKS]
    numbers = [_other(rows, name) for name in (*STATISTICS, "plus_minus")]
    return {GAMEBOOKS: rows.with_columns(*numbers, minutes=pl.lit("47:59"), dnp_reason=pl.lit("Too late"))}


def other_scores(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Games from the date on end the other way round; those after it are over, or not, as they were not."""
    rows = inputs[SCHEDULE]
    home, away = pl.col("home_team_score"), pl.col("away_team_score")
    won, at_home, visitor = (team_code(pl.col(name)) for name in _CODES)
    loser = pl.when(won == at_home).then(visitor).when(won == visitor).then(at_home).otherwise(won)
    turned = pl.when(home == away).then(home + 20).otherwise(away)
    since, after = ~scene.before & (home + away > 0), scene.after & listed_once(rows)
    over = (pl.col("game_status") == OVER).fill_null(False)
    new = {
        "home_team_score": pl.when(after & ~over).then(130).when(since).then(turned).otherwise(home),
        "away_team_score": pl.when(after & ~over).then(90).when(since).then(home).otherwise(away),
        "winning_team_tricode": pl.when(since).then(loser).otherwise("winning_team_tricode"),
        "game_status": pl.when(after).then(pl.when(over).then(SCHEDULED).otherwise(OVER)).otherwise("game_status"),
    }
    return {SCHEDULE: rows.with_columns(**new)}


def no_scores(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """No game from the date on is over."""
    rows = inputs[SCHEDULE]
    ahead = ~scene.before & listed_once(rows)
    results = ("home_team_score", "away_team_score", "winning_team_tricode")
    new = {name: pl.when(~ahead).then(name) for name in results}
    status = pl.when(ahead).then(SCHEDULED).otherwise("game_status")
    return {SCHEDULE: rows.with_columns(**new, game_status=status)}


_CODES = ("winning_team_tricode", "home_team_tricode", "away_team_tricode")


# Rows with a time.


def _late_moments(rows: pl.DataFrame) -> pl.DataFrame:
    """Repeat rows with a `cut` for the times `seen` that are too late: a minute after it, three hours, and none."""
    times = (pl.col("cut") + pl.duration(minutes=1), pl.col("cut") + pl.duration(hours=3), None)
    seen = [pl.lit(None, dtype=rows.schema["cut"]) if time is None else time for time in times]
    return pl.concat(rows.with_columns(seen=time, processed_at=pl.col("cut") + pl.duration(hours=4)) for time in seen)


def _of_books(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.join(pl.DataFrame({column: BOOKS}), how="cross")


def _is_late(table: str, scene: Scene) -> pl.Expr:
    """Return whether a row with its `cut` was seen after it, or has no time."""
    if table == BETTINGPROS:
        return (eastern_instant(pl.col("bookmaker_last_update")) > scene.games["cut"].max()).fill_null(True)
    return (pl.col("snapshot_timestamp") > pl.col("cut")).fill_null(True)


def _with_late(inputs: Inputs, scene: Scene, table: str) -> pl.DataFrame:
    """Return the rows of a feed of lines with `late`; a row of no game of the date is not."""
    rows = inputs[table]
    if table == BETTINGPROS:
        return rows.with_columns(late=scene.today & _is_late(table, scene))
    timed = with_game(rows, scene)
    return timed.with_columns(late=pl.col("cut").is_not_null() & _is_late(table, scene)).drop("cut", "nth")


#: Columns of the number a feed gives.
NUMBERS = {ODDS: ("points_line",), BETTINGPROS: ("points_line", "opening_line"), GAME_LINES: ("outcome_point",)}


def other_late_lines(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Lines and props that were seen after the cut, or at no known time, are five points higher."""
    changed = {}
    for table, numbers in NUMBERS.items():
        if table in inputs:
            rows = _with_late(inputs, scene, table)
            moved = [pl.when("late").then(pl.col(name) + 5).otherwise(name).alias(name) for name in numbers]
            changed[table] = rows.with_columns(moved).drop("late")
    return changed


def no_late_lines(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """What was seen after the cut has no number, so that only its word on the start of the game is left."""
    changed = {}
    for table, numbers in NUMBERS.items():
        if table in inputs:
            rows = _with_late(inputs, scene, table)
            changed[table] = rows.with_columns(pl.when(~pl.col("late")).then(n).alias(n) for n in numbers).drop("late")
    return changed


def more_late_lines(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Every game has further spreads and totals from after the cut, and from no known time."""
    if GAME_LINES not in inputs:
        return {}
    rows = _late_moments(_of_books(outcomes(scene, SPREAD, TOTAL), "bookmaker_key"))
    return {GAME_LINES: plus(inputs[GAME_LINES], rows.with_columns(snapshot_timestamp="seen"))}


def more_late_props(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Every player has further points lines from after the cut, and from no known time, in both feeds."""
    games = scene.games.select("game_id", home_team_abbr="home", away_team_abbr="away")
    players = scene.players.with_columns(
        game_date=pl.lit(scene.day), player_name="player_lookup", points_line=pl.lit(LINE), opening_line=pl.lit(OPENING)
    )
    players = _late_moments(_of_books(players.join(games, on="game_id"), "bookmaker"))
    wall = eastern(pl.col("seen")).dt.replace_time_zone("UTC")
    new = {
        ODDS: players.with_columns(snapshot_timestamp="seen", bookmaker_last_update="seen"),
        BETTINGPROS: players.with_columns(
            market_type=pl.lit("points"), bet_side=pl.lit("over"), bookmaker_last_update=wall
        ),
    }
    return {table: plus(inputs[table], rows) for table, rows in new.items() if table in inputs}


def _reports_with_late(rows: pl.DataFrame, scene: Scene) -> pl.DataFrame:
    teams = pl.concat(scene.games.select("cut", _team=side) for side in ("home", "away"))
    rows = rows.with_columns(_team=team_code(pl.col("team")))
    rows = rows.join(teams, on="_team", how="left", maintain_order="left").drop("_team")
    late = (reported_at() >= eastern(pl.col("cut")).dt.truncate("1h")).fill_null(True)
    return rows.with_columns(late=scene.today & pl.col("cut").is_not_null() & late).drop("cut")


def other_late_reports(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Injury reports from the hour of the cut and later, or of no known hour, say something else."""
    if INJURIES not in inputs:
        return {}
    rows = _reports_with_late(inputs[INJURIES], scene)
    out = pl.col("injury_status").str.strip_chars().str.to_lowercase() == "out"
    other = pl.when(out).then(pl.lit("available")).otherwise(pl.lit("out"))
    new = {"injury_status": other, "reason": pl.lit("Too late")}
    return {
        INJURIES: rows.with_columns(pl.when("late").then(v).otherwise(n).alias(n) for n, v in new.items()).drop("late")
    }


def no_late_reports(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """There are no injury reports from the hour of the cut and later."""
    if INJURIES not in inputs:
        return {}
    return {INJURIES: _reports_with_late(inputs[INJURIES], scene).filter(~pl.col("late")).drop("late")}


def more_late_reports(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Every player is out by reports of the hour of the cut, of the night after, and of no known hour."""
    if INJURIES not in inputs:
        return {}
    cut = eastern(pl.col("cut"))
    times = [
        (cut.dt.date(), cut.dt.hour()),
        (pl.lit(scene.day) + pl.duration(days=1), pl.lit(3)),
        (pl.lit(scene.day), pl.lit(None, dtype=pl.Int64)),
    ]
    players = scene.players.with_columns(
        game_date=pl.lit(scene.day),
        injury_status=pl.lit("out"),
        reason=pl.lit("Too late"),
        reason_category=pl.lit("injury"),
        confidence_score=pl.lit(1.0),
        processed_at=pl.col("cut") + pl.duration(hours=4),
    )
    new = [players.with_columns(report_date=day, report_hour=hour.cast(pl.Int64)) for day, hour in times]
    return {INJURIES: plus(inputs[INJURIES], *new)}


def later_context(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """What is listed, quoted and reported for the date holds for the next days too, with other numbers.

    The rosters found after the date have other players, of other ages; a date of birth is known at any time and stays.
    """
    changed = {}
    for table in sorted({GAMEBOOKS, ODDS, BETTINGPROS, GAME_LINES, INJURIES} & inputs.keys()):
        rows = inputs[table]
        day = rows.filter(scene.today).with_columns(_other(rows, n) for n in NUMBERS.get(table, ()))
        changed[table] = plus(
            rows, *(day.with_columns(game_date=pl.col("game_date") + pl.duration(days=n)) for n in (1, 2))
        )
    if ROSTERS in inputs:
        rows = inputs[ROSTERS]
        found = pl.col("roster_date")
        later = rows.filter(found > scene.day)
        later = later.with_columns(team_abbr=pl.col("team_abbr").reverse(), age=pl.col("age") + 9)
        teams = pl.concat(scene.games.select(team_abbr=side) for side in ("home", "away"))
        new = teams.with_columns(player_lookup=pl.lit("somebodynew"), age=pl.lit(44), scrape_hour=pl.lit(23))
        moved = scene.players.select("player_lookup", team_abbr=pl.col("team").reverse(), age=pl.lit(44))
        next_day = pl.lit(scene.day) + pl.duration(days=1)
        new, moved = (f.with_columns(roster_date=next_day) for f in (new, moved))
        changed[ROSTERS] = plus(rows.filter(found <= scene.day), later, new, moved)
    return changed


TOO_LATE: tuple[Perturbation, ...] = (
    Perturbation("other results", POISONED, other_results),
    Perturbation("more results", POISONED, more_results),
    Perturbation("other box scores in game books", POISONED, other_game_books),
    Perturbation("other scores and winners", POISONED, other_scores),
    Perturbation("other late lines and props", POISONED, other_late_lines),
    Perturbation("more late lines", POISONED, more_late_lines),
    Perturbation("more late props", POISONED, more_late_props),
    Perturbation("other late injury reports", POISONED, other_late_reports),
    Perturbation("more late injury reports", POISONED, more_late_reports),
    Perturbation("other context of later dates", POISONED, later_context),
    Perturbation("no results", MORNING, no_results),
    Perturbation("no scores", MORNING, no_scores),
    Perturbation("no late lines and props", MORNING, no_late_lines),
    Perturbation("no late injury reports", MORNING, no_late_reports),
)
