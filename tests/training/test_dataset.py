"""Features and labels joined: which rows, which columns, and what the line makes of them."""

from __future__ import annotations

import csv
import io
from datetime import date

import polars as pl
import pytest

from nbaproc.boundary import check, schema
from nbaproc.errors import InputError, UsageError
from nbaproc.features import FEATURES, VERSIONS
from nbaproc.tables.ml_feature_store_v2 import TABLE as STORE
from nbaproc.tables.ml_labels import TABLE as LABELS
from nbaproc.training.dataset import KEY, dataset_hash, impute, join
from nbaproc.training.fields import dictionary, fields_of
from nbaproc.training.versions import features_of
from tests.training.made import HELD, PLAYERS, label_rows, sealed, store_rows

DAY = HELD[0]
COLUMNS = {feature.column for feature in FEATURES}


def one(line: float | None, points: int | None, *, played: bool = True) -> pl.DataFrame:
    """A player's game with that line and outcome, joined."""
    store = store_rows([DAY], PLAYERS[:1]).with_columns(pl.lit(line, pl.Float64).alias("f25_vegas_points_line"))
    labels = label_rows([DAY], PLAYERS[:1]).with_columns(y_points=pl.lit(points, pl.Int64), y_played=pl.lit(played))
    return join(store, labels)


def test_only_pairs_of_date_and_player_are_rows() -> None:
    store, labels = store_rows(HELD[:3], PLAYERS[:6]), label_rows(HELD[1:5], PLAYERS[3:9])
    keys = join(store, labels).select(KEY).rows()
    assert keys == [(day, player) for day in HELD[1:3] for player in PLAYERS[3:6]]


def test_rows_are_sorted_whatever_the_order_of_the_inputs() -> None:
    store, labels = store_rows(), label_rows()
    shuffled = join(store.sample(fraction=1, shuffle=True, seed=1), labels.sample(fraction=1, shuffle=True, seed=2))
    assert shuffled.equals(join(store, labels))
    assert shuffled.select(KEY).rows() == sorted(shuffled.select(KEY).rows())


def test_values_are_those_of_the_two_rows_and_only_features_are_narrowed() -> None:
    store, labels = store_rows(), label_rows()
    rows = join(store, labels)
    kept = store.join(labels, on=KEY, how="semi").sort(KEY)
    assert rows.height == kept.height == len(HELD) * len(PLAYERS)
    for name in set(rows.columns) & set(STORE.names):
        wanted = kept[name].cast(pl.Float32) if name in COLUMNS else kept[name]
        assert rows[name].equals(wanted), name
    for name in set(LABELS.names) & {name for name in rows.columns if name.startswith("y_")}:
        assert rows[name].equals(labels.join(store, on=KEY, how="semi").sort(KEY)[name]), name
    assert rows["label_hash"].equals(labels.join(store, on=KEY, how="semi").sort(KEY)["data_hash"])
    assert rows["is_playoffs"].to_list() == [day.month == 6 for day in rows["game_date"]]


def test_columns_are_those_of_the_specification_in_order_and_type() -> None:
    columns = dict(join(store_rows(HELD[:1]), label_rows(HELD[:1])).schema)
    context = (
        "game_date season_year player_lookup universal_player_id game_id team_abbr opponent_team_abbr is_home days_rest"
    )
    quality = "feature_quality_score required_default_count default_mask is_training_ready"
    outcome = "y_played y_points y_minutes y_rebounds y_assists y_threes y_usage_rate"
    features = [feature.column for feature in FEATURES]
    first = [*context.split(), "is_playoffs", *features, *quality.split(), *outcome.split()]
    assert list(columns) == [*first, "y_line", "y_over", "y_margin", "data_hash", "label_hash"]
    types = schema(STORE) | schema(LABELS) | dict.fromkeys(features, pl.Float32())
    types |= {"is_playoffs": pl.Boolean(), "y_line": pl.Float32(), "y_over": pl.Int8(), "y_margin": pl.Float32()}
    assert columns == {name: types.get(name, pl.String()) for name in columns}


@pytest.mark.parametrize(
    ("line", "points", "played", "outcome"),
    [
        (24.5, 27, True, (24.5, 1, 2.5)),
        (24.5, 24, True, (24.5, 0, -0.5)),
        (25.0, 25, True, (25.0, None, 0.0)),
        (None, 25, True, (None, None, None)),
        (24.5, None, False, (24.5, None, None)),
        (24.5, 0, False, (24.5, None, None)),
        (0.5, 0, True, (0.5, 0, -0.5)),
    ],
    ids=["over", "under", "push", "no line", "did not play", "no minutes and no points", "played and scored nothing"],
)
def test_the_line_is_judged_by_the_points(
    line: float | None, points: int | None, played: bool, outcome: tuple[float | None, ...]
) -> None:
    assert one(line, points, played=played).select("y_line", "y_over", "y_margin").row(0) == outcome


@pytest.mark.parametrize(("version", "count"), VERSIONS.items())
def test_a_version_is_a_projection_and_keeps_the_line(version: str, count: int) -> None:
    store, labels = store_rows(), label_rows()
    whole, rows = join(store, labels), join(store, labels, features_of(version))
    assert [name for name in rows.columns if name in COLUMNS] == [feature.column for feature in FEATURES[:count]]
    assert rows.equals(whole.select(rows.columns))
    assert {"y_line", "y_over", "y_margin"} < set(rows.columns)
    assert rows["y_line"].null_count() < rows.height


