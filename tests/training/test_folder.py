"""A folder of an export: replaced whole, left as it was, and never half of both."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nbaproc.errors import UsageError
from nbaproc.training import folder
from nbaproc.training.folder import DATASET, MANIFEST, check_replaceable, replace_folder
from tests.conftest import ROOT


def an_export(*paths: str, content: str = "rows") -> dict[str, bytes]:
    manifest = {"dataset": DATASET, "files": [{"path": path} for path in paths]}
    files = {path: f"{content} of {path}".encode() for path in paths}
    return {**files, "README.md": content.encode(), MANIFEST: json.dumps(manifest).encode()}


OLD, NEW = an_export("train/a.parquet", "test/b.parquet"), an_export("season=2021-22/part-0.parquet", content="new")


def content(target: Path) -> dict[str, bytes]:
    paths = [path for path in target.rglob("*") if path.is_file()]
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / DATASET / "v2"


def alone(target: Path) -> bool:
    """Return whether nothing lies beside the folder."""
    return [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_new_folder_holds_the_files(target: Path) -> None:
    replace_folder(target, OLD)
    assert content(target) == OLD
    assert alone(target)


def test_an_earlier_export_is_replaced_whole(target: Path) -> None:
    replace_folder(target, OLD)
    replace_folder(target, NEW)
    assert content(target) == NEW
    assert not (target / "train").exists()
    assert alone(target)


def test_an_empty_folder_is_replaced_and_another_version_is_left_alone(target: Path) -> None:
    target.mkdir(parents=True)
    other = target.with_name("v1")
    replace_folder(other, OLD)
    replace_folder(target, NEW)
    assert (content(target), content(other)) == (NEW, OLD)


def _a_file(target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.write_text("mine")


def _a_link(target: Path) -> None:
    elsewhere = target.parent.parent / "elsewhere"
    replace_folder(elsewhere, OLD)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(elsewhere)


def _other_files(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "model.pkl").write_text("mine")


def _an_export_with_something_in_it(target: Path) -> None:
    replace_folder(target, OLD)
    (target / "train" / "model.pkl").write_text("mine")


def _another_manifest(target: Path) -> None:
    replace_folder(target, OLD)
    (target / MANIFEST).write_text(json.dumps({"dataset": "photos", "files": []}))


def _a_broken_manifest(target: Path) -> None:
    replace_folder(target, OLD)
    (target / MANIFEST).write_text("[")


@pytest.mark.parametrize(
    "make",
    [_a_file, _a_link, _other_files, _an_export_with_something_in_it, _another_manifest, _a_broken_manifest],
    ids=lambda make: make.__name__.strip("_"),
)
def test_what_is_no_earlier_export_is_refused_and_left_as_it_was(make: Callable[[Path], None], target: Path) -> None:
    make(target)
    before = content(target.parent.parent)
    for attempt in (check_replaceable, lambda path: replace_folder(path, NEW)):
        with pytest.raises(UsageError, match="move it away or name another folder with --out"):
            attempt(target)
    assert content(target.parent.parent) == before


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("step", range(4))
def test_a_full_disk_leaves_the_earlier_export(
    step: int, earlier: bool, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if earlier:
        replace_folder(target, OLD)
    calls = []
    real = os.fsync

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == step + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(folder.os, "fsync", fsync)
    with pytest.raises(UsageError, match=r"No space left on device.*free the disk or name another folder with --out"):
        replace_folder(target, NEW)
    assert (content(target) if target.exists() else {}) == (OLD if earlier else {})
    assert list(target.parent.iterdir()) == ([target] if earlier else [])


@pytest.mark.parametrize("renames", [1, 2])
def test_an_interrupt_between_the_renames_brings_the_earlier_export_back(
    renames: int, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_folder(target, OLD)
    calls = []
    real = Path.rename

    def rename(self: Path, to: Path) -> Path:
        calls.append(to)
        if len(calls) == renames:
            raise KeyboardInterrupt
        return real(self, to)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(target, NEW)
    assert content(target) == OLD
    assert alone(target)


KILLED = """
import os, signal, sys
from pathlib import Path
from nbaproc.training import folder

calls = 0
def counted(real):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    return call
folder.os.fsync = counted(os.fsync)
Path.rename = counted(Path.rename)
folder.shutil.rmtree = counted(folder.shutil.rmtree)
exec(sys.argv[3])
folder.replace_folder(Path(sys.argv[1]), FILES)
"""


@pytest.mark.parametrize("earlier", [False, True])
def test_a_kill_at_any_moment_leaves_nothing_that_looks_whole_and_is_not(earlier: bool, target: Path) -> None:
    seen = set()
    for step in range(1, 40):
        if earlier:
            replace_folder(target, OLD)
        command = [sys.executable, "-c", KILLED, str(target), str(step), f"FILES = {NEW!r}"]
        code = subprocess.run(command, cwd=ROOT, check=False, timeout=60).returncode
        left = content(target) if target.exists() else None
        assert left in (None, OLD, NEW)
        seen.add("none" if left is None else "old" if left == OLD else "new")
        # Whoever comes next makes it whole, whatever was left.
        replace_folder(target, NEW)
        assert content(target) == NEW
        assert alone(target)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        if not earlier:
            shutil.rmtree(target)
    assert code == 0
    assert seen == ({"none", "old", "new"} if earlier else {"none", "new"})


def test_after_a_kill_between_the_renames_a_failing_export_still_leaves_the_earlier_one(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_folder(target, OLD)
    target.rename(target.with_name(f".{target.name}.old"))

    def fsync(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder.os, "fsync", fsync)
    with pytest.raises(UsageError):
        replace_folder(target, NEW)
    assert content(target) == OLD


def test_exports_at_the_same_time_wait_for_each_other(target: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from nbaproc.training.folder import replace_folder; exec(sys.argv[2])\n"
    )
    code += "for _ in range(20): replace_folder(Path(sys.argv[1]), FILES)"
    command = [sys.executable, "-c", code, str(target)]
    running = [subprocess.Popen([*command, f"FILES = {files!r}"], cwd=ROOT) for files in (OLD, NEW, OLD)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0]
    assert content(target) in (OLD, NEW)
    assert alone(target)
