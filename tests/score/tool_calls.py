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
# Those whose calls have Python's types; Java's and JavaScript's are strings in those languages' syntax.
CATEGORIES = ["simple_python", "multiple", "parallel", "parallel_multiple", "live_simple", "live_multiple", "live_parallel", "live_parallel_multiple"]

Call = dict[str, dict[str, Any]]


def entries() -> Iterator[tuple[str, str, list[Any], list[Any]]]:
    """(category, id, functions, possible answers)"""
    for category in CATEGORIES:
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
        result = ast_checker(copy.deepcopy(functions), copy.deepcopy(calls), copy.deepcopy(possible), Language.PYTHON, category, model)
    except (AttributeError, KeyError, TypeError, IndexError):
        return False, "", True
    return result["valid"], "" if result["valid"] else result["error_type"], False


def cases(mutations: int, seed: int, model: str) -> Iterator[tuple[dict[str, Any], bool, str, bool, bool]]:
    """(row for `groundwork score`, valid, kind, raised, whether it is unmutated gold)"""
    chance = random.Random(seed)
    for category, name, functions, possible in entries():
        gold = [right_call(one, chance) for one in possible]
        if model == "underscores":
            gold = [{key.replace(".", "_"): value for key, value in call.items()} for call in gold]
        for i in range(mutations + 1):
            calls = gold if i == 0 else mutated(gold, chance)
            row = {"id": f"{name}/{i}", "category": category, "functions": functions, "possible": possible, "calls": calls}
            yield row, *expected(category, functions, calls, possible, model), i == 0
