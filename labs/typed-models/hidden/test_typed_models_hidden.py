import math

import pytest
from cases import nested, parsed, problems, same_key, there_and_back
from models import ChatRequest, Message, Usage
from validation import ValidationError

REQUEST = {"model": "small", "messages": [{"role": "user", "content": "hi"}]}


def paths(found):
    return [path for path, _ in found]


@pytest.mark.task(1, weight=2, concept="dataclass-semantics", misconception="The comparison lets NaN through: reject by negating what is allowed.")
def test_temperature_refuses_nan_and_takes_its_ends():
    message = Message(role="user", content="hi")
    for good in (0, 2, 0.0, 1.5):
        assert ChatRequest(model="m", messages=(message,), temperature=good).temperature == good
    for wrong in (math.nan, math.inf, -0.01, 2.01):
        with pytest.raises(ValueError):
            ChatRequest(model="m", messages=(message,), temperature=wrong)


@pytest.mark.task(1, concept="dataclass-semantics", misconception="A bound is off by one, or a rule is missing.")
def test_bounds_of_the_other_fields():
    message = Message(role="user", content="hi")
    assert ChatRequest(model="m", messages=(message,), max_tokens=1, stop=("a", "b", "c", "d")).max_tokens == 1
    for wrong in ({"max_tokens": 0}, {"stop": ("a", "b", "c", "d", "e")}):
        with pytest.raises(ValueError):
            ChatRequest(model="m", messages=(message,), **wrong)
    assert Usage(prompt_tokens=0, completion_tokens=0).total_tokens == 0
    for wrong in ((-1, 0), (0, -1)):
        with pytest.raises(ValueError):
            Usage(prompt_tokens=wrong[0], completion_tokens=wrong[1])


@pytest.mark.task(1, concept="dataclass-semantics", misconception="The classes are not frozen, so they cannot be keys.")
def test_equal_requests_are_the_same_key():
    assert same_key(REQUEST, {**REQUEST, "temperature": 1}) == (True, True)
    assert same_key(REQUEST, {**REQUEST, "model": "large"})[0] is False
    usage = Usage(prompt_tokens=1, completion_tokens=1)
    with pytest.raises(AttributeError):
        usage.prompt_tokens = 2


@pytest.mark.task(1, concept="dataclass-semantics", misconception="Fields can be given by position.")
def test_fields_are_keyword_only():
    with pytest.raises(TypeError):
        Message("user", "hi")


@pytest.mark.task(2, weight=2, concept="type-hints-at-runtime", misconception="JSON has no NaN, but json.loads lets it in.")
def test_numbers_that_json_has_not_are_refused():
    for wrong in (math.nan, math.inf, -math.inf):
        assert paths(problems("point", {"x": wrong})) == ["x"]
    assert parsed("point", {"x": 2})["x"] == 2.0
    assert paths(problems("point", {"x": 10**400})) == ["x"]


@pytest.mark.task(2, concept="type-hints-at-runtime", misconception="1 == True and 1 == 1.0, so == alone is not enough.")
def test_literals_are_compared_by_type_too():
    assert parsed("literal", 1) == 1
    assert parsed("literal", None) is None
    for wrong in (True, 1.0, "b", [], {}):
        assert paths(problems("literal", wrong)) == [""]


@pytest.mark.task(2, weight=2, concept="generics-and-protocols", misconception="Only one spelling of a union is known, or the order is ignored.")
def test_unions_take_the_first_that_fits():
    assert parsed("choice", {"one": "x"})["one"] == "x"
    assert parsed("choice", {"one": 5, "two": None})["two"] is None
    assert parsed("choice", {"one": 5, "three": [1]})["three"] == [1]
    assert parsed("choice", {"one": 5, "three": {"x": 1}})["three"] == {"class": "Point", "x": 1.0, "y": 0.0}
    assert parsed("choice", {"one": 5, "four": {"low": 1, "high": 2}})["four"]["class"] == "Interval"


