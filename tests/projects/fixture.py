"""A small curriculum that has all four phases: one module a phase, proved by its quiz alone."""

from __future__ import annotations

import json
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from platform_under_test import ROOT

MODULES = {"basics": 1, "embeddings": 5, "grounding": 9, "shipping": 13}
DATE = "2026-11-23"


def make_content(folder: pathlib.Path) -> str:
    """The folder for --content: the real roadmap, KPIs and projects, and four modules of its own."""
    library = folder / "library"
    shutil.copytree(ROOT / "library/_meta", library / "_meta")
    shutil.copytree(ROOT / "library/projects", library / "projects")
    for name in ("roadmap.yaml", "kpis.yaml", "prices.yaml"):
        shutil.copy(ROOT / "library" / name, library / name)
    shutil.copytree(ROOT / "labs/_projects", folder / "labs/_projects")
    shutil.copytree(ROOT / "suites/contracts", folder / "suites/contracts")
    before = ""
    for phase, (module, week) in enumerate(MODULES.items(), start=1):
        _write_module(library, module, f"phase-{phase}", week, before)
        before = module
    return str(folder)


def answers(folder: pathlib.Path, module: str) -> str:
    """A file of right answers to every question of the module's bank."""
    file = folder / f"{module}.json"
    file.write_text(json.dumps({f"{module}-{n}": "right" for n in range(36)}))
    return str(file)


def _write(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _write_module(library: pathlib.Path, module: str, phase: str, week: int, before: str) -> None:
    fields = {
        "module_id": module, "phase": phase, "week": week, "title": f"Module {module}", "difficulty": 2,
        "estimated_hours": 2, "prerequisites": [before] if before else [], "interview_frequency": 5,
        "learning_objectives": ["x"], "core_theory": ["x"], "hands_on_labs": [],
        "assessment": {"quiz_questions": 8, "coding_tasks": 0, "pass_threshold": 75}, "deliverables": ["x"], "tags": ["x"],
        "updated_on": DATE, "competencies": ["C1"], "interview_drills": ["x"], "exit_criteria": ["x"],
        "explainers": [f"{module}-page"], "labs": [], "interview_packs": [],
    }  # fmt: skip
    _write(library / f"modules/{module}.yaml", "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items()))
    concepts = [f"{module}-concept-{n}" for n in range(1, 7)]
    lines = [f'- {{id: {one}, title: {one}, explainer: "{module}-page#part", remedial: {one}}}\n' for one in concepts]
    _write(library / f"concepts/{module}.yaml", f"module: {module}\nconcepts:\n" + "".join(lines))
    for one in concepts:
        checks = "".join(
            f"- {{id: rem-{one}-{n}, kind: short, prompt: Say yes {n}, accept: [\"yes\"], explanation: x, "
            'mistakes: [{answer: "no", why: n}, {answer: maybe, why: n}]}\n' for n in (1, 2))  # fmt: skip
        head = f"id: {one}\ntitle: Remedial\nconcept: {one}\nmodule: {module}\nminutes: 10\nupdated_on: {DATE}\n"
        _write(library / f"remedials/{one}.md", f"---\n{head}checks:\n{checks}---\nText.\n")
    wrong = ", ".join(f"{{text: x{n}, correct: false, why: n}}" for n in (1, 2, 3))
    items = "".join(
        f"- id: {module}-{n}\n  concept: {concepts[n % 6]}\n  difficulty: 2\n  explanation: Because it is so.\n"
        f"  prompt: Question {n}\n  kind: single\n  options: [{{text: right, correct: true, why: y}}, {wrong}]\n"
        for n in range(36))  # fmt: skip
    _write(library / f"questions/{module}.yaml", f"module: {module}\nupdated_on: {DATE}\nitems:\n{items}")
    head = f"id: {module}-page\ntitle: Page of {module}\nmodule: {module}\ncompetencies: [C1]\nminutes: 10\n"
    page = f"---\n{head}concepts: [{concepts[0]}]\nupdated_on: {DATE}\n---\n## Part\n\nText.\n"
    _write(library / f"explainers/{module}-page.md", page)
