"""A collection in Qdrant, played by qdrant_double: the answers of an index folder, and one error for what goes wrong."""

from __future__ import annotations

import json
import pathlib
import time
from typing import Any

from cases import DOCUMENTS, Checks, additions, conformance, groundwork, query, write_corpus
from qdrant_double import Double
from qdrant_engine import EngineClient

QUERY = ("search", "query", "--mode", "hybrid")
KEY = "hunter2hunter2"


def one_line(out: str, err: str) -> bool:
    return not out and err.count("\n") == 1 and KEY not in err


def run(checks: Checks, corpus: str, folder: pathlib.Path) -> None:
    engine = Double(client=EngineClient())
    try:
        conformance(checks, "qdrant's engine", corpus, str(folder / "engine-local"), engine.place("cases"))
        swapped(checks, engine)
        additions(checks, "qdrant's engine", folder, str(folder / "engine-changed"), engine.place("changed"))
    finally:
        engine.close()
    double = Double()
    try:
        local, remote = str(folder / "qdrant-local"), double.place("cases")
        conformance(checks, "qdrant", corpus, local, remote)
        swapped(checks, double)
        additions(checks, "qdrant", folder, str(folder / "qdrant-changed"), double.place("changed"))
        hostile_reads(checks, double, remote)
        hostile_writes(checks, double, corpus, remote, folder)
        other_collections(checks, double, corpus, remote)
        locations(checks)
    finally:
        double.close()
    keys(checks, corpus)


def swapped(checks: Checks, double: Double) -> None:
    """The collection that was replaced is gone, and nothing else is left."""
    names = [one.name for one in double.client.get_collections().collections]
    checks.expect("qdrant: one collection and its alias", len(names) == 1 and names[0].startswith("groundwork_cases__"), names)


def hostile_reads(checks: Checks, double: Double, remote: str) -> None:
    stranger = "11111111-2222-5333-8444-555555555555"

    def points(change: Any) -> Any:
        """Changes the points of every query's answer."""

        def fault(method: str, path: str, answer: Any) -> tuple[Any, bytes] | None:
            if not path.endswith("/points/query"):
                return None
            found = answer["result"]["points"]
            return (200, json.dumps({"result": {"points": change(found)}}).encode()) if found else None

        return fault

    def everywhere(status: Any, body: bytes = b"{}") -> Any:
        return lambda method, path, answer: (status, body)

    def at(end: str, status: Any, body: bytes = b"{}") -> Any:
        return lambda method, path, answer: (status, body) if path.endswith(end) else None

    cases: list[tuple[str, Any, int, str]] = [
        ("hangs", at("/points/query", "hang"), 5, "no answer within"),
        ("closes in the middle", at("/points/query", "cut", b'{"result": {"points": []}}'), 5, "closed"),
        ("500", at("/points/count", 500, b'{"status": {"error": "out of disk"}}'), 5, "answered 500: out of disk"),
        ("429", at("/points/count", 429), 5, "answered 429"),
        ("a redirect", everywhere(307), 5, "redirects are not followed"),
        ("HTML", everywhere(200, b"<html>hello"), 5, "expected JSON with a"),
        ("JSON of another kind", everywhere(200, b'{"result": 7}'), 5, "expected a list of at most 1 points"),
        ("no count", at("/points/count", 200, b'{"result": {"count": "many"}}'), 5, "expected a count"),
        ("NaN", points(lambda found: [{**one, "score": float("nan")} for one in found]), 5, "expected JSON"),
        ("no score", points(lambda found: [{**one, "score": None} for one in found]), 5, "a score that is a number"),
        ("a point twice", points(lambda found: found[:1] * 2), 5, "expected each point once"),
        ("too many points", points(lambda found: [{**found[0], "id": str(i)} for i in range(2000)]), 5, "at most"),
        ("ids that are numbers", points(lambda found: [{**one, "id": 7} for one in found]), 5, "a point with a UUID"),
        ("points of others", points(lambda found: [{**one, "payload": {}} for one in found]), 5, "a point of ours"),
        ("ids never added", points(lambda found: [{**found[0], "id": stranger}]), 5, "not there any more"),
        ("documents never added", lambda method, path, answer: (200, json.dumps({"result": [
            {**one, "payload": {"id": "never", "text": "words"}} for one in answer["result"]]}).encode())
            if path.endswith("/points") and isinstance(answer.get("result"), list) and answer["result"]
            and "groundwork" not in (answer["result"][0]["payload"] or {"groundwork": 1}) else None, 5, "which was not"),
        ("too few results", at("/query/batch", 200, b'{"result": []}'), 5, "a result for each of 1 searches"),
        ("weights of another kind", at("/query/batch", 200, json.dumps({"result": [{"points": [
            {"id": stranger, "score": 1.0, "vector": {"lexical": {"indices": [1], "values": [7]}}}]}]}).encode()), 5,
         "a lexical weight between 0 and 1"),
    ]  # fmt: skip
    for name, fault, expected, said in cases:
        double.fault = fault
        begin = time.monotonic()
        code, out, err = groundwork(*QUERY, "--index", remote, "words")
        good = code == expected and said in err and one_line(out, err) and time.monotonic() - begin < 60
        checks.expect(f"qdrant answers with {name}", good, (code, out, err))
    double.fault = lambda method, path, answer: None
    checks.expect("qdrant answers again", isinstance(query(remote, [], "hybrid"), dict))


