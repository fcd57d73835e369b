"""Project 4, deployed capstone: a starter with the four endpoints that are watched from outside.

    VERSION=1.0.0 python3 service.py --port 8000
    groundwork project probe --target http://127.0.0.1:8000 --every 5s --for 10m
    groundwork project drill --target http://127.0.0.1:8000 --expect-version 1.0.0

Nothing is checked behind /readyz yet, and /metrics says next to nothing. Put your service of project 1, 2 or 3 behind it.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any

from http_service import serve

STARTED = time.time()
VERSION = os.environ.get("VERSION", "0.0.0")
COUNTS = {"requests": 0}


def healthz(_: dict[str, Any]) -> dict[str, Any]:
    COUNTS["requests"] += 1
    return {"status": "ok"}


def readyz(_: dict[str, Any]) -> dict[str, Any]:
    """TODO: ready means that every dependency answers; until then a 503."""
    return {"status": "not checked"}


def version(_: dict[str, Any]) -> dict[str, Any]:
    return {"version": VERSION}


def metrics(_: dict[str, Any]) -> str:
    """TODO: requests by endpoint and status, and a histogram of their duration."""
    return (
        "# TYPE process_uptime_seconds gauge\n"
        f"process_uptime_seconds {time.time() - STARTED:.0f}\n"
        "# TYPE health_requests_total counter\n"
        f"health_requests_total {COUNTS['requests']}\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    routes = {("GET", "/healthz"): healthz, ("GET", "/readyz"): readyz, ("GET", "/version"): version, ("GET", "/metrics"): metrics}
    serve(parser.parse_args().port, routes)
