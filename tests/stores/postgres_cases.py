"""What goes wrong with PostgreSQL in particular, and its index of vectors."""

from __future__ import annotations

import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pgserver
from cases import DOCUMENTS, Checks, groundwork, query, write_corpus


def failures(checks: Checks, corpus: str, remote: str, plain: pgserver.PostgresServer) -> None:
    def refused(name: str, place: str, code: int, said: str, *words: str) -> None:
        begin = time.monotonic()
        found, out, err = groundwork("search", *(words or ("query", "--mode", "lexical")), "--index", place,
                                     *(() if words else ("words",)))  # fmt: skip
        good = found == code and said in err and err.count("\n") == 1 and "hunter2" not in out + err
        checks.expect(name, good and time.monotonic() - begin < 60, (found, out, err))

    refused("no server", "postgresql://u:hunter2@127.0.0.1:1/db?collection=x", 5, "Connection refused")
    refused("no such collection", remote.replace("=cases", "=other"), 3, "there is no collection 'other'")
    refused("no collection named", remote.replace("&collection=cases", ""), 2, "expected a collection's name")
    refused("a name that is none", remote.replace("=cases", "=a;drop"), 2, "expected a collection's name")
    refused("an unknown scheme", "ftp://u:hunter2@host/x", 2, "found the scheme 'ftp'")
    refused("an option libpq doesn't know", remote + "&secret=hunter2", 2, "found what libpq can't read")
    # A collection of another model: the row that says so is all that differs.
    plain.psql("UPDATE groundwork_cases.about SET dimensions = 3")
    refused("other dimensions", remote, 4, "(3 dimensions), found", "query", "--mode", "dense", "words")
    plain.psql("UPDATE groundwork_cases.about SET dimensions = 384, format = 99")
    refused("another version", remote, 4, "made by another version")
    plain.psql("UPDATE groundwork_cases.about SET format = 1")


def hanging(checks: Checks) -> None:
    """A server that takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"postgresql://u:hunter2@127.0.0.1:{listener.getsockname()[1]}/db?collection=x"
        begin = time.monotonic()
        code, out, err = groundwork("search", "query", "--mode", "lexical", "--index", place, "words")
        good = code != 0 and "timeout expired" in err and "hunter2" not in out + err and time.monotonic() - begin < 60
        checks.expect("a server that says nothing", good, (code, out, err))


def atomicity(checks: Checks, corpus: str, remote: str, folder: pathlib.Path) -> None:
    """A writer that fails in the middle leaves what was there."""
    bad = write_corpus(folder / "bad", DOCUMENTS)
    with (folder / "bad" / "corpus.jsonl").open("a") as file:
        file.write("\n" * 2 + "\n".join(json.dumps({"_id": f"n{i}", "text": "words"}) for i in range(200)) + "\nno JSON")
    code, _, err = groundwork("search", "index", "--lexical-only", "--corpus", bad, "--index", remote)
    checks.expect("a broken corpus is refused", code == 2 and "corpus.jsonl:" in err, (code, err))
    found = query(remote, [])
    checks.expect("and the collection is as it was", isinstance(found, dict) and found["allowed"] == len(DOCUMENTS), found)


def password(checks: Checks, remote: str, server: pgserver.PostgresServer) -> None:
    """A role that needs one: the wrong one is refused and never shown, the right one lets in."""
    server.psql("CREATE ROLE reader LOGIN PASSWORD 'right'; GRANT pg_read_all_data TO reader;")
    rules = server.pgdata / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("local all reader scram-sha-256\n" + before)
    server.psql("SELECT pg_reload_conf()")
    try:
        for given, good in (("hunter2", False), ("right", True), ("", False)):
            place = remote.replace("postgres@", f"reader:{given}@" if given else "reader@")
            code, out, err = groundwork("search", "query", "--mode", "lexical", "--index", place, "words")
            if good:
                checks.expect("the right password", code == 0, (code, err))
            else:
                said = "password authentication failed" if given else "no password supplied"
                clear = code == 5 and said in err and err.count("\n") == 1 and "hunter2" not in out + err
                checks.expect(f"{'a wrong' if given else 'no'} password", clear, (code, out, err))
    finally:
        rules.write_text(before)
        server.psql("SELECT pg_reload_conf()")


SERVER = """
import sys, pgserver
server = pgserver.get_server(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
server.cleanup()
"""


def no_pgvector(checks: Checks, corpus: str, folder: pathlib.Path) -> None:
    """A copy of the server without the extension: vectors are refused, words work."""
    packages = folder / "without"
    for part in pathlib.Path(pgserver.__file__).parent.parent.glob("pgserver*"):  # its libraries stand beside it
        if part.is_dir():
            shutil.copytree(part, packages / part.name)
    for control in packages.rglob("vector.control"):
        control.unlink()
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    running = subprocess.Popen([sys.executable, "-c", SERVER, str(folder / "plain")], text=True, env=environment,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert running.stdin and running.stdout
    try:
        checks.expect("a server without pgvector starts", running.stdout.readline() == "ready\n")
        place = f"postgresql://postgres@/postgres?host={folder / 'plain'}&collection=cases"
        code, _, err = groundwork("search", "index", "--corpus", corpus, "--index", place)
        checks.expect("no pgvector", code == 4 and "the server has no extension 'vector'" in err and err.count("\n") == 1, err)
        code, _, err = groundwork("search", "index", "--lexical-only", "--corpus", corpus, "--index", place)
        checks.expect("and none is needed for words", code == 0, err)
        found = query(place, [])
        checks.expect("which are found", isinstance(found, dict) and found["allowed"] == len(DOCUMENTS), found)
    finally:
        running.stdin.close()
        running.wait(60)


class Cutting:
    """A socket in a folder of its own that passes everything on, and cuts each connection after some messages of the client."""

    def __init__(self, folder: pathlib.Path, to: pathlib.Path, after: int) -> None:
        self.to, self.after = str(to / ".s.PGSQL.5432"), after
        folder.mkdir()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / ".s.PGSQL.5432"))
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.to)
            sent = 0
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    piece = ready.recv(65536)
                    sent += ready is client
                    if not piece or sent > self.after:
                        return
                    (server if ready is client else client).sendall(piece)


def dropped(checks: Checks, corpus: str, remote: str, server: pgserver.PostgresServer, folder: pathlib.Path) -> None:
    """The connection ends in the middle, of a search and of a commit: one error, and the collection is as it was."""
    def through(after: int, *words: str) -> tuple[int, str, str]:
        between = folder / f"cut{after}{words[1]}"
        cutting = Cutting(between, server.pgdata, after)
        done = groundwork(*words, "--index", remote.replace(str(server.pgdata), str(between)), *(["words"] if "query" in words else []))
        cutting.listener.close()
        return done

    before = query(remote, [])
    refused = 0
    for after in (0, 1, 2, 3, 5, 7):
        code, out, err = through(after, "search", "query", "--mode", "lexical")
        refused += code == 5
        checks.expect(f"cut after {after} messages of a search", code == 5 and not out and err.count("\n") == 1, (code, out, err))
    checks.expect("the searches were cut", refused == 6, refused)
    for after in (1, 3, 8, 12):
        code, _, err = through(after, "search", "index", "--lexical-only", "--corpus", corpus)
        checks.expect(f"cut after {after} messages of a commit", code == 5 and err.count("\n") == 1, (code, err))
        checks.expect("and what was there is there", query(remote, []) == before, "")
