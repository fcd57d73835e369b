"""What the reference services promise beyond the shape of their answers: filters, order, bounds, citations, streams; and
that the commands of docs/reference-services.md give what the page says."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any, Callable

from platform_under_test import ROOT, Server

PAGE = ROOT / "docs" / "reference-services.md"
DOCUMENTS = [
    {"id": f"bird-{i}", "text": f"Bird number {i} sings at dawn and eats seeds.", "metadata": {"year": 2000 + i, "kind": "bird", "tags": ["air", "song"]}}
    for i in range(20)
] + [
    {"id": "whale", "text": "A whale dives for an hour. It holds about 2,000 litres of air in its lungs.", "metadata": {"year": 2010, "kind": "mammal"}},
    {"id": "accent", "text": "The naïve café owner paid 5 € for the résumé of a whale.", "metadata": {"kind": "story"}},
]  # fmt: skip
CHECKS: list[Callable[[Server], None]] = []


def check(function: Callable[[Server], None]) -> Callable[[Server], None]:
    CHECKS.append(function)
    return function


def post(server: Server, path: str, body: Any) -> Any:
    answer = server.post("/reference" + path, body)
    assert answer.status == 200, f"{path}: {answer.status} {answer.body[:300]!r}"
    return answer.json


def search(server: Server, **body: Any) -> list[dict[str, Any]]:
    return post(server, "/search/search", body)["results"]


def ids(results: list[dict[str, Any]]) -> set[str]:
    return {one["id"] for one in results}


@check
def documents_are_found_once_they_are_taken(server: Server) -> None:
    assert post(server, "/search/documents", {"documents": DOCUMENTS})["indexed"] == len(DOCUMENTS)
    post(server, "/search/documents", {"documents": [{"id": "replaced", "text": "an old text of zebras"}]})
    post(server, "/search/documents", {"documents": [{"id": "replaced", "text": "a new text of giraffes"}]})
    found = [one for one in search(server, query="zebras giraffes", top_k=50) if one["id"] == "replaced"]
    assert [one["text"] for one in found] == ["a new text of giraffes"]


@check
def results_are_in_order_and_no_more_than_asked_for(server: Server) -> None:
    for top_k in (1, 7, 1000):
        results = search(server, query="birds that sing", top_k=top_k)
        assert 0 < len(results) <= top_k and len(ids(results)) == len(results)
        scores = [one["score"] for one in results]
        assert scores == sorted(scores, reverse=True)
    assert len(search(server, query="birds that sing")) == 10


@check
def filters_hold_inside_the_search(server: Server) -> None:
    years = {f"bird-{i}": 2000 + i for i in range(20)}
    results = search(server, query="whale lungs", top_k=5, filters={"kind": "bird", "year": {"$gte": 2015}})
    assert ids(results) == {one for one, year in years.items() if year >= 2015}, ids(results)
    assert ids(search(server, query="birds", top_k=50, filters={"kind": {"$nin": ["bird"]}})) >= {"whale", "accent"}
    assert not search(server, query="birds", filters={"kind": "fish"})


@check
def equivalent_filters_leave_the_same_documents(server: Server) -> None:
    for one, other in [
        ({"kind": "bird"}, {"kind": {"$eq": "bird"}}),
        ({"kind": ["bird", "mammal"]}, {"kind": {"$in": ["mammal", "bird"]}}),
        ({"year": {"$gt": 2004, "$lt": 2006}}, {"year": 2005}),
        ({"tags": "song"}, {"kind": "bird"}),
    ]:
        assert search(server, query="dawn", top_k=100, filters=one) == search(server, query="dawn", top_k=100, filters=other)


@check
def what_is_wrong_with_a_request_is_one_sentence(server: Server) -> None:
    for path, body in [
        ("/search/search", {}), ("/search/search", {"query": " "}), ("/search/search", {"query": "x", "top_k": 0}),
        ("/search/search", {"query": "x", "top_k": 1001}), ("/search/search", {"query": "x", "filters": {"a": {"$near": 1}}}),
        ("/search/search", b"{"), ("/search/documents", {"documents": []}), ("/search/documents", {"documents": [{"id": "x"}]}),
        ("/rag/ask", {"question": ""}), ("/rag/ask", {"question": "x", "top_k": 21}), ("/rag/ask", {"question": "x", "stream": "yes"}),
    ]:  # fmt: skip
        answer = server.post("/reference" + path, body)
        assert answer.status == 400 and answer.headers["Content-Type"] == "application/problem+json", (path, body, answer.status)
        assert len(answer.json["detail"]) > 10


def check_answer(answer: dict[str, Any]) -> None:
    passages = {one["id"]: one["text"].encode() for one in answer["passages"]}
    for citation in answer["citations"]:
        assert passages[citation["id"]][citation["start"]:citation["end"]] == citation["quote"].encode()
    assert answer["abstained"] == (not answer["citations"])


@check
def answers_cite_the_bytes_they_quote_or_abstain(server: Server) -> None:
    answer = post(server, "/rag/ask", {"question": "How long does a whale dive?"})
    assert not answer["abstained"] and "an hour" in answer["answer"], answer
    check_answer(answer)
    check_answer(post(server, "/rag/ask", {"question": "What did the café owner pay for the résumé?"}))
    answer = post(server, "/rag/ask", {"question": "Who invented the transistor radio?"})
    assert answer["abstained"], answer["answer"]
    check_answer(answer)


@check
def filters_and_top_k_bound_what_an_answer_reads(server: Server) -> None:
    answer = post(server, "/rag/ask", {"question": "How long does a whale dive?", "filters": {"kind": "bird"}, "top_k": 3})
    assert len(answer["passages"]) <= 3 and all(one["id"].startswith("bird-") for one in answer["passages"])
    check_answer(answer)


@check
def a_stream_is_its_sentences_and_then_the_whole_answer(server: Server) -> None:
    question = {"question": "How long does a whale dive?"}
    answer = server.post("/reference/rag/ask", {**question, "stream": True})
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/event-stream")
    events = re.findall(r"event: (\w+)\ndata: (.*)\n\n", answer.body.decode())
    assert [name for name, _ in events[-1:]] == ["done"] and {name for name, _ in events[:-1]} == {"sentence"}, events
    assert [json.loads(data)["sequence"] for _, data in events] == list(range(1, len(events) + 1))
    whole = json.loads(events[-1][1])
    del whole["sequence"]
    assert whole == post(server, "/rag/ask", question)
    parts = [json.loads(data) for name, data in events if name == "sentence"]
    assert [one for part in parts for one in part["citations"]] == whole["citations"]
    assert server.post("/reference/rag/ask", {"question": " ", "stream": True}).status == 400


def contains(whole: Any, part: Any) -> bool:
    """Whether every key that the page shows is in the answer with that value."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and contains(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(contains, whole, part))
    return whole == part


@check
def the_commands_of_the_page_give_what_it_says(_: Server) -> None:
    blocks = re.findall(r"```sh\n(.*?)```\n+```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) >= 4
    with Server() as fresh:
        fresh.wait_for_search()
        for command, expected in blocks:
            command = command.replace("http://127.0.0.1:8080", fresh.base)
            done = subprocess.run(["bash", "-c", command], text=True, capture_output=True, timeout=60)
            assert done.returncode == 0, f"{command}: {done.stderr}"
            assert contains(json.loads(done.stdout), json.loads(expected)), f"{command} gave {done.stdout[:1000]}"


def run(server: Server) -> tuple[int, int]:
    passed = failed = 0
    for one in CHECKS:
        try:
            one(server)
            passed += 1
            print(f"ok {one.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"FAIL {one.__name__}: {error!r}")
    return passed, failed
