"""The rules, by API alone, as a learner meets them."""

import pytest
from learner import Learner

FIRST, NEXT = "python-typed-models", "python-iteration-and-async"


def ids(attempt):
    return {item["id"] for item in attempt["items"]}


@pytest.fixture
def learner(server, request):
    return Learner(server, request.node.name.replace("test_", "")[:60].replace("[", "-").replace("]", ""))


def test_full_marks_and_passed_labs_open_the_next_module(learner):
    assert learner.status(NEXT)["status"] == "locked"
    attempt = learner.quiz(FIRST, 100)
    assert attempt["score"]["percent"] == 100
    assert learner.status(FIRST)["status"] == "lab-due"
    learner.pass_labs(FIRST)
    assert learner.status(FIRST)["status"] == "complete"
    state = learner.status(NEXT)
    assert state["status"] == "available"
    assert state["reasons"][0]["facts"], "a state names the facts behind it"


def test_seventy_percent_assigns_one_remedial_and_a_retest_without_a_question_of_the_first(learner):
    first = learner.quiz(FIRST, 70)
    assert 60 <= first["score"]["percent"] < 80
    state = learner.status(FIRST)
    assert state["status"] == "remedial-due"
    assert isinstance(state["remedial"], str) and state["remedial"]
    assert state["next"]["kind"] == "remedial" and state["next"]["target"] == state["remedial"]
    refused = learner.server.post("/api/v1/attempts", {"module_id": FIRST, "purpose": "retest"}, learner=learner.name)
    assert refused.status == 409

    learner.get(f"/api/v1/remedials/{state['remedial']}")
    check = learner.quiz(FIRST, 100, purpose="remedial")
    assert check["purpose"] == "remedial"
    assert learner.status(FIRST)["status"] == "retest-due"
    retest = learner.quiz(FIRST, 100)
    assert retest["purpose"] == "retest"
    assert ids(retest).isdisjoint(ids(first))
    assert learner.status(FIRST)["quiz_passed"] is True


def test_fifty_percent_forces_recap_and_review(learner):
    attempt = learner.quiz(FIRST, 50)
    assert attempt["score"]["percent"] < 60
    state = learner.status(FIRST)
    assert state["status"] == "recap-due"
    assert state["recap_due"] is True and state["review_due"] is True
    refused = learner.server.post("/api/v1/attempts", {"module_id": FIRST, "purpose": "retest"}, learner=learner.name)
    assert refused.status == 409
    text = "What I believed, what is the case, and how I would notice the difference in a system of mine. " * 2
    review = {"module_id": FIRST, "answers": [{"concept": one, "text": text} for one in state["missed_concepts"]]}
    learner.quiz(FIRST, 100)  # the recap
    state = learner.status(FIRST)
    assert state["status"] == "review-due" and state["recap_due"] is False
    learner.post("/api/v1/reviews", review)
    assert learner.status(FIRST)["status"] == "retest-due"
    retest = learner.quiz(FIRST, 100)
    assert retest["purpose"] == "retest" and ids(retest).isdisjoint(ids(attempt))


def test_lab_that_fails_is_recorded_and_opens_nothing(learner):
    run = learner.lab("typed-models", "starter")
    assert run["verdict"] == "FAIL" and run["fact_id"]
    assert learner.status(FIRST)["labs_passed"] is False
    attempts = learner.get("/api/v1/labs/typed-models")["attempts"]
    assert [attempt["verdict"] for attempt in attempts] == ["FAIL"]


def test_hidden_tests_do_not_tell_what_they_expect(learner):
    run = learner.lab("typed-models", "starter")
    hidden = [test for test in run["tests"] if test["visibility"] == "hidden"]
    assert hidden and all(not test.get("message") and not test.get("test_code") for test in hidden)


def test_locked_lab_and_locked_quiz_say_what_comes_first(learner):
    for path, body in [("/api/v1/attempts", {"module_id": NEXT}), ("/api/v1/labs/stream-toolkit/runs", None)]:
        if body is None:
            lab = learner.get("/api/v1/labs/stream-toolkit")
            body = {"mode": "submit", "files": {file["path"]: file["starter"] for file in lab["files"]}}
        answer = learner.server.post(path, body, learner=learner.name)
        assert answer.status == 409, answer.body
        assert "Next" in answer.json["detail"] or "first" in answer.json["detail"]


def test_quiz_comes_back_where_it_was_left(learner):
    attempt = learner.post("/api/v1/attempts", {"module_id": FIRST, "seed": 7})
    again = learner.post("/api/v1/attempts", {"module_id": FIRST, "seed": 8}, 200)
    assert again["attempt_id"] == attempt["attempt_id"] and ids(again) == ids(attempt)


def test_same_seed_draws_the_same_questions(server):
    drawn = [ids(Learner(server, f"seeded-{i}").post("/api/v1/attempts", {"module_id": FIRST, "seed": 11})) for i in (1, 2)]
    other = ids(Learner(server, "seeded-3").post("/api/v1/attempts", {"module_id": FIRST, "seed": 12}))
    assert drawn[0] == drawn[1] != other


def test_outlines_can_not_be_started(learner):
    roadmap = learner.get("/api/v1/roadmap")
    outline = next(module["module_id"] for module in roadmap["modules"] if module["week"] == 5)
    answer = learner.server.post("/api/v1/attempts", {"module_id": outline}, learner=learner.name)
    assert answer.status == 409
    assert learner.status(outline)["status"] == "outline"


def test_history_says_what_each_fact_changed(learner):
    learner.quiz(FIRST, 100)
    learner.pass_labs(FIRST)
    facts = learner.get("/api/v1/facts?limit=500")["facts"]
    changes = [change for fact in facts for change in fact["changes"]]
    assert {"module_id": NEXT, "from": "locked", "to": "available"}.items() <= next(
        change for change in changes if change["module_id"] == NEXT
    ).items()
