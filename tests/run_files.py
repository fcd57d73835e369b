"""Runs as files of the data folder, made without measuring: a suite's run of any content, however hostile."""

from __future__ import annotations

import json
import pathlib
from typing import Any

HOSTILE = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'
RUN_ID = "20261128T100000000Z-search-aaaa"


def write_run(data: pathlib.Path, run_id: str = RUN_ID, cases: int = 60, text: str = "an answer", **more: Any) -> str:
    """A run of the suite `search` as `eval run` would leave it. `text` stands in everything that a service says."""
    folder = data / "runs" / run_id
    folder.mkdir(parents=True)
    metric = {"value": 0.8, "interval": {"low": 0.7, "high": 0.9}, "n": cases, "failed": 3, "unit": "ratio", "higher_is_better": True,
              "threshold": ">= 0.75", "passed": True}  # fmt: skip
    latency = {"value": 41.0, "interval": None, "n": cases, "failed": 0, "unit": "ms", "higher_is_better": False, "threshold": None, "passed": None}
    run = {
        "format": 1, "id": run_id, "kind": "eval", "state": "finished",
        "suite": {"name": "search", "version": "1", "dataset_sha256": "0" * 64, "files": [{"path": "queries.jsonl", "sha256": "1" * 64, "cases": cases}]},
        "contract": "search", "target": "http://127.0.0.1:8000", "base_path": "", "label": "", "seed": 1, "repeats": 1, "concurrency": 4,
        "asked": cases, "environment": {"cpu": "a processor", "cores": 2, "kernel": "a kernel", "program": "groundwork 0.1.0"},
        "started": "2026-11-28T10:00:00Z", "finished": "2026-11-28T10:00:09Z", "seconds": 9.5, "verdict": "pass", "reason": "every threshold was met",
        "counts": {"ok": cases - 6, "wrong": 3, "failed": 3, "errors": {"timeout": 3}},
        "metrics": {"ndcg@10": metric, "p95_ms": latency}, "failures": [{"code": "timeout", "sentence": text, "cases": 3, "of": cases, "examples": [text]}],
        "left_out": [text], "cases_sha256": "", "request": {"suite": "search", "target": "http://127.0.0.1:8000"}, **more,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run))
    with (folder / "cases.jsonl").open("w") as out:
        for i in range(cases):
            outcome = "failed" if i % 20 == 3 else "wrong" if i % 20 == 7 else "ok"
            line = {"case": f"case-{i}", "index": i, "repeat": 0, "outcome": outcome, "ms": 10 + i % 17, "values": {"ndcg@10": (i % 11) / 10}}
            if outcome == "failed":
                line |= {"error": "timeout", "message": text, "values": {"ndcg@10": 0}}
            else:
                line["answer"] = {"answer": text, "cited": [text]}
            out.write(json.dumps(line) + "\n")
    return run_id
