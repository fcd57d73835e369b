"""Runs that are begun from the web app, and its pages of runs in Chromium."""

from __future__ import annotations

import os
import subprocess
import time

import pytest
from platform_under_test import ROOT, Server
from test_runs import data, server, services  # noqa: F401  (fixtures)

WALKS = ["1280-light", "360-dark"]


class SlowSearch(services.Search):
    def search(self, *arguments):
        time.sleep(0.1)
        return super().search(*arguments)


def test_a_run_is_begun_followed_and_stopped_over_http(tmp_path):
    with Server(data=str(tmp_path)) as server, services.serving(SlowSearch()) as target:
        assert {one["name"] for one in server.get("/api/v1/suites").json["suites"]} >= {"search", "rag"}
        for body, status, says in [
            ({"suite": "serch", "target": target}, 404, "did you mean 'search'"),
            ({"suite": "../suites/search", "target": target}, 404, "no suite"),
            ({"suite": "search", "target": "http://192.0.2.1:9"}, 409, "--yes"),
            ({"suite": "search", "target": "http://169.254.169.254"}, 403, "metadata"),
            ({"suite": "search", "target": "file:///etc/passwd"}, 409, "http"),
        ]:
            answer = server.post("/api/v1/measurements", body)
            assert answer.status == status and says in answer.json["detail"], (body, answer.status, answer.body)
        foreign = server.post("/api/v1/measurements", {"suite": "search", "target": target}, headers={"Origin": "http://elsewhere.example"})
        assert foreign.status == 403
        begun = server.post("/api/v1/measurements", {"suite": "search", "target": target, "seed": 5})
        assert begun.status == 202 and begun.json["total"] > 100
        run = begun.json["run"]
        assert server.post("/api/v1/measurements", {"suite": "search", "target": target}).status == 409, "one at a time"
        assert server.get(f"/api/v1/measurements/{run}").json["state"] == "running"
        assert server.request("DELETE", f"/api/v1/measurements/{run}").status == 200
        ended = server.wait_for(f"/api/v1/measurements/{run}", lambda one: one["state"] != "running")
        assert ended["state"] == "cancelled" and ended["verdict"] == "incomplete" and ended["eval"]["seed"] == "5"
        assert server.request("DELETE", "/api/v1/measurements/none").status == 404


@pytest.mark.skipif(not os.environ.get("GW_CHROMIUM"), reason="no Chromium on this machine")
@pytest.mark.parametrize("walk", WALKS)
def test_the_web_app_shows_runs_and_what_is_different(server, walk, tmp_path):
    environment = {**os.environ, "GW_WALK": walk}
    program = ["node", str(ROOT / "tests/projects/walk_runs.mjs")]
    with Server() as empty, services.serving(services.Search()) as target:
        first = subprocess.run([*program, "none"], env={**environment, "GW_BASE_URL": empty.base, "GW_TARGET": target}, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)  # fmt: skip
    assert first.returncode == 0, first.stdout
    second = subprocess.run([*program, "some"], env={**environment, "GW_BASE_URL": server.base}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)  # fmt: skip
    assert second.returncode == 0, second.stdout
