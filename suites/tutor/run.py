"""Asks the questions of this suite and measures the answers; needs the library's index and the program.

    python3 suites/tutor/run.py GROUNDWORK [--split dev|test|dev2] [--json FILE] [--verbose]

Exit code 1 where a measure is beyond its threshold in suite.yaml. What each measure means stands there too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any

SUITE = pathlib.Path(__file__).resolve().parent
ROOT = SUITE.parent.parent


def letters(markdown: str) -> str:
    """The letters and digits of a text, so that mark-up and line ends make no difference."""
    text = re.sub(r"\[\^[^\]]*\]", "", markdown)
    text = re.sub(r"\]\([^)]*\)", "", text)
    return "".join(c for c in text if c.isalnum()).lower()


def ask(program: str, questions: list[str]) -> list[dict[str, Any]]:
    """The answers, from one process with a learner's data of its own."""
    with tempfile.TemporaryDirectory() as folder:
        batch = pathlib.Path(folder) / "questions.jsonl"
        batch.write_text("".join(json.dumps({"question": one}) + "\n" for one in questions))
        command = [program, "--data", folder, "ask", "--batch", str(batch)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}: {done.stdout[-500:]}{done.stderr.strip()}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def is_verbatim(citation: dict[str, Any], sentence: str) -> bool:
    """The bytes that the citation names are in the file it names, in the state it names, and say the sentence."""
    source = citation["source"]
    content = (ROOT / source["path"]).read_bytes()
    if hashlib.sha256(content).hexdigest() != source["sha256"]:
        return False
    cited = content[source["start"] : source["end"]].decode()
    return letters(sentence) in letters(cited) and citation["verdict"] == "supported"


def module_of(path: str) -> str:
    found = re.search(r"^module: (.+)$", (ROOT / path).read_text(), re.M)
    return found.group(1) if found else path


def share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def measure(cases: list[dict[str, Any]], answers: list[dict[str, Any]], verbose: bool) -> dict[str, float]:
    citations = precise = needs = found = cited = unsupported = 0
    right = refused = unanswerable = 0
    for case, answer in zip(cases, answers, strict=True):
        unanswerable += not case["needed"]
        refused += answer["abstained"]
        right += answer["abstained"] and not case["needed"]
        remarks = []
        if answer["abstained"] == bool(case["needed"]):
            remarks.append("refused, and has an answer" if answer["abstained"] else "answered, and has no answer")
        if case["needed"]:
            modules = {module_of(one["path"]) for need in case["needed"] for one in need}
            passages = [letters(passage["text"]) for passage in answer["passages"][:5]]
            quotes = [letters(citation["quote"]) for citation in answer["citations"]]
            for need in case["needed"]:
                wanted = [letters(one["quote"]) for one in need]
                needs += 1
                here = any(one in passage for one in wanted for passage in passages)
                found += here
                cited += any(one in quote or quote in one for one in wanted for quote in quotes)
                if not here:
                    remarks.append("not among the passages: " + need[0]["quote"][:70])
            citations += len(answer["citations"])
            precise += sum(module_of(one["source"]["path"]) in modules for one in answer["citations"])
        by_number = {one["number"]: one for one in answer["citations"]}
        for sentence in answer["sentences"]:
            good = [n for n in sentence["citations"] if is_verbatim(by_number[n], sentence["text"])]
            if not good:
                unsupported += 1
                remarks.append("not supported: " + sentence["text"][:70])
        if verbose:
            for remark in remarks:
                print(f"{case['id']} {answer['confidence']:.3f} {case['question'][:60]!r}: {remark}")
    precision, recall = share(right, refused), share(right, unanswerable)
    return {
        "questions": len(cases),
        "citation_precision": share(precise, citations),
        "needed_recall@5": share(found, needs),
        "needed_cited": share(cited, needs),
        "abstention_precision": precision,
        "abstention_recall": recall,
        "abstention_f1": share(2 * precision * recall, precision + recall),
        "unsupported_sentences": unsupported,
    }


def thresholds() -> dict[str, tuple[str, float]]:
    lines = re.findall(r'^  (\S+): "(>=|<=) ([\d.]+)"', (SUITE / "suite.yaml").read_text(), re.M)
    return {name: (sign, float(bound)) for name, sign, bound in lines}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--split", choices=["dev", "test", "dev2"], help="dev2: more to fit with, no part of it")
    parser.add_argument("--json")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    questions = SUITE / ("fitting.jsonl" if options.split == "dev2" else "questions.jsonl")
    cases = [json.loads(line) for line in questions.read_text().splitlines()]
    cases = [case for case in cases if options.split in (None, case["split"])]
    answers = ask(str(pathlib.Path(options.program).resolve()), [case["question"] for case in cases])
    measures = measure(cases, answers, options.verbose)
    failed = 0
    for name, value in measures.items():
        sign, bound = thresholds().get(name, ("", 0.0))
        good = not sign or (value >= bound if sign == ">=" else value <= bound)
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'} {name:24} {value:.4g}" + (f"  (expected {sign} {bound:g})" if sign else ""))
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(measures, indent=2) + "\n")
    bounded = sum(name in measures for name in thresholds())
    print(f"{bounded - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
