"""Right and wrong answers, from the question banks."""

from __future__ import annotations

import functools
from typing import Any

import yaml

from platform_under_test import ROOT


@functools.cache
def items(module: str) -> dict[str, dict[str, Any]]:
    found = yaml.safe_load((ROOT / "library/questions" / f"{module}.yaml").read_text())["items"]
    for page in (ROOT / "library/remedials").glob("*.md"):
        front = yaml.safe_load(page.read_text().split("---\n")[1])
        if front["module"] == module:
            found += front["checks"]
    return {item["id"]: item for item in found}


def right(item: dict[str, Any]) -> Any:
    """The answer that earns everything, with options and pairs named by their text."""
    match item["kind"]:
        case "single":
            return next(option["text"] for option in item["options"] if option["correct"])
        case "multiple":
            return [option["text"] for option in item["options"] if option["correct"]]
        case "numeric" | "predict":
            return item["answer"]
        case "short":
            return item["accept"][0]
        case "ordering":
            return item["steps"]
        case "matching":
            return {pair["left"]: pair["right"] for pair in item["pairs"]}
    raise ValueError(item["kind"])


def wrong(item: dict[str, Any]) -> Any:
    """An answer that earns nothing."""
    match item["kind"]:
        case "single":
            return next(option["text"] for option in item["options"] if not option["correct"])
        case "multiple":
            return [option["text"] for option in item["options"] if not option["correct"]]
        case "numeric":
            return float(item["answer"]) + 1000 + 10 * float(item["tolerance"])
        case "predict" | "short":
            return "certainly not this"
        case "ordering":
            return item["steps"][1:] + item["steps"][:1] if len(item["steps"]) == 3 else item["steps"][::-1]
        case "matching":
            rights = [pair["right"] for pair in item["pairs"]]
            return {pair["left"]: rights[(i + 1) % len(rights)] for i, pair in enumerate(item["pairs"])}
    raise ValueError(item["kind"])


@functools.cache
def lab_files(lab: str, folder: str) -> dict[str, str]:
    description = yaml.safe_load((ROOT / "labs" / lab / "lab.yaml").read_text())
    return {name: (ROOT / "labs" / lab / folder / name).read_text() for name in description["files"]}


@functools.cache
def module(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "library/modules" / f"{name}.yaml").read_text())


def modules_of_week(week: int) -> list[str]:
    files = sorted((ROOT / "library/modules").glob("*.yaml"))
    loaded = [yaml.safe_load(file.read_text()) for file in files]
    return [one["module_id"] for one in loaded if one["week"] == week]


