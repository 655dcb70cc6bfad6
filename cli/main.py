"""The entry point of `nbaproc`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib import import_module

import click

from .options import shared

#: The modules of the commands.
MODULES = {
    "ingest": "ingest",
    "simulate": "simulate",
    "backfill": "backfill",
    "daily": "daily",
    "plan": "plan",
    "status": "status",
    "retry-failed": "retry_failed",
    "accept-gap": "accept_gap",
    "verify": "verify",
    "validate": "validate",
    "verify-ledger": "ledger",
    "rebuild-ledger": "ledger",
    "audit": "audit",
    "show": "show",
    "failures": "failures",
    "features": "features",
    "tables": "tables",
    "dictionary": "dictionary",
    "warehouse": "warehouse",
    "publish": "publish",
}


class Commands(click.Group):
    """Commands whose modules are imported when they are asked for: a run needs one of them."""

    def list_commands(self, _: click.Context) -> list[str]:
        """Return the names of the commands."""
        return sorted(MODULES)

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        """Return a command, None if there is none of the name."""
        if name not in MODULES:
            return None
        command: click.Command = getattr(import_module(f".{MODULES[name]}", __package__), name.replace("-", "_"))
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nbaproc", message="%(prog)s %(version)s")
@shared
def cli() -> None:
    """NBA tables for player-prop models, from raw downloads to Parquet.

    \b
    A first run, without any data of your own:
      nbaproc simulate --seasons 1
      nbaproc backfill
      nbaproc show player_game_summary --date 2021-11-15
    \b
    With downloads of NBA Stats:
      nbaproc ingest nba-api DOWNLOADS
      nbaproc backfill --start 2021-10-19 --end 2024-06-17
      nbaproc verify --start 2021-10-19 --end 2021-10-31
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; errors are one line unless `--debug` is given."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Frames and rows are freed as they fall out of use; cycles are few, and looking for them often costs more.
    gc.set_threshold(100_000, 50, 50)
    atexit.register(_leave)
    try:
        with _ending_like_interrupts():
            code = _run(words)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _leave() -> None:
    """Let the process end without a last look for cycles, unless a library wants to see its objects go."""
    if "duckdb" not in sys.modules:
        gc.freeze()


@contextlib.contextmanager
def _ending_like_interrupts() -> Iterator[None]:
    """Make the signal that asks a process to end do what Ctrl-C does: workers end, what is recorded stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(words: list[str]) -> int:
    from nbaproc.errors import NbaprocError

    try:
        result = cli.main(args=words, prog_name="nbaproc", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"error: {error.format_message()} (see `{error.ctx.command_path} --help`)", err=True)
        else:
            click.echo(f"error: {error.format_message()}", err=True)
        return 2
    except SystemExit:
        # Whoever read our output has seen enough, and click has noticed first.
        return 0
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except NbaprocError as error:
        if "--debug" in words:
            raise
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:
        if "--debug" in words:
            raise
        text = str(error).strip().splitlines()
        click.echo(f"error: {type(error).__name__}: {text[0] if text else ''} (--debug shows where)", err=True)
        return 1


if __name__ == "__main__":
    main()
