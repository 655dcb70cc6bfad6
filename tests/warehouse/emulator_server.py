"""Serve the emulator until standard input ends; run by the emulator's own Python: `emulator_server.py FOLDER PROJECT`.

It chooses free ports itself and says them on the first line of standard output. The pipe on standard input is held by
the process that started it: however that one ends, the pipe ends and so does the emulator.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path


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
    database.attach(project)
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
