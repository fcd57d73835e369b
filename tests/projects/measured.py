"""Runs of a service in the shape of run.json, measured here: what a learner's own harness would hand to `--run`."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import sys
import time
import urllib.request
from typing import Any, Iterator

HERE = pathlib.Path(__file__).resolve().parent
TOPICS = ["cache eviction", "binary heap", "token bucket", "attention head", "vector index", "context manager", "hash collision",
          "retry budget"]  # fmt: skip
DOCUMENTS = [
    {"id": f"{topic.replace(' ', '-')}-{n}", "text": f"A note on the {topic}, part {n}: how the {topic} behaves in case {n}.",
     "metadata": {"part": n, "kind": "note"}}
    for topic in TOPICS for n in range(6)
]  # fmt: skip


@contextlib.contextmanager
def service(delay_ms: int = 0) -> Iterator[str]:
    command = [sys.executable, str(HERE / "service.py"), "--delay-ms", str(delay_ms)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def runs_of(target: str, name: str, folder: pathlib.Path) -> list[str]:
    """Two run files: precision by topic, and the latency of the same searches."""
    post(f"{target}/documents", {"documents": DOCUMENTS})
    hits, times = [], []
    for topic in TOPICS:
        started = time.perf_counter()
        results = post(f"{target}/search", {"query": f"how does a {topic} behave", "top_k": 5})["results"]
        times.append((time.perf_counter() - started) * 1000)
        hits.append(sum(one["id"].startswith(topic.replace(" ", "-")) for one in results) / 5)
        filtered = post(f"{target}/search", {"query": topic, "filters": {"part": 2}})["results"]
        assert {one["metadata"]["part"] for one in filtered} == {2}
    precision = sum(hits) / len(hits)
    suite = {"name": "search", "version": "fixture", "dataset_sha256": "fixture"}
    runs = [
        {"id": f"{name}-suite", "kind": "eval", "state": "finished", "suite": suite, "target": target,
         "metrics": {"precision@5": {"value": precision, "n": len(hits), "unit": "", "interval": None}}},
        {"id": f"{name}-bench", "kind": "bench", "state": "finished", "profile": "search", "target": target,
         "metrics": {"p95_ms": {"value": sorted(times)[-1], "n": len(times), "unit": "ms"},
                     "p50_ms": {"value": sorted(times)[len(times) // 2], "n": len(times), "unit": "ms"}}},
    ]  # fmt: skip
    files = []
    for run in runs:
        file = folder / f"{run['id']}.json"
        file.write_text(json.dumps(run))
        files.append(str(file))
    return files
