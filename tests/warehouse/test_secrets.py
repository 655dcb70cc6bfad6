"""Credentials are used and never shown: a key file, what is signed with it, and the token it is exchanged for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

TOKEN = "ya29.token-that-nobody-may-see"
KEY_ID = "key-id-that-nobody-may-see"


@dataclass
class Service:
    """A token service and a warehouse that refuses everybody.

    Attributes:
        url: Where it is.
        refuse: Whether it gives no token.
        seen: Headers and bodies of the requests.
    """

    url: str
    refuse: bool = False
    seen: list[str] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.seen.append(f"{self.path} {self.headers.get('Authorization')} {body.decode(errors='replace')}")
            if self.path == "/token" and not made.refuse:
                self._answer(200, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
            elif self.path == "/token":
                self._answer(400, {"error": "invalid_grant", "error_description": "no such account"})
            else:
                said = [{"reason": "accessDenied", "message": "bigquery.datasets.get is denied"}]
                self._answer(403, {"error": {"code": 403, "message": said[0]["message"], "errors": said}})

        do_GET = do_POST = _any  # noqa: N815

        def _answer(self, status: int, value: dict[str, Any]) -> None:
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Service(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def private_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def run(service: Service, private_key: str, folder: Path, *words: str) -> tuple[int, str]:
    """Run the command line with a key file; returns the exit code and everything it said."""
    file = folder / "key.json"
    account = {
        "type": "service_account",
        "project_id": "test-project",
        "private_key_id": KEY_ID,
        "private_key": private_key,
        "client_email": "someone@test-project.example",
        "token_uri": f"{service.url}/token",
    }
    file.write_text(json.dumps(account))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("NBAPROC_")} | {
        "GOOGLE_APPLICATION_CREDENTIALS": str(file),
        "BIGQUERY_EMULATOR_HOST": service.url,
        "NBAPROC_PROJECT": "test-project",
        "PYTHONPATH": str(ROOT),
        # Whatever a library has to say, it shall say it.
        "PYTHONWARNINGS": "always",
        "GOOGLE_SDK_PYTHON_LOGGING_SCOPE": "google",
    }
    lake = folder / "lake"
    command = [sys.executable, "-m", "nbaproc.cli.main", *words, "--lake", str(lake), "--debug"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    files = [path for path in lake.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files).decode(errors="replace")
    return done.returncode, done.stdout + done.stderr + written


COMMANDS = {
    "check": ("warehouse", "check"),
    "init": ("warehouse", "init"),
    "ingest": ("ingest", "bigquery", "--start", "2021-10-19", "--end", "2021-10-20"),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("refuse", [False, True], ids=["refused by the warehouse", "refused by the token service"])
def test_no_secret_is_ever_shown(service: Service, private_key: str, tmp_path: Path, name: str, refuse: bool) -> None:
    service.refuse = refuse
    code, said = run(service, private_key, tmp_path, *COMMANDS[name])
    assert code == 1
    assert "Traceback" in said
    assert ("no such account" if refuse else "bigquery.datasets.get is denied") in said
    asked = next(text for text in service.seen if "assertion=" in text)
    signed = asked.split("assertion=")[1].split("&")[0]
    # The credentials were used: what is looked for in the output was there to be shown.
    assert len(signed) > 300
    assert any(TOKEN in text for text in service.seen) != refuse
    secrets = [TOKEN, KEY_ID, signed, signed.rpartition(".")[2], *private_key.splitlines()[:-1]]
    assert [secret for secret in secrets if secret in said] == []


def test_without_credentials_the_remedy_is_named_and_nothing_is_started(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "NBAPROC_PROJECT": "test-project", "PYTHONPATH": str(ROOT), "NO_GCE_CHECK": "true"}
    environment = {"PATH": os.environ["PATH"], "CLOUDSDK_CONFIG": str(tmp_path), **home}
    command = [sys.executable, "-m", "nbaproc.cli.main", "warehouse", "check"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "gcloud auth application-default login" in done.stderr
