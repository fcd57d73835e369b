"""Documents, filters and checks that every store must meet as an index folder does."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

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


def conformance(checks: Checks, kind: str, corpus: str, local: str, remote: str) -> None:
    for place in (local, remote, remote):  # the second time in place of what is there
        code, out, err = groundwork("search", "index", "--corpus", corpus, "--index", place, "--json")
        checks.expect(f"{kind}: indexed {len(DOCUMENTS)}", code == 0 and json.loads(out)["documents"] == len(DOCUMENTS), err)
    for filters, expected in FILTERS:
        for kind, place in (("folder", local), (kind, remote)):
            found = query(place, filters)
            ids = {hit["id"] for hit in found["hits"]} if isinstance(found, dict) else found
            good = ids == expected and found["allowed"] == len(expected)
            checks.expect(f"{kind} {' '.join(filters)[:60] or 'no filter'}", good, (ids, expected))
    same_answers(checks, kind, local, remote, ["gamma words", "alpha", "what is a delta?", "quux"], ["year>=0"])


def same_answers(checks: Checks, kind: str, local: str, remote: str, texts: list[str], filters: list[str],
                 tolerance: float = 2e-3) -> None:  # fmt: skip
    """The same hits in the same order with the same scores, in every mode."""
    for mode in ("lexical", "dense", "hybrid", "rerank"):
        for text in texts:
            pages = [query(place, filters, mode, text) for place in (local, remote)]
            if not all(isinstance(page, dict) for page in pages):
                checks.expect(f"{kind} {mode} '{text}'", False, pages)
                continue
            ranked = [[(hit["id"], hit["text"], hit["metadata"]) for hit in page["hits"]] for page in pages]
            scores = [[page["lexical_trust"] or 0] + [value for hit in page["hits"] for value in
                       (hit["score"], hit["why"]["lexical_share"], *(word["score"] for word in hit["why"]["words"]))]
                      for page in pages]  # fmt: skip
            near = len(scores[0]) == len(scores[1]) and all(abs(a - b) < tolerance * max(1, abs(a)) for a, b in zip(*scores))
            checks.expect(f"{kind} {mode} '{text}': the same hits and scores", ranked[0] == ranked[1] and near, (ranked, scores))


def additions(checks: Checks, kind: str, folder: pathlib.Path, local: str, remote: str, tolerance: float = 0.3) -> None:
    """Documents are added to what is there, replaced and removed: afterwards both stores say the same.

    `tolerance`: of scores. A store's idf may count what was deleted for a while; average lengths may differ by 1 %.
    """
    words = "amber basalt cedar delta ember fjord garnet harbor".split()
    first = {f"n{i}": (f"{words[i % 8]} {words[i // 8 % 8]} stone {i}", {"year": 2000 + i}) for i in range(90)}
    more = {f"n{i}": (f"replaced {words[i % 7]} stone {i}", {"year": 3000 + i}) for i in range(60, 130)}
    before, after = write_corpus(folder / f"{kind}-first", first), write_corpus(folder / f"{kind}-more", more)
    expected = {**first, **more}
    gone = ["n3", "n60", "n129", "never there"]
    for place in (local, remote):
        code, _, err = groundwork("search", "index", "--corpus", before, "--index", place)
        checks.expect(f"{kind}: 90 documents indexed", code == 0, err)
        code, out, err = groundwork("search", "index", "--add", "--corpus", after, "--index", place, "--json")
        checks.expect(f"{kind}: 70 added, 30 of them replace", code == 0 and json.loads(out)["documents"] == 70, err)
        code, out, err = groundwork("search", "remove", "--index", place, *gone, "--json")
        checks.expect(f"{kind}: removed", code == 0 and json.loads(out)["documents"] == 127, (out, err))
    for id in gone:
        expected.pop(id, None)
    for filters, left in (([], len(expected)), (["year>=3000"], 68), (["year<2060"], 59), (["year=2070"], 0)):
        for where, place in (("folder", local), (kind, remote)):
            found = query(place, filters, "lexical", "stone")
            good = isinstance(found, dict) and found["allowed"] == left
            checks.expect(f"{where} {filters} after additions: {left} documents", good, found)
    # So few that all come back: which of equal documents are cut off is the store's choice.
    for texts, filters in ((["replaced garnet", "amber stone"], ["year>=3061", "year<3069"]),
                           (["harbor delta"], ["year>=2050", "year<2060"])):  # fmt: skip
        same_answers(checks, kind, local, remote, texts, filters, tolerance)
