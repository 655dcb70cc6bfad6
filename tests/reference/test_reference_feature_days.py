"""Feature store, a whole date: who has a row, who a record, what is checked, and what may not change a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nbaproc.features import FEATURES
from nbaproc.reference import build
from nbaproc.reference.canonical import row_hash
from nbaproc.reference.feature_checks import check_day, count_required_defaults, four_digits
from nbaproc.reference.feature_day import feature_rows
from nbaproc.reference.feature_roster import read_roster
from nbaproc.reference.look_back import Made
from nbaproc.reference.notes import Notes
from nbaproc.reference.season_days import SeasonDays
from tests.reference.feature_store_world import CACHE, CONTEXT, DEFENSE, FACTORS, ROW, SHOTS, D, day_at
from tests.reference.look_back_world import (
    MLFS,
    OPENER,
    PCF,
    PDC,
    PGS,
    PSZA,
    TABLES,
    TDGS,
    TDZA,
    TOGS,
    UPGC,
    build_one,
    game_id,
    offense_row,
    on,
    player_row,
    schedule_row,
    season,
)

NUGGETS = {"home": "DEN", "away": "LAL", "game_id": "0022399999"}
NUGGETS_ID = game_id(D, "DEN", "LAL")
NOT_OVER = {"game_status": 1, "home_team_score": None, "away_team_score": None}


def roster_of(schedule, players=(), context=()):
    """The players of a date with their games, and the findings as (kind, id, category, reason)."""
    roster, findings = read_roster(day_at(D, schedule, players), context)
    found = [(f.entity_type, f.entity_id, f.category.name, f.reason) for f in findings]
    return {row.lookup: row.game.game_id for row in roster}, found


# Who has a place.


def test_a_game_that_is_over_has_those_who_played():
    players = [player_row("celtic", D), player_row("bench", D, is_dnp=True), player_row("zero", D, points=None)]
    players += [player_row("elsewhere", D, game_id="20240115_CHI_MIA"), player_row("later", D + timedelta(days=1))]
    expected = [CONTEXT | {"player_lookup": "expected"}]
    roster, found = roster_of([schedule_row(D)], players, expected)
    assert (roster, found) == ({"celtic": game_id(D)}, [])


def test_a_game_that_is_not_over_has_everybody_expected():
    expected = [CONTEXT, CONTEXT | {"player_lookup": "out", "player_status": "out"}]
    expected.append(CONTEXT | {"player_lookup": "elsewhere", "game_id": NUGGETS_ID})
    roster, found = roster_of([schedule_row(D, **NOT_OVER)], [player_row("played", D)], expected)
    assert (roster, found) == ({"celtic": game_id(D), "out": game_id(D)}, [])


def test_one_game_over_and_one_not():
    schedule = [schedule_row(D), schedule_row(D, **NUGGETS, **NOT_OVER)]
    nugget = CONTEXT | {"player_lookup": "nugget", "game_id": NUGGETS_ID, "team_abbr": "DEN"}
    roster, found = roster_of(schedule, [player_row("celtic", D)], [nugget, CONTEXT])
    assert (roster, found) == ({"celtic": game_id(D), "nugget": NUGGETS_ID}, [])


def test_identity_comes_from_the_row_of_the_roster():
    players = [player_row("celtic", D, "NYK", universal_player_id=None)]
    [row], _ = read_roster(day_at(D, [schedule_row(D)], players), [CONTEXT])
    assert (row.person, row.team, row.opponent, row.is_home) == (None, "NYK", "BOS", False)
    [row], _ = read_roster(day_at(D, [schedule_row(D, **NOT_OVER)], players), [CONTEXT])
    assert (row.person, row.team, row.opponent, row.is_home) == ("celtic_001", "BOS", "NYK", True)


def test_a_player_of_two_games_keeps_the_one_that_is_over():
    schedule = [schedule_row(D, **NOT_OVER), schedule_row(D, **NUGGETS)]
    players = [player_row("celtic", D, "DEN", game_id=NUGGETS_ID)]
    roster, found = roster_of(schedule, players, [CONTEXT])
    assert roster == {"celtic": NUGGETS_ID}
    why = f"{NUGGETS_ID} kept, {game_id(D)} left out"
    assert found == [("PLAYER", "celtic", "DUPLICATE_PLAYER", why)]


def test_among_equals_a_player_keeps_the_smaller_id():
    schedule = [schedule_row(D, **NOT_OVER), schedule_row(D, **NUGGETS, **NOT_OVER)]
    roster, found = roster_of(schedule, context=[CONTEXT, CONTEXT | {"game_id": NUGGETS_ID}])
    assert roster == {"celtic": NUGGETS_ID}
    assert game_id(D) > NUGGETS_ID
    assert found == [("PLAYER", "celtic", "DUPLICATE_PLAYER", f"{NUGGETS_ID} kept, {game_id(D)} left out")]


def test_a_game_that_is_over_and_has_nobody_who_played():
    why = "player_game_summary has no row of anybody who played in this final game"
    for players in ([], [player_row("bench", D, is_dnp=True)]):
        roster, found = roster_of([schedule_row(D)], players, [CONTEXT])
        assert (roster, found) == ({}, [("GAME", game_id(D), "INCOMPLETE_UPSTREAM", why)])
    assert roster_of([schedule_row(D, **NOT_OVER)], [], []) == ({}, [])


# What a date is made of.


def known_of(**changes):
    """The tables of the date, with one player."""
    known = {UPGC.name: [CONTEXT], PDC.name: [CACHE], PCF.name: [FACTORS], PSZA.name: [SHOTS], TDZA.name: [DEFENSE]}
    return known | changes


def made_of(players=None, **changes):
    """What the date has with one game that is over, whose players have played before."""
    rows = [player_row("celtic", D - timedelta(days=back)) for back in range(0, 22, 2)]
    day = day_at(
        D, [schedule_row(D)], rows if players is None else players, [offense_row("NYK", D - timedelta(days=1))]
    )
    return feature_rows(day, known_of(**changes))


def records(made):
    return [(f.entity_type, f.entity_id, f.category.name, f.reason) for f in made.findings]


def row_of(**changes):
    [row] = made_of(**changes).rows
    return row


HASHES = {
    "source_daily_cache_hash": "c",
    "source_composite_hash": "f",
    "source_shot_zones_hash": "s",
    "source_team_defense_hash": "d",
}


@pytest.mark.parametrize(
    ("table", "row", "changes", "lost"),
    [
        (PDC.name, CACHE, {"player_lookup": "knick"}, "source_daily_cache_hash"),
        (PCF.name, FACTORS, {"player_lookup": "knick"}, "source_composite_hash"),
        (PCF.name, FACTORS, {"game_id": NUGGETS_ID}, "source_composite_hash"),
        (PSZA.name, SHOTS, {"player_lookup": "knick"}, "source_shot_zones_hash"),
        (TDZA.name, DEFENSE, {"team_abbr": "BOS"}, "source_team_defense_hash"),
    ],
)
def test_rows_are_joined_by_player_game_and_opponent(table, row, changes, lost):
    joined, not_joined = row_of(), row_of(**{table: [row | changes]})
    assert {column: joined[column] for column in HASHES} == HASHES
    assert {column: not_joined[column] for column in HASHES} == HASHES | {lost: None}


def test_context_of_another_game_counts_as_absent():
    here, elsewhere = row_of(), row_of(**{UPGC.name: [CONTEXT | {"game_id": NUGGETS_ID, "days_rest": 9}]})
    assert (here["f25_vegas_points_line"], elsewhere["f25_vegas_points_line"]) == (24.5, None)
    assert elsewhere["days_rest"] == 2


def test_a_status_of_anybody_on_the_date_says_that_there_are_reports():
    other = CONTEXT | {"player_lookup": "nugget", "game_id": NUGGETS_ID, "player_status": "out"}
    risk = "f10_injury_risk"
    assert (row_of()[risk], row_of(**{UPGC.name: [CONTEXT, other]})[risk]) == (None, 0.0)
    assert row_of(**{UPGC.name: [other]})[risk] is None


def test_absences_of_anybody_say_that_they_are_listed():
    rows = [player_row("celtic", D - timedelta(days=back)) for back in range(0, 22, 2)]
    absent = player_row("knick", D - timedelta(days=60), "NYK", is_dnp=True, season_year=2022)
    assert (row_of(players=rows)["f33_dnp_rate"], row_of(players=[*rows, absent])["f33_dnp_rate"]) == (None, 0.0)


def test_nobody_without_a_recent_game_has_a_row():
    players = [player_row("celtic", D), player_row("celtic", D - timedelta(days=61))]
    players += [player_row("debut", D), player_row("back", D), player_row("back", D - timedelta(days=60))]
    made = made_of(players)
    why = "no played game in the 60 days before 2024-01-15"
    assert [row["player_lookup"] for row in made.rows] == ["back"]
    assert records(made) == [("PLAYER", lookup, "INSUFFICIENT_DATA", why) for lookup in ("celtic", "debut")]


@pytest.mark.parametrize(("score", "is_written"), [(0, True), (100, True), (-1, False), (101, False)])
def test_impossible_freshness_costs_the_row(score, is_written):
    made = made_of(**{PCF.name: [FACTORS | {"fatigue_score": score}]})
    why = f"f05_fatigue_score is {score} (0 digits)"
    assert len(made.rows) == is_written
    assert records(made) == ([] if is_written else [("PLAYER", "celtic", "VALIDATION_FAILED", why)])


@pytest.mark.parametrize(
    ("rows", "total", "is_contaminated"), [(100, 5000, True), (100, 5001, False), (99, 4950, False), (100, 0, True)]
)
def test_broken_factors_stop_the_date(rows, total, is_contaminated):
    share = [total // rows + (number < total % rows) for number in range(rows)]
    factors = [FACTORS | {"player_lookup": f"p{number}", "fatigue_score": score} for number, score in enumerate(share)]
    made = made_of([player_row("debut", D)], **{PCF.name: factors})
    why = f"player_composite_factors: fatigue_score adds up to {total} over {rows} players, not above 50 each"
    stopped = [("DATE", "DATE_LEVEL", "CONTAMINATED_UPSTREAM", why)]
    debut = [("PLAYER", "debut", "INSUFFICIENT_DATA", "no played game in the 60 days before 2024-01-15")]
    assert (made.rows, records(made)) == ([], stopped if is_contaminated else debut)


# What rows look like together.

SPREADING = [feature for feature in FEATURES if feature.spread is not None]
#: A feature-store row with labels, made different from others by numbers.
PLAIN = ROW | HASHES | {"feature_sources": [3] * 37, "required_default_count": 0}


def slate(rows=50, games=5, constant=(), **changes):
    """Rows of a date in which every feature differs from player to player, but for some."""
    made = []
    for number in range(rows):
        row = PLAIN | {"game_id": str(number % games)}
        row |= {feature.column: 100.0 + number for feature in FEATURES if feature.index not in constant}
        made.append(row | {column: value(number) for column, value in changes.items()})
    return made


def checked(rows):
    """The reasons of the findings on a date, and its counts."""
    made = check_day(day_at(D), Made(rows))
    assert made.rows == rows
    assert {(f.entity_id, f.category.name) for f in made.findings} <= {("DATE_LEVEL", "DATA_QUALITY_FAILED")}
    return [finding.reason for finding in made.findings], made.counts


def test_a_healthy_date():
    assert checked(slate()) == ([], [])
    assert checked([]) == ([], [])
    assert [feature.index for feature in SPREADING] == [0, 1, 2, 3, 5, 6, 13, 14, 22, 23, 24, 25, 31, 32]


def test_constant_features_make_one_record():
    why = "one value for every player: f00_points_avg_last_5, f05_fatigue_score, f32_ppm_avg_last_10"
    assert checked(slate(constant=(32, 5, 0))) == ([why], [])
    assert checked(slate(constant=(32, 5, 0), rows=49)) == ([], [])
    flags = (4, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19, 20, 21, 26, 27, 28, 29, 30, 33, 34, 35, 36)
    assert checked(slate(constant=flags)) == ([], [])


def test_features_of_teams_need_five_games():
    assert checked(slate(constant=(13, 24), games=4)) == ([], [])
    [why], _ = checked(slate(constant=(13, 24)))
    assert why == "one value for every player: f13_opponent_def_rating, f24_team_win_pct"


def test_four_digits_are_looked_at():
    tiny = {"f32_ppm_avg_last_10": lambda number: 0.4 + (number % 2) * 0.00004}
    assert checked(slate(**tiny))[0] == ["one value for every player: f32_ppm_avg_last_10"]
    assert four_digits(FEATURES[32], [{"f32_ppm_avg_last_10": value} for value in (0.40005, 0.400049999, None)]) == [
        4001,
        4000,
    ]
    assert four_digits(FEATURES[5], [{"f05_fatigue_score": 85.0}]) == [850000]


def test_few_known_values_are_not_looked_at():
    for known_values, is_found in ((25, True), (24, False)):
        some = {"f31_minutes_avg_last_10": lambda number, known=known_values: 30.0 if number < known else None}
        assert bool(checked(slate(**some))[0]) is is_found


def test_a_neutral_zone_score_is_not_looked_at():
    column, rows = "f06_shot_zone_mismatch_score", slate(constant=(6,))
    assert checked(rows)[0] == [f"one value for every player: {column}"]
    no_defense = {"f13_opponent_def_rating": lambda number: 100.0 + number if number < 24 else None}
    assert checked(slate(constant=(6,), **no_defense))[0] == []
    fallback = [3] * 18 + [2] + [3] * 18
    zones = {"feature_sources": lambda number: [3] * 37 if number < 24 else fallback}
    assert checked(slate(constant=(6,), **zones))[0] == []
    zones = {"feature_sources": lambda number: [3] * 37 if number < 25 else fallback}
    assert checked(slate(constant=(6,), **zones))[0] == [f"one value for every player: {column}"]


@pytest.mark.parametrize(
    ("column", "value", "is_low"),
    [
        # Standard deviation 3 and 20 values are asked for.
        ("f00_points_avg_last_5", lambda number: (number % 20) * 1.0, False),
        ("f00_points_avg_last_5", lambda number: (number % 19) * 1.0, True),
        ("f00_points_avg_last_5", lambda number: number * 0.2, True),
        # Standard deviation 0.5 and 5 values; that of five equal steps is √2 steps.
        ("f22_team_pace", lambda number: 99.0 + (number % 5) * 0.3535, True),
        ("f22_team_pace", lambda number: 99.0 + (number % 5) * 0.3536, False),
        ("f14_opponent_pace", lambda number: 99.0 + (number % 4) * 9.0, True),
        # Spread enough, but ten values are asked for.
        ("f05_fatigue_score", lambda number: 75.0 + 10.0 * (number % 2), True),
        # A flag may say what it will.
        ("f15_home_away", lambda number: float(number % 2), False),
    ],
)
def test_low_spread_is_counted(column, value, is_low):
    assert checked(slate(**{column: value})) == ([], [("low_spread", column)] if is_low else [])


@pytest.mark.parametrize(
    ("rows", "alike", "is_counted"), [(40, 2, False), (39, 2, True), (60, 3, False), (5, 1, False)]
)
def test_players_who_are_all_alike_are_counted(rows, alike, is_counted):
    made = slate(rows)
    made[:alike] = [made[0] | {"player_lookup": str(number)} for number in range(alike)]
    assert checked(made) == ([], [("identical_features", MLFS.name)] if is_counted else [])


def test_unknown_features_are_alike():
    made = slate(10)
    unknown = dict.fromkeys((feature.column for feature in FEATURES), None)
    assert checked([row | unknown for row in made[:2]] + made[2:])[1] == [("identical_features", MLFS.name)]
    assert checked([made[0] | unknown, made[1] | unknown | {"f25_vegas_points_line": 0.0}])[1] == []


@pytest.mark.parametrize(
    ("column", "table"), [("source_daily_cache_hash", PDC.name), ("source_composite_hash", PCF.name)]
)
def test_few_rows_of_an_input_are_counted(column, table):
    for have, is_counted in ((4, True), (5, False)):
        rows = slate(10, **{column: lambda number, have=have: "x" if number < have else None})
        assert checked(rows) == ([], [("few_upstream_rows", table)] if is_counted else [])
    others = ("source_shot_zones_hash", "source_team_defense_hash")
    assert checked(slate(10, **{name: lambda _: None for name in others})) == ([], [])


def test_required_defaults_are_counted_by_season_once_it_has_grown_up():
    def rows(day, bad, total, season_year=2023):
        return [
            {"game_date": day, "season_year": season_year, "required_default_count": int(number < bad)}
            for number in range(total)
        ]

    days = SeasonDays({2023: OPENER, 2022: date(2022, 10, 18)})
    for of_season, counted in (
        (rows(on(35), 10, 10), {}),
        (rows(on(36), 1, 10), {("required_defaults", "2023-24"): 1}),
        (rows(on(36), 1, 11), {}),
        (rows(on(35), 5, 5) + rows(on(36), 1, 6) + rows(on(37), 0, 5), {}),
        (
            rows(on(36), 3, 10) + rows(date(2022, 12, 1), 7, 70, 2022),
            {("required_defaults", "2023-24"): 3, ("required_defaults", "2022-23"): 7},
        ),
        ([], {}),
    ):
        notes = Notes()
        count_required_defaults(of_season, days, notes)
        assert (notes.counts, notes.samples()) == (counted, {})


# A build.


@pytest.fixture(scope="module")
def raw():
    return season(range(0, 60, 2))


def test_a_build(raw):
    rows, found, counts = build_one(MLFS, raw, on(40))
    assert set(rows) == {(on(40), "celtic"), (on(40), "knick")}
    assert (found, counts) == ([], {})
    row = rows[on(40), "celtic"]
    assert list(row) == MLFS.names
    assert row["data_hash"] == row_hash(row, MLFS)
    assert (row["days_rest"], row["f00_points_avg_last_5"], row["f24_team_win_pct"]) == (2, 20.0, 1.0)
    assert (row["is_home"], rows[on(40), "knick"]["is_home"]) == (True, False)
    assert (row["hist_game_dates"][0], len(row["hist_game_dates"])) == (on(38), 10)
    assert (row["data_source"], row["required_default_count"]) == ("phase4", 0)


def test_a_row_names_the_rows_it_is_made_of(raw):
    rows = build(TABLES, raw, [on(40)]).rows
    [celtic, knick] = rows[MLFS.name]
    for row, opponent in ((celtic, "NYK"), (knick, "BOS")):
        for table, column in ((PDC, "daily_cache"), (PCF, "composite"), (PSZA, "shot_zones")):
            [found] = [r for r in rows[table.name] if r["player_lookup"] == row["player_lookup"]]
            assert row[f"source_{column}_hash"] == found["data_hash"]
        [defense] = [r for r in rows[TDZA.name] if r["team_abbr"] == opponent]
        assert row["source_team_defense_hash"] == defense["data_hash"]


def test_the_other_tables_are_the_same_with_and_without_it(raw):
    more = [player_row("celtic", day - timedelta(days=300), points=50, season_year=2022) for day in map(on, range(20))]
    more += [player_row("retired", day - timedelta(days=300), season_year=2022) for day in map(on, range(20))]
    older = [
        offense_row(team, on(day) - timedelta(days=300), season_year=2022) for team in ("BOS", "NYK") for day in (0, 1)
    ]
    dates = [on(day) for day in (14, 20, 40)]
    longer = raw | {PGS: raw[PGS] + more, TOGS: raw[TOGS] + older}
    others = {name: table for name, table in TABLES.items() if name != MLFS.name}
    without, with_store = build(others, raw, dates), build(TABLES, longer, dates)
    assert without.rows == {name: with_store.rows[name] for name in others}
    assert without.records == {name: with_store.records[name] for name in others}
    ours = ("low_spread", "identical_features", "few_upstream_rows", "required_defaults")
    assert without.counts == {key: times for key, times in with_store.counts.items() if key[0] not in ours}


def test_results_of_the_date_and_later_say_only_who_played(raw):
    changed = {"points": 77, "minutes_played": 11.0, "ft_makes": 70, "paint_attempts": 99}
    later = [row | changed if row["game_date"] >= on(40) else row for row in raw[PGS]]
    teams = [row | {"pace": 80.0, "win_flag": None} if row["game_date"] >= on(40) else row for row in raw[TOGS]]
    assert build_one(MLFS, raw | {PGS: later, TOGS: teams}, on(40))[:2] == build_one(MLFS, raw, on(40))[:2]
    absent = [row | {"is_dnp": True} if row["game_date"] == on(40) else row for row in raw[PGS][: len(raw[PGS]) // 2]]
    rows, _, _ = build_one(MLFS, raw | {PGS: absent + raw[PGS][len(raw[PGS]) // 2 :]}, on(40))
    assert [lookup for _, lookup in rows] == ["knick"]
    before = [row | changed if row["game_date"] == on(38) else row for row in raw[PGS]]
    assert build_one(MLFS, raw | {PGS: before}, on(40))[0] != build_one(MLFS, raw, on(40))[0]


def test_a_row_of_the_season_before_changes_nothing_but_the_games_against_the_opponent(raw):
    older = player_row("celtic", on(40) - timedelta(days=340), season_year=2022, points=50)
    rows, _, _ = build_one(MLFS, raw, on(40))
    changed, _, _ = build_one(MLFS, raw | {PGS: [*raw[PGS], older]}, on(40))
    row, other = rows[on(40), "celtic"], changed[on(40), "celtic"]
    assert {name for name in MLFS.names if row[name] != other[name]} == {
        *("f29_avg_points_vs_opponent", "f30_games_vs_opponent", "data_hash")
    }
    assert rows[on(40), "knick"] == changed[on(40), "knick"]


def test_before_the_games_everybody_expected_has_a_row(raw):
    schedule = [row | NOT_OVER if row["game_date"] == on(40) else row for row in raw["nbac_schedule"]]
    results = [row for row in raw[PGS] if row["game_date"] < on(40)]
    expected = results + [player_row("traded", on(day), "BOS") for day in (36, 38)]
    rows, _, _ = build_one(MLFS, raw | {"nbac_schedule": schedule, PGS: expected}, on(40))
    assert {lookup for _, lookup in rows} == {"celtic", "knick", "traded"}


def test_early_dates_and_dates_without_a_game_have_nothing(raw):
    for day in (0, 12, 13, 15, 41):
        rows, found, counts = build_one(MLFS, raw, on(day))
        assert (rows, found) == ({}, [])
        assert not {name for name, _ in counts} & {"identical_features", "few_upstream_rows"}
    assert build_one(MLFS, raw, on(14))[0]
    assert build_one(MLFS, {"nbac_schedule": raw["nbac_schedule"]}, on(40))[0] == {}


def test_a_final_game_without_results_is_a_record_of_the_build(raw):
    results = [row for row in raw[PGS] if row["game_date"] != on(40)]
    rows, found, counts = build_one(MLFS, raw | {PGS: results}, on(40))
    assert rows == {}
    assert [(r["entity_id"], r["failure_category"]) for r in found] == [(game_id(on(40)), "INCOMPLETE_UPSTREAM")]
    assert not {name for name, _ in counts} & {"identical_features", "few_upstream_rows"}


def test_counts_of_a_build(raw):
    thin = raw | {TDGS: []}
    outcome = build(TABLES, thin, [on(34), on(36), on(38)])
    assert outcome.counts["required_defaults", "2023-24"] == 4
    assert ("required_defaults", "2023-24") not in outcome.samples
    twins = [row | {"player_lookup": "twin"} for row in raw[PGS] if row["player_lookup"] == "celtic"]
    outcome = build(TABLES, raw | {PGS: raw[PGS] + twins}, [on(38), on(40)])
    assert outcome.counts["identical_features", MLFS.name] == 2
    assert outcome.samples["identical_features", MLFS.name] == [on(38).isoformat(), on(40).isoformat()]
    assert ("required_defaults", "2023-24") not in outcome.counts


def test_inputs_have_to_be_wanted_too():
    names = [name for name in TABLES if name != PDC.name]
    with pytest.raises(ValueError, match="ml_feature_store_v2 is made of player_daily_cache, which is not among"):
        build({name: TABLES[name] for name in names}, {}, [])


def test_the_order_of_results_does_not_matter(raw):
    turned = {name: rows[::-1] for name, rows in raw.items()}
    assert build_one(MLFS, turned, on(40)) == build_one(MLFS, raw, on(40))
