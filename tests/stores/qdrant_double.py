"""Qdrant's REST interface over qdrant-client's in-memory mode, or over Qdrant's engine: as much of it as collections use.

Every request is read by the models that qdrant-client generates from Qdrant's OpenAPI file, which refuse unknown fields;
what they don't take is answered with 400, as the server does. `fault` breaks answers on purpose.
"""

from __future__ import annotations

import http.server
import json
import re
import threading
import time
import warnings
from typing import Any, Callable
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter, ValidationError
from qdrant_client import QdrantClient
from qdrant_client.http import models

# The in-memory mode compares all vectors and needs no index; it says so at every call.
warnings.filterwarnings("ignore", module="qdrant_client|qdrant_double")


class Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def no_constant(name: str) -> Any:
    raise Refused(400, f"Format error in JSON body: {name}")


def read(model: Any, body: bytes) -> Any:
    try:
        return TypeAdapter(model).validate_python(json.loads(body, parse_constant=no_constant))
    except (ValidationError, ValueError) as error:
        raise Refused(400, f"Format error in JSON body: {error}") from error


def plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


class Double:
    """A server on a port of its own. `key`: requests need it; `client`: what answers, qdrant-client's in-memory mode if none."""

    def __init__(self, key: str = "", client: Any = None) -> None:
        self.client = client or QdrantClient(":memory:")
        self.key = key
        self.lock = threading.Lock()
        self.requests: list[tuple[str, str]] = []
        # (method, path, answer) -> status and body, or None for the true answer; "hang" and "cut" as status are acts.
        self.fault: Callable[[str, str, Any], tuple[Any, bytes] | None] = lambda method, path, answer: None
        self.refuse: Callable[[str, str], bool] = lambda method, path: False  # answered with 500 and not done
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = double.answer(self.command, self.path, body, self.headers.get("api-key") or "")
                text = json.dumps(answer).encode()
                broken = double.fault(self.command, urlsplit(self.path).path, answer)
                if broken is not None:
                    status, text = broken
                if status == "hang":
                    double.released.wait(60)
                    self.close_connection = True
                    return
                self.send_response(200 if status == "cut" else status)
                if 300 <= (status if isinstance(status, int) else 0) < 400:
                    self.send_header("Location", f"http://127.0.0.1:{double.port}/elsewhere")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text[: len(text) // 2] if status == "cut" else text)
                self.close_connection = self.close_connection or status == "cut"

            do_GET = do_POST = do_PUT = do_DELETE = answer

        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.client.close()

    def place(self, name: str) -> str:
        return f"qdrant://127.0.0.1:{self.port}/?collection={name}"

    def answer(self, method: str, target: str, body: bytes, key: str) -> tuple[int, Any]:
        begin = time.monotonic()
        path = urlsplit(target)
        self.requests.append((method, path.path))
        try:
            if key != self.key:
                raise Refused(401, "Must provide an API key or an Authorization bearer token")
            if self.refuse(method, path.path):
                raise Refused(500, "refused")
            with self.lock:
                result = self.dispatch(method, path.path, parse_qs(path.query), body)
            return 200, {"result": plain(result), "status": "ok", "time": time.monotonic() - begin}
        except Refused as error:
            return error.status, {"status": {"error": str(error)}, "time": 0.0}
        except ValueError as error:
            status = 404 if "not found" in str(error) else 409 if "already exists" in str(error) else 400
            return status, {"status": {"error": str(error)}, "time": 0.0}

    def dispatch(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> Any:
        if set(query) - {"wait"}:
            raise Refused(400, f"unknown parameters {set(query)}")
        if (method, path) == ("GET", "/aliases"):
            return self.client.get_aliases()
        if (method, path) == ("POST", "/collections/aliases"):
            return self.client.update_collection_aliases(read(models.ChangeAliasesOperation, body).actions)
        found = re.fullmatch(r"/collections/([a-z0-9_-]+)(/.*)?", path)
        handler = self.HANDLERS.get((method, (found.group(2) or "") if found else "?"))
        if found is None or handler is None:
            raise Refused(404, f"no such path {method} {path}")
        return handler(self, found.group(1), body)

    def create(self, name: str, body: bytes) -> Any:
        wanted = read(models.CreateCollection, body)
        return self.client.create_collection(
            name, vectors_config=wanted.vectors or {}, sparse_vectors_config=wanted.sparse_vectors
        )

    def index(self, name: str, body: bytes) -> Any:
        wanted = read(models.CreateFieldIndex, body)
        return self.client.create_payload_index(name, wanted.field_name, wanted.field_schema)

    def upsert(self, name: str, body: bytes) -> Any:
        wanted = read(models.PointInsertOperations, body)
        assert isinstance(wanted, models.PointsList)
        return self.client.upsert(name, wanted.points)

    def vectors(self, name: str, body: bytes) -> Any:
        return self.client.update_vectors(name, read(models.UpdateVectors, body).points)

    def delete(self, name: str, body: bytes) -> Any:
        return self.client.delete(name, read(models.PointsSelector, body))

    def retrieve(self, name: str, body: bytes) -> Any:
        wanted = read(models.PointRequest, body)
        return [plain(one) for one in self.client.retrieve(name, wanted.ids, wanted.with_payload, wanted.with_vector)]

    def scroll(self, name: str, body: bytes) -> Any:
        wanted = read(models.ScrollRequest, body)
        points, following = self.client.scroll(
            name, scroll_filter=wanted.filter, limit=wanted.limit, offset=wanted.offset,
            with_payload=wanted.with_payload, with_vectors=wanted.with_vector,
        )  # fmt: skip
        return {"points": [plain(one) for one in points], "next_page_offset": following}

    def count(self, name: str, body: bytes) -> Any:
        wanted = read(models.CountRequest, body)
        return self.client.count(name, count_filter=wanted.filter, exact=wanted.exact)

    def query(self, name: str, body: bytes) -> Any:
        return self.client.query_batch_points(name, [read(models.QueryRequest, body)])[0]

    def batch(self, name: str, body: bytes) -> Any:
        return [plain(one) for one in self.client.query_batch_points(name, read(models.QueryRequestBatch, body).searches)]

    HANDLERS: dict[tuple[str, str], Callable[..., Any]] = {
        ("PUT", ""): create,
        ("GET", ""): lambda self, name, body: self.client.get_collection(name),
        ("DELETE", ""): lambda self, name, body: self.client.delete_collection(name),
        ("PUT", "/index"): index,
        ("PUT", "/points"): upsert,
        ("PUT", "/points/vectors"): vectors,
        ("POST", "/points"): retrieve,
        ("POST", "/points/delete"): delete,
        ("POST", "/points/scroll"): scroll,
        ("POST", "/points/count"): count,
        ("POST", "/points/query"): query,
        ("POST", "/points/query/batch"): batch,
    }
