"""A learner who uses the API alone."""

from __future__ import annotations

from typing import Any

import bank
from platform_under_test import Server, groundwork


class Learner:
    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name

    def get(self, path: str) -> Any:
        answer = self.server.get(path, learner=self.name)
        assert answer.status == 200, (path, answer.body)
        return answer.json

    def post(self, path: str, body: Any, expected: int | None = None) -> Any:
        answer = self.server.post(path, body, learner=self.name)
        assert answer.status == expected if expected else answer.status < 300, (path, answer.status, answer.body)
        return answer.json

    def status(self, module: str) -> dict[str, Any]:
        """The module's state, as the command prints it."""
        done = groundwork("--learner", self.name, "--json", "status", data=self.server.data)
        assert done.code == 0, done.err
        return next(state for state in done.json["modules"] if state["module_id"] == module)

    def quiz(self, module: str, percent: float, **start: Any) -> dict[str, Any]:
        """Takes the quiz that is due, answering so that the score keeps near `percent`; the finished attempt."""
        attempt = self.post("/api/v1/attempts", {"module_id": module, **start})
        known = bank.items(module)
        right = total = 0
        while attempt["status"] == "open":
            item = next(item for item in attempt["items"] if not item["answered"])
            good = right * 100 < percent * (total + 1) if percent < 100 else True
            good = good and percent > 0
            answer = bank.right(known[item["id"]]) if good else bank.wrong(known[item["id"]])
            right, total = right + good, total + 1
            path = f"/api/v1/attempts/{attempt['attempt_id']}/answers"
            attempt = self.post(path, {"answers": {item["id"]: answer}})
        return attempt

    def lab(self, lab: str, folder: str = "solution", variant: str = "standard") -> dict[str, Any]:
        """Submits a lab and waits for its result."""
        body = {"mode": "submit", "variant": variant, "files": bank.lab_files(lab, folder)}
        run = self.post(f"/api/v1/labs/{lab}/runs", body, 202)
        path = f"/api/v1/runs/{run['run_id']}"
        return self.server.wait_for(path, lambda value: value["status"] == "done", learner=self.name)

    def pass_labs(self, module: str) -> None:
        for lab in bank.module(module)["labs"]:
            run = self.lab(lab)
            assert run["verdict"] == "PASS", run
