"""Raw rows for the tests: made up by hand, from the real downloads, and from tables in the raw warehouse shape."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from nbaproc.columns import Table
from nbaproc.raw.contract import RAW_TABLES
from nbaproc.tables.player_game_summary import TABLE as PGS
from nbaproc.tables.team_defense_game_summary import TABLE as TDGS
from nbaproc.tables.team_offense_game_summary import TABLE as TOGS

Row = dict[str, object]
Raw = dict[str, list[Row]]

TABLES: dict[str, Table] = {table.name: table for table in (TOGS, TDGS, PGS)}

_ROOT = Path(__file__).resolve().parents[2]
_STATISTICS = {
    "points": "PTS",
    "assists": "AST",
    "offensive_rebounds": "OREB",
    "defensive_rebounds": "DREB",
    "total_rebounds": "REB",
    "steals": "STL",
    "blocks": "BLK",
    "turnovers": "TOV",
    "personal_fouls": "PF",
}
_PLAYER_SHOOTING = {
    "field_goals_made": "FGM",
    "field_goals_attempted": "FGA",
    "three_pointers_made": "FG3M",
    "three_pointers_attempted": "FG3A",
    "free_throws_made": "FTM",
    "free_throws_attempted": "FTA",
}
_TEAM_SHOOTING = {
    "fg_made": "FGM",
    "fg_attempted": "FGA",
    "three_pt_made": "FG3M",
    "three_pt_attempted": "FG3A",
    "ft_made": "FTM",
    "ft_attempted": "FTA",
}


def real_data() -> Path:
    """The folder with the real data; without it the test is skipped, loudly."""
    folder = (_ROOT / os.environ.get("NBAPROC_REAL_DATA", "../shared/data")).resolve()
    if not (folder / "public").is_dir():
        pytest.skip(f"NO REAL DATA at {folder}: set NBAPROC_REAL_DATA; nothing was compared with real games")
    return folder


def raw_row(table: str, **values: object) -> Row:
    """A raw row with every declared column, NULL where no value is given."""
    columns = RAW_TABLES[table].names
    strangers = set(values) - set(columns)
    assert not strangers, f"{table} has no columns {strangers}"
    return {name: values.get(name) for name in columns}


def declared(table: str, frame: pl.DataFrame) -> list[Row]:
    """The declared columns of a frame as raw rows; rows that lack a needed column are dropped, NaN becomes NULL."""
    contract = RAW_TABLES[table]
    frame = frame.with_columns(pl.lit(None).alias(n) for n in contract.names if n not in frame.columns)
    frame = frame.select(contract.names).fill_nan(None).drop_nulls(contract.required)
    return frame.to_dicts()


@lru_cache(maxsize=4)
def warehouse_raw() -> Raw:
    """All raw tables in the warehouse shape, 2021-10-19 to 2022-01-06."""
    folder = real_data() / "bigquery_raw"
    return {
        name: declared(name, pl.read_parquet(folder / f"{name}.parquet"))
        for name in RAW_TABLES
        if (folder / f"{name}.parquet").exists()
    }


def season_text(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02d}"


def to_date(column: str) -> pl.Expr:
    """Dates come as 2021-10-20, 20211020 and 10-20-2021, with or without a time."""
    text = pl.col(column).cast(pl.String).str.slice(0, 10)
    return pl.coalesce(text.str.to_date(form, strict=False) for form in ("%Y-%m-%d", "%Y%m%d", "%m-%d-%Y"))


@lru_cache(maxsize=4)
def public_schedule(year: int) -> tuple[Row, ...]:
    """The schedule of a season: the official file, completed by the results and by the points of the team rows."""
    folder = real_data() / "public"
    season = season_text(year)
    official = pl.read_parquet(folder / f"nba_official_schedule_{season}.parquet")
    teams = _team_frame(year)
    points = {(r["GAME_ID"], r["TEAM_ABBREVIATION"]): r["PTS"] for r in teams.iter_rows(named=True)}
    rows: dict[tuple[str, date], Row] = {}
    for game in official.with_columns(to_date("etdate").alias("day")).iter_rows(named=True):
        wall = datetime.fromisoformat(f"{game['day']}T{game['ettime'] or '00:00:00'}").replace(tzinfo=UTC)
        rows[game["gid"], game["day"]] = raw_row(
            "nbac_schedule",
            game_id=game["gid"],
            game_date=game["day"],
            game_date_est=wall,
            game_status=game["st"],
            home_team_tricode=game["h.ta"],
            away_team_tricode=game["v.ta"],
            home_team_score=game["h.s"] if game["st"] == 3 else None,
            away_team_score=game["v.s"] if game["st"] == 3 else None,
        )
    results = pl.read_parquet(folder / f"nba_api_schedule_results_{season}.parquet")
    for game in results.with_columns(to_date("GAME_DATE").alias("day")).iter_rows(named=True):
        if " @ " not in game["MATCHUP"]:
            continue
        away, home = game["MATCHUP"].split(" @ ")
        key = (game["GAME_ID"], game["day"])
        row = rows.setdefault(
            key,
            raw_row(
                "nbac_schedule",
                game_id=game["GAME_ID"],
                game_date=game["day"],
                game_status=1,
                home_team_tricode=home,
                away_team_tricode=away,
            ),
        )
        if game["WL"] is not None:
            row["game_status"] = 3
    for row in rows.values():
        home = points.get((row["game_id"], row["home_team_tricode"]))
        away = points.get((row["game_id"], row["away_team_tricode"]))
        if row["home_team_score"] is None and home is not None and away is not None:
            row |= {"home_team_score": home, "away_team_score": away, "game_status": 3}
    return tuple(rows.values())


def _team_frame(year: int) -> pl.DataFrame:
    return pl.read_parquet(real_data() / "public" / f"nba_api_leaguegamefinder_teams_{season_text(year)}.parquet")


def _sides(year: int) -> pl.DataFrame:
    rows = public_schedule(year)
    return pl.DataFrame(
        {
            "GAME_ID": [row["game_id"] for row in rows],
            "home_team_abbr": [row["home_team_tricode"] for row in rows],
            "away_team_abbr": [row["away_team_tricode"] for row in rows],
        }
    ).unique("GAME_ID")


@lru_cache(maxsize=4)
def public_season(year: int) -> Raw:
    """The four raw tables a user's downloads of a season fill."""
    folder, season = real_data() / "public", season_text(year)
    files = [f"nba_api_leaguegamelog_players_{season}", f"nba_api_playergamelogs_playoffs_{season}"]
    wanted = ["PLAYER_ID", "PLAYER_NAME", "TEAM_ABBREVIATION", "GAME_ID", "GAME_DATE", "MIN", "PLUS_MINUS"]
    wanted += [*_STATISTICS.values(), *_PLAYER_SHOOTING.values()]
    players = pl.concat(
        [pl.read_parquet(folder / f"{name}.parquet", columns=wanted).select(wanted) for name in files],
        how="vertical_relaxed",
    )
    players = players.join(_sides(year), on="GAME_ID", how="left").select(
        pl.col("GAME_ID").alias("game_id"),
        to_date("GAME_DATE").alias("game_date"),
        pl.col("PLAYER_ID").alias("nba_player_id"),
        pl.col("PLAYER_NAME").alias("player_full_name"),
        pl.col("TEAM_ABBREVIATION").alias("team_abbr"),
        "home_team_abbr",
        "away_team_abbr",
        pl.lit("Final").alias("game_status"),
        pl.col("MIN").cast(pl.String).alias("minutes"),
        pl.col("PLUS_MINUS").alias("plus_minus"),
        *(pl.col(theirs).alias(ours) for ours, theirs in (_STATISTICS | _PLAYER_SHOOTING).items()),
    )
    teams = _team_frame(year).select(
        pl.col("GAME_ID").alias("game_id"),
        pl.col("GAME_ID").alias("nba_game_id"),
        to_date("GAME_DATE").alias("game_date"),
        pl.col("TEAM_ABBREVIATION").alias("team_abbr"),
        pl.format("{}:00", "MIN").alias("minutes"),
        *(pl.col(theirs).alias(ours) for ours, theirs in (_STATISTICS | _TEAM_SHOOTING).items()),
    )
    return {
        "nbac_schedule": list(public_schedule(year)),
        "nbac_player_boxscores": declared("nbac_player_boxscores", players),
        "nbac_team_boxscore": declared("nbac_team_boxscore", teams),
        "nbac_shot_chart": declared("nbac_shot_chart", _shots(year)),
    }


