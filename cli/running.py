"""What the commands that compute share: their options, and the run itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from .options import Command, Range, Settings
from .output import Bar, print_json, print_table
from .warehouse_options import read_where, warehouse_options

if TYPE_CHECKING:
    from datetime import date

    from nbaproc.run.executors import Executor
    from nbaproc.run.options import Options
    from nbaproc.run.preflight import Shortfall

#: Days of a range that one core does in less time than two.
FEW_DAYS = 10
#: Dates of a gap that are named; --json has all.
NAMED = 5


def how_options(command: Command) -> Command:
    """Add the options of every command that computes."""
    options = [
        click.option(
            "--engine",
            type=click.Choice(["polars", "reference"]),
            help="reference is the plain-Python path: the same rows, slowly  [default: NBAPROC_ENGINE, else polars]",
        ),
        click.option("--force", is_flag=True, help="Let a date lose rows that it had."),
        click.option("--allow-gaps", is_flag=True, help="Compute dates whose history has gaps, with a note."),
        click.option("--dry-run", is_flag=True, help="Print the plan and write nothing."),
    ]
    return _with(command, options)


def resume_option(command: Command) -> Command:
    """Add the choice not to keep what is current."""
    return click.option("--no-resume", is_flag=True, help="Compute again what is current.")(command)


def worker_options(command: Command) -> Command:
    """Add who works."""
    options = [
        click.option(
            "--workers",
            metavar="N",
            type=click.IntRange(0),
            help="Worker processes, 0 for this one  [default: one per core, if there are dates enough]",
        ),
        click.option(
            "--executor",
            type=click.Choice(["local", "dask"]),
            default="local",
            show_default=True,
            help="dask runs on a cluster that sees the lake under the same path.",
        ),
        click.option("--scheduler", metavar="ADDRESS", help="Address of the Dask scheduler."),
    ]
    return _with(command, options)


def task_options(command: Command) -> Command:
    """Add the place of this invocation among several that share the dates."""
    options = [
        click.option(
            "--task-index",
            metavar="I",
            type=click.IntRange(0),
            envvar="CLOUD_RUN_TASK_INDEX",
            help="Number of this task of an array job, from 0  [default: CLOUD_RUN_TASK_INDEX]",
        ),
        click.option(
            "--task-count",
            metavar="N",
            type=click.IntRange(1),
            envvar="CLOUD_RUN_TASK_COUNT",
            help="How many tasks share the months; each computes one stage, none writes the ledger  "
            "[default: CLOUD_RUN_TASK_COUNT]",
        ),
    ]
    return _with(command, options)


def publish_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choice to publish what was computed, and where to."""
    option = click.option("--publish", is_flag=True, help="Then bring BigQuery in line with the lake.")
    return option(warehouse_options(command))


