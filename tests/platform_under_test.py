"""The built program, as tests from outside use it: commands, and a server on a port and a data folder of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("GW_BINARY") or str(ROOT / "groundwork")


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclasses.dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def groundwork(*words: str, data: str | None = None, cwd: str | None = None, stdin: str | None = None,
               content: str | None = None) -> Done:  # fmt: skip
    """Runs a command to its end."""
    command = [BINARY, "--content", content or str(ROOT)]
    if data is not None:
        command += ["--data", data]
    done = subprocess.run([*command, *words], cwd=cwd, input=stdin, text=True, capture_output=True, timeout=900)
    return Done(done.returncode, done.stdout, done.stderr)


class Server:
    """A running `groundwork serve`. As a context manager it ends with the block, and its data folder with it."""

    def __init__(self, data: str | None = None, content: str | None = None, *options: str, environment: dict[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="groundwork-data-")
        self.data = data or self._folder.name
        self._process = subprocess.Popen(
            [BINARY, "--content", content or str(ROOT), "--data", self.data, "--json", "serve", "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | (environment or {}))  # fmt: skip
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        if not first:
            raise RuntimeError(f"the server did not start: {self._process.communicate()[1]}")
        self.base: str = json.loads(first)["url"]
        # Both pipes are read on, or a full one would stop the server.
        self._log: list[str] = []
        threading.Thread(target=lambda: self._log.extend(self._process.stderr or []), daemon=True).start()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int:
        self._process.terminate()
        code = self._process.wait(timeout=30)
        self._folder.cleanup()
        return code

    @property
    def process(self) -> subprocess.Popen[str]:
        return self._process

    def request(self, method: str, path: str, body: Any = None, learner: str | None = None,
                headers: dict[str, str] | None = None) -> Answer:  # fmt: skip
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=dict(headers or {}))
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        if learner is not None:
            request.add_header("Groundwork-Learner", learner)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    def get(self, path: str, **more: Any) -> Answer:
        return self.request("GET", path, **more)

    def post(self, path: str, body: Any, **more: Any) -> Answer:
        return self.request("POST", path, body, **more)

    def wait_for(self, path: str, ready: Any, seconds: float = 120, **more: Any) -> Any:
        end = time.monotonic() + seconds
        while True:
            value = self.get(path, **more).json
            if ready(value):
                return value
            if time.monotonic() > end:
                raise TimeoutError(f"{path}: {json.dumps(value)[:500]}")
            time.sleep(0.1)

    def wait_for_search(self, seconds: float = 600) -> None:
        """Until the library is indexed: until then search and answers say 503."""
        end = time.monotonic() + seconds
        while (answer := self.get("/api/v1/search?q=cache")).status != 200:
            if answer.status != 503 or time.monotonic() > end:
                raise TimeoutError(f"search is not ready: {answer.status} {answer.body[:500]!r}")
            time.sleep(0.2)
