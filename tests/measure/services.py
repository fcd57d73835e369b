"""Services for the contract `search`: a right one, and others that are wrong in one way each. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import math
import random
import re
import socketserver
import threading
import time
from collections import Counter
from typing import Any, Iterator

OPERATORS = {
    "$gt": lambda v, w: v > w, "$gte": lambda v, w: v >= w, "$lt": lambda v, w: v < w, "$lte": lambda v, w: v <= w,
}  # fmt: skip


def meets(metadata: dict[str, Any], filters: dict[str, Any]) -> bool:
    for key, condition in filters.items():
        values = metadata.get(key)
        values = values if isinstance(values, list) else [] if values is None else [values]
        operators = condition if isinstance(condition, dict) else {"$in": condition}
        for name, wanted in operators.items():
            listed = wanted if isinstance(wanted, list) else [wanted]
            if name in ("$in", "$eq"):
                good = any(value in listed for value in values)
            elif name in ("$nin", "$ne"):
                good = not any(value in listed for value in values)
            else:
                good = any(isinstance(value, (int, float)) and OPERATORS[name](value, wanted) for value in values)
            if not good:
                return False
    return True


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


class Search:
    """BM25 over what was posted; subclasses are wrong in one place."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self.lock = threading.Lock()

    def add(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        for document in documents:
            self.documents[document["id"]] = document
        self.counts = {id: Counter(words(one.get("title", "") + " " + one["text"])) for id, one in self.documents.items()}
        self.frequency = Counter(word for counts in self.counts.values() for word in counts)
        return {"indexed": len(documents), "errors": []}

    def allowed(self, filters: dict[str, Any]) -> list[str]:
        return [id for id, one in self.documents.items() if meets(one.get("metadata", {}), filters)]

    def score(self, query: str, id: str) -> float:
        counts, total = self.counts[id], len(self.documents)
        length = sum(counts.values())
        out = 0.0
        for word in set(words(query)):
            if count := counts.get(word):
                idf = math.log(1 + (total - self.frequency[word] + 0.5) / (self.frequency[word] + 0.5))
                out += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / 110))
        return out

    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        ranked = sorted(((self.score(query, id), id) for id in self.allowed(filters)), reverse=True)[:top_k]
        return [self.result(id, score) for score, id in ranked]

    def result(self, id: str, score: float) -> dict[str, Any]:
        return {"id": id, "score": score, "text": self.documents[id]["text"], "metadata": self.documents[id].get("metadata", {})}

    def handle(self, request: "Handler", path: str, body: Any) -> None:
        if path == "/documents":
            request.answer(200, self.add(body["documents"]))
        elif path == "/search":
            with self.lock:
                self.calls += 1
            self.answer_search(request, body)
        else:
            request.answer(404, {"title": "no such path"})

    def answer_search(self, request: "Handler", body: Any) -> None:
        request.answer(200, {"results": self.search(body["query"], body.get("top_k", 10), body.get("filters", {}))})


class Random(Search):
    def score(self, query: str, id: str) -> float:
        return random.Random(hashlib.sha256((query + id).encode()).digest()).random()


class IgnoresFilters(Search):
    def allowed(self, filters: dict[str, Any]) -> list[str]:
        return list(self.documents)


class InventsIds(Search):
    def result(self, id: str, score: float) -> dict[str, Any]:
        return {**super().result(id, score), "id": "chunk-" + hashlib.sha256(id.encode()).hexdigest()[:8]}


class Unordered(Search):
    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        return super().search(query, top_k, filters)[::-1]


class Twice(Search):
    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        found = super().search(query, top_k, filters)
        return (found[:1] + found)[:top_k]


class Hangs(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.server.stopping.wait(60)


class Redirects(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send_response(302)
        request.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        request.send_header("Content-Length", "0")
        request.end_headers()


class StreamsForEver(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.end_headers()
        request.close_connection = True
        with contextlib.suppress(OSError):
            while not request.server.stopping.is_set():
                request.wfile.write(b" " * 1000)
                request.wfile.flush()
                time.sleep(0.01)


class Garbage(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send(200, b"\x00\xff<html>it works</html>", "text/html")


class WrongSchema(Search):
    def result(self, id: str, score: float) -> dict[str, Any]:
        return {**super().result(id, score), "score": str(score)}


class FailsForHalf(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        if hashlib.sha256(body["query"].encode()).digest()[0] % 2:
            request.answer(503, {"title": "overloaded", "detail": "the pool is empty"})
        else:
            super().answer_search(request, body)


class Changes(Search):
    """Right at first, and random from the second set of documents on."""

    def __init__(self) -> None:
        super().__init__()
        self.first_sets = 0

    def add(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        self.first_sets += any(document["id"] in self.documents for document in documents)
        return super().add(documents)

    def score(self, query: str, id: str) -> float:
        return super().score(query, id) if self.first_sets == 0 else random.Random(query + id).random()


class Flaky(Search):
    def score(self, query: str, id: str) -> float:
        return random.random()


class Closes(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b'{"results": [')
        request.close_connection = True


class RefusesDocuments(Search):
    def add(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        super().add(documents)
        return {"indexed": 0, "errors": [{"index": 0, "error": "metadata: too many keys"}]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
        self.server.service.handle(self, self.path, body)

    def answer(self, status: int, body: Any) -> None:
        self.send(status, json.dumps(body).encode(), "application/json")

    def send(self, status: int, body: bytes, type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def serving(service: Any) -> Iterator[str]:
    """The URL at which the service is, as long as the block lasts."""
    server = Server(("127.0.0.1", 0), Handler)
    server.service = service
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
