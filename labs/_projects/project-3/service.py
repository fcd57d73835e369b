"""Project 3, tool-calling workflow: a starter that runs, answers in the contract's shape, and finishes no task.

    python3 service.py --port 8000
    groundwork project measure project-3 --target http://127.0.0.1:8000
"""

from __future__ import annotations

import argparse
from typing import Any

from http_service import BadRequest, serve


def runs(body: dict[str, Any]) -> dict[str, Any]:
    """TODO: choose a tool, validate its arguments, call it, recover when it fails, and stop.

    A step is {"tool", "arguments", "result", "error", "ms"}; status is "completed" or "failed".
    """
    task = body.get("task")
    if not isinstance(task, (str, dict)) or not task:
        raise BadRequest("task: expected what is to be done")
    return {"status": "failed", "result": None, "steps": []}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    serve(parser.parse_args().port, {("POST", "/runs"): runs})
