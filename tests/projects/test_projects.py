"""A learner who uses commands alone: what opens a gate, what blocks a phase, and what lifts the block."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import subprocess

import fixture
import measured
import pytest
from platform_under_test import ROOT, Server, groundwork

WALKS = ["1280-light", "360-dark"]
PART = "Part {}: every query embedded the whole corpus again, because the matrix was built inside the request and never kept."


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    return fixture.make_content(tmp_path_factory.mktemp("content"))


class Learner:
    def __init__(self, content: str, folder: pathlib.Path) -> None:
        self.content, self.folder, self.data = content, folder, str(folder / "data")

    def run(self, *words: str, code: int = 0):
        done = groundwork("--json", *words, data=self.data, content=self.content, cwd=str(self.folder))
        assert done.code == code, (words, done.code, done.out, done.err)
        return done.json if done.out else None

    def module(self, module: str):
        return next(one for one in self.run("status")["modules"] if one["module_id"] == module)

    def prove(self, module: str, code: int = 0) -> None:
        self.run("quiz", "take", module, "--answers", fixture.answers(self.folder, module), code=code)

    def gate(self, gate: str):
        return next(one for one in self.run("gate", "show")["gates"] if one["gate_id"] == gate)

    def hand_in(self, gate: str) -> None:
        for item in self.gate(gate)["items"]:
            if item["kind"] == "handed-in":
                self.run("gate", "evidence", "add", gate, "--item", item["item"], "--link", "https://example.com/evidence")

    def measure(self, name: str, delay_ms: int = 0, code: int = 0):
        with measured.service(delay_ms) as target:
            files = measured.runs_of(target, name, self.folder)
        return self.run("project", "measure", "project-1", "--run", files[0], "--run", files[1], code=code)


@pytest.fixture
def learner(content, tmp_path):
    """In phase 2: the first phase is behind them."""
    new = Learner(content, tmp_path)
    new.run("plan", "--pace", "16", "--hours", "12")
    new.prove("basics")
    new.hand_in("gate-1")
    assert new.gate("gate-1")["status"] == "open"
    return new


def report(learner: Learner, run: str, parts: list[str]) -> str:
    form = learner.run("report", "new")
    file = learner.folder / form["file"]
    text = file.read_text()
    for part, written in zip(form["parts"], parts):
        text = text.replace(f"[{part['hint']}]", written)
    file.write_text(text)
    assert form["runs"][0]["run"] == run
    return str(file)


def test_a_correct_service_opens_gate_2_and_is_refused_gate_3(learner):
    outcome = learner.measure("fast")
    assert [one["missed"] for one in outcome["metrics"]] == [False, False]
    assert learner.gate("gate-2")["status"] == "closed"
    learner.prove("embeddings")
    learner.hand_in("gate-2")
    gate = learner.gate("gate-2")
    assert gate["status"] == "open" and gate["opened_at"]
    assert learner.module("grounding")["status"] == "available"

    learner.prove("grounding")
    learner.hand_in("gate-3")
    third = learner.run("gate", "show", "gate-3", code=1)
    assert third["status"] == "closed"
    assert {reason["rule"] for reason in third["reasons"]} == {"kpi-unmeasured"}
    assert third["next"]["kind"] == "measure" and third["next"]["target"] == "project-2"
    asked = next(item["item"] for item in third["items"] if item["kind"] == "measured")
    learner.run("gate", "evidence", "add", "gate-3", "--item", asked, "--link", "https://example.com", code=4)
    assert learner.module("shipping")["status"] == "locked"


def test_a_slow_service_blocks_until_the_root_cause_report_and_the_gate_until_the_number(learner):
    outcome = learner.measure("slow", delay_ms=300, code=1)
    assert [one["missed"] for one in outcome["metrics"]] == [False, True]
    state = learner.module("embeddings")
    assert state["status"] == "blocked"
    assert state["reasons"][0]["rule"] == "kpi-missed" and state["reasons"][0]["facts"] == [outcome["metrics"][1]["fact"]]
    assert state["next"]["kind"] == "root-cause" and state["next"]["command"] and state["what_if"]
    learner.prove("embeddings", code=4)
    learner.measure("again-fast")
    assert learner.module("embeddings")["status"] == "blocked", "a number that is met later lifts no block"

    thin = report(learner, "again-fast-bench", ["too short"] * 6)
    refused = groundwork("report", "submit", thin, data=learner.data, content=learner.content)
    assert refused.code == 4 and "Hypothesis: expected at least 80 characters" in refused.err
    os.unlink(thin)
    learner.run("report", "submit", report(learner, "again-fast-bench", [PART.format(n) for n in range(6)]))
    assert learner.module("embeddings")["status"] == "available"
    learner.prove("embeddings")
    learner.hand_in("gate-2")
    assert learner.gate("gate-2")["status"] == "open"


def test_a_report_without_the_number_leaves_the_gate_closed(learner):
    learner.prove("embeddings")
    learner.hand_in("gate-2")
    learner.measure("slow", delay_ms=300, code=1)
    assert {reason["rule"] for reason in learner.gate("gate-2")["reasons"]} == {"kpi-below-target", "kpi-missed"}
    learner.run("report", "submit", report(learner, "slow-bench", [PART.format(n) for n in range(6)]))
    gate = learner.gate("gate-2")
    assert gate["status"] == "closed" and {reason["rule"] for reason in gate["reasons"]} == {"kpi-below-target"}
    learner.measure("fixed")
    assert learner.gate("gate-2")["status"] == "open"


def test_the_dashboard_names_the_run_of_each_number(learner):
    learner.measure("fast")
    kpi = learner.run("kpi", "show", "retrieval-precision")
    assert kpi["series"][0]["points"][0]["run"] == "fast-suite"
    learner.run("kpi", "record", "retrieval-precision", "1", code=4)
    learner.run("kpi", "record", "mock-interview-score", "71", "--note", "mock with a colleague")
    manual = learner.run("kpi", "show", "mock-interview-score")
    assert manual["series"][0]["points"][0]["source"] == "manual"
    assert sum(len(group["kpis"]) for group in learner.run("kpi", "show")["groups"]) == 15


def test_evidence_is_kept_with_its_hash_and_printed(learner):
    file = learner.folder / "report.md"
    file.write_text("What was tuned, and what it changed.")
    item = learner.gate("gate-2")["items"][1]["item"]
    gate = learner.run("gate", "evidence", "add", "gate-2", "--item", item[:4], "--file", str(file))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert gate["items"][1]["evidence"]["sha256"] == digest
    learner.run("gate", "report", "gate-2", "--output", "gate.html")
    assert digest in (learner.folder / "gate.html").read_text()


@pytest.mark.skipif(not os.environ.get("GW_CHROMIUM"), reason="no Chromium on this machine")
def test_a_gate_is_printed_as_pdf(learner):
    learner.run("gate", "report", "gate-2", "--format", "pdf", "--output", "gate.pdf")
    assert (learner.folder / "gate.pdf").read_bytes().startswith(b"%PDF-")


def test_a_starter_runs_and_fails_honestly(learner):
    learner.run("project", "start", "project-1", "--folder", "mine")
    learner.run("project", "start", "project-1", "--folder", "mine", code=4)
    command = [os.environ["GW_TEST_PYTHON"], "service.py", "--port", "0"]
    with subprocess.Popen(command, cwd=learner.folder / "mine", stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        target = process.stdout.readline().split()[-1]
        assert measured.post(f"{target}/documents", {"documents": measured.DOCUMENTS})["indexed"] == len(measured.DOCUMENTS)
        results = measured.post(f"{target}/search", {"query": "retry budget", "top_k": 5})["results"]
        process.terminate()
    assert len(results) == 5 and not any(one["id"].startswith("retry") for one in results)


def test_a_weekly_review_keeps_two_stories(learner):
    review = learner.run("review", "show")
    assert len(review["questions"]) == 5
    story = "The index was slow because each query embedded the corpus again; I kept the matrix and p95 fell from 900 to 90 ms."
    body = {"answers": ["Something that I learned this week."] * 5,
            "stories": [{"title": "The slow index", "text": story + " Measured."}, {"title": "The filter", "text": story + " Twice."}]}  # fmt: skip
    file = learner.folder / "review.json"
    file.write_text(json.dumps(body))
    after = learner.run("review", "submit", str(file))
    assert after["submitted"]["answers"] == body["answers"] and len(after["stories"]) == 2


@pytest.mark.skipif(not os.environ.get("GW_CHROMIUM"), reason="no Chromium on this machine")
@pytest.mark.parametrize("walk", WALKS)
def test_the_web_app_shows_the_block_takes_the_report_and_opens_the_gate(learner, walk):
    learner.prove("embeddings")
    learner.hand_in("gate-2")
    learner.measure("slow", delay_ms=300, code=1)
    with Server(data=learner.data, content=learner.content) as server:
        environment = {**os.environ, "GW_BASE_URL": server.base, "GW_WALK": walk}
        first = subprocess.run(["node", str(ROOT / "tests/projects/walk.mjs"), "blocked"], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)  # fmt: skip
        assert first.returncode == 0, first.stdout
        learner.measure("fixed")
        second = subprocess.run(["node", str(ROOT / "tests/projects/walk.mjs"), "open"], env=environment, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)  # fmt: skip
        assert second.returncode == 0, second.stdout
