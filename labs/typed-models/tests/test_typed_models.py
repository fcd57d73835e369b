import pytest
from cases import parsed, problems, there_and_back
from models import ChatRequest, Message, Usage

REQUEST = {"model": "small", "messages": [{"role": "user", "content": "hi"}]}


def paths(found):
    return [path for path, _ in found]


@pytest.mark.task(1, concept="dataclass-semantics", misconception="A rule is missing, or only parse checks it.")
def test_rules_hold_however_an_object_is_made():
    message = Message(role="user", content="hi")
    with pytest.raises(ValueError):
        Message(role="user", content="  \n")
    with pytest.raises(ValueError):
        ChatRequest(model="m", messages=())
    with pytest.raises(ValueError):
        ChatRequest(model="m", messages=(message,), temperature=2.5)
    assert ChatRequest(model="m", messages=(message,), temperature=2).temperature == 2


@pytest.mark.task(1, concept="dataclass-semantics", misconception="The sum is stored, or is a method.")
def test_total_tokens_is_a_property():
    assert Usage(prompt_tokens=7, completion_tokens=5).total_tokens == 12


@pytest.mark.task(2, concept="type-hints-at-runtime", misconception="isinstance lets True pass for an int.")
def test_plain_types_are_exact():
    assert parsed("int", 3) == 3
    assert parsed("str", "3") == "3"
    for name, wrong in [("int", True), ("int", "3"), ("int", 3.0), ("str", 3), ("bool", 1), ("none", 0)]:
        assert paths(problems(name, wrong)) == [""], (name, wrong)


@pytest.mark.task(2, concept="type-hints-at-runtime", misconception="The int is passed on as it came.")
def test_int_becomes_a_float():
    value = parsed("float", 3)
    assert value == 3.0 and type(value) is float


@pytest.mark.task(2, weight=2, concept="generics-and-protocols", misconception="The arguments of list, tuple and dict are not looked at.")
def test_containers_are_parsed_all_the_way_down():
    assert parsed("pair", [1, 2]) == ("tuple", 1, 2)
    assert parsed("deep", {"a": [{"x": 1}, {}]}) == {"a": [{"x": 1}, {}]}
    assert paths(problems("deep", {"a": [{"x": 1}, {"y": "2"}]})) == ["['a'][1]['y']"]


@pytest.mark.task(2, weight=2, concept="validation-at-the-boundary", misconception="Nested objects stay dicts.")
def test_request_becomes_typed_values():
    request = parsed("request", {**REQUEST, "stop": ["end"]})
    assert request["class"] == "ChatRequest"
    assert request["messages"] == ("tuple", {"class": "Message", "role": "user", "content": "hi", "name": None})
    assert request["stop"] == ("tuple", "end")
    assert request["temperature"] == 1.0


@pytest.mark.task(3, weight=2, concept="error-paths", misconception="Parsing stops at the first problem.")
def test_all_problems_come_at_once_with_their_paths():
    body = {"messages": [{"role": "user", "content": "hi"}, {"role": "robot"}], "max_tokens": "5", "temprature": 0}
    found = problems("request", body)
    assert paths(found) == ["model", "messages[1].role", "messages[1].content", "max_tokens", "temprature"]
    assert "'robot'" in found[1][1] and "assistant" in found[1][1]
    assert "did you mean 'temperature'?" in found[4][1]


@pytest.mark.task(3, concept="error-paths", misconception="What a class says about itself does not reach the caller.")
def test_broken_rule_is_a_problem_at_its_field():
    found = problems("requests", [REQUEST, {**REQUEST, "temperature": 3}])
    assert paths(found) == ["[1].temperature"]
    assert "0 to 2" in found[0][1]


@pytest.mark.task(4, concept="validation-at-the-boundary", misconception="Tuples or nested objects do not come back as JSON.")
def test_there_and_back():
    plain, equal = there_and_back("request", {**REQUEST, "stop": ["a", "b"]})
    assert equal
    assert plain["stop"] == ["a", "b"]
    assert plain["messages"] == [{"role": "user", "content": "hi", "name": None}]