def test_an_unknown_version_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"v9.*v1_baseline_25, v2_33features, v2_37features"):
        features_of("v9")


def test_a_pair_of_different_games_is_an_error_that_names_its_rows() -> None:
    labels = label_rows(HELD[:2])
    wrong = (pl.col("player_lookup") == PLAYERS[1]) & (pl.col("game_date") == HELD[1])
    labels = labels.with_columns(game_id=pl.when(wrong).then(pl.lit("20211103_LAL_BOS")).otherwise("game_id"))
    with pytest.raises(InputError) as caught:
        join(store_rows(HELD[:2]), labels)
    assert "in 1 row(s): 2021-11-03 playerb: 20211103_TOR_BOS and 20211103_LAL_BOS" in str(caught.value)
    assert "nbaproc backfill --start 2021-11-03 --end 2021-11-03" in str(caught.value)


# Imputation.


def test_a_row_of_nulls_becomes_the_constants_of_the_registry() -> None:
    nothing = pl.DataFrame({feature.column: pl.Series([None], dtype=pl.Float32) for feature in FEATURES})
    filled = impute(nothing)
    assert filled.schema == nothing.schema
    constants = pl.Series([feature.impute for feature in FEATURES], dtype=pl.Float32).to_list()
    assert list(filled.row(0)) == constants


def test_imputing_changes_nulls_of_features_and_nothing_else() -> None:
    rows = join(store_rows(), label_rows())
    filled = impute(rows)
    assert filled.schema == rows.schema
    assert sum(filled[name].null_count() for name in COLUMNS) == 0
    others = [name for name in rows.columns if name not in COLUMNS]
    assert filled.select(others).equals(rows.select(others))
    assert rows["y_line"].null_count() > 0
    for name in COLUMNS:
        known = rows[name].is_not_null()
        assert filled[name].filter(known).equals(rows[name].filter(known))


def test_imputing_does_not_depend_on_the_other_rows() -> None:
    rows = join(store_rows(), label_rows())
    one_by_one = pl.concat(impute(rows[i : i + 1]) for i in range(rows.height))
    assert one_by_one.equals(impute(rows))


# The hash of a set.


def test_the_hash_of_a_set_is_of_its_sorted_lines() -> None:
    rows = join(store_rows(), label_rows())
    again = rows.sample(fraction=1, shuffle=True, seed=3)
    assert dataset_hash(again) == dataset_hash(rows)
    # A name that begins like another one sorts behind it here, because of the `|`: lines are sorted, not keys.
    pair = rows.head(2).with_columns(player_lookup=pl.Series(["john", "johnson"]), game_date=pl.lit(date(2024, 1, 1)))
    assert dataset_hash(pair) == dataset_hash(pair.reverse())


def test_the_hash_of_a_set_changes_with_any_row_and_any_part_of_it() -> None:
    rows = join(store_rows(HELD[:2]), label_rows(HELD[:2]))
    changed = [rows[1:], pl.concat([rows, rows[:1]])]
    for name in ("data_hash", "label_hash", "player_lookup"):
        changed.append(rows.with_columns(pl.col(name).first().alias(name)))
    assert len({dataset_hash(frame) for frame in [rows, *changed]}) == 6


def test_the_hash_of_a_set_ignores_version_and_imputation() -> None:
    store, labels = store_rows(), label_rows()
    assert dataset_hash(join(store, labels, FEATURES[:25])) == dataset_hash(impute(join(store, labels)))


# The dictionary.


def test_the_dictionary_names_every_column_and_says_what_it_is() -> None:
    found = list(csv.DictReader(io.StringIO(dictionary(fields_of(FEATURES)))))
    rows = join(store_rows(HELD[:1]), label_rows(HELD[:1]))
    assert list(found[0]) == ["name", "type", "unit", "digits", "range", "sources", "imp", "optional", "definition"]
    assert [entry["name"] for entry in found] == rows.columns
    assert [entry["type"] for entry in found] == [str(dtype) for dtype in rows.dtypes]
    assert all(entry["definition"] for entry in found)
    features = [entry for entry in found if entry["name"] in COLUMNS]
    assert [float(entry["imp"]) for entry in features] == [feature.impute for feature in FEATURES]
    assert [entry["optional"] == "true" for entry in features] == [feature.optional for feature in FEATURES]
    assert features[10] | {"definition": ""} == {
        "name": "f10_injury_risk",
        "type": "Float32",
        "unit": "0, 1, 2, 3",
        "digits": "0",
        "range": "0 to 3",
        "sources": f"calculated: {FEATURES[10].sources[0][1]}",
        "imp": "0.0",
        "optional": "true",
        "definition": "",
    }


def test_sealed_rows_of_these_tests_satisfy_the_declarations() -> None:
    for table, rows in ((STORE, store_rows()), (LABELS, label_rows())):
        check(table, rows)
        assert rows.equals(sealed(table, rows.drop("data_hash").to_dicts()))
    assert not store_rows(seed=5).equals(store_rows(seed=6))
