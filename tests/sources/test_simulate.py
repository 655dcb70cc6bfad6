from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import polars as pl
import pytest

from nbaproc.boundary import schema
from nbaproc.raw.contract import RAW_TABLES, STATISTICS
from nbaproc.sources.simulate import ALL_STARS, simulate, simulate_season
from nbaproc.sources.simulate_calendar import opener, regular_season
from nbaproc.sources.simulate_league import TEAMS, lookup, rosters_of

SEED, YEARS = 7, (2022, 2023)
Season = dict[str, pl.DataFrame]

MADE_AND_TRIED = [name for name in STATISTICS if name.startswith(("field", "three", "free"))]


@pytest.fixture(scope="session")
def league() -> dict[int, Season]:
    return dict(simulate(seasons=2, seed=SEED, start_season=YEARS[0]))


@pytest.fixture(params=YEARS)
def season(request: pytest.FixtureRequest, league: dict[int, Season]) -> Season:
    return league[request.param]


def prefix(column: str = "game_id") -> pl.Expr:
    return pl.col(column).str.slice(0, 3)


def final(season: Season, *prefixes: str) -> pl.DataFrame:
    games = season["nbac_schedule"].filter(pl.col("game_status") == 3, pl.col("home_team_score") > 0)
    return games.filter(prefix().is_in(prefixes)) if prefixes else games


def team_dates(games: pl.DataFrame) -> dict[str, list[date]]:
    sides = [games.select("game_date", team=f"{side}_team_tricode") for side in ("home", "away")]
    by_team = pl.concat(sides).sort("team", "game_date").group_by("team", maintain_order=True).agg("game_date")
    return dict(by_team.iter_rows())


def active(season: Season) -> pl.DataFrame:
    clock = pl.col("minutes").str.split_exact(":", 1)
    seconds = 60 * clock.struct[0].cast(pl.Int64) + clock.struct[1].cast(pl.Int64)
    return season["nbac_gamebook_player_stats"].filter(player_status="active").with_columns(seconds=seconds)


def test_a_season_alone_equals_the_season_within_the_league(league: dict[int, Season]) -> None:
    alone = simulate_season(SEED, YEARS[1], 1)
    assert alone.keys() == league[YEARS[1]].keys()
    assert all(frame.equals(league[YEARS[1]][name]) for name, frame in alone.items())


def test_a_seed_gives_the_same_league_on_every_machine(league: dict[int, Season]) -> None:
    champions = [final(season, "004").sort("game_date")["winning_team_tricode"][-1] for season in league.values()]
    points = [season["nbac_team_boxscore"]["points"].sum() for season in league.values()]
    assert (champions, points) == (["SAC", "POR"], [304054, 306190])


def test_another_seed_is_another_league() -> None:
    assert rosters_of(1, 2021) != rosters_of(2, 2021)
    assert regular_season(Random("1"), 2021) != regular_season(Random("2"), 2021)


def test_a_season_before_the_first_is_refused() -> None:
    with pytest.raises(ValueError, match="starts in 2000"):
        simulate_season(SEED, 1999, 0)


def test_shots_come_as_play_by_play_or_as_shot_chart(league: dict[int, Season]) -> None:
    common = {"nbac_schedule", "nbac_player_boxscores", "nbac_team_boxscore", "nbac_gamebook_player_stats"}
    assert league[YEARS[0]].keys() == common | {"nbac_play_by_play"}
    assert league[YEARS[1]].keys() == common | {"nbac_shot_chart"}


def test_frames_equal_their_declaration(season: Season) -> None:
    for name, frame in season.items():
        table = RAW_TABLES[name]
        assert dict(frame.schema) == schema(table)
        assert frame.columns == table.names
        assert frame.select(table.required).null_count().sum_horizontal().item() == 0
        assert frame["data_hash"].null_count() == frame["processed_at"].null_count() == frame.height
        assert not table.key or not frame.select(pl.struct(table.key).is_duplicated().any()).item()


def test_every_team_plays_82_games_half_of_them_at_home(season: Season) -> None:
    games = final(season, "002")
    assert games.height == 1230
    assert {team: len(dates) for team, dates in team_dates(games).items()} == dict.fromkeys(TEAMS, 82)
    assert set(Counter(games["home_team_tricode"]).values()) == {41}


def test_the_season_lasts_from_october_to_april(league: dict[int, Season]) -> None:
    for year, season in league.items():
        dates = final(season, "002")["game_date"]
        assert (dates.min(), dates.max()) == (opener(year), opener(year) + timedelta(days=173))