def _shots(year: int) -> pl.DataFrame:
    folder = real_data() / "public"
    if year == 2021:
        shots = pl.read_parquet(folder / "nba_api_shotchartdetail_2021-22_first102400.parquet")
        return shots.with_columns(to_date("GAME_DATE").alias("GAME_DATE"))
    shots = pl.read_parquet(folder / f"nba_shots_domsamangy_{year + 1}.parquet")
    return shots.with_columns(
        pl.col("GAME_ID").cast(pl.String).str.zfill(10),
        pl.int_range(pl.len()).over("GAME_ID").alias("GAME_EVENT_ID"),
        pl.col("SHOT_MADE").cast(pl.Int64).alias("SHOT_MADE_FLAG"),
        pl.col("QUARTER").alias("PERIOD"),
        to_date("GAME_DATE").alias("GAME_DATE"),
    )


def dates_of(raw: Raw) -> list[date]:
    """All dates of a schedule."""
    return sorted({row["game_date"] for row in raw["nbac_schedule"]})  # type: ignore[type-var]


def of_dates(raw: Raw, dates: Iterable[date]) -> Raw:
    """The rows of some dates, the schedule whole."""
    wanted = set(dates)
    return {
        table: [
            row
            for row in rows
            if table in ("nbac_schedule", "nba_players_registry", "player_aliases")
            or (row["GAME_DATE"] if table == "nbac_shot_chart" else row["game_date"]) in wanted
        ]
        for table, rows in raw.items()
    }


