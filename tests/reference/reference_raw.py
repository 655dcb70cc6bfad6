"""Raw rows from the real downloads, and from tables in the raw warehouse shape."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest

from nbaproc.raw.contract import RAW_TABLES
from tests.tables.made_up import Raw, Row, raw_row

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
