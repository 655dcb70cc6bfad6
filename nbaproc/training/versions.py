"""Versions of the feature list: which features they have."""

from __future__ import annotations

from collections.abc import Iterable

from nbaproc.errors import UsageError
from nbaproc.features import FEATURES, VERSIONS, Feature


def features_of(version: str) -> tuple[Feature, ...]:
    """Return the features of a version, in order.

    Raises:
        UsageError: There is no such version.

    >>> features_of("v1_baseline_25")[-1].column
    'f24_team_win_pct'
    """
    if version not in VERSIONS:
        raise UsageError(f"--version {version!r} is no feature version; there are {', '.join(VERSIONS)}")
    return FEATURES[: VERSIONS[version]]


def optional_mask(features: Iterable[Feature]) -> int:
    """Return the mask of the optional features, bit i for feature i, as `default_mask` has it.

    >>> optional_mask(FEATURES) == 1 << 10 | 1 << 25 | 1 << 26 | 1 << 27 | 1 << 33
    True
    """
    return sum(1 << feature.index for feature in features if feature.optional)
