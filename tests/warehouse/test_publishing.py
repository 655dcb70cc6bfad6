"""Publishing."""

from __future__ import annotations

from nbaproc import ddl
from nbaproc.lake import Lake
from nbaproc.tables import table_names
from nbaproc.warehouse.configuration import Configuration
from nbaproc.warehouse.publish_plan import Span
from nbaproc.warehouse.publishing import publish
from tests.run.weeks import LAST, OPENING
from tests.warehouse.fake import Fake

WHERE = Configuration("test-project", dataset_prefix="p_")


def test_smoke(clean: Lake) -> None:
    fake = Fake()
    fake.create(WHERE, ddl.warehouse_tables().values())
    report = publish(clean, fake, WHERE, Span(table_names(), OPENING, LAST))
    for outcome in report.outcomes:
        print(outcome)
    print(report.load_jobs, report.bytes, report.warnings, len(fake.calls))
    fake.calls.clear()
    report = publish(clean, fake, WHERE, Span(table_names(), OPENING, LAST))
    print(report, fake.calls)