def hostile_writes(checks: Checks, double: Double, corpus: str, remote: str, folder: pathlib.Path) -> None:
    """What fails while it is made anew leaves the collection as it was, and nothing beside it."""
    before = query(remote, [])
    many = write_corpus(folder / "qdrant-many", {f"m{i}": (f"words {i}", {}) for i in range(150)})

    def third(end: str, status: Any, body: bytes = b"{}") -> Any:
        seen = [0]

        def fault(method: str, path: str, answer: Any) -> tuple[Any, bytes] | None:
            seen[0] += method == "PUT" and path.endswith(end)
            return (status, body) if method == "PUT" and path.endswith(end) and seen[0] == 3 else None

        return fault

    acknowledged = b'{"result": {"operation_id": 1, "status": "acknowledged"}, "status": "ok"}'
    fewer = lambda method, path, answer: (  # noqa: E731
        (200, b'{"result": {"count": 149}}') if path.endswith("/count") else None)  # fmt: skip
    alias = lambda method, path: path.endswith("/aliases") and method == "POST"  # noqa: E731
    lost = lambda method, path, answer: ("cut", b"{}") if alias(method, path) else None  # noqa: E731
    for name, fault, said in (
        ("500 for the third batch", third("/points", 500), "answered 500"),
        ("a close in the third batch", third("/points", "cut"), "closed"),
        ("'acknowledged' for a batch", third("/points", 200, acknowledged), "expected a change that is completed"),
        ("fewer documents than were sent", fewer, "expected 150 documents"),
        ("500 for the alias", None, "answered 500"),
    ):
        double.fault = fault or double.fault
        double.refuse = double.refuse if fault else alias
        code, out, err = groundwork("search", "index", "--lexical-only", "--corpus", many, "--index", remote)
        double.fault, double.refuse = lambda method, path, answer: None, lambda method, path: False
        checks.expect(f"qdrant: {name} fails the commit", code == 5 and said in err and one_line(out, err), (code, out, err))
        checks.expect("qdrant: and what was there is there", query(remote, []) == before)
        names = [one.name for one in double.client.get_collections().collections if "cases" in one.name]
        checks.expect("qdrant: and nothing beside it", len(names) == 1, names)

    # The alias has changed, and the answer that says so is lost: readers are asked, and nothing that they see is deleted.
    place = double.place("lost")
    double.fault = lost
    code, out, err = groundwork("search", "index", "--lexical-only", "--corpus", many, "--index", place)
    double.fault = lambda method, path, answer: None
    found = query(place, [])
    good = code == 0 and isinstance(found, dict) and found["allowed"] == 150
    checks.expect("qdrant: a change of alias whose answer is lost", good, (code, err, found))

    # An addition is not whole or nothing: it says how far it came, and the same again completes it.
    place = double.place("added")
    groundwork("search", "index", "--lexical-only", "--corpus", corpus, "--index", place)
    double.fault = third("/points", 500)
    code, out, err = groundwork("search", "index", "--add", "--lexical-only", "--corpus", many, "--index", place)
    double.fault = lambda method, path, answer: None
    good = code == 5 and "has 64 of 150 documents of an addition that failed" in err and one_line(out, err)
    checks.expect("qdrant: an addition that fails says how far it came", good, (code, out, err))
    code, out, err = groundwork("search", "index", "--add", "--lexical-only", "--corpus", many, "--index", place)
    found = query(place, [])
    good = code == 0 and isinstance(found, dict) and found["allowed"] == 150 + len(DOCUMENTS)
    checks.expect("qdrant: the same again completes it", good, (code, err, found))


