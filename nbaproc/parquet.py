"""Parquet files of the lake: encoding, footers, and replacing a file atomically."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from nbaproc.errors import LakeError
from nbaproc.faults import reach

#: Key of our facts in a file's footer.
FOOTER = "nbaproc"


def encode(frame: pl.DataFrame, facts: dict[str, Any]) -> bytes:
    """Return a Parquet file: the same rows and facts give the same bytes.

    Args:
        frame: Rows in their final order.
        facts: What the footer says of them, as JSON values.
    """
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(
        buffer,
        compression="zstd",
        compression_level=3,
        row_group_size=max(frame.height, 1),
        metadata={FOOTER: json.dumps(facts, sort_keys=True, separators=(",", ":"))},
    )
    return buffer.getvalue()


def read_facts(path: Path) -> dict[str, Any]:
    """Return what the footer of a file says; reads no data.

    Raises:
        LakeError: The file cannot be read or is none of ours.
    """
    with _reading(path):
        text = pl.read_parquet_metadata(path).get(FOOTER)
    try:
        facts: dict[str, Any] = json.loads(text or "")
    except ValueError:
        raise LakeError(f"{path}: not written by nbaproc; move it out of the lake") from None
    return facts


def stamp(path: Path) -> tuple[int, int, int]:
    """Return inode, time and size of a file: one that is put in its place has others.

    Raises:
        LakeError: The file cannot be looked at.
    """
    with _reading(path):
        status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_frame(path: Path, columns: list[str] | None = None, rows: tuple[int, int] | None = None) -> pl.DataFrame:
    """Return the rows of a file.

    Args:
        path: The file.
        columns: Columns to read, None for all.
        rows: Where the rows to read begin, and how many they are; None for all.

    Raises:
        LakeError: The file cannot be read, or lacks a column.
    """
    with _reading(path):
        if rows is not None:
            some = pl.scan_parquet(path, glob=False, hive_partitioning=False).slice(*rows)
            return (some.select(columns) if columns else some).collect()
        return pl.read_parquet(path, columns=columns, glob=False, hive_partitioning=False)


def read_frames(paths: list[Path], columns: list[str] | None = None) -> pl.DataFrame:
    """Return the rows of several files with the same columns, in their order.

    Raises:
        LakeError: One of them cannot be read, or their columns differ; which one is not said.
    """
    with _reading(paths[0].parent):
        return pl.read_parquet(paths, columns=columns, glob=False, hive_partitioning=False)


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        why = f"cannot be read ({_first_line(error)}); remove the file and compute or ingest it again"
        raise LakeError(f"{path}: {why}") from error


def replace_file(path: Path, content: bytes) -> bool:
    """Put `content` in place of a file, all or nothing.

    The new content is written beside the file, flushed to disk, read back, and renamed over it. A file that already
    has this content is left alone.

    Returns:
        Whether anything was written.

    Raises:
        LakeError: The disk is full, the folder cannot be written, or what was read back differs.
    """
    temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    try:
        if path.exists() and path.stat().st_size == len(content) and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                reach("before_fsync")
                os.fsync(file.fileno())
            reach("after_fsync")
            if temporary.read_bytes() != content:
                raise OSError(errno.EIO, "the disk returned other bytes than were written")
            reach("before_replace")
            os.replace(temporary, path)
            reach("after_replace")
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritten(path, error, "the file is as it was") from error
    _sync_folder(path.parent)
    return True


def remove_file(path: Path) -> bool:
    """Remove a file if it is there.

    Raises:
        LakeError: It cannot be removed.
    """
    try:
        if not path.exists():
            return False
        path.unlink()
    except OSError as error:
        raise LakeError(f"{path}: cannot be removed ({_first_line(error)}); the file is as it was") from error
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise _unwritten(folder, error, "a file in it was changed, but a power cut may undo that") from error


def _unwritten(path: Path, error: OSError, state: str) -> LakeError:
    why = f"cannot be written ({_first_line(error)}); {state}"
    return LakeError(f"{path}: {why}; free the disk or name another folder with --lake, and run the command again")


def _first_line(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (text.strip().splitlines() or [type(error).__name__])[0]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock; the system gives it up when the process dies.

    Raises:
        LakeError: The lock file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    except OSError as error:
        raise _unwritten(path, error, "nothing was changed") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
