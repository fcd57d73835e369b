"""What every starter shares: JSON over HTTP by the standard library alone, errors as RFC 9457 problems."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

LIMIT = 64 << 20  # bytes of a request's body
Routes = dict[tuple[str, str], Callable[[dict[str, Any]], Any]]


class BadRequest(Exception):
    """What the client did wrong, in a sentence."""


def serve(port: int, routes: Routes) -> None:
    """Serves until interrupted. A handler gets the body's object and returns what is answered as JSON, or text."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self, status: int, value: Any, kind: str = "application/json") -> None:
            text = kind.startswith("text/")
            body = value.encode() if text else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _problem(self, status: int, title: str, detail: str) -> None:
            problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
            self._answer(status, problem, "application/problem+json")

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LIMIT:
                self.close_connection = True
                return self._problem(413, "Too large", f"expected at most {LIMIT} bytes")
            raw = self.rfile.read(length)
            handler = routes.get((self.command, self.path.split("?")[0]))
            if handler is None:
                return self._problem(404, "Not found", f"there is no {self.command} {self.path[:100]}")
            try:
                body = json.loads(raw) if raw else {}
                if not isinstance(body, dict):
                    raise BadRequest("body: expected an object")
                value = handler(body)
            except (BadRequest, json.JSONDecodeError, UnicodeDecodeError) as error:
                return self._problem(400, "Bad request", str(error))
            if isinstance(value, str):
                return self._answer(200, value, "text/plain; version=0.0.4")
            return self._answer(200, value)

        do_GET = do_POST = _serve

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
