"""Makes questions.jsonl of this suite from the questions of suites/tutor and the documents of suites/search.

    python3 suites/search/make.py && python3 suites/rag/make.py

A question's need is met by any document in which one of its quotes stands; a question without needs has no answer in the
documents, and the right answer to it is an abstention.
"""

from __future__ import annotations

import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def main() -> None:
    rows = [json.loads(line) for line in (ROOT / "suites/search/documents.jsonl").read_text().splitlines()]
    documents = [(row["id"], squeezed(row["text"])) for row in rows]
    cases = []
    for line in (ROOT / "suites/tutor/questions.jsonl").read_text().splitlines():
        question = json.loads(line)
        needs = [
            sorted({id for id, text in documents for quote in need if squeezed(quote["quote"]) in text})
            for need in question["needed"]
        ]
        if not all(needs):
            continue  # a quote that no single document holds whole
        case = {"id": question["id"], "question": question["question"], "answerable": bool(needs)}
        if needs:
            case |= {"needs": needs, "needed": sorted({id for need in needs for id in need})}
        cases.append(case)
    (ROOT / "suites/rag/questions.jsonl").write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases))
    print(f"{len(cases)} questions, {sum(not case['answerable'] for case in cases)} without an answer")


if __name__ == "__main__":
    main()
