"""Serve the emulator until standard input ends; run by the emulator's own Python: `emulator_server.py FOLDER PROJECT`.

It chooses free ports itself and says them on the first line of standard output. The pipe on standard input is held by
the process that started it: however that one ends, the pipe ends and so does the emulator.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

#: Seconds that the result of a query is kept; BigQuery keeps it for a day.
KEPT = 120.0
#: Tables of a data set in DuckLake's own catalog, by the names of both.
ENTRY = """
SELECT t.table_name, 'TABLE', coalesce(s.record_count, 0)
FROM {catalog}.ducklake_table t
JOIN {catalog}.ducklake_schema d USING (schema_id)
LEFT JOIN {catalog}.ducklake_table_stats s USING (table_id)
WHERE t.end_snapshot IS NULL AND d.end_snapshot IS NULL AND d.schema_name = ? AND t.table_name = ?
"""


def hasten(database: Any) -> None:
    """Look a table up where it is.

    For every query the emulator asks DuckDB's list of all tables eight times, and DuckDB measures every table of every
    data set for each answer.
    """
    import duckdb

    listed = database.objects

    def objects(project: str, dataset: str, table: str | None = None) -> list[tuple[str, str, int]]:
        if table is None:
            return list(listed(project, dataset))
        is_result = project == "emulator"
        try:
            if is_result:
                rows = database.fetch(f"SELECT count(*) FROM {database.quote(project, dataset, table)}")
                return [(table, "TABLE", rows[0][0])]
            catalog = database.quote(f"__ducklake_metadata_{project}")
            found = database.fetch(ENTRY.format(catalog=catalog), [dataset, table])
        except duckdb.CatalogException:
            found = []
        # Views are in the list only; results are no views.
        return list(found) if found or is_result else list(listed(project, dataset, table))

    database.objects = objects


def forget(database: Any) -> None:
    """Drop the results of queries that are old, without end: each of them slows down every query."""
    since: dict[str, float] = {}
    while True:
        time.sleep(KEPT / 10)
        now = time.monotonic()
        since = {name: since.get(name, now) for name, *_ in database.objects("emulator", "_results")}
        for name in [name for name, first in since.items() if now - first > KEPT]:
            database.execute(f"DROP TABLE IF EXISTS {database.quote('emulator', '_results', name)}")


def main() -> None:
    """Serve."""
    folder, project = Path(sys.argv[1]), sys.argv[2]
    # An address in the environment would send gs:// elsewhere.
    os.environ.pop("STORAGE_EMULATOR_HOST", None)
    import uvicorn
    from local_bigquery import app
    from local_bigquery.engine import database
    from local_bigquery.grpc import server
    from local_bigquery.settings import settings

    settings.data_dir = folder
    settings.default_project_id = project
    hasten(database)
    database.attach(project)
    threading.Thread(target=forget, args=(database,), daemon=True).start()
    _, grpc_port = server.start("127.0.0.1", 0)
    rest = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=rest.run, daemon=True)
    thread.start()
    while not rest.started and thread.is_alive():
        thread.join(0.01)
    print(rest.servers[0].sockets[0].getsockname()[1], grpc_port, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