def test_no_team_plays_twice_on_a_date(season: Season) -> None:
    assert all(len(dates) == len(set(dates)) for dates in team_dates(final(season)).values())


def test_teams_play_on_two_days_in_a_row_but_not_on_three(season: Season) -> None:
    counts = []
    for dates in team_dates(final(season, "002")).values():
        gaps = [(later - earlier).days for earlier, later in pairwise(dates)]
        counts.append(gaps.count(1))
        assert (1, 1) not in set(pairwise(gaps))
    assert min(counts) >= 5
    assert 11 <= sum(counts) / 30 <= 16


def test_the_all_star_break_is_the_longest(season: Season) -> None:
    dates = final(season, "002")["game_date"].unique().sort()
    gaps = dates.diff().dt.total_days()
    assert gaps.max() == 7
    assert dates[gaps.arg_max()].month == 2
    assert 3 <= (gaps == 2).sum() <= 6  # single dates without games


def test_most_dates_have_five_to_twelve_games(season: Season) -> None:
    games = final(season, "002").group_by("game_date").len()["len"]
    assert games.is_between(4, 12).mean() > 0.9
    assert games.max() <= 15


def test_play_in_and_play_offs_are_played_to_the_end(season: Season) -> None:
    assert final(season, "005").height == 6
    games = final(season, "004").sort("game_date")
    series: dict[str, list[str]] = {}
    for game_id, winner in games.select("game_id", "winning_team_tricode").iter_rows():
        assert int(game_id[-1]) == len(series.setdefault(game_id[:-1], [])) + 1
        series[game_id[:-1]].append(winner)
    assert len(series) == 15
    for winners in series.values():
        assert winners.count(winners[-1]) == 4
        assert 4 <= len(winners) <= 7
    assert games["game_date"].max().month == 6


def test_some_games_count_for_nothing(league: dict[int, Season]) -> None:
    for year, season in league.items():
        counts = Counter(final(season)["game_id"].str.slice(0, 3))
        assert counts["001"] >= 3
        assert (counts["003"], counts["006"]) == (1, int(year >= 2023))
        stars = final(season, "003").select("home_team_tricode", "away_team_tricode").row(0)
        assert set(stars) == set(ALL_STARS)
        assert not set(stars) & set(TEAMS)


def test_postponed_games_are_listed_twice(season: Season) -> None:
    twice = season["nbac_schedule"].filter(pl.col("game_id").is_duplicated()).sort("game_id", "game_date")
    assert twice["game_status"].to_list() == [1, 3, 3, 3]
    assert twice["home_team_score"].is_not_null().to_list() == [False, True, False, True]


def test_tip_offs_are_wall_clock_time_of_the_game_date(season: Season) -> None:
    tips = season["nbac_schedule"].select("game_date", tip=pl.col("game_date_est"))
    assert (tips["tip"].dt.date() == tips["game_date"]).all()
    assert tips["tip"].dt.hour().is_between(13, 22).all()


def test_scores_are_points_of_the_team_rows(season: Season) -> None:
    points = season["nbac_team_boxscore"].select("nba_game_id", "is_home", "points")
    for side, is_home in (("home", True), ("away", False)):
        own = points.filter(is_home=is_home)
        joined = final(season).join(own, left_on="game_id", right_on="nba_game_id", validate="1:1")
        assert joined.height == final(season).height
        assert (joined["points"] == joined[f"{side}_team_score"]).all()
    assert points["points"].is_between(80, 150).all()
    home_wins = pl.col("home_team_score") > pl.col("away_team_score")
    winner = pl.when(home_wins).then("home_team_tricode").otherwise("away_team_tricode")
    assert final(season).select((winner == pl.col("winning_team_tricode")).all()).item()
    assert (final(season)["home_team_score"] != final(season)["away_team_score"]).all()


def test_team_rows_are_sums_of_player_rows(season: Season) -> None:
    players = season["nbac_player_boxscores"]
    sums = players.group_by("game_id", "team_abbr").agg(
        pl.col(*STATISTICS).sum(), minutes=pl.format("{}:00", pl.col("minutes").cast(pl.Int64).sum())
    )
    teams = season["nbac_team_boxscore"].drop("game_id").rename({"nba_game_id": "game_id"})
    short = {name: name.replace("field_goals", "fg").replace("pointers", "pt") for name in STATISTICS}
    names = {name: short[name].replace("free_throws", "ft") for name in STATISTICS} | {"minutes": "minutes"}
    wanted = sums.rename(names).sort("game_id", "team_abbr")
    assert teams.select(wanted.columns).sort("game_id", "team_abbr").equals(wanted)