# A made-up game: Boston 110, New York 100, ten players a side, 24 minutes each.

DAY = date(2021, 11, 15)
WORDS = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett")
PLAYER_TABLES = ("nbac_gamebook_player_stats", "nbac_player_boxscores", "bdl_player_boxscores")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def schedule_row(**changes: object) -> Row:
    """BOS at NYK on 2021-11-15, final 110-100, tip-off 19:30 Eastern."""
    values: Row = {
        "game_id": "0022100200",
        "game_date": DAY,
        "game_date_est": utc(2021, 11, 15, 19, 30),
        "game_status": 3,
        "home_team_tricode": "NYK",
        "away_team_tricode": "BOS",
        "home_team_score": 100,
        "away_team_score": 110,
    }
    return raw_row("nbac_schedule", **(values | changes))


def player_name(team: str, number: int) -> str:
    """The name of a made-up player: `Bos Alpha` has the lookup bosalpha."""
    return f"{team.title()} {WORDS[number]}"


def player_row(table: str, team: str, number: int, **changes: object) -> Row:
    """A player of a made-up game: 24 minutes; eleven points for Boston's players, ten for everybody else's."""
    name = player_name(team, number)
    points = 11 if team == "BOS" else 10
    values: Row = {
        "game_id": "20211115_BOS_NYK",
        "game_date": DAY,
        "team_abbr": team,
        "home_team_abbr": "NYK",
        "away_team_abbr": "BOS",
        "player_lookup": name.replace(" ", "").lower(),
        "minutes": "24:00",
        "points": points,
        "assists": 2,
        "offensive_rebounds": 1,
        "defensive_rebounds": 3,
        "steals": 1,
        "blocks": 0,
        "turnovers": 1,
        "personal_fouls": 2,
        "field_goals_made": 4,
        "field_goals_attempted": 9,
        "three_pointers_made": 1,
        "three_pointers_attempted": 3,
        "free_throws_made": points - 9,
        "free_throws_attempted": 2,
    }
    if table == "nbac_gamebook_player_stats":
        values |= {"player_name": name, "player_status": "active", "plus_minus": 1}
    elif table == "nbac_player_boxscores":
        person = 1000 * sum(map(ord, team)) + number
        values |= {"player_full_name": name, "minutes": "24", "plus_minus": 1, "nba_player_id": person}
        values |= {"game_id": "0022100200", "game_status": "Final", "total_rebounds": 4}
    else:
        values |= {"player_full_name": name, "rebounds": 4}
    return raw_row(table, **(values | changes))


def player_rows(table: str, teams: Iterable[str] = ("BOS", "NYK"), size: int = 10, **changes: object) -> list[Row]:
    """The players of the made-up game in one source."""
    return [player_row(table, team, number, **changes) for team in teams for number in range(size)]


def team_row(team: str, **changes: object) -> Row:
    """A team row of the made-up game, the sum of its ten players."""
    values: Row = {
        "game_id": "20211115_BOS_NYK",
        "nba_game_id": "0022100200",
        "game_date": DAY,
        "team_abbr": team,
        "is_home": team == "NYK",
        "minutes": "240:00",
        "points": 110 if team == "BOS" else 100,
        "fg_made": 40,
        "fg_attempted": 90,
        "three_pt_made": 10,
        "three_pt_attempted": 30,
        "ft_made": 20 if team == "BOS" else 10,
        "ft_attempted": 20,
        "offensive_rebounds": 10,
        "defensive_rebounds": 30,
        "assists": 20,
        "steals": 10,
        "blocks": 0,
        "turnovers": 10,
        "personal_fouls": 20,
    }
    return raw_row("nbac_team_boxscore", **(values | changes))


def made_up_game(*player_tables: str) -> Raw:
    """The made-up game with both team rows and the given player sources."""
    raw: Raw = {table: player_rows(table) for table in player_tables}
    return raw | {"nbac_schedule": [schedule_row()], "nbac_team_boxscore": [team_row("BOS"), team_row("NYK")]}


def facts_of(records: Iterable[Row]) -> list[tuple[object, ...]]:
    """Records as (category, entity, detail, class, reason, occurrences)."""
    names = ("failure_category", "entity_id", "detail", "failure_class", "failure_reason", "occurrences")
    return [tuple(record[name] for name in names) for record in records]
