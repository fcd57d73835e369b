"""A service of project 1 as a learner would write it: BM25 over the documents that were posted, filters inside the search.

    service.py [--delay-ms N]      prints its address; with a delay every search takes that much longer
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OPERATORS = {
    "$eq": lambda have, want: have in _many(want), "$in": lambda have, want: have in _many(want),
    "$ne": lambda have, want: have not in _many(want), "$nin": lambda have, want: have not in _many(want),
    "$gt": lambda have, want: have > want, "$gte": lambda have, want: have >= want,
    "$lt": lambda have, want: have < want, "$lte": lambda have, want: have <= want,
}  # fmt: skip


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fits(metadata: dict[str, Any], filters: dict[str, Any]) -> bool:
    for key, wanted in filters.items():
        have = metadata.get(key)
        tests = wanted if isinstance(wanted, dict) else {"$eq": wanted}
        for operator, value in tests.items():
            if have is None:
                if operator not in ("$ne", "$nin"):
                    return False
            elif not any(OPERATORS[operator](one, value) for one in _many(have)):
                return False
    return True


def words(text: str) -> list[str]:
    return [re.sub(r"(ing|ed|es|s)$", "", word) for word in re.findall(r"[a-z0-9_]+", text.lower())]


class Index:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.documents: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, collections.Counter[str]] = {}
        self.holders: dict[str, set[str]] = collections.defaultdict(set)

    def add(self, document: dict[str, Any]) -> None:
        with self.lock:
            ident = document["id"]
            for word in self.counts.get(ident, ()):
                self.holders[word].discard(ident)
            self.documents[ident] = document
            self.counts[ident] = collections.Counter(words(f"{document.get('title', '')} {document['text']}"))
            for word in self.counts[ident]:
                self.holders[word].add(ident)

    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        with self.lock:
            total = len(self.documents)
            mean = sum(map(sum, (count.values() for count in self.counts.values()))) / max(total, 1)
            scores: dict[str, float] = collections.defaultdict(float)
            for word in set(words(query)):
                holders = self.holders.get(word, set())
                idf = math.log(1 + (total - len(holders) + 0.5) / (len(holders) + 0.5))
                for ident in holders:
                    count, length = self.counts[ident][word], sum(self.counts[ident].values())
                    scores[ident] += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))
            kept = [ident for ident in scores if _fits(self.documents[ident].get("metadata", {}), filters)]
            best = sorted(kept, key=lambda ident: (-scores[ident], ident))[:top_k]
            return [{"id": one, "score": scores[one], "text": self.documents[one]["text"],
                     "metadata": self.documents[one].get("metadata", {})} for one in best]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay-ms", type=int, default=0)
    options = parser.parse_args()
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/documents":
                for document in body["documents"]:
                    index.add(document)
                return self.answer(200, {"indexed": len(body["documents"]), "errors": []})
            if self.path == "/search" and isinstance(body.get("query"), str) and body["query"].strip():
                time.sleep(options.delay_ms / 1000)
                return self.answer(200, {"results": index.search(body["query"], body.get("top_k", 10), body.get("filters", {}))})
            return self.answer(400, {"type": "about:blank", "title": "Bad request", "status": 400, "detail": "expected a query"})

        def answer(self, status: int, value: Any) -> None:
            text = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), server.shutdown()), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