def _with(command: Command, options: list[Any]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class Job:
    """What a command computes, and how.

    Attributes:
        command: Name of the command, for the run history.
        span: Its dates.
        tables: Its tables.
        engine: The engine of the option, None for that of the environment.
        no_resume: What is current is computed again.
        force: A date may lose rows.
        allow_gaps: Dates whose history has gaps are computed.
        dry_run: Only the plan is printed.
        workers: Worker processes, None for what is worth it.
        executor: local or dask.
        scheduler: Address of the Dask scheduler.
        task_index: Number of this task of an array job.
        task_count: How many tasks there are.
        forced: Dates that `no_resume` is about, None for all.
        retry: Only what failed, waits, is partial or stale.
        limited: What failed three times with the same inputs is left alone for a day.
        publish: Then the dates of the range are published.
        where: Options that say where the warehouse is.
    """

    command: str
    span: Range
    tables: list[str]
    engine: str | None = None
    no_resume: bool = False
    force: bool = False
    allow_gaps: bool = False
    dry_run: bool = False
    workers: int | None = None
    executor: str = "local"
    scheduler: str | None = None
    task_index: int | None = None
    task_count: int | None = None
    forced: Collection[date] | None = None
    retry: bool = False
    limited: bool = False
    publish: bool = False
    where: dict[str, str | None] = field(default_factory=dict)

    def share(self) -> tuple[int, int]:
        """Return the number of this task and how many there are; a job of one task is no array job.

        Raises:
            click.UsageError: One of them is missing, they do not fit, or the tables are of two stages.
        """
        from nbaproc.tables import by_stage

        index, count = self.task_index, self.task_count
        if (index is None) != (count is None):
            raise click.UsageError("--task-index and --task-count belong together; give both or neither")
        if index is None or count is None or (count == 1 and index == 0):
            return (0, 1)
        if index >= count:
            raise click.UsageError(f"--task-index {index} is none of {count} tasks; the first is 0")
        if len(by_stage(self.tables)) > 1:
            raise click.UsageError(
                "a task computes one stage, since the second waits for all of the first; "
                "run an array job with --tables games, then one with --tables features"
            )
        return (index, count)

    def options(self) -> Options:
        """Return the options of the run."""
        from nbaproc.run.breaker import limits_from_environment
        from nbaproc.run.engines import engine_from_environment
        from nbaproc.run.options import Options

        share = self.share()
        return Options(
            self.engine or engine_from_environment(),
            resume=not self.no_resume,
            forced=self.forced,
            retry=self.retry,
            force=self.force,
            allow_gaps=self.allow_gaps,
            command=self.command,
            limited=self.limited,
            breaker=limits_from_environment(),
            record=share[1] == 1,
            share=share,
        )


def run(settings: Settings, job: Job) -> int:
    """Run a job, or print its plan, and return the exit code."""
    from nbaproc.errors import PreflightError
    from nbaproc.lake import Lake
    from nbaproc.run.backfill import backfill
    from nbaproc.run.preflight import shortfalls

    from .plan import print_plan
    from .summary import as_json, print_summary, print_warnings

    _check_executor(job)
    _check_publishing(job)
    options = job.options()
    if job.dry_run:
        return print_plan(settings, job, options)
    lake, span = Lake(settings.lake_path), job.span
    if not job.allow_gaps:
        short = shortfalls(lake, job.tables, span.start, span.end, settings.today, span.only)
        if short:
            _print_gaps(settings, short)
            raise PreflightError(_refusal(short))
    publisher = _Publisher(settings, job) if job.publish else None
    with _cores(job), _executor(job) as executor, Bar() as bar:
        summary = backfill(
            lake,
            job.tables,
            span.start,
            span.end,
            today=settings.today,
            engine=options.engine,
            progress=bar,
            executor=executor,
            options=options,
            only=span.only,
        )
    print_warnings(summary)
    if not settings.json:
        print_summary(summary, span, retry=job.retry)
    published = publisher.publish(summary.tables) if publisher is not None else None
    # What was computed stays: a refusal of the publish is no refusal of the command.
    code = max(summary.exit_code, int(bool(published and published["exit_code"])))
    if settings.json:
        more = {} if published is None else {"publish": published, "exit_code": code}
        print_json(as_json(summary, options.engine) | more)
    return code


class _Publisher:
    """Publishes after the computing; the warehouse is looked at before it.

    Args:
        settings: The shared options.
        job: What is computed.

    Raises:
        ConfigurationError: The warehouse is not named, or not ready.
        WarehouseError: It does not answer.
    """

    def __init__(self, settings: Settings, job: Job) -> None:
        from nbaproc.tables import with_inputs

        from .published import open_ready

        self._settings, self._job = settings, job
        self._where = read_where(job.where)
        self._warehouse = open_ready(self._where, with_inputs(job.tables))

    def publish(self, tables: list[str]) -> dict[str, Any]:
        """Publish tables, print what was done, and return it for JSON; errors are one line."""
        from nbaproc.errors import NbaprocError

        from .published import print_report, publish_range, report_json

        try:
            report = publish_range(self._settings, self._warehouse, self._where, tables, self._job.span)
        except NbaprocError as error:
            if self._settings.debug:
                raise
            click.echo(f"error: not published: {error}", err=True)
            return {"error": str(error), "exit_code": 1}
        if not self._settings.json:
            click.echo()
            print_report(report)
        return report_json(report)


def _check_publishing(job: Job) -> None:
    given = [name for name, value in job.where.items() if value is not None]
    if given and not job.publish:
        raise click.UsageError(f"--{given[0].replace('_', '-')} belongs to --publish")
    if job.publish and job.share()[1] > 1:
        raise click.UsageError("a task publishes nothing, since others are at work; run `nbaproc publish` after all")


def _cores(job: Job) -> contextlib.AbstractContextManager[None]:
    """Return where the work may be done: a few dates stay on one core."""
    from nbaproc.run.cores import one_core

    few = (job.span.end - job.span.start).days <= FEW_DAYS
    return one_core() if few and job.executor == "local" and not job.workers else contextlib.nullcontext()


def _check_executor(job: Job) -> None:
    if job.executor == "dask" and job.scheduler is None:
        raise click.UsageError("--executor dask needs --scheduler ADDRESS")
    if job.executor != "dask" and job.scheduler is not None:
        raise click.UsageError("--scheduler belongs to --executor dask")
    if job.executor == "dask" and job.workers is not None:
        raise click.UsageError("--workers belongs to --executor local; a cluster has its own")


@contextlib.contextmanager
def _executor(job: Job) -> Iterator[Executor]:
    from nbaproc.errors import ConfigurationError

    if job.executor == "local":
        from nbaproc.run.local import Local

        local = Local(job.workers)
        with contextlib.closing(local):
            yield local
        return
    from nbaproc.run.cluster import Dask

    try:
        cluster = Dask(job.scheduler or "")
    except ImportError:
        raise ConfigurationError(
            "--executor dask needs the package `distributed`: `pip install nbaproc[dask]`"
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"--scheduler {job.scheduler} does not answer ({error}); start it first") from error
    with contextlib.closing(cluster):
        yield cluster


def _print_gaps(settings: Settings, short: list[Shortfall]) -> None:
    if settings.json:
        gaps = [{"table": s.table, "dates": s.dates, "missing": s.missing} for s in short]
        print_json({"gaps": gaps, "exit_code": 3})
        return
    headers = ("table", "dates", "there", "missing", "share", "first missing dates")
    rows = [
        (
            s.table,
            s.dates,
            s.dates - len(s.missing),
            len(s.missing),
            f"{100 * (s.dates - len(s.missing)) / s.dates:.1f} %",
            ", ".join(map(str, s.missing[:NAMED])) + (" …" if len(s.missing) > NAMED else ""),
        )
        for s in short
    ]
    print_table(headers, rows, right=headers[1:5])


def _refusal(short: list[Shortfall]) -> str:
    days = sorted({day for s in short for day in s.missing})
    names = ", ".join(s.table for s in short)
    return (
        f"{names}: fewer than 95 % of the dates that are looked back on are in the lake, so nothing was started; "
        f"compute them with `nbaproc backfill --start {days[0]} --end {days[-1]} --tables games`, "
        "or give --allow-gaps"
    )