def test_points_come_from_shots_and_free_throws(season: Season) -> None:
    row = season["nbac_player_boxscores"]
    twos = row["field_goals_made"] - row["three_pointers_made"]
    assert (row["points"] == 2 * twos + 3 * row["three_pointers_made"] + row["free_throws_made"]).all()
    for what in ("field_goals", "three_pointers", "free_throws"):
        assert (row[f"{what}_made"] <= row[f"{what}_attempted"]).all()
    assert (row["total_rebounds"] == row["offensive_rebounds"] + row["defensive_rebounds"]).all()
    assert row["personal_fouls"].is_between(0, 6).all()


def test_plus_minus_adds_up_to_five_times_the_margin(season: Season) -> None:
    sums = season["nbac_player_boxscores"].group_by("game_id", "team_abbr").agg(pl.col("points", "plus_minus").sum())
    margin = 2 * pl.col("points") - pl.col("points").sum().over("game_id")
    assert sums.select((5 * margin == pl.col("plus_minus")).all()).item()


def test_playing_time_adds_up_with_and_without_overtime(season: Season) -> None:
    rows = active(season)
    sums = rows.group_by("game_id", "team_abbr").agg(pl.col("seconds").sum(), longest=pl.col("seconds").max())
    assert set(sums["seconds"]) >= {14400, 15900}
    assert ((sums["seconds"] - 14400) % 1500 == 0).all()
    assert sums.group_by("game_id").agg(pl.col("seconds").n_unique())["seconds"].max() == 1
    assert (sums["longest"] <= sums["seconds"] // 5).all()
    assert 0.03 < (sums["seconds"] > 14400).mean() < 0.1
    whole = season["nbac_team_boxscore"].join(sums, on=["game_id", "team_abbr"])
    minutes = whole["minutes"].str.strip_suffix(":00").cast(pl.Int64)
    assert ((minutes - whole["seconds"] // 60).abs() <= 5).all()


def test_the_game_book_holds_the_same_lines_but_no_total_of_rebounds(season: Season) -> None:
    book, box = active(season), season["nbac_player_boxscores"]
    keys = ["game_date", "team_abbr", "player_lookup"]
    statistics = [name for name in STATISTICS if name != "total_rebounds"] + ["plus_minus"]
    both = book.select(*keys, *statistics).join(box, on=keys, validate="1:1")
    assert both.height == book.height
    assert all((both[name] == both[f"{name}_right"]).all() for name in statistics)
    assert season["nbac_gamebook_player_stats"]["total_rebounds"].is_null().all()


def test_a_few_games_have_no_game_book(season: Season) -> None:
    books = season["nbac_gamebook_player_stats"].select("game_date", "home_team_abbr").unique().height
    assert 2 <= final(season).height - books <= 10


def test_some_players_sit_out(season: Season) -> None:
    others = season["nbac_gamebook_player_stats"].filter(pl.col("player_status") != "active")
    assert Counter(others["player_status"]).keys() == {"dnp", "inactive"}
    assert others.select(pl.col("minutes", "plus_minus", *STATISTICS).is_null().all()).row(0) == (True,) * 17
    reasons = set(others.filter(player_status="dnp")["dnp_reason"])
    assert {"DNP - Coach's Decision", "NWT - Not With Team", "DND - Injury/Illness - Left Knee; Soreness"} <= reasons
    listed = season["nbac_gamebook_player_stats"].filter(pl.col("team_abbr").is_in(TEAMS))
    assert listed.group_by("game_id", "team_abbr").len()["len"].is_between(14, 17).all()


def test_some_appearances_last_less_than_half_a_minute(season: Season) -> None:
    assert 20 < (season["nbac_player_boxscores"]["minutes"] == "0").sum() < 400


def shots_by_player(season: Season) -> pl.DataFrame:
    """Attempts and makes of every player and game, counted from whatever shots the season has."""
    if "nbac_shot_chart" in season:
        chart = season["nbac_shot_chart"]
        shots = chart.select(game_id="GAME_ID", nba_player_id="PLAYER_ID", kind="SHOT_TYPE", made="SHOT_MADE_FLAG")
    else:
        plays = season["nbac_play_by_play"].filter(pl.col("actionType").is_in(["2pt", "3pt"]))
        made = (pl.col("shotResult") == "Made").cast(pl.Int64)
        shots = plays.select(game_id="gameId", nba_player_id="personId", kind="actionType", made=made)
    three = pl.col("kind").str.starts_with("3")
    return shots.group_by("game_id", "nba_player_id").agg(
        field_goals_made=pl.col("made").sum(),
        field_goals_attempted=pl.len(),
        three_pointers_made=pl.col("made").filter(three).sum(),
        three_pointers_attempted=three.sum(),
    )


def assert_box_score_equals(season: Season, counted: pl.DataFrame, names: list[str]) -> None:
    box = season["nbac_player_boxscores"].select("game_id", "nba_player_id", *names)
    both = box.join(counted, on=["game_id", "nba_player_id"], how="left", validate="1:1")
    assert counted.join(box, on=["game_id", "nba_player_id"], how="anti").height == 0
    assert all((both[name] == both[f"{name}_right"].fill_null(0)).all() for name in names)


def test_every_attempt_is_a_shot(season: Season) -> None:
    assert_box_score_equals(season, shots_by_player(season), MADE_AND_TRIED[:4])


def test_play_by_play_agrees_on_assists_blocks_and_free_throws(league: dict[int, Season]) -> None:
    season = league[YEARS[0]]
    plays = season["nbac_play_by_play"].rename({"gameId": "game_id"})
    for statistic, who in (("assists", "assistPersonId"), ("blocks", "blockPersonId")):
        counted = plays.filter(pl.col(who) > 0).group_by("game_id", nba_player_id=who).agg(pl.len().alias(statistic))
        assert_box_score_equals(season, counted, [statistic])
    throws = plays.filter(actionType="freethrow").group_by("game_id", nba_player_id="personId")
    made = (pl.col("shotResult") == "Made").sum()
    assert_box_score_equals(
        season, throws.agg(free_throws_made=made, free_throws_attempted=pl.len()), MADE_AND_TRIED[4:]
    )
    assert set(plays.filter(actionType="freethrow")["subType"]) >= {"1 of 1", "1 of 2", "2 of 2"}
    assert plays.filter(descriptor="technical")["subType"].unique().to_list() == ["1 of 1"]
    made_shots = plays.filter(pl.col("actionType").is_in(["2pt", "3pt"]), shotResult="Made")
    assert 0.55 < (made_shots["assistPersonId"] > 0).mean() < 0.65


def test_distances_fit_the_kind_of_shot(league: dict[int, Season]) -> None:
    plays = league[YEARS[0]]["nbac_play_by_play"].filter(pl.col("actionType").is_in(["2pt", "3pt"]))
    three = plays["actionType"] == "3pt"
    assert plays.filter(three)["shotDistance"].min() >= 22
    assert plays.filter(~three)["shotDistance"].max() < 23.75
    assert 0.6 < (plays.filter(~three)["shotDistance"] <= 8).mean() < 0.8


def test_traded_players_play_for_two_teams_but_never_on_one_date(season: Season) -> None:
    rows = season["nbac_player_boxscores"].filter(pl.col("team_abbr").is_in(TEAMS))
    teams = rows.group_by("nba_player_id").agg(pl.col("team_abbr").n_unique())["team_abbr"]
    assert 5 <= (teams == 2).sum() <= 24
    assert not rows.select(pl.struct("nba_player_id", "game_date").is_duplicated().any()).item()


def test_most_players_stay_in_the_league_and_some_change_teams(league: dict[int, Season]) -> None:
    people = [
        season["nbac_player_boxscores"]
        .filter(prefix() == "002")
        .group_by("nba_player_id", "player_full_name")
        .agg("team_abbr")
        for season in league.values()
    ]
    stayed = people[0].join(people[1], on=["nba_player_id", "player_full_name"])
    same_id = people[0].join(people[1], on="nba_player_id")
    assert stayed.height == same_id.height
    assert 250 < stayed.height < people[1].height - 50  # and there are rookies
    moved = stayed.filter(pl.col("team_abbr").list.last() != pl.col("team_abbr_right").list.first())
    assert moved.height > 20


def test_names_give_distinct_lookups(league: dict[int, Season]) -> None:
    rows = pl.concat([season["nbac_player_boxscores"] for season in league.values()])
    people = rows.select("nba_player_id", "player_full_name", "player_lookup").unique()
    assert people["player_lookup"].n_unique() == people["nba_player_id"].n_unique() == people.height
    assert people["player_lookup"].str.contains(r"^[a-z0-9]+$").all()
    assert [lookup(name) for name in people["player_full_name"]] == people["player_lookup"].to_list()
    for kind in (r" (Jr\.|III)$", "'", "-", r"[^\x00-\x7f]"):
        assert people["player_full_name"].str.contains(kind).any()
