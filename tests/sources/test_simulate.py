from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import polars as pl
import pytest

from nbaproc.boundary import schema
from nbaproc.lake import Lake
from nbaproc.raw.contract import RAW_TABLES, STATISTICS
from nbaproc.raw.schedule import eastern_instant
from nbaproc.raw.teams import TEAM_NAMES
from nbaproc.sources.raw_lake import merge
from nbaproc.sources.simulate import ALL_STARS, simulate, simulate_season
from nbaproc.sources.simulate_calendar import DEADLINE, opener, regular_season
from nbaproc.sources.simulate_feeds import FEED_TABLES, INJURIES, LINES, PROPS, ROSTERS, SECOND, feed_frames
from nbaproc.sources.simulate_league import TEAMS, lookup, rosters_of
from nbaproc.sources.simulate_squads import Meeting, choose_squad, make_season

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
    common = {
        "nbac_schedule",
        "nbac_player_boxscores",
        "nbac_team_boxscore",
        "nbac_gamebook_player_stats",
        *FEED_TABLES,
    }
    assert league[YEARS[0]].keys() == common | {"nbac_play_by_play"}
    assert league[YEARS[1]].keys() == common | {"nbac_shot_chart"}


def test_frames_equal_their_declaration(season: Season) -> None:
    for name, frame in season.items():
        table = RAW_TABLES[name]
        assert dict(frame.schema) == schema(table)
        assert frame.columns == table.names
        assert frame.select(table.required).null_count().sum_horizontal().item() == 0
        assert frame["data_hash"].null_count() == frame.height
        assert frame["processed_at"].null_count() == (0 if name in FEED_TABLES else frame.height)
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


# What is known before a game: lines, props, injury reports, rosters.


def covered(season: Season) -> pl.DataFrame:
    """Games that books and reports cover, with the instant of their tip-off."""
    games = final(season, "002", "004", "005", "006")
    tip = eastern_instant(pl.col("game_date_est").dt.replace_time_zone(None))
    return games.select("game_date", "game_date_est", home="home_team_tricode", away="away_team_tricode", tip=tip)


def with_game(season: Season, feed: str) -> pl.DataFrame:
    rows = season[feed].rename({"home_team_abbr": "home", "away_team_abbr": "away"})
    return rows.join(covered(season), on=["game_date", "home", "away"], validate="m:1")


def played(season: Season) -> pl.DataFrame:
    columns = ["game_date", "player_lookup", "team_abbr", "points"]
    return season["nbac_player_boxscores"].filter(pl.col("team_abbr").is_in(TEAMS)).select(columns)


def test_the_feeds_are_the_same_on_every_machine(league: dict[int, Season]) -> None:
    season = league[YEARS[0]]
    heights = {name: season[name].height for name in FEED_TABLES}
    assert heights == {LINES: 35338, PROPS: 96591, SECOND: 31932, INJURIES: 29596, ROSTERS: 17721}
    assert (season[LINES]["outcome_point"].sum(), season[PROPS]["points_line"].sum()) == (3957789, 1452590)


@pytest.mark.parametrize("name", FEED_TABLES)
def test_no_row_of_a_feed_is_there_twice_and_all_are_in_order(season: Season, name: str) -> None:
    rows = season[name].drop("processed_at", "data_hash")
    assert not rows.is_duplicated().any()
    assert rows[RAW_TABLES[name].date].is_sorted()


def test_feeds_cover_games_that_count_and_no_others(season: Season) -> None:
    dates = covered(season)["game_date"].unique()
    for name in (LINES, PROPS, SECOND, INJURIES):
        assert set(season[name]["game_date"]) == set(dates)
    assert with_game(season, LINES).height == season[LINES].height
    assert with_game(season, PROPS).height == season[PROPS].height


def test_every_game_has_lines_before_its_tip_off_and_some_after(season: Season) -> None:
    rows = with_game(season, LINES)
    assert (rows["commence_time"] == rows["tip"]).all()
    assert set((rows["tip"] - rows["game_date_est"]).dt.total_hours()) == {4, 5}
    before = rows.filter(pl.col("snapshot_timestamp") < pl.col("tip"))
    per_game = before.group_by("game_date", "home").agg(
        pl.col("snapshot_timestamp", "bookmaker_key", "market_key").n_unique()
    )
    assert per_game.height == covered(season).height
    assert set(per_game["snapshot_timestamp"]) == {2, 3}
    assert Counter(per_game["bookmaker_key"]).keys() == {1, 2, 3}
    assert 0 < (per_game["market_key"] == 1).sum() < 20  # the only book has no total
    after = rows.filter(pl.col("snapshot_timestamp") > pl.col("tip"))
    assert 80 < after.select("game_date", "home").n_unique() < 200
    assert before["snapshot_timestamp"].max() > before["game_date_est"].max()  # an instant, not a wall clock


