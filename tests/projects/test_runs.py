"""Runs in the web app: lists, one run, two runs side by side; and what a hostile run can't do."""

from __future__ import annotations

import json
import pathlib
import shutil
import sys

import pytest
import run_files
from platform_under_test import ROOT, Server, groundwork

sys.path.insert(0, str(ROOT / "tests/measure"))
import services  # noqa: E402

EVIL = "20261101T100000000Z-search-evil"


def command(data: pathlib.Path, *words: str, codes: tuple[int, ...] = (0,)):
    done = groundwork("--json", *words, data=str(data))
    assert done.code in codes, (words, done.code, done.out, done.err)
    return done.json


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A good service and one that ranks at random, a load run, and a run that somebody else made."""
    folder = tmp_path_factory.mktemp("data")
    with services.serving(services.Search()) as target:
        command(folder, "eval", "run", "--suite", "search", "--target", target, "--label", "good")
        command(folder, "eval", "run", "--suite", "search", "--target", target, "--label", "again")
        command(folder, "bench", "run", "--target", f"{target}/search", "--profile", "search", "--concurrency", "2", "--requests", "200", "--keep")
    with services.serving(services.Random()) as target:
        command(folder, "eval", "run", "--suite", "search", "--target", target, "--label", "random", codes=(1,))
    run_files.write_run(folder, EVIL, text=run_files.HOSTILE, label=run_files.HOSTILE, finished="<b>never</b>",
                        target="http://<b>x</b>", environment={"cpu": run_files.HOSTILE, "cores": -4, "kernel": "", "program": ""})  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def server(data):
    with Server(data=str(data)) as running:
        yield running


def run_named(server: Server, label: str):
    return next(one for one in server.get("/api/v1/measurements").json["runs"] if one["label"] == label)


def test_runs_are_listed_newest_first_with_their_trend(server):
    found = server.get("/api/v1/measurements").json
    kinds = [one["kind"] for one in found["runs"]]
    assert found["total"] == 5 and sorted(kinds) == ["bench", "eval", "eval", "eval", "eval"] and not found["problems"]
    trend = next(one for one in found["trends"] if one["kind"] == "eval")
    assert trend["metric"] == "ndcg@10" and trend["bound"] == 0.75 and len(trend["points"]) == 3 and trend["other_versions"] == 1
    assert [one["value"] for one in trend["points"]][0] > 0.75 > trend["points"][-1]["value"]
    one = server.get("/api/v1/measurements?limit=1&skip=1").json
    assert len(one["runs"]) == 1 and one["runs"][0]["id"] == found["runs"][1]["id"] and one["total"] == 5


def test_a_run_says_what_its_numbers_mean_and_how_to_repeat_it(server):
    row = run_named(server, "random")
    run = server.get(f"/api/v1/measurements/{row['id']}").json
    metric = next(one for one in run["metrics"] if one["name"] == "ndcg@10")
    assert run["verdict"] == "fail" and metric["passed"] is False and metric["low"] < metric["value"] < metric["high"] < metric["bound"]
    assert metric["definition"] and metric["source"] and metric["by_case"]
    assert any(one["command"] == f"groundwork eval rerun {row['id']}" for one in run["commands"])
    assert {one["label"] for one in run["comparable"]} == {"good", "again"}
    latency = server.get(f"/api/v1/measurements/{row['id']}/latency").json
    assert sum(one["count"] for one in latency["bars"]) == latency["answered"] == run["eval"]["asked"]
    p95 = next(one["value"] for one in run["metrics"] if one["name"] == "p95_ms")
    assert next(one["ms"] for one in latency["quantiles"] if one["name"] == "p95") == pytest.approx(p95)


def all_cases(server: Server, run: str, query: str = "") -> list[dict]:
    found, offset = [], 0
    while offset is not None:
        page = server.get(f"/api/v1/measurements/{run}/cases?limit=17&offset={offset}{query}").json
        assert len(page["cases"]) <= 17
        found += page["cases"]
        offset = page["next"]
    return found


def test_cases_come_in_pieces_and_each_says_what_was_asked(server, data):
    run = run_named(server, "random")["id"]
    lines = [json.loads(line) for line in (data / "runs" / run / "cases.jsonl").read_text().splitlines()]
    assert [one["case"] for one in all_cases(server, run)] == [one["case"] for one in lines]
    failed = all_cases(server, EVIL, "&show=failed")
    assert len(failed) == 3 and all(one["outcome"] == "failed" for one in failed)
    worst = server.get(f"/api/v1/measurements/{run}/cases?show=worst&metric=ndcg@10").json["cases"]
    values = [next(value["value"] for value in one["values"] if value["name"] == "ndcg@10") for one in worst]
    assert values == sorted(values) and len(worst) == 100
    for sample in (lines[0], next(one for one in lines if one["case"].startswith("hidden-"))):
        offset = next(one["offset"] for one in all_cases(server, run) if one["case"] == sample["case"])
        case = server.get(f"/api/v1/measurements/{run}/cases/{offset}").json
        assert case["question"] and case["unknown"] is None and len(case["hits"]) == len(sample["answer"])
        assert any(one["name"] == "relevant" for one in case["expected"]) and {one["relevant"] for one in case["hits"]} <= {True, False}
    assert server.get(f"/api/v1/measurements/{run}/cases?offset=3").status == 409
    assert server.get(f"/api/v1/measurements/{run}/cases/3").status == 409


def test_two_runs_are_compared_as_the_command_compares_them(server, data):
    good, random = run_named(server, "good")["id"], run_named(server, "random")["id"]
    found = server.get(f"/api/v1/measurements/{random}/comparison?with={good}").json
    said = command(data, "eval", "compare", good, random)
    first = found["differences"][0]
    assert "p < 0.001" in found["sentence"]
    assert first["metric"] == "ndcg@10" and first["verdict"] == "worse" == said["verdict"]
    assert (first["difference"], first["p"], first["low"]) == (said["difference"], said["p"], said["interval"]["low"])
    assert found["worse"][0]["case"] == said["worse"][0]["case"] and first["worse"] == len(said["worse"])
    again = server.get(f"/api/v1/measurements/{run_named(server, 'again')['id']}/comparison?with=previous").json
    assert again["a"]["id"] == good and again["differences"][0]["verdict"] == "no difference"
    assert server.get(f"/api/v1/measurements/{random}/comparison").status == 404, "no run of the reference is there"
    assert server.get(f"/api/v1/measurements/{random}/comparison?with={EVIL}").status == 409


def test_a_kept_load_run_shows_how_requests_ended(server):
    row = next(one for one in server.get("/api/v1/measurements").json["runs"] if one["kind"] == "bench")
    bench = server.get(f"/api/v1/measurements/{row['id']}").json["bench"]
    assert sum(one["count"] for one in bench["outcomes"]) == bench["requests"] >= 200
    latency = next(one["spread"] for one in bench["spreads"] if one["name"] == "latency")
    assert bench["how"]["timeout_s"] == "30" and "slo" not in bench["how"], bench["how"]
    assert latency["p50_ms"] <= latency["p95_ms"] <= latency["max_ms"] and bench["client_error"]["latency"] and bench["client"]["verdict"]


def test_the_terminal_lists_runs_of_suites_and_load_runs_each_by_themselves(data):
    suites = groundwork("--json", "eval", "runs", data=str(data))
    loads = groundwork("--json", "bench", "runs", data=str(data))
    assert suites.code == 0 and loads.code == 0 and not suites.err and not loads.err, (suites.err, loads.err)
    kept = [one["id"] for one in loads.json["runs"]]
    assert kept and {one["kind"] for one in loads.json["runs"]} == {"bench"}
    assert not set(kept) & {one["run"] for one in suites.json["runs"]}
    done = groundwork("bench", "compare", kept[0], kept[0], data=str(data))
    assert "latency p95" in done.out, done
    assert kept[0] in groundwork("bench", "runs", data=str(data)).out


def test_ids_name_runs_and_nothing_else(server, data):
    (data / "secret").mkdir(exist_ok=True)
    (data / "secret" / "run.json").write_text("{}")
    for odd in ("..%2Fsecret", "%2e%2e", "..%2f..%2fetc", ".", "%00", "a%2Fb", "x" * 300, "latest"):
        for rest in ("", "/cases", "/latency", "/comparison", "/cases/0"):
            assert server.get(f"/api/v1/measurements/{odd}{rest}").status in (400, 404), (odd, rest)
    run = run_named(server, "good")["id"]
    assert server.get(f"/api/v1/measurements/{run}/comparison?with=../secret").status == 404
    assert server.get(f"/api/v1/measurements/{run}/comparison?with=/etc").status == 404


def test_a_run_that_is_not_there_is_said_without_where_runs_are(server, data):
    for path in ("no-such-run", "no-such-run/cases", "no-such-run/comparison"):
        answer = server.get(f"/api/v1/measurements/{path}")
        assert answer.status == 404 and "no run 'no-such-run'" in answer.json["detail"] and "eval runs" in answer.json["detail"]
        assert str(data) not in answer.body.decode() and "/runs" not in answer.json["detail"], answer.body
    for words in (("eval", "report", "no-such-run"), ("eval", "rerun", "no-such-run"), ("eval", "compare", "no-such-run", "latest")):
        done = groundwork(*words, data=str(data))
        assert done.code != 0 and "no run 'no-such-run'" in done.err and "eval runs" in done.err, done.err
        assert str(data) not in done.err, done.err


def test_runs_that_go_on_end_and_are_added_are_listed_as_they_are(tmp_path):
    data = tmp_path / "data"
    first, second, third = (f"2026112{n}T100000000Z-search-aaaa" for n in (1, 2, 3))
    run_files.write_run(data, first)
    open_run = dict(state="running", verdict="incomplete", finished="")
    run_files.write_run(data, second, **open_run)
    with Server(data=str(data)) as server:
        states = lambda: {one["id"]: one["state"] for one in server.get("/api/v1/measurements").json["runs"]}  # noqa: E731
        assert states() == states() == {first: "finished", second: "running"}
        shutil.rmtree(data / "runs" / second)
        run_files.write_run(data, second)
        run_files.write_run(data, third, **open_run)
        assert states() == {first: "finished", second: "finished", third: "running"}
        assert server.get(f"/api/v1/measurements/{second}").json["state"] == "finished"
        shutil.rmtree(data / "runs" / first)
        assert states() == {second: "finished", third: "running"}


def test_a_run_that_can_not_be_read_is_named_and_the_others_go_on(tmp_path):
    data = tmp_path / "data"
    run_files.write_run(data)
    for name, text in (("broken", "{"), ("liar", json.dumps({"id": "another", "metrics": {}})), ("odd", json.dumps({"id": "odd", "format": 9}))):
        (data / "runs" / name).mkdir()
        (data / "runs" / name / "run.json").write_text(text)
    (data / "runs" / run_files.RUN_ID / "cases.jsonl").open("a").write("not JSON\n")
    with Server(data=str(data)) as server:
        found = server.get("/api/v1/measurements").json
        assert [one["id"] for one in found["runs"]] == [run_files.RUN_ID] and len(found["problems"]) == 3
        damaged = server.get(f"/api/v1/measurements/{run_files.RUN_ID}/latency")
        assert damaged.status == 409 and "damaged" in damaged.json["detail"]
        assert server.get("/api/v1/measurements/liar").status == 409


def test_a_number_that_a_model_judged_carries_how_far_it_is_to_be_trusted(tmp_path):
    data = tmp_path / "data"
    judge = {"name": "m", "kind": "judge", "asked": 60, "failed": 0}
    kappa = {"kappa": 0.71, "agreement": 0.8, "items": 40, "weights": "quadratic", "labels_sha256": "0" * 64}
    number = {"value": 0.8, "interval": None, "n": 60, "failed": 0, "unit": "ratio", "higher_is_better": True, "threshold": ">= 0.5", "passed": True}
    metrics = {"helpful": {**number, "model": judge}, "right": {**number, "model": {**judge, "calibration": kappa}}, "recall@10": number}
    run_files.write_run(data, metrics=metrics)
    with Server(data=str(data)) as server:
        run = server.get(f"/api/v1/measurements/{run_files.RUN_ID}").json
        marks = {one["name"]: one["mark"] for one in run["metrics"]}
        assert marks == {"helpful": "uncalibrated", "right": "kappa 0.71 (quadratic, 40 items)", "recall@10": ""}
        assert [one["mark"] for one in server.get("/api/v1/measurements").json["runs"][0]["headline"]] == ["uncalibrated"]
