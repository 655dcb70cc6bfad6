"""What is known before a date's games: every value that is not the same for everybody is moved by some of it."""

from __future__ import annotations

import polars as pl

from nbaproc.audit.perturbation import (
    BETTINGPROS,
    DEFENSE,
    ENTITY,
    GAME_LINES,
    INJURIES,
    ODDS,
    OFFENSE,
    PLAYERS,
    REGISTRY,
    ROSTERS,
    SCHEDULE,
    WHOSE,
    Inputs,
    Perturbation,
    Scene,
    World,
    eastern,
    outcomes,
    plus,
    with_game,
)
from nbaproc.raw.names import add_lookups

DAY = pl.col("game_date")
TEAMS = (OFFENSE, DEFENSE)
#: Days before the date of which the schedule loses or turns games.
LATELY = 21
#: Prefixes of game ids that change places: regular season and play-offs.
KINDS = {"002": "004", "004": "002", "005": "002"}


def _number(*columns: str) -> pl.Expr:
    """Return a number made of a row's date and what else it is of: content, not place, decides what happens to it."""
    ranks = [pl.col(name).rank("dense").cast(pl.Int64) for name in columns]
    return pl.sum_horizontal(DAY.to_physical().cast(pl.Int64), *(rank * 7 for rank in ranks))


def _exchanged(rows: pl.DataFrame, *order: str) -> pl.DataFrame:
    """Give every row the line of the row before it: other numbers, all of a game that was played."""
    rows = rows.sort("game_date", *order)
    line = [name for name in rows.columns if name not in WHOSE]
    return rows.with_columns(pl.col(name).shift(1, fill_value=pl.col(name).last()) for name in line)