def test_the_two_spreads_and_the_two_totals_agree(season: Season) -> None:
    rows = season[LINES]
    assert set(rows["home_team"].str.to_uppercase()) <= set(TEAM_NAMES)
    assert (2 * rows["outcome_point"] == (2 * rows["outcome_point"]).round()).all()
    key = ["game_date", "home_team", "bookmaker_key", "snapshot_timestamp"]
    spreads = rows.filter(market_key="spreads").group_by(key).agg("outcome_name", "outcome_point")
    assert (spreads["outcome_point"].list.sum() == 0).all()
    assert (spreads["outcome_name"].list.n_unique() == 2).all()
    totals = rows.filter(market_key="totals").group_by(key).agg("outcome_name", "outcome_point")
    assert (totals["outcome_point"].list.n_unique() == 1).all()
    assert set(totals["outcome_name"].list.sort().list.join(" ")) == {"Over Under"}
    assert 0 < spreads.height - totals.height < 0.1 * spreads.height


def test_the_better_team_is_the_favourite(season: Season) -> None:
    rows = with_game(season, LINES).filter(pl.col("snapshot_timestamp") < pl.col("tip"))
    home = rows.filter(pl.col("outcome_name") == pl.col("home_team")).group_by("game_date", "home")
    spreads = home.agg(spread=pl.col("outcome_point").mean())
    margin = (pl.col("home_team_score") - pl.col("away_team_score")).alias("margin")
    games = final(season).select("game_date", margin, home="home_team_tricode").join(spreads, on=["game_date", "home"])
    assert -0.5 < games.select(pl.corr("spread", "margin")).item() < -0.2
    assert games["spread"].is_between(-25, 25).all()
    assert -1 < (games["spread"] + games["margin"]).mean() < 1
    totals = rows.filter(outcome_name="Over").group_by("game_date", "home").agg(total=pl.col("outcome_point").mean())
    points = final(season).select(
        "game_date", home="home_team_tricode", points=pl.col("home_team_score") + pl.col("away_team_score")
    )
    errors = points.join(totals, on=["game_date", "home"]).select(pl.col("points") - pl.col("total")).to_series()
    assert -3 < errors.mean() < 3


def test_what_is_known_before_a_game_does_not_depend_on_it_or_on_later_ones() -> None:
    season = make_season(SEED, 2022)
    fixtures, _ = regular_season(Random("calendar"), 2022)
    rng = Random("scores")
    meetings = []
    for fixture in fixtures[:240]:
        squads = [choose_squad(rng, season, code, 10) for code in (fixture.away, fixture.home)]
        points = [[int(30 * rng.random()) for _ in squad.players] for squad in squads]
        meetings.append(Meeting(fixture, (squads[0], squads[1]), (points[0], points[1])))
    last = fixtures[119].game_date
    other = [
        m._replace(points=([9 * p for p in m.points[0]], [0] * len(m.points[1]))) if m.fixture.game_date >= last else m
        for m in meetings
    ]
    one, two = feed_frames(season, meetings), feed_frames(season, other[::-1])
    for name in (LINES, INJURIES, ROSTERS):
        assert one[name].equals(two[name])
    for name in (PROPS, SECOND):
        until = pl.col("game_date") <= last
        assert one[name].filter(until).height > 1000
        assert one[name].filter(until).equals(two[name].filter(until))
        assert not one[name].equals(two[name])  # later lines follow the games before them


def test_points_lines_are_near_what_players_score(season: Season) -> None:
    rows = with_game(season, PROPS).filter(pl.col("snapshot_timestamp") < pl.col("tip"))
    assert (rows["game_start_time"] == rows["tip"]).all()
    assert (rows["bookmaker_last_update"] <= rows["snapshot_timestamp"]).all()
    assert (rows["snapshot_timestamp"] < rows["processed_at"]).all()
    assert (2 * rows["points_line"] % 2 == 1).mean() > 0.8
    assert rows["points_line"].min() >= 0.5
    lines = rows.group_by("game_date", "player_lookup").agg(line=pl.col("points_line").mean(), n=pl.len())
    both = lines.join(played(season), on=["game_date", "player_lookup"], validate="1:1")
    assert 0.4 < (both["points"] > both["line"]).mean() < 0.55
    assert -1 < (both["points"] - both["line"]).mean() < 1
    assert both.select(pl.corr("points", "line")).item() > 0.5
    assert 50 < lines.height - both.height < 0.1 * lines.height  # they were expected to play and did not
    teams = both.group_by("game_date", "team_abbr").len()["len"]
    assert 6 < teams.mean() < 8
    assert teams.max() == 8


