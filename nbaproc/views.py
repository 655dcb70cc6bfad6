"""What the warehouse has besides the declared tables: the feature store with arrays, and the registry of versions."""

from __future__ import annotations

from collections.abc import Iterable

from nbaproc.features import FEATURES, VERSION, VERSIONS
from nbaproc.training.versions import features_of, optional_mask

HEADER = "-- Generated from the declarations by `make ddl`; do not edit.\n"


def statements() -> dict[str, str]:
    """Return the file name and the text of every definition."""
    return {
        "nba_predictions.ml_feature_store_v2_arrays.sql": arrays_view(),
        "nba_predictions.feature_versions.sql": versions_table(),
    }


def arrays_view() -> str:
    """Return the view of the store with the features as one array, in which nothing is NULL.

    The table under it requires a filter on its date, without which a view cannot be saved: the view has one that every
    row passes. Dates that a query of the view names still keep it from reading the others.

    >>> print(arrays_view().splitlines()[6])
        COALESCE(f00_points_avg_last_5, 10.0),
    """
    values = ",\n".join(f"    COALESCE({feature.column}, {feature.impute})" for feature in FEATURES)
    names = ",\n".join(f"    {_text(feature.name)}" for feature in FEATURES)
    return (
        f"{HEADER}"
        "CREATE OR REPLACE VIEW `nba_predictions.ml_feature_store_v2_arrays`\n"
        "OPTIONS (description = \"ml_feature_store_v2 with its features as an array; NULLs are the registry's "
        'constants, and an older version is the first 25 or 33")\n'
        f"AS SELECT\n  *,\n  [\n{values}\n  ] AS features,\n  [\n{names}\n  ] AS feature_names\n"
        "FROM `nba_predictions.ml_feature_store_v2`\n"
        "WHERE game_date >= DATE '1946-11-01';\n"
    )


def versions_table() -> str:
    """Return the registry of feature versions: the length of a vector comes from here, never from a name."""
    rows = "\nUNION ALL\n".join(_version(name) for name in VERSIONS)
    return (
        f"{HEADER}"
        "CREATE OR REPLACE TABLE `nba_predictions.feature_versions` (\n"
        '  feature_version STRING NOT NULL OPTIONS (description = "name of the version, the key"),\n'
        '  feature_count INT64 NOT NULL OPTIONS (description = "features it has: the first so many"),\n'
        '  feature_names ARRAY<STRING> OPTIONS (description = "names in order, without their place"),\n'
        '  units ARRAY<STRING> OPTIONS (description = "unit of each"),\n'
        '  digits ARRAY<INT64> OPTIONS (description = "decimals of each"),\n'
        '  impute_values ARRAY<FLOAT64> OPTIONS (description = "what may stand for NULL in each"),\n'
        '  optional_mask INT64 NOT NULL OPTIONS (description = "bit i is set where feature i is optional"),\n'
        '  description STRING NOT NULL OPTIONS (description = "what the version is"),\n'
        '  active BOOL NOT NULL OPTIONS (description = "the store is computed in this version")\n'
        ")\n"
        'OPTIONS (description = "one row per version of the feature list")\n'
        f"AS\n{rows};\n"
    )


def _version(name: str) -> str:
    features = features_of(name)
    says = "the features of the store" if name == VERSION else f"the first {len(features)} features of {VERSION}"
    fields = {
        "feature_version": _text(name),
        "feature_count": str(len(features)),
        "feature_names": _list(_text(feature.name) for feature in features),
        "units": _list(_text(feature.unit) for feature in features),
        "digits": _list(str(feature.digits) for feature in features),
        "impute_values": _list(str(feature.impute) for feature in features),
        "optional_mask": str(optional_mask(features)),
        "description": _text(says),
        "active": "TRUE" if name == VERSION else "FALSE",
    }
    return "SELECT\n" + ",\n".join(f"  {value} AS {field}" for field, value in fields.items())


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(values)}]"


def _text(text: str) -> str:
    if "'" in text or "\\" in text:
        raise ValueError(f"{text!r}: would need escapes that SQL engines write differently")
    return f"'{text}'"
