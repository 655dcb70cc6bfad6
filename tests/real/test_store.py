"""The feature store over real seasons: who has rows, what they hold, what is not known; both engines on some dates."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from nbaproc.features import FEATURES
from nbaproc.lake import Lake
from nbaproc.raw.tally import Tally
from nbaproc.run.engines import ENGINES, StageRun, compute
from nbaproc.run.inputs import read_inputs
from nbaproc.run.summary import Summary
from nbaproc.tables import FEATURES as FEATURES_STAGE
from nbaproc.tables import declarations
from tests.conftest import FIRST, LAST
from tests.tables.compare import differences
from tests.tables.store.oracle import assert_quality
from tests.tables.store.world import COPIED

MLFS, LABELS = "ml_feature_store_v2", "ml_labels"
PGS, UPGC, TOGS = "player_game_summary", "upcoming_player_game_context", "team_offense_game_summary"
PDC, PCF = "player_daily_cache", "player_composite_factors"
PSZA, TDZA = "player_shot_zone_analysis", "team_defense_zone_analysis"
OPENERS = {2021: date(2021, 10, 19), 2022: date(2022, 10, 18), 2023: date(2023, 10, 24)}
KEY = ["game_date", "player_lookup"]
COLUMN = {feature.index: feature.column for feature in FEATURES}
PLAYED = ~pl.col("is_dnp") & pl.col("points").is_not_null() & ((pl.col("minutes_played") > 0) | (pl.col("points") > 0))
#: Codes of labels.
MISSING, PHASE3, PHASE4, OPPONENT_HISTORY = 1, 2, 3, 6

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def frames(real_backfill: tuple[Lake, Summary]) -> Frames:
    lake, _ = real_backfill
    names = (MLFS, LABELS, PGS, UPGC, TOGS, PDC, PCF, PSZA, TDZA)
    return {name: lake.read(declarations()[name], FIRST, LAST) for name in names}


@pytest.fixture(scope="module")
def records(real_backfill: tuple[Lake, Summary]) -> pl.DataFrame:
    lake, _ = real_backfill
    return lake.read_records(declarations()[MLFS], FIRST, LAST)


def label(index: int) -> pl.Expr:
    return pl.col("feature_sources").list.get(index)


def late(day: str = "game_date") -> pl.Expr:
    """From the fifteenth day of a season on."""
    season = pl.col(day).dt.year() - (pl.col(day).dt.month() < 10).cast(pl.Int32)
    opener = season.replace_strict(OPENERS, return_dtype=pl.Date, default=None)
    return (pl.col(day) - opener).dt.total_days() >= 14


def played(frames: Frames) -> pl.DataFrame:
    """Player-games of the processed dates."""
    return frames[PGS].filter(PLAYED & late())


# Rows.


def test_rows_are_the_players_who_played_but_for_those_on_record(frames: Frames, records: pl.DataFrame) -> None:
    players = records.filter(pl.col("failure_class") != "note", pl.col("entity_type") == "PLAYER")
    lost = players.select(game_date="analysis_date", player_lookup="entity_id")
    both = pl.concat([frames[MLFS].select(KEY), lost])
    assert both.is_unique().all()
    assert both.sort(KEY).equals(played(frames).select(KEY).sort(KEY))
    assert set(players["failure_category"]) == {"INSUFFICIENT_DATA"}
    assert players["failure_reason"].str.contains("^no played game in the 60 days before 20").all()


def test_the_volume_of_a_season_is_the_published_one(frames: Frames, records: pl.DataFrame) -> None:
    regular = frames[TOGS].filter(pl.col("nba_game_id").str.starts_with("00223")).select("game_id").unique()
    games = played(frames).join(regular, on="game_id", how="semi")
    rows = frames[MLFS].join(regular, on="game_id", how="semi")
    dates = regular.join(frames[TOGS].select("game_id", "game_date").unique(), on="game_id")["game_date"]
    lost = records.filter(failure_category="INSUFFICIENT_DATA").filter(pl.col("analysis_date").is_in(dates.implode()))
    assert (games.height, rows.height, lost.height) == (24_035, 23_868, 167)


def test_a_season_begins_on_its_fifteenth_day(frames: Frames, records: pl.DataFrame) -> None:
    assert frames[MLFS].filter(~late()).is_empty()
    assert records.filter(~late("analysis_date")).is_empty()
    firsts = frames[MLFS].group_by("season_year").agg(pl.col("game_date").min()).sort("season_year")
    assert firsts["game_date"].to_list() == [date(2021, 11, 2), date(2022, 11, 1), date(2023, 11, 8)]


def test_games_without_players_are_on_record_and_nothing_else_is_wrong(frames: Frames, records: pl.DataFrame) -> None:
    """Play-in games have no player rows in the downloads."""
    lost = records.filter(failure_category="INCOMPLETE_UPSTREAM")
    play_in = frames[TOGS].filter(pl.col("nba_game_id").str.starts_with("005"))["game_id"].unique()
    assert sorted(lost["entity_id"]) == sorted(play_in)
    assert set(lost["entity_type"]) == {"GAME"}
    assert set(records["failure_category"]) == {"INSUFFICIENT_DATA", "INCOMPLETE_UPSTREAM"}


def test_keys_are_unique_and_history_lies_before(frames: Frames) -> None:
    rows = frames[MLFS]
    assert rows.select(KEY).is_unique().all()
    assert (rows["feature_sources"].list.len() == 37).all()
    dates = rows.select("game_date", "hist_game_dates")
    assert dates.filter(pl.col("hist_game_dates").list.max() >= pl.col("game_date")).is_empty()
    assert dates.filter(pl.col("hist_game_dates").list.min() < pl.col("game_date").dt.offset_by("-60d")).is_empty()
    assert dates.filter(pl.col("hist_game_dates").list.sort(descending=True) != pl.col("hist_game_dates")).is_empty()


def test_rows_say_of_themselves_what_follows_from_their_features(frames: Frames) -> None:
    """One row of 97, of every season."""
    sample = frames[MLFS].gather_every(97)
    assert sample["season_year"].n_unique() == 3
    for row in sample.to_dicts():
        assert_quality(row)


# Values.

DAY = {PDC: "cache_date", PCF: "game_date", PSZA: "analysis_date", TDZA: "analysis_date"}


@pytest.mark.parametrize("index", COPIED)
def test_a_copied_feature_is_that_of_the_table_and_its_label_says_so(index: int, frames: Frames) -> None:
    """NULL, or from elsewhere, exactly where the table has no value."""
    table, column, scale = COPIED[index]
    who = {"opponent_team_abbr": "team_abbr"} if table == TDZA else {"player_lookup": "player_lookup"}
    there = {"game_date": DAY[table]} | who | ({"game_id": "game_id"} if table == PCF else {})
    known = frames[table].select(*(pl.col(name).alias(mine) for mine, name in there.items()), known=column)
    rows = frames[MLFS].join(known, on=[*there], how="left", validate="m:1")
    assert rows.filter((label(index) == PHASE4) != pl.col("known").is_not_null()).is_empty()
    same = pl.col(COLUMN[index]) == (pl.col("known") / scale).round(9)
    assert rows.filter(pl.col("known").is_not_null() & ~same).is_empty()
    if index in (5, 6, 7, 8, 13, 14):
        assert rows.filter(pl.col(COLUMN[index]).is_null() != pl.col("known").is_null()).is_empty()


def test_rest_against_the_opponents_is_that_of_the_context(frames: Frames) -> None:
    context = frames[UPGC].select(*KEY, "game_id", "opponent_days_rest", theirs="days_rest")
    rows = frames[MLFS].join(context, on=[*KEY, "game_id"], how="left", validate="1:1")
    advantage = (pl.col("days_rest") - pl.col("opponent_days_rest")).clip(-2, 2)
    assert rows.filter(pl.col(COLUMN[9]).ne_missing(advantage.cast(pl.Float64))).is_empty()
    assert rows.filter(pl.col("theirs").is_not_null() & (pl.col("theirs") != pl.col("days_rest"))).is_empty()
    assert rows.filter((pl.col("days_rest") == 1) != (pl.col(COLUMN[16]) == 1)).is_empty()


def test_a_full_date_is_fresh_on_average(frames: Frames) -> None:
    """The score, not what it takes away: near 95, not near 0."""
    full = frames[MLFS].group_by("game_date").agg(pl.col(COLUMN[5]).mean(), pl.len()).filter(pl.col("len") >= 100)
    assert full.height > 300
    assert 92 < full[COLUMN[5]].mean() < 96
    assert full[COLUMN[5]].min() > 80


def test_shares_that_are_known_of_real_seasons(frames: Frames) -> None:
    rows = frames[MLFS]
    assert rows[COLUMN[4]].max() == 4
    regular = frames[TOGS].filter(pl.col("nba_game_id").str.starts_with("00223")).select("game_id")
    assert round((rows.join(regular, on="game_id", how="semi")[COLUMN[30]] == 0).mean(), 2) == 0.21
    assert 0.03 < (rows["hist_games_found"] < 5).mean() < 0.07
    for index in (11, 21, 34):
        few = pl.col("hist_games_found") < 5
        assert rows.filter(few & pl.col(COLUMN[index]).is_not_null()).is_empty()
    assert rows.filter((pl.col("hist_games_found") >= 5) & pl.col(COLUMN[34]).is_null()).is_empty()


def test_no_feature_is_constant_on_a_full_date(frames: Frames) -> None:
    """But what needs a feed that is not there, and what waits for a projection; minutes do not change in autumn."""
    winter = ~pl.col("game_date").dt.month().is_in([10, 11])
    full = frames[MLFS].filter(pl.len().over("game_date") >= 200, winter)
    assert full["game_date"].n_unique() > 50
    places = (*range(4), 5, 7, 9, 11, 12, 13, 14, 15, *range(21, 25), *range(29, 33), 34, 35)
    values = full.group_by("game_date").agg(pl.col([COLUMN[index] for index in places]).n_unique())
    assert {index for index in places if values[COLUMN[index]].min() == 1} == set()
    weekly = frames[MLFS].group_by_dynamic("game_date", every="1w").agg(pl.col(COLUMN[16]).n_unique(), pl.len())
    assert (weekly.filter(pl.col("len") >= 700)[COLUMN[16]] == 2).all()
    assert frames[MLFS][COLUMN[8]].unique().to_list() == [0.0]


def test_only_the_season_without_shots_is_warned_of(real_backfill: tuple[Lake, Summary], frames: Frames) -> None:
    """Of it as many rows as lack something after the fifth week; nowhere do rows repeat, or lack the tables before."""
    _, summary = real_backfill
    counts = summary.tallies["features"].counts
    day = (pl.col("game_date") - pl.lit(OPENERS[2021])).dt.total_days()
    lacking = frames[MLFS].filter(pl.col("season_year") == 2021, day > 35, pl.col("required_default_count") > 0)
    assert {k: n for k, n in counts.items() if k[0] == "required_defaults"} == {
        ("required_defaults", "2021-22"): lacking.height
    }
    assert not [key for key in counts if key[0] in ("few_upstream_rows", "identical_features")]


# What is not known.


def test_without_the_feeds_their_features_are_unknown_everywhere(frames: Frames) -> None:
    rows = frames[MLFS]
    for index in (10, 25, 26, 27, 33):
        assert rows[COLUMN[index]].null_count() == rows.height
    assert (rows[COLUMN[28]] == 0).all()
    assert set(rows["vegas_line_source"]) == {"none"}


def test_shares_of_shots_are_unknown_only_without_a_game_with_zones(frames: Frames) -> None:
    """Counted once more from the last ten games of each row; whoever has a row of the analysis has them from there."""
    zones = ("paint_attempts", "mid_range_attempts", "three_attempts_pbp")
    games = frames[PGS].select(
        "player_lookup", hist_game_dates="game_date", shots=pl.sum_horizontal(zones, ignore_nulls=False)
    )
    rows = frames[MLFS].select(*KEY, "hist_game_dates", unknown=pl.col(COLUMN[18]).is_null(), of=label(18))
    lately = rows.explode("hist_game_dates").join(games, on=["player_lookup", "hist_game_dates"], how="left")
    counted = lately.group_by(KEY).agg(pl.col("shots").sum(), pl.first("unknown"), pl.first("of"))
    assert counted.height == rows.height
    assert counted.filter(pl.col("unknown") & (pl.col("shots") > 0)).is_empty()
    assert counted.filter(~pl.col("unknown") & (pl.col("of") == PHASE3) & (pl.col("shots") == 0)).is_empty()
    assert set(counted.filter("unknown")["of"]) == {MISSING}
    assert counted["unknown"].sum() > 5_000, "the shots of the first season end in January"
    later = frames[MLFS].filter(pl.col("season_year") > 2021)
    assert later[COLUMN[18]].is_null().mean() < 0.02
    for index in (19, 20):
        assert frames[MLFS][COLUMN[index]].is_null().equals(frames[MLFS][COLUMN[18]].is_null())


def test_defences_are_unknown_until_the_opponent_has_15_games(frames: Frames) -> None:
    rows = frames[MLFS].with_columns(unknown=pl.col(COLUMN[13]).is_null())
    assert rows.filter(pl.col("unknown") != pl.col(COLUMN[14]).is_null()).is_empty()
    for year, opener in OPENERS.items():
        season = rows.filter(season_year=year)
        number = (pl.col("game_date") - opener).dt.total_days()
        assert season.filter(number < 25)["unknown"].all()
        assert not season.filter(number > 40)["unknown"].any()


def test_the_mean_against_nobody_is_that_of_the_season(frames: Frames) -> None:
    rows = frames[MLFS]
    nobody = pl.col(COLUMN[30]) == 0
    assert rows.filter(nobody & (pl.col(COLUMN[29]) != pl.col(COLUMN[2]))).is_empty()
    assert rows.filter(nobody != (label(29) == PHASE3)).is_empty()
    assert rows.filter(label(30) != OPPONENT_HISTORY).is_empty()


def test_most_rows_are_for_training_once_everybody_has_played(frames: Frames) -> None:
    """Of seasons with shots of every game, from the sixth week on."""
    rows = frames[MLFS].filter(pl.col("season_year") > 2021, pl.col("game_date").dt.month().is_in([1, 2, 3]))
    assert rows["is_training_ready"].mean() > 0.9
    assert rows.filter(pl.col("is_training_ready") & (pl.col("required_default_count") > 0)).is_empty()
    assert set(rows.filter("is_training_ready")["quality_tier"]) <= {"gold", "silver"}


# Both engines.

#: The first date of a season, the week in which trades end, a day that comes every four years, one game of the finals.
CHOSEN = {
    2021: (date(2021, 11, 2), date(2022, 2, 11), date(2022, 6, 16)),
    2022: (date(2022, 11, 1), date(2023, 2, 10), date(2023, 6, 12)),
    2023: (date(2023, 11, 8), date(2024, 2, 9), date(2024, 2, 29), date(2024, 6, 17)),
}


@pytest.mark.parametrize("year", CHOSEN)
def test_both_engines_make_the_same_of_chosen_dates(
    year: int, real_backfill: tuple[Lake, Summary], frames: Frames, records: pl.DataFrame
) -> None:
    """Read and computed for these dates alone, they are what the run has written among all others."""
    days = list(CHOSEN[year])
    assert all(played(frames).filter(game_date=day).height > 15 for day in days)
    raw = inputs(real_backfill[0], days)
    stages = [compute(engine, [MLFS], raw, days) for engine in ENGINES]
    stored = frames[MLFS].filter(pl.col("game_date").is_in(days))
    noted = records.filter(pl.col("analysis_date").is_in(days))
    for stage in stages:
        rows, lost = made_of(stage)
        assert differences(stored, rows, KEY) == []
        assert differences(noted, lost, ("analysis_date", "entity_id", "failure_category")) == []
    assert stages[0].tally.counts == stages[1].tally.counts


def inputs(lake: Lake, days: list[date]) -> Frames:
    return read_inputs(lake, [name for name, t in declarations().items() if t.stage == FEATURES_STAGE], days, Tally())


def made_of(stage: StageRun) -> tuple[pl.DataFrame, pl.DataFrame]:
    table = stage.tables[MLFS]
    assert table.frame is not None, table.error
    assert table.records is not None
    return table.frame, table.records


def test_a_date_with_a_final_and_an_unplayed_game(real_backfill: tuple[Lake, Summary], frames: Frames) -> None:
    """Who is listed for the one, who played in the others: their rows stay as they are, on both engines."""
    day, matchup = date(2024, 2, 29), "20240229_OKC_SAS"
    raw = inputs(real_backfill[0], [day])
    ours = (pl.col("game_date") == day) & (pl.col("home_team_tricode") == "SAS")
    status = pl.when(ours).then(1).otherwise("game_status").cast(pl.Int64)
    raw["nbac_schedule"] = raw["nbac_schedule"].with_columns(game_status=status)
    one, other = (made_of(compute(engine, [MLFS], raw, [day])) for engine in ENGINES)
    assert differences(one[0], other[0], KEY) == []
    assert differences(one[1], other[1], ("entity_id", "failure_category")) == []
    stored = frames[MLFS].filter(game_date=day)
    elsewhere = pl.col("game_id") != matchup
    assert differences(one[0].filter(elsewhere), stored.filter(elsewhere), KEY) == []
    listed, who_played = (rows.filter(~elsewhere)["player_lookup"] for rows in (one[0], stored))
    assert set(who_played) <= set(listed)
    assert 15 < who_played.len() < listed.len()


def test_other_results_of_the_date_and_later_move_nothing(real_backfill: tuple[Lake, Summary], frames: Frames) -> None:
    """Points, minutes, shots, paces, ratings and who won; who played stays."""
    day = date(2024, 2, 29)
    raw = inputs(real_backfill[0], [day])
    for name in (PGS, TOGS, "team_defense_game_summary"):
        numbers = pl.selectors.numeric() - pl.selectors.by_name("season_year")
        late_rows = (pl.col("game_date") >= day) & (PLAYED if name == PGS else pl.lit(True))
        raw[name] = raw[name].with_columns(pl.when(late_rows).then(numbers * 3 + 1).otherwise(numbers))
    assert raw[PGS].filter(game_date=day)["points"].max() > 90
    rows, _ = made_of(compute("polars", [MLFS], raw, [day]))
    assert differences(rows, frames[MLFS].filter(game_date=day), KEY) == []


# Labels.

#: Player and season -> points, rebounds, assists and threes of the regular season, as the league has published them.
TOTALS = {
    ("traeyoung", 2021): (2155, 284, 737, 233),
    ("nikolajokic", 2021): (2004, 1019, 584, 97),
    ("jaysontatum", 2022): (2225, 649, 342, 240),
    ("lukadoncic", 2023): (2370, 647, 686, 284),
    ("stephencurry", 2023): (1956, 330, 379, 357),
}


def test_labels_are_one_row_for_every_row_of_the_summary(frames: Frames) -> None:
    labels, summary = frames[LABELS], frames[PGS]
    assert labels.select(KEY).equals(summary.select(KEY))
    assert (labels["y_played"] == summary.select(PLAYED.fill_null(False)).to_series()).all()
    copies = {"y_points": "points", "y_minutes": "minutes_played", "y_assists": "assists"}
    copies |= {
        "y_threes": "three_pt_makes",
        "y_usage_rate": "usage_rate",
        "game_id": "game_id",
        "team_abbr": "team_abbr",
    }
    for mine, theirs in copies.items():
        assert labels[mine].equals(summary[theirs].alias(mine))
    assert labels["y_rebounds"].equals(
        (summary["offensive_rebounds"] + summary["defensive_rebounds"]).alias("y_rebounds")
    )
    assert labels["game_date"].min() == FIRST


@pytest.mark.parametrize(("player", "season"), TOTALS)
def test_season_totals_of_the_labels_are_the_published_ones(frames: Frames, player: str, season: int) -> None:
    regular = frames[TOGS].filter(pl.col("nba_game_id").str.starts_with("002")).select("game_id").unique()
    rows = frames[LABELS].filter(player_lookup=player, season_year=season).join(regular, on="game_id", how="semi")
    sums = rows.select(pl.col("y_points", "y_rebounds", "y_assists", "y_threes").sum()).row(0)
    assert sums == TOTALS[player, season]


def test_every_row_of_the_store_has_its_labels(frames: Frames) -> None:
    """Of the same game: whoever has features has played."""
    rows = frames[MLFS].join(frames[LABELS], on=KEY, how="left", validate="1:1", suffix="_label")
    assert rows.filter(pl.col("game_id") != pl.col("game_id_label")).is_empty()
    assert rows["y_played"].all()
    assert rows["y_points"].null_count() == 0
    # What a mean of ten games knows of the next one, in every season.
    for year in OPENERS:
        season = rows.filter(season_year=year)
        assert 0.6 < season.select(pl.corr(COLUMN[1], "y_points")).item() < 0.8
