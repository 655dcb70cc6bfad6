"""What a build has to say besides rows: failure records, counts, and examples of what was counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nbaproc.failures import REASONS, Category

#: Examples kept of everything that is counted.
SAMPLES = 10
#: Length a failure reason is cut to.
REASON_LENGTH = 1000

TOGS = "team_offense_game_summary"
TDGS = "team_defense_game_summary"
PGS = "player_game_summary"
UTGC = "upcoming_team_game_context"
UPGC = "upcoming_player_game_context"
TDZA = "team_defense_zone_analysis"
PSZA = "player_shot_zone_analysis"
PCF = "player_composite_factors"
PDC = "player_daily_cache"
MLFS = "ml_feature_store_v2"
ML_LABELS = "ml_labels"
#: The output tables, those of the games stage first.
OUTPUTS = (TOGS, TDGS, PGS, ML_LABELS, UTGC, UPGC, TDZA, PSZA, PCF, PDC, MLFS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why an entity has no row, or one note on its row, before records of one key are merged."""

    analysis_date: date
    entity_type: str
    entity_id: str
    category: Category
    reason: str
    detail: str = ""
    failure_class: str = ""
    failure_type: str | None = None
    is_correctable: bool | None = None
    expected_game_count: int | None = None
    actual_game_count: int | None = None
    missing_game_dates: tuple[date, ...] = ()
    resolution_status: str = "UNRESOLVED"

    @property
    def key(self) -> tuple[date, str, str, str, str]:
        """The key of the record within its table; records are sorted by it."""
        return (self.analysis_date, self.entity_type, self.entity_id, self.category.name, self.detail)


def reason(template: str, *values: object) -> str:
    """Fill in one of the declared sentences."""
    return REASONS[template].format(*values)


def merge(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Make one draft record per key: the smallest reason, and how many findings it stands for."""
    by_key: dict[tuple[date, str, str, str, str], list[Finding]] = {}
    for finding in findings:
        by_key.setdefault(finding.key, []).append(finding)
    records: list[dict[str, object]] = []
    for key in sorted(by_key):
        first = min(by_key[key], key=lambda finding: (finding.reason, finding.failure_class))
        records.append(
            {
                "analysis_date": first.analysis_date,
                "entity_type": first.entity_type,
                "entity_id": first.entity_id,
                "failure_category": first.category.name,
                "detail": first.detail,
                "failure_class": first.failure_class or first.category.kind.group,
                "failure_reason": first.reason[:REASON_LENGTH],
                "occurrences": len(by_key[key]),
                "failure_type": first.failure_type,
                "is_correctable": first.is_correctable,
                "expected_game_count": first.expected_game_count,
                "actual_game_count": first.actual_game_count,
                "missing_game_dates": list(first.missing_game_dates),
                "resolution_status": first.resolution_status,
            }
        )
    return records


class Notes:
    """The findings and counts of a build, collected while it runs."""

    def __init__(self) -> None:
        self.findings: dict[str, list[Finding]] = {table: [] for table in OUTPUTS}
        self.counts: dict[tuple[str, str], int] = {}
        self._samples: dict[tuple[str, str], list[str]] = {}

    def find(self, table: str, finding: Finding) -> None:
        """Take down a finding on an output table."""
        self.findings[table].append(finding)

    def count(self, name: str, detail: str, sample: str = "", times: int = 1) -> None:
        """Count something, with an example of it; of the examples the ten smallest are kept."""
        self.counts[name, detail] = self.counts.get((name, detail), 0) + times
        if sample:
            kept = self._samples.setdefault((name, detail), [])
            if sample not in kept and (len(kept) < SAMPLES or sample < kept[-1]):
                kept.append(sample)
                kept.sort()
                del kept[SAMPLES:]

    def samples(self) -> dict[tuple[str, str], list[str]]:
        """Return the examples of everything that was counted with one."""
        return {key: self._samples[key] for key in sorted(self._samples)}