def other_collections(checks: Checks, double: Double, corpus: str, remote: str) -> None:
    from qdrant_client.http import models

    code, out, err = groundwork(*QUERY, "--index", double.place("missing"), "words")
    checks.expect("qdrant: no such collection", code == 3 and "there is no collection 'missing'" in err, (code, err))

    double.client.create_collection("groundwork_theirs", vectors_config={})
    code, out, err = groundwork(*QUERY, "--index", double.place("theirs"), "words")
    checks.expect("qdrant: a collection of others", code == 4 and "was not made by Groundwork" in err, (code, err))

    # Made behind our back with vectors of another size under what says 384.
    name = "groundwork_small__0123456789abcdef"
    sparse = {"lexical": models.SparseVectorParams(modifier=models.Modifier.IDF)}
    double.client.create_collection(name, vectors_config={"dense": models.VectorParams(size=3, distance="Cosine")},
                                    sparse_vectors_config=sparse)  # fmt: skip
    there = [one.name for one in double.client.get_collections().collections if "_cases__" in one.name][0]
    nil = "00000000-0000-0000-0000-000000000000"
    about = double.client.retrieve(there, [nil])[0].payload["groundwork"]
    for change, said in (({"collection": name}, "found 3, \"Cosine\""), ({"collection": "groundwork_cases"}, "can't be read"),
                         ({"format": 99}, "made by another version"), ({"dimensions": 3}, "(3 dimensions), found")):  # fmt: skip
        payload = {"groundwork": {**about, "collection": name, **change}}
        double.client.upsert(name, [models.PointStruct(id=nil, vector={}, payload=payload)])
        double.client.update_collection_aliases([models.CreateAliasOperation(
            create_alias=models.CreateAlias(collection_name=name, alias_name="groundwork_small"))])  # fmt: skip
        for words in ((*QUERY, "words"), ("search", "index", "--add", "--corpus", corpus)):
            code, out, err = groundwork(*words, "--index", double.place("small"))
            good = code == 4 and said in err and one_line(out, err)
            checks.expect(f"qdrant {words[1]}: a collection with {change}", good, (code, out, err))


def locations(checks: Checks) -> None:
    for place, code, said in (
        ("qdrant://127.0.0.1:1/?collection=x", 5, "refused"),
        ("qdrants://127.0.0.1:1/?collection=x", 5, "refused"),
        (f"qdrant://user:{KEY}@127.0.0.1:1/?collection=x", 2, "QDRANT_API_KEY"),
        (f"qdrant://127.0.0.1:1/?collection=x&api_key={KEY}", 2, "QDRANT_API_KEY"),
        ("qdrant://127.0.0.1:1/", 2, "the option 'collection'"),
        ("qdrant://127.0.0.1:1/?collection=a/b", 2, "expected a collection's name"),
        ("qdrant://127.0.0.1:99999/?collection=x", 2, "found another URL"),
    ):
        found, out, err = groundwork("search", "query", "--mode", "lexical", "--index", place, "words")
        checks.expect(f"{place.replace(KEY, '...')}", found == code and said in err and one_line(out, err), (found, out, err))


def keys(checks: Checks, corpus: str) -> None:
    """A key opens the server, and is in no message, not even where the server says it back."""
    double = Double(key=KEY)
    place = double.place("cases")
    try:
        code, out, err = groundwork("search", "index", "--corpus", corpus, "--index", place, "--json", QDRANT_API_KEY=KEY)
        checks.expect("qdrant: the right key", code == 0 and KEY not in out + err, (code, out, err))
        code, out, err = groundwork(*QUERY, "--index", place, "words")
        checks.expect("qdrant: no key", code == 5 and "QDRANT_API_KEY is not set" in err and one_line(out, err), err)
        code, out, err = groundwork(*QUERY, "--index", place, "words", QDRANT_API_KEY="another")
        good = code == 5 and "set to another key" in err and "another\n" not in err.replace("another key", "")
        checks.expect("qdrant: a wrong key", good, (code, out, err))
        code, out, err = groundwork(*QUERY, "--index", place, "words", QDRANT_API_KEY=KEY + "\n")
        checks.expect("qdrant: a key with a line break", code == 2 and one_line(out, err), (code, out, err))
        for body in (f'{{"status": {{"error": "no {KEY} here"}}}}', "x" * 290 + KEY, f"<{KEY}>"):
            for status in (400, 500, 200):
                double.fault = lambda method, path, answer: (status, body.encode())
                code, out, err = groundwork(*QUERY, "--index", place, "words", QDRANT_API_KEY=KEY)
                half = KEY[:7] in err
                checks.expect(f"qdrant: {status} that says the key", code != 0 and not half and one_line(out, err), (code, err))
    finally:
        double.close()
