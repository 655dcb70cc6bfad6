"""JSON files, plain or gzip."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from nbaproc.errors import InputError
from nbaproc.sources.tabular import head

#: Endings that say a file is meant to be JSON; any other name is as good if the content is.
ENDINGS = (".json", ".json.gz", ".gz")


def is_json(path: Path) -> bool:
    """Return whether a file is JSON, plain or gzip, whatever its name.

    Raises:
        InputError: The file cannot be read.
    """
    return path.name.lower().endswith(ENDINGS) or head(path).lstrip().startswith((b"{", b"["))


def read_json(path: Path) -> Any:
    """Return the content of a JSON file, plain or gzip.

    Raises:
        InputError: The file cannot be read or holds no JSON.
    """
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        return json.loads(content)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({error}); download it again") from error
    except ValueError as error:
        raise InputError(f"{path}: holds no JSON ({error}); download it again") from error