@pytest.mark.task(3, weight=2, concept="error-paths", misconception="A union hides what was wrong inside it.")
def test_problems_of_unions():
    found = problems("choice", {"one": [], "two": {"x": "1", "z": 1}, "three": [1, "2"], "four": {"low": 2}})
    assert paths(found) == ["one", "two.x", "two.z", "three[1]", "four"]
    assert paths(problems("choice", {"one": 1.5, "two": 7})) == ["one", "two"]


@pytest.mark.task(2, concept="validation-at-the-boundary", misconception="A hint that is not known is passed over in silence.")
def test_unknown_hints_are_a_bug_of_the_program():
    for name, data in [("set", [1]), ("bytes", "a"), ("fixed", [1, "a"]), ("numbered", {"1": "a"})]:
        with pytest.raises(TypeError):
            parsed(name, data)


@pytest.mark.task(2, concept="dataclass-semantics", misconception="A default_factory is not seen as a default, or is shared.")
def test_defaults_are_left_to_the_class():
    shape = parsed("shape", {"name": "a", "points": []})
    assert shape == {"class": "Shape", "name": "a", "points": [], "tags": {}, "style": "solid", "label": None}
    assert paths(problems("shape", {"points": None, "label": None})) == ["name", "points"]


@pytest.mark.task(3, weight=2, concept="error-paths", misconception="The order of problems, or a path, is not as promised.")
def test_paths_through_everything():
    data = [
        {"name": "a", "points": [{"x": 1}, {"y": 1}, 5], "tags": {"a b": 1, "it's": "2"}, "style": "dotted"},
        "shape",
        {"name": 1, "points": {}, "zebra": 1, "apple": 1},
    ]
    assert paths(problems("shapes", data)) == [
        "[0].points[1].x", "[0].points[2]", '[0].tags["it\'s"]', "[0].style",
        "[1]", "[2].name", "[2].points", "[2].apple", "[2].zebra",
    ]  # fmt: skip


@pytest.mark.task(3, concept="error-paths", misconception="A rule without a field's name gets a wrong path.")
def test_rule_of_the_whole_object_is_a_problem_at_the_object():
    found = problems("intervals", {"a": {"low": 1, "high": 2}, "b": {"low": 3, "high": 2}})
    assert paths(found) == ["['b']"]
    assert "above" in found[0][1]
    assert paths(problems("interval", {"low": 3, "high": "2"})) == ["high"]


@pytest.mark.task(3, concept="error-paths", misconception="What came in is quoted whole: an error becomes as large as the request.")
def test_messages_stay_short():
    huge = "x" * 100_000
    for name, data in [("int", huge), ("request", {**REQUEST, huge: 1}), ("ints", [list(range(10_000))]), ("literal", huge)]:
        found = problems(name, data)
        assert len(found) == 1
        assert len(found[0][1]) <= 300


@pytest.mark.task(2, weight=2, concept="validation-at-the-boundary", misconception="Deep nesting ends in a RecursionError: an outage by one request.")
def test_nesting_has_a_limit():
    assert nested(20) == []
    found = nested(200)
    assert len(found) == 1
    assert found[0][0].startswith("children[0].children[0]")


@pytest.mark.task(3, concept="error-paths", misconception="The error is of another kind, or its list is empty.")
def test_error_is_a_value_error():
    with pytest.raises(ValidationError):
        parsed("int", "x")
    with pytest.raises(ValueError):
        parsed("int", "x")


@pytest.mark.task(4, weight=2, concept="validation-at-the-boundary", misconception="Some value does not survive the way to JSON and back.")
def test_every_value_comes_back():
    cases = [
        ("shape", {"name": "a", "points": [{"x": 1, "y": 2}], "tags": {"k": 1}, "style": 1, "label": "l"}),
        ("tree", {"value": 1, "children": [{"value": 2, "children": [{"value": 3}]}, {"value": 4}]}),
        ("choice", {"one": "1", "two": {"x": 0}, "three": [1, 2], "four": {"x": 1}}),
        ("deep", {"a": [{"b": 1}], "c": []}),
        ("pair", [1, 2, 3]),
    ]
    for name, data in cases:
        plain, equal = there_and_back(name, data)
        assert equal, name
        assert type(plain) in (dict, list)
