"""A folder of an export: replaced whole, or left as it was."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbaproc.errors import UsageError

MANIFEST = "manifest.json"
#: What a manifest of ours says it is of.
DATASET = "ml_training_set"
BESIDE = (MANIFEST, "dictionary.csv", "README.md")


def check_replaceable(target: Path) -> None:
    """Make sure that a folder may be replaced: it is not there, empty, or an earlier export and nothing else.

    Raises:
        UsageError: It is something else.
    """
    remedy = "move it away or name another folder with --out"
    if not os.path.lexists(target):
        return
    if target.is_symlink() or not target.is_dir():
        raise UsageError(f"{target}: is no folder; {remedy}")
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if not found:
        return
    strays = sorted(found - _exported(target))
    if strays:
        raise UsageError(f"{target}: holds {strays[0]}, which is not of an earlier export; {remedy}")


def _exported(target: Path) -> set[str]:
    """Return the files that the manifest of an earlier export names; none if there is no such manifest."""
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        ours = manifest["dataset"] == DATASET
        return {*BESIDE, *(file["path"] for file in manifest["files"])} if ours else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def replace_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Put some files in place of a folder and all that is in it.

    They are written into a folder beside it, which takes its name when all of them are on the disk. What a writer that
    died left is tidied up by the next one.

    Args:
        target: The folder.
        files: Contents by path below it.

    Raises:
        UsageError: The folder is something else, or cannot be written; it is as it was.
    """
    new, old = (target.with_name(f".{target.name}.{word}") for word in ("new", "old"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target.parent):
            if old.exists() and not target.exists():
                old.rename(target)
            check_replaceable(target)
            _remove(new, old)
            try:
                _write(new, files)
                if target.exists():
                    target.rename(old)
                new.rename(target)
            except BaseException:
                if old.exists() and not target.exists():
                    old.rename(target)
                _remove(new)
                raise
            _sync(target.parent)
            _remove(old)
    except OSError as error:
        raise UsageError(
            f"{target}: cannot be written ({error.strerror or error}); what was there is as it was; free the disk or "
            "name another folder with --out"
        ) from error


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            _sync(path)


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    with _opened(folder) as handle:
        os.fsync(handle)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder against other exports; the system gives it up when the process dies."""
    with _opened(folder) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)