def other_player_results(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Players have each other's lines; some sat out, some newest games and all of some team's games are not there."""
    if PLAYERS not in inputs:
        return {}
    rows = inputs[PLAYERS]
    past = _exchanged(rows.filter(scene.before), "player_lookup")
    number, of_team = _number("player_lookup"), _number("team_abbr")
    last, even = DAY.max().over("player_lookup"), pl.col("player_lookup").rank("dense") % 2 == 0
    gone = (even & (last - DAY == pl.duration(days=0))) | (of_team % 6 == 0)
    past = past.filter(~gone).with_columns(is_dnp=pl.col("is_dnp") | (number % 11 == 0))
    return {PLAYERS: pl.concat([past, rows.filter(~scene.before)])}


def other_team_results(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Teams have each other's lines, and some games are not there."""
    changed = {}
    for table in (name for name in TEAMS if name in inputs):
        rows = inputs[table]
        past = _exchanged(rows.filter(scene.before), ENTITY[table]).filter(_number(ENTITY[table]) % 5 != 0)
        changed[table] = pl.concat([past, rows.filter(~scene.before)])
    return changed


def other_schedule(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Some of the last games are not there, or end otherwise; the day before has none, and some days ahead fewer."""
    rows = inputs[SCHEDULE].with_columns(number=pl.col("game_id").rank("dense").cast(pl.Int64) + DAY.to_physical())
    lately = DAY.is_between(pl.lit(scene.day) - pl.duration(days=LATELY), scene.day, closed="left")
    ahead = DAY.is_between(scene.day, pl.lit(scene.day) + pl.duration(days=LATELY), closed="right")
    eve = DAY.is_between(pl.lit(scene.day) - pl.duration(days=1), scene.day, closed="left")
    gone = eve | (lately & (pl.col("number") % 4 == 0)) | (ahead & (pl.col("number") % 2 == 0))
    rows = rows.filter(~gone)
    home, away = pl.col("home_team_score"), pl.col("away_team_score")
    turned = lately & (pl.col("number") % 4 == 1)
    rows = rows.with_columns(
        home_team_score=pl.when(turned).then(away - 3).otherwise(home),
        away_team_score=pl.when(turned).then(home + 4).otherwise(away),
        winning_team_tricode=pl.when(~turned).then("winning_team_tricode"),
        game_status=pl.when(lately & (pl.col("number") % 8 == 2)).then(1).otherwise("game_status"),
        is_primetime=pl.when(ahead).then(~pl.col("is_primetime").fill_null(False)).otherwise("is_primetime"),
    )
    return {SCHEDULE: rows.drop("number")}


def other_games(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """The games of the date are play-off games, or are none, begin an hour earlier, and are played elsewhere."""
    rows = inputs[SCHEDULE]
    day, prefix = scene.today, pl.col("game_id").str.strip_chars().str.head(3)
    new = {
        "game_id": prefix.replace(KINDS) + pl.col("game_id").str.strip_chars().str.slice(3),
        "is_playoffs": ~pl.col("is_playoffs").fill_null(False),
        "is_regular_season": pl.lit(True),
        "game_date_est": pl.col("game_date_est") - pl.duration(hours=1),
        "arena_timezone": pl.lit("America/Denver"),
    }
    return {SCHEDULE: rows.with_columns(pl.when(day).then(v).otherwise(n).alias(n) for n, v in new.items())}


def other_sides(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """The games of the date are played in the arena of the other team."""
    day = scene.today
    rows, pairs = inputs[SCHEDULE], ("home_team_{}", "away_team_{}")
    new: dict[str, pl.Expr] = {}
    for what in ("tricode", "score"):
        home, away = (pair.format(what) for pair in pairs)
        new |= {home: pl.when(day).then(away).otherwise(home), away: pl.when(day).then(home).otherwise(away)}
    changed = {SCHEDULE: rows.with_columns(**new)}
    if PLAYERS in inputs:
        parts = pl.col("game_id").str.split("_").list
        turned = pl.format("{}_{}_{}", parts.get(0), parts.get(2, null_on_oob=True), parts.get(1, null_on_oob=True))
        changed[PLAYERS] = inputs[PLAYERS].with_columns(
            game_id=pl.when(day).then(turned).otherwise("game_id"), home_game=pl.col("home_game") ^ day
        )
    return changed


def other_game_lines(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Every second game has a first and a last snapshot of a new book, the others have no lines at all."""
    if GAME_LINES not in inputs:
        return {}
    rows = with_game(inputs[GAME_LINES], scene)
    rows = rows.filter((pl.col("nth") % 2 != 0).fill_null(True))
    early, last = pl.duration(days=30), pl.duration(minutes=1)
    new = [
        outcomes(scene, spread, total).with_columns(snapshot_timestamp=pl.col("cut") - before)
        for spread, total, before in ((-3.5, 221.5, early), (-7.25, 233.25, last))
    ]
    planted = pl.concat(new).filter(pl.col("nth") % 2 != 0).with_columns(bookmaker_key=pl.lit("audit"))
    return {GAME_LINES: plus(inputs[GAME_LINES].clear(), rows, planted)}


def other_props(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """A third of the players has new lines in the first feed, a third in the second one only, a third has none."""
    nth = pl.col("nth")
    games = scene.games.select("game_id", home_team_abbr="home", away_team_abbr="away")
    players = scene.players.join(games, on="game_id").with_columns(
        game_date=pl.lit(scene.day),
        player_name="player_lookup",
        bookmaker=pl.lit("DraftKings"),
        points_line=8.5 + nth % 20,
        opening_line=7.5 + nth % 17,
    )
    before = ((pl.duration(days=30), -2.0), (pl.duration(minutes=1), 0.0))
    snapshots = [
        players.with_columns(
            points_line=pl.col("points_line") + step,
            snapshot_timestamp=pl.col("cut") - ago,
            bookmaker_last_update=pl.col("cut") - ago,
        )
        for ago, step in before
    ]
    wall = eastern(pl.col("cut") - pl.duration(minutes=1)).dt.replace_time_zone("UTC")
    second = players.with_columns(market_type=pl.lit("points"), bet_side=pl.lit("over"), bookmaker_last_update=wall)
    new = {ODDS: (pl.concat(snapshots), 0), BETTINGPROS: (second, 1)}
    silent = scene.players.filter(nth % 3 != 0).select(made="player_lookup", _of=pl.lit(True))
    changed = {}
    for table, (planted, third) in new.items():
        if table in inputs:
            rows = add_lookups(inputs[table], "player_name", "made").with_columns(_of=scene.today)
            rows = rows.join(silent, on=["made", "_of"], how="anti", maintain_order="left")
            changed[table] = plus(inputs[table].clear(), rows, planted.filter(nth % 3 == third))
    return changed


def other_reports(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Of five players one is out, one doubtful, one questionable, one probable, and one is on no report."""
    if INJURIES not in inputs:
        return {}
    rows = inputs[INJURIES]
    statuses = pl.DataFrame({"left": [1, 2, 3, 4], "injury_status": ["out", "doubtful", "questionable", "probable"]})
    hour = eastern(pl.col("cut")).dt.truncate("1h") - pl.duration(hours=1)
    players = scene.players.with_columns(left=pl.col("nth") % 5)
    planted = players.join(statuses, on="left").with_columns(
        game_date=pl.lit(scene.day),
        report_date=hour.dt.date(),
        report_hour=hour.dt.hour().cast(pl.Int64),
        reason=pl.format("Ankle {}", "nth"),
        reason_category=pl.lit("injury"),
        confidence_score=pl.lit(1.0),
        processed_at="cut",
    )
    rows = add_lookups(rows, "player_lookup", "made").with_columns(_of=scene.today)
    silent = players.filter(pl.col("left") == 0).select(made="player_lookup", _of=pl.lit(True))
    rows = rows.join(silent, on=["made", "_of"], how="anti", maintain_order="left")
    return {INJURIES: plus(inputs[INJURIES].clear(), rows, planted)}


def other_people(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Everybody in the registry and on the rosters is another person, born in another year."""
    changed = {}
    age = 20 + pl.col("player_lookup").rank("dense").cast(pl.Int64) % 19
    born = pl.date(scene.day.year - age, 1, 2)
    if REGISTRY in inputs:
        person = pl.col("universal_player_id") + "9"
        changed[REGISTRY] = inputs[REGISTRY].with_columns(universal_player_id=person, birth_date=born)
    if ROSTERS in inputs:
        known = pl.col("birth_date").is_not_null()
        changed[ROSTERS] = inputs[ROSTERS].with_columns(birth_date=pl.when(known).then(born), age=age)
    if PLAYERS in inputs:
        rows = inputs[PLAYERS]
        changed[PLAYERS] = rows.with_columns(universal_player_id=pl.col("universal_player_id") + "9")
    return changed


def other_players(inputs: Inputs, scene: Scene) -> dict[str, pl.DataFrame]:
    """Every fifth player is on no roster of the date, every fifth did not play, and another one was with the others."""
    changed = {}
    if ROSTERS in inputs:
        listed = scene.players.filter(pl.col("nth") % 5 != 0)
        planted = listed.select(
            "player_lookup", team_abbr="team", roster_date=pl.lit(scene.day), scrape_hour=pl.lit(23)
        )
        changed[ROSTERS] = plus(inputs[ROSTERS], planted)
    if PLAYERS in inputs:
        rows = inputs[PLAYERS]
        day, left = scene.today, pl.col("player_lookup").rank("dense") % 5
        swap = day & (left == 1)
        changed[PLAYERS] = rows.filter(~(day & (left == 0))).with_columns(
            team_abbr=pl.when(swap).then("opponent_team_abbr").otherwise("team_abbr"),
            opponent_team_abbr=pl.when(swap).then("team_abbr").otherwise("opponent_team_abbr"),
            home_game=pl.col("home_game") ^ swap,
        )
    return changed


def _world(name: str, says: str) -> World:
    return World(name, says, allowed=True)


PLAYER_RESULTS = _world("player results", "results of players before the date")
TEAM_RESULTS = _world("team results", "results of teams before the date")
OTHER_SCHEDULE = _world("schedule", "games before and after the date, their kind, time and place")
SIDES = _world("home and away", "who plays at home on the date")
LINES = _world("game lines", "spreads and totals before the cut")
PROPS = _world("props", "points lines of players before the cut")
REPORTS = _world("injury reports", "injury reports before the cut")
PEOPLE = _world("people", "registered persons and dates of birth")
WHO_PLAYS = _world("who plays", "who is listed for the date, or played, and for whom")

IN_TIME: tuple[Perturbation, ...] = (
    Perturbation("other player results", PLAYER_RESULTS, other_player_results),
    Perturbation("other team results", TEAM_RESULTS, other_team_results),
    Perturbation("other schedule", OTHER_SCHEDULE, other_schedule),
    Perturbation("other kind, time and place", OTHER_SCHEDULE, other_games),
    Perturbation("other sides", SIDES, other_sides),
    Perturbation("other game lines", LINES, other_game_lines),
    Perturbation("other props", PROPS, other_props),
    Perturbation("other injury reports", REPORTS, other_reports),
    Perturbation("other people", PEOPLE, other_people),
    Perturbation("other players", WHO_PLAYS, other_players),
)
