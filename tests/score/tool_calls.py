"""Calls that are right by BFCL's gold, and mutations of them, with what bfcl-eval's checker says of each."""

from __future__ import annotations

import copy
import json
import pathlib
import random
import sys
import types
from typing import Any, Iterator

# The checker looks one flag up in the table of all models, which imports every vendor's client.
_models = types.ModuleType("bfcl_eval.constants.model_config")
_models.MODEL_CONFIG_MAPPING = {  # type: ignore[attr-defined]
    "as-described": types.SimpleNamespace(underscore_to_dot=False),
    "underscores": types.SimpleNamespace(underscore_to_dot=True),
}
sys.modules["bfcl_eval.constants.model_config"] = _models

import bfcl_eval  # noqa: E402
from bfcl_eval.constants.enums import Language  # noqa: E402
from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker  # noqa: E402

DATA = pathlib.Path(bfcl_eval.__path__[0]) / "data"
CATEGORIES = ["simple_python", "multiple", "parallel", "parallel_multiple", "live_simple", "live_multiple", "live_parallel", "live_parallel_multiple"]
# Arguments of these are strings in the language's syntax.
FOREIGN = {"simple_java": Language.JAVA, "simple_javascript": Language.JAVASCRIPT}

Call = dict[str, dict[str, Any]]


def entries(categories: list[str]) -> Iterator[tuple[str, str, list[Any], list[Any]]]:
    """(category, id, functions, possible answers)"""
    for category in categories:
        name = f"BFCL_v4_{category}.json"
        gold = {row["id"]: row["ground_truth"] for row in map(json.loads, (DATA / "possible_answer" / name).open())}
        for row in map(json.loads, (DATA / name).open()):
            if row["id"] in gold:
                yield category, row["id"], row["function"], gold[row["id"]]


def filled(answer: Any, chance: random.Random) -> Any:
    """A value that a possible answer allows: a dict in it has a list of values for each key."""
    if isinstance(answer, dict):
        out = {}
        for key, values in answer.items():
            if not isinstance(values, list):
                out[key] = values
                continue
            if "" in values and chance.random() < 0.5:
                continue
            kept = [value for value in values if value != ""]
            if kept:
                out[key] = copy.deepcopy(chance.choice(kept))
        return out
    if isinstance(answer, list):
        return [filled(one, chance) for one in answer]
    return answer


def right_call(possible: dict[str, Any], chance: random.Random) -> Call:
    ((name, arguments),) = possible.items()
    call = {}
    for argument, values in arguments.items():
        kept = [value for value in values if value != ""]
        if not kept or ("" in values and chance.random() < 0.5):
            continue
        call[argument] = filled(copy.deepcopy(chance.choice(kept)), chance)
    return {name: call}


def other_value(value: Any, chance: random.Random) -> Any:
    """Something near, that is sometimes still right."""
    choices: list[Any] = [None, "", [], {}, 0, 1, True, False, 1.0, "x", [value], {"k": value}, str(value)]
    if isinstance(value, bool):
        choices += [not value, int(value), float(value)] * 2
    elif isinstance(value, int):
        choices += [value + 1, float(value), str(value), -value, value + 0.5] * 2
    elif isinstance(value, float):
        choices += [value + 1e-9, int(value), value * 2, round(value, 1)] * 2
    elif isinstance(value, str):
        choices += [value.upper(), f" {value}. ", value.replace(" ", "-"), value + "!"] * 2
        choices += [value.replace("'", '"'), value[::-1], value.title(), value + "İ"] * 2
    elif isinstance(value, list) and value:
        shuffled = value[:]
        chance.shuffle(shuffled)
        i = chance.randrange(len(value))
        changed = value[:]
        changed[i] = other_value(value[i], chance)
        choices += [shuffled, value[:-1], value + value[:1], changed, changed, changed] * 2
    elif isinstance(value, dict) and value:
        key = chance.choice(list(value))
        changed = {**value, key: other_value(value[key], chance)}
        choices += [{k: v for k, v in value.items() if k != key}, {**value, "extra": 1}, changed, changed, changed] * 2
    return chance.choice(choices)


def mutated(calls: list[Call], chance: random.Random) -> list[Call]:
    calls = copy.deepcopy(calls)
    for _ in range(chance.choice([1, 1, 1, 2])):
        if not calls:
            return calls
        i = chance.randrange(len(calls))
        ((name, arguments),) = calls[i].items()
        kind = chance.randrange(10)
        if kind <= 5 and arguments:
            argument = chance.choice(list(arguments))
            arguments[argument] = other_value(arguments[argument], chance)
        elif kind == 6 and arguments:
            del arguments[chance.choice(list(arguments))]
        elif kind == 7:
            arguments[chance.choice(["extra", "x", ""])] = chance.choice([1, "", None])
        elif kind == 8:
            calls[i] = {chance.choice([name + "x", name.replace(".", "_"), name.upper()]): arguments}
        else:
            change = chance.randrange(3)
            if change == 0:
                chance.shuffle(calls)
            elif change == 1:
                calls.append(copy.deepcopy(chance.choice(calls)))
            else:
                del calls[i]
    return calls


