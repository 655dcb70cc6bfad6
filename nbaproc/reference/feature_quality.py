"""How good the features of a row are, by where they came from (feature store 7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nbaproc.features import FEATURES, GROUPS, LABELS
from nbaproc.reference.numbers import hu, shown

#: Labels of a feature that is NULL.
ABSENT = ("default", "missing")
#: Labels that count as precomputed: the counts by label add up to the number of features.
PRECOMPUTED = ("phase4", "vegas", "opponent_history", "minutes_ppm")
#: Features that the precompute tables can give, and how many of them make a row theirs, mostly theirs, or not.
OF_PRECOMPUTE = tuple(f.index for f in FEATURES if "phase4" in [label for label, _ in f.sources])
NEARLY_ALL, HALF = 15, 8
#: Required features that are NULL, and the most that a row without so many can score, in hundredths.
CAPS = ((5, 4900), (1, 6900))
#: Tiers by the score, in hundredths.
TIERS = ((9500, "gold"), (8500, "silver"), (7000, "bronze"), (5000, "poor"), (0, "critical"))
#: Features that are NULL from which an alert says so.
MANY = 8
FACTORS, DEFENSE = (5, 6, 7, 8), (13, 14)


def quality_columns(labels: Sequence[str]) -> dict[str, object]:
    """Return the columns on quality, from the labels of the features in order."""
    required = sum(is_absent(label) and not f.optional for f, label in zip(FEATURES, labels, strict=True))
    groups = {group: group_score(labels, indices) for group, indices in GROUPS.items()}
    matchup, player = groups["matchup"], groups["player_history"]
    total = score(labels, required)
    tier = tier_of(total)
    return {
        "feature_quality_score": shown(total, 2),
        "quality_tier": tier,
        "data_source": data_source(labels),
        "feature_sources": [LABELS[label][0] for label in labels],
        "default_mask": sum(2**index for index, label in enumerate(labels) if is_absent(label)),
        "default_feature_count": sum(map(is_absent, labels)),
        "required_default_count": required,
        "phase4_feature_count": sum(label in PRECOMPUTED for label in labels),
        "phase3_feature_count": labels.count("phase3"),
        "calculated_feature_count": labels.count("calculated"),
        **{f"{group}_quality_pct": shown(tenths, 1) for group, tenths in groups.items()},
        "is_quality_ready": is_quality_ready(total, required, matchup),
        "is_training_ready": is_training_ready(tier, matchup, player),
        "quality_alert_level": alert_level(total, required, matchup),
        "quality_alerts": alerts(labels, matchup, groups["game_context"]),
    }


def is_absent(label: str) -> bool:
    """Whether a label is that of a NULL."""
    return label in ABSENT


def score(labels: Sequence[str], required: int) -> int:
    """Return the mean weight of the features in hundredths; an optional one that is NULL is left out.

    Args:
        labels: Labels of the features.
        required: Features that are NULL and not optional.
    """
    counted = [
        LABELS[label][1] for f, label in zip(FEATURES, labels, strict=True) if not (f.optional and is_absent(label))
    ]
    mean = hu(sum(counted), len(counted), 2) or 0
    return min([mean, *(most for least, most in CAPS if required >= least)])


def group_score(labels: Sequence[str], indices: Collection[int]) -> int:
    """Return the mean weight of some features in tenths, those that are NULL included.

    >>> group_score(["vegas"] * 3 + ["missing", "default"], (2, 3, 4))
    467
    """
    return hu(sum(LABELS[labels[index]][1] for index in indices), len(indices), 1) or 0


def tier_of(total: int) -> str:
    """Return the tier of a score in hundredths.

    >>> [tier_of(total) for total in (9500, 9499, 8500, 8499, 7000, 6999, 5000, 4999)]
    ['gold', 'silver', 'silver', 'bronze', 'bronze', 'poor', 'poor', 'critical']
    """
    return next(tier for least, tier in TIERS if total >= least)


def is_quality_ready(total: int, required: int, matchup: int) -> bool:
    """Whether a row is good enough to predict from.

    Args:
        total: Score in hundredths.
        required: Features that are NULL and not optional.
        matchup: Score of the matchup features in tenths.

    >>> is_quality_ready(7000, 0, 500), is_quality_ready(6999, 0, 500), is_quality_ready(7000, 0, 499)
    (True, False, False)
    """
    return required == 0 and total >= 7000 and matchup >= 500


def is_training_ready(tier: str, matchup: int, player: int) -> bool:
    """Whether a row is good enough to learn from.

    Args:
        tier: Tier of its score.
        matchup: Score of the matchup features in tenths.
        player: Score of the features on the player's history in tenths.

    >>> is_training_ready("silver", 700, 800), is_training_ready("bronze", 700, 800)
    (True, False)
    >>> is_training_ready("gold", 699, 800), is_training_ready("gold", 700, 799)
    (False, False)
    """
    return tier in ("gold", "silver") and matchup >= 700 and player >= 800


def alert_level(total: int, required: int, matchup: int) -> str:
    """Return how loud a row is.

    Args:
        total: Score in hundredths.
        required: Features that are NULL and not optional.
        matchup: Score of the matchup features in tenths.

    >>> alert_level(7000, 0, 700), alert_level(7000, 1, 700), alert_level(6999, 0, 700), alert_level(7000, 0, 699)
    ('green', 'yellow', 'yellow', 'yellow')
    >>> alert_level(5000, 0, 500), alert_level(4999, 0, 500), alert_level(5000, 0, 499)
    ('yellow', 'red', 'red')
    """
    if matchup < 500 or total < 5000:
        return "red"
    return "yellow" if required > 0 or total < 7000 or matchup < 700 else "green"


def alerts(labels: Sequence[str], matchup: int, game_context: int) -> list[str]:
    """Return what is missing.

    Args:
        labels: Labels of the features.
        matchup: Score of the matchup features in tenths.
        game_context: Score of the features on the game in tenths.

    >>> alerts(["phase4"] * 37, 500, 500), alerts(["phase4"] * 37, 499, 499)
    ([], ['matchup_quality_critical', 'game_context_quality_critical'])
    """
    absent = [is_absent(label) for label in labels]
    count = sum(absent)
    holds = {
        "all_matchup_features_defaulted": all(absent[index] for index in GROUPS["matchup"]),
        "composite_factors_missing": any(absent[index] for index in FACTORS),
        "opponent_defense_missing": any(absent[index] for index in DEFENSE),
        f"high_default_rate_{hu(100 * count, len(labels), 0)}pct": count >= MANY,
        "matchup_quality_critical": matchup < 500,
        "game_context_quality_critical": game_context < 500,
    }
    return [alert for alert, is_so in holds.items() if is_so]


def data_source(labels: Sequence[str]) -> str:
    """Return where most of the features came from that the precompute tables can give."""
    found = [labels[index] for index in OF_PRECOMPUTE]
    precomputed = found.count("phase4")
    if precomputed >= NEARLY_ALL:
        return "phase4"
    if precomputed >= HALF:
        return "phase4_partial"
    return "phase3" if found.count("phase3") >= HALF else "mixed"