def test_points_lines_move_and_jump_once_the_game_is_on(season: Season) -> None:
    rows = with_game(season, PROPS).with_columns(after=pl.col("snapshot_timestamp") > pl.col("tip"))
    key = ["game_date", "player_lookup", "bookmaker"]
    before = rows.filter(~pl.col("after")).sort("snapshot_timestamp").group_by(key).agg("points_line")
    assert 0.4 < before.select((pl.col("points_line").list.n_unique() == 2).mean()).item() < 0.8
    after = rows.filter("after").join(before, on=key)
    assert 0.01 < after.height / rows.height < 0.1
    assert (after["points_line"] != after["points_line_right"].list.last()).mean() > 0.95


def test_the_second_feed_is_smaller_and_has_players_of_its_own(season: Season) -> None:
    rows, first = season[SECOND], season[PROPS]
    assert rows.height < 0.5 * first.height
    assert set(rows["market_type"]) == {"points"}
    sides = rows.group_by("game_date", "player_lookup", "bookmaker").agg("bet_side", pl.col("points_line").n_unique())
    assert set(sides["bet_side"].list.sort().list.join(" ")) == {"over under"}
    assert (sides["points_line"] == 1).all()
    key = ["game_date", "player_lookup"]
    own = rows.unique(key).join(first, on=key, how="anti").height
    assert 0.3 < own / rows.unique(key).height < 0.7
    assert 0 < rows["opening_line"].null_count() < 0.1 * rows.height
    assert 0 < (~rows["is_active"]).sum() < 0.1 * rows.height
    assert not rows["player_name"].str.contains(r" (Jr\.|II|III)$").any()
    assert rows["player_lookup"].str.contains(r"(jr|ii|iii)$").any()
    teams = played(season).join(rows.filter(bet_side="over"), on=key)
    tips = pl.concat([covered(season).select("game_date", "game_date_est", team_abbr=s) for s in ("home", "away")])
    timed = teams.join(tips, on=["game_date", "team_abbr"])
    late = timed["bookmaker_last_update"] > timed["game_date_est"]  # both wall clocks
    assert 0.02 < late.mean() < 0.1


STATUSES = {"out", "doubtful", "questionable", "probable", "available"}


def test_injury_reports_are_of_the_eve_and_the_day(season: Season) -> None:
    rows = season[INJURIES]
    hours = rows.select((pl.col("game_date") - pl.col("report_date")).dt.total_days(), "report_hour").rows()
    assert Counter(hours).keys() == {(1, 17), (0, 11), (0, 17)}
    assert set(rows["injury_status"].str.to_lowercase()) == STATUSES
    assert set(rows["injury_status"]) == STATUSES | {status.title() for status in STATUSES}
    assert rows["confidence_score"].is_between(0.9, 1).all()
    categories = dict(rows.select(pl.col("reason").str.split(" - ").list.first(), "reason_category").unique().rows())
    assert categories == {
        "Injury/Illness": "injury",
        "G League": "g_league",
        "Rest": "rest",
        "Personal Reasons": "personal",
        "Not With Team": "not_with_team",
        "League Suspension": "suspension",
    }
    assert 0.1 < (rows["reason_category"] == "g_league").mean() < 0.5
    key = ["report_date", "report_hour", "game_date", "player_lookup"]
    assert not rows.select(pl.struct(key).is_duplicated().any()).item()


def test_teams_that_played_the_night_before_have_no_report_of_the_eve(season: Season) -> None:
    games = covered(season)
    sides = pl.concat([games.select(pl.col("game_date").alias("report_date"), team=s) for s in ("home", "away")])
    eve = season[INJURIES].filter(pl.col("report_date") < pl.col("game_date"))
    assert eve.join(sides, on=["report_date", "team"]).height == 0
    assert eve.height > 5000