def expected(category: str, functions: list[Any], calls: list[Call], possible: list[Any], model: str) -> tuple[bool, str, bool]:
    """Whether the checker takes the calls, its kind of error, and whether it raised an exception over them."""
    try:
        language = FOREIGN.get(category, Language.PYTHON)
        result = ast_checker(copy.deepcopy(functions), copy.deepcopy(calls), copy.deepcopy(possible), language, category, model)
    except (AttributeError, KeyError, TypeError, IndexError, ValueError):
        return False, "", True
    return result["valid"], "" if result["valid"] else result["error_type"], False


def cases(mutations: int, seed: int, model: str) -> Iterator[tuple[dict[str, Any], bool, str, bool, bool]]:
    """(row for `groundwork score`, valid, kind, raised, whether it is unmutated gold)"""
    chance = random.Random(seed)
    for category, name, functions, possible in entries(CATEGORIES):
        gold = [right_call(one, chance) for one in possible]
        if model == "underscores":
            gold = [{key.replace(".", "_"): value for key, value in call.items()} for call in gold]
        for i in range(mutations + 1):
            calls = gold if i == 0 else mutated(gold, chance)
            row = {"id": f"{name}/{i}", "category": category, "functions": functions, "possible": possible, "calls": calls}
            yield row, *expected(category, functions, calls, possible, model), i == 0


def guessed(value: Any, quote: str = '"') -> str:
    """An item whose type nobody says, in either syntax."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{quote}{value}{quote}" if isinstance(value, str) else str(value)


def in_java(value: Any, type: str, nested: str, chance: random.Random) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value) + {"long": "L", "float": "f"}.get(type, "")
    if isinstance(value, list):
        suffix = {"long": "L", "float": "f"}.get(nested, "")
        if type == "Array":
            return f"new {nested}[]{chance.choice(['', ' '])}{{" + ", ".join(str(guessed(one, '') + suffix) for one in value) + "}"
        items = [guessed(one) + suffix if nested != "any" else str(one) for one in value]
        if not items and chance.random() < 0.5:
            return "new ArrayList<>()"
        if chance.random() < 0.5:
            return "new ArrayList<String>() {{ " + " ".join(f"add({one});" for one in items) + " }}"
        return f"new ArrayList<>(Arrays.asList({', '.join(items)}))"
    if isinstance(value, dict):
        if not value:
            return chance.choice(["new HashMap<>()", "new HashMap<>() {{}}", "new HashMap<String, Object>() { { } }"])
        return "new HashMap<String, Object>() {{ " + " ".join(f'put("{key}", {guessed(one)});' for key, one in value.items()) + " }}"
    return str(value)


def in_javascript(value: Any, type: str, nested: str, chance: random.Random) -> str:
    quote = chance.choice("'\"")
    if isinstance(value, str):
        return f"{quote}{value}{quote}" if type == "String" and chance.random() < 0.7 else value
    if isinstance(value, list):
        items = ", ".join(in_javascript(one, nested, "", chance) for one in value)
        return f"new Array({items})" if chance.random() < 0.3 else f"[{items}]"
    if isinstance(value, dict):
        pairs = (f"{quote}{key}{quote}: {'[' + ', '.join(guessed(v) for v in one) + ']' if isinstance(one, list) else guessed(one, quote)}"
                 for key, one in value.items())  # fmt: skip
        return "{" + ", ".join(pairs) + "}"
    return guessed(value) + ("n" if type == "Bigint" else "")


def mangled(text: str, chance: random.Random) -> Any:
    """The text of an argument with something wrong in it, or no text."""
    i = chance.randrange(len(text) + 1)
    part = chance.choice(["\n", " ", ",", ")", "}", "]", "[", "{", '"', "'", ":", "L", "0", "_", ";", "}}", "))", "[[", "],["])
    return chance.choice([text[:i] + part + text[i:], text[:i] + part + text[i:], text[:i] + text[i + 1 :], text[:i], text[i:], text + text,
                          f" {text} ", text.upper(), text.replace(" ", ""), text.replace('"', "'"), text.replace(", ", " , \n"), "", 5, None, [text]])  # fmt: skip


def foreign_cases(mutations: int, seed: int) -> Iterator[tuple[dict[str, Any], bool, str, bool, bool]]:
    """As cases(), of calls in Java's and JavaScript's syntax."""
    chance = random.Random(seed)
    for category, name, functions, possible in entries(list(FOREIGN)):
        types = functions[0]["parameters"]["properties"]
        write = in_java if category == "simple_java" else in_javascript
        for i in range(mutations + 1):
            calls = [right_call(one, chance) for one in possible]
            if i > 0 and chance.random() < 0.5:
                calls = mutated(calls, chance)
            for call in calls:
                for arguments in call.values():
                    for key, value in arguments.items():
                        described = types.get(key, {"type": "any"})
                        arguments[key] = write(value, described["type"], described.get("items", {}).get("type", ""), chance)
                        if i > 0 and chance.random() < 0.3:
                            arguments[key] = mangled(arguments[key], chance)
            row = {"id": f"{name}/{i}", "category": category, "functions": functions, "possible": possible, "calls": calls}
            yield row, *expected(category, functions, calls, possible, "as-described"), i == 0
