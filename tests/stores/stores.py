"""Runs each case on a collection in an index folder and on one in PostgreSQL. One line a check; the last line sums them."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from typing import Any

import pgserver

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GW_BINARY") or str(ROOT / "groundwork")

DOCUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("alpha beta words", {"lang": "en", "year": 2020, "draft": True}),
    "list": ("beta gamma words", {"lang": ["de", "en"], "year": "2021", "draft": "true"}),
    "Straße \u65e5\u672c\x00\x01": ("gamma delta words words", {"lang": "日本", "year": "1e3", "odd": "inf"}),
    "none": ("alpha gamma words", {}),
    "quote'\"\\{}": ("delta words of alpha", {"lang": "a'\"\\{},b", "year": [1999, 2030], "a.b": -0.5, "nested": {"x": 1}}),
    "long": ("alpha words", {"lang": "x" * 4000, "odd": None, "year": 1e21}),
}
P, L, U, N, Q, G = DOCUMENTS
ALL = set(DOCUMENTS)
FILTERS: list[tuple[list[str], set[str]]] = [
    ([], ALL),
    (["lang=en"], {P, L}),
    (["lang!=en"], ALL - {P, L}),
    (["lang=de|日本"], {L, U}),
    (["lang!=de|日本"], ALL - {L, U}),
    (["lang=a'\"\\{},b"], {Q}),
    (["lang=" + "x" * 4000], {G}),
    (["lang=" + "x" * 3999], set()),
    (["year=2021"], {L}),
    (["year=2021.0"], {L}),
    (["year=1000"], {U}),
    (["year>=2020"], {P, L, Q, G}),
    (["year>2020", "year<=2030"], {L, Q}),
    (["year<2000"], {U, Q}),
    (["year>2000", "year<2000"], {Q}),
    (["draft=true"], {P, L}),
    (["odd>=1"], set()),
    (["odd=inf"], {U}),
    (["odd!=inf"], ALL - {U}),
    (["a.b<0"], {Q}),
    (["nested=1"], set()),
    (["missing=1"], set()),
    (["missing!=1"], ALL),
    (["missing>0"], set()),
]


class Checks:
    passed = failed = 0

    def expect(self, name: str, good: bool, found: Any = "") -> None:
        self.passed += good
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {name}" + ("" if good else f": {str(found)[:600]}"), flush=True)


def groundwork(*words: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=300, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


def query(place: str, filters: list[str], mode: str = "lexical", text: str = "words") -> Any:
    options = [word for one in filters for word in ("--filter", one)]
    code, out, err = groundwork("search", "query", "--index", place, "--mode", mode, *options, "--json", text)
    return json.loads(out) if code == 0 else err


def write_corpus(folder: pathlib.Path, documents: dict[str, tuple[str, dict[str, Any]]]) -> str:
    folder.mkdir()
    lines = [json.dumps({"_id": id, "text": text, "metadata": metadata}) for id, (text, metadata) in documents.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines))
    return str(folder)


def conformance(checks: Checks, corpus: str, local: str, remote: str) -> None:
    for place in (local, remote, remote):  # the second time in place of what is there
        code, out, err = groundwork("search", "index", "--corpus", corpus, "--index", place, "--json")
        checks.expect(f"indexed {len(DOCUMENTS)}", code == 0 and json.loads(out)["documents"] == len(DOCUMENTS), err)
    for filters, expected in FILTERS:
        for kind, place in (("folder", local), ("postgresql", remote)):
            found = query(place, filters)
            ids = {hit["id"] for hit in found["hits"]} if isinstance(found, dict) else found
            good = ids == expected and found["allowed"] == len(expected)
            checks.expect(f"{kind} {' '.join(filters)[:60] or 'no filter'}", good, (ids, expected))
    for mode in ("lexical", "dense", "hybrid", "rerank"):
        for text in ("gamma words", "alpha", "what is a delta?", "quux"):
            pages = [query(place, ["year>=0"], mode, text) for place in (local, remote)]
            if not all(isinstance(page, dict) for page in pages):
                checks.expect(f"{mode} '{text}'", False, pages)
                continue
            ranked = [[(hit["id"], hit["text"], hit["metadata"]) for hit in page["hits"]] for page in pages]
            scores = [[page["lexical_trust"] or 0] + [value for hit in page["hits"] for value in
                       (hit["score"], hit["why"]["lexical_share"], *(word["score"] for word in hit["why"]["words"]))]
                      for page in pages]  # fmt: skip
            near = len(scores[0]) == len(scores[1]) and all(abs(a - b) < 2e-3 for a, b in zip(*scores))
            checks.expect(f"{mode} '{text}': the same hits and scores", ranked[0] == ranked[1] and near, (ranked, scores))


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
    import socket

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


def main() -> int:
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="groundwork-stores-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        server = pgserver.get_server(folder / "postgres")
        try:
            remote = f"postgresql://postgres@/postgres?host={folder / 'postgres'}&collection=cases"
            corpus = write_corpus(folder / "corpus", DOCUMENTS)
            conformance(checks, corpus, str(folder / "index"), remote)
            failures(checks, corpus, remote, server)
            hanging(checks)
            atomicity(checks, corpus, remote, folder)
        finally:
            server.cleanup()
    print(f"{checks.passed} passed, {checks.failed} failed, 0 skipped")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
