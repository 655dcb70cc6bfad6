"""Where the warehouse is: project, data sets, location; the one place that builds a qualified name.

Options of the command line stand above the environment, the environment above `nbaproc.toml`. Nothing here is a secret:
credentials are the application default credentials of the machine and are never read by us.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from nbaproc.errors import ConfigurationError

#: File in the working folder that may hold a section `[warehouse]`.
FILE = "nbaproc.toml"
#: Environment variables of the settings, the first one that is set counts.
VARIABLES = {
    "project": ("NBAPROC_PROJECT", "GOOGLE_CLOUD_PROJECT"),
    "location": ("NBAPROC_LOCATION",),
    "dataset_prefix": ("NBAPROC_DATASET_PREFIX",),
    "staging": ("NBAPROC_STAGING",),
    "load_job_budget": ("NBAPROC_LOAD_JOB_BUDGET",),
    "endpoint": ("NBAPROC_ENDPOINT",),
    "storage_endpoint": ("NBAPROC_STORAGE_ENDPOINT",),
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where the warehouse is and how much of its quota may be used.

    Attributes:
        project: Project that holds the data sets and pays for the jobs.
        location: Location of the data sets.
        dataset_prefix: Put before the name of every data set, so that several copies can live in one project.
        staging: `gs://bucket/folder` that Parquet files are loaded from; empty to send them with the load job.
        load_job_budget: Load jobs per table and day that may be used, counted over 24 hours.
        endpoint: URL of a service that speaks BigQuery's REST interface; empty for Google's own.
        storage_endpoint: `host:port` of its Storage Read interface; empty for Google's own, or for REST alone where
            `endpoint` is given.
    """

    project: str
    location: str = "US"
    dataset_prefix: str = ""
    staging: str = ""
    load_job_budget: int = 1500
    endpoint: str = ""
    storage_endpoint: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be part of a name.

        Raises:
            ConfigurationError: A value cannot be.
        """
        if not re.fullmatch(r"[a-z][a-z0-9.:-]*[a-z0-9]", self.project):
            raise ConfigurationError(f"project {self.project!r} is no project id; write it as the console shows it")
        if not re.fullmatch(r"[A-Za-z0-9_]*", self.dataset_prefix):
            raise ConfigurationError(f"data set prefix {self.dataset_prefix!r}: letters, digits and _ only")
        if self.staging and not re.fullmatch(r"gs://[a-z0-9][a-z0-9._-]+(/[^?#\s]*)?", self.staging):
            raise ConfigurationError(f"staging {self.staging!r} is no gs://bucket/folder")
        if self.load_job_budget < 1:
            raise ConfigurationError(f"load job budget {self.load_job_budget}: at least 1")

    def dataset(self, name: str) -> str:
        """Return the qualified name of a data set.

        >>> Configuration("my-project", dataset_prefix="test_").dataset("nba_raw")
        'my-project.test_nba_raw'
        """
        return f"{self.project}.{self.dataset_prefix}{name}"

    def table(self, dataset: str, name: str) -> str:
        """Return the qualified name of a table, without quotes.

        >>> Configuration("my-project").table("nba_raw", "nbac_schedule")
        'my-project.nba_raw.nbac_schedule'
        """
        return f"{self.dataset(dataset)}.{name}"


def read_configuration(
    options: Mapping[str, str | None], environment: Mapping[str, str], folder: Path = Path()
) -> Configuration:
    """Return the configuration that options, environment and file give.

    Args:
        options: Values of the command line by the names of `Configuration`; None where an option was not given.
        environment: The environment.
        folder: Where `nbaproc.toml` may lie.

    Raises:
        ConfigurationError: No project is named, a setting is not known, or a value cannot be.
    """
    values = _of_file(folder / FILE)
    for name, variables in VARIABLES.items():
        said = next((environment[variable] for variable in variables if environment.get(variable)), None)
        if said is not None:
            values[name] = said
    values |= {name: value for name, value in options.items() if value is not None}
    if not values.get("project"):
        raise ConfigurationError(
            f'no project is named; give --project, set NBAPROC_PROJECT, or write project = "..." '
            f"under [warehouse] in {FILE}"
        )
    try:
        budget = int(values.pop("load_job_budget", 1500))
    except ValueError as error:
        raise ConfigurationError(f"load job budget: {error}") from None
    return Configuration(**{name: str(value) for name, value in values.items()}, load_job_budget=budget)


def _of_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("warehouse", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}") from None
    known = {field.name for field in fields(Configuration)}
    for name in section:
        if name not in known:
            raise ConfigurationError(f"{path}: [warehouse] {name} is no setting; there are {', '.join(sorted(known))}")
    return {name: str(value) for name, value in section.items()}