def test_reports_say_who_will_not_play_and_change_their_mind(season: Season) -> None:
    key = ["game_date", "player_lookup"]
    status = pl.col("injury_status").str.to_lowercase()
    ordered = season[INJURIES].sort("report_date", "report_hour").with_columns(status=status)
    last = ordered.group_by(key).agg("status")
    appeared = played(season).select(*key, "team_abbr")
    book = season["nbac_gamebook_player_stats"].filter(pl.col("game_id").str.contains(r"_[A-Z]{3}_[A-Z]{3}$"))
    book = book.join(
        covered(season).select("game_date", "home"),
        left_on=["game_date", "home_team_abbr"],
        right_on=["game_date", "home"],
    )
    missing = book.filter((pl.col("player_status") != "active") & (pl.col("dnp_reason") != "DNP - Coach's Decision"))
    assert missing.join(last, on=key, how="anti").height == 0
    final_word = last.with_columns(final=pl.col("status").list.last()).join(appeared, on=key, how="left")
    shares = dict(final_word.group_by("final").agg(pl.col("team_abbr").is_not_null().mean()).rows())
    assert shares["out"] == 0
    assert 0.2 < shares["doubtful"] < 0.7 < min(shares["questionable"], shares["probable"]) < shares["available"] < 1
    assert (last["status"].list.n_unique() > 1).mean() > 0.15
    was_out = final_word.filter(pl.col("status").list.first() == "out", pl.col("team_abbr").is_not_null())
    assert was_out.height > 20


def test_rosters_are_looked_at_about_weekly(season: Season) -> None:
    looks = season[ROSTERS].group_by("team_abbr", "roster_date").agg(pl.col("scrape_hour").n_unique(), n=pl.len())
    assert looks["scrape_hour"].max() == 2
    assert looks.filter(scrape_hour=1)["n"].is_between(14, 17).all()
    gaps = looks.sort("team_abbr", "roster_date").select(
        pl.col("roster_date").diff().over("team_abbr").dt.total_days().alias("gap")
    )["gap"]
    assert set(gaps.drop_nulls()) <= {7, 14, 21}
    assert (gaps == 7).mean() > 0.85
    assert looks["team_abbr"].n_unique() == 30


def test_rosters_cover_who_plays_and_follow_trades(league: dict[int, Season]) -> None:
    for year, season in league.items():
        rosters = season[ROSTERS].select("team_abbr", "player_lookup", roster_date="roster_date").unique()
        looks = rosters.select("team_abbr", "roster_date").unique().sort("roster_date")
        counted = final(season, "002", "004", "005")["game_date"]
        rows = played(season).filter(pl.col("game_date").is_in(counted.implode())).sort("game_date")
        seen = rows.join_asof(
            looks,
            left_on="game_date",
            right_on="roster_date",
            by="team_abbr",
            strategy="backward",
            coalesce=False,
            check_sortedness=False,
        )
        lost = seen.join(rosters, on=["team_abbr", "player_lookup", "roster_date"], how="anti")
        deadline = opener(year) + timedelta(days=DEADLINE)
        assert seen["roster_date"].null_count() == 0
        assert 0 < lost.height < 0.005 * seen.height  # traded players, until the next look
        assert lost["game_date"].is_between(deadline, deadline + timedelta(days=22), closed="right").all()
        assert (
            5 <= (rosters.group_by("player_lookup").agg(pl.col("team_abbr").n_unique())["team_abbr"] == 2).sum() <= 24
        )


def test_ages_follow_from_births_and_a_few_are_unknown(league: dict[int, Season]) -> None:
    rows = pl.concat([season[ROSTERS] for season in league.values()])
    births = rows.drop_nulls("birth_date").group_by("player_lookup").agg(pl.col("birth_date").n_unique())
    assert (births["birth_date"] == 1).all()
    assert 0.05 < rows["birth_date"].null_count() / rows.height < 0.2
    assert 0 < rows["age"].null_count() < rows["birth_date"].null_count()
    assert rows["age"].drop_nulls().is_between(19, 42).all()
    day, birth = pl.col("roster_date"), pl.col("birth_date")
    early = (day.dt.strftime("%m%d") < birth.dt.strftime("%m%d")).cast(pl.Int32)
    known = rows.drop_nulls("birth_date")
    age = day.dt.year() - birth.dt.year() - early
    assert known.select((age == pl.col("age")).all()).item()


def test_storing_feeds_again_adds_nothing_and_takes_nothing_away(league: dict[int, Season], tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    rows = league[YEARS[0]][ROSTERS].drop("data_hash")
    half = rows.filter(pl.col("roster_date").dt.day() < 15)
    assert merge(lake, {ROSTERS: [half]}).tables[ROSTERS].new == half.height
    stored = merge(lake, {ROSTERS: [rows]}).tables[ROSTERS]
    assert (stored.new, stored.unchanged) == (rows.height - half.height, half.height)
    again = merge(lake, {ROSTERS: [half]}).tables[ROSTERS]
    assert (again.new, again.unchanged, again.files) == (0, half.height, 0)
    assert lake.read_whole(RAW_TABLES[ROSTERS]).drop("data_hash").equals(rows)
