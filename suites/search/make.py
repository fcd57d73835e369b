"""Makes documents.jsonl and queries.jsonl of this suite from the library's pages and the questions of suites/tutor.

    python3 suites/search/make.py

Both files are kept in the repository: the suite is what they say, whatever becomes of the pages. Making them anew is a new
version of the suite. A document is a piece of a page of at most WORDS words, cut between paragraphs; a document is relevant
to a question when a quote that answers it stands in the document. Half of the questions are asked a second time with a
filter that keeps some relevant document and excludes most others.
"""

from __future__ import annotations

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
WORDS = 140
KEEP_ONE_OF = 4  # of the documents that answer no question: enough to be in the way, few enough to embed quickly
KINDS = {"explainers": "explainer", "interview": "interview", "remedials": "remedial"}


def front_matter(text: str) -> tuple[dict[str, str], str]:
    head, body = text.split("\n---\n", 1)
    fields = dict(re.findall(r"^(\w+): (.*)$", head, re.M))
    return {key: value.strip().strip('"') for key, value in fields.items()}, body


def blocks(body: str) -> list[tuple[str, str]]:
    """Paragraphs, lists and code blocks, each with the heading above it."""
    out, heading, part, fenced = [], "", [], False
    for line in [*body.split("\n"), ""]:
        if line.startswith("```"):
            fenced = not fenced
        if not fenced and (match := re.match(r"#+ (.*)", line)):
            heading = match[1]
            continue
        if fenced or line.strip():
            part.append(line)
        elif part:
            out.append((heading, "\n".join(part)))
            part = []
    return [(h, b) for h, b in out if not b.startswith(("```mermaid", "[^"))]


def pieces(body: str) -> list[tuple[str, str]]:
    """Blocks under one heading together, as far as they fit."""
    out: list[tuple[str, str]] = []
    for heading, block in blocks(body):
        fits = out and out[-1][0] == heading and len((out[-1][1] + " " + block).split()) <= WORDS
        if fits:
            out[-1] = (heading, out[-1][1] + "\n\n" + block)
        else:
            out.append((heading, block))
    return [(h, t) for h, t in out if len(t.split()) >= 8]


def documents() -> list[dict]:
    out = []
    for folder, kind in KINDS.items():
        for path in sorted((ROOT / "library" / folder).glob("*.md")):
            fields, body = front_matter(path.read_text())
            for number, (heading, text) in enumerate(pieces(body), 1):
                title = fields["title"] + (f": {heading}" if heading else "")
                metadata = {"kind": kind, "module": fields.get("module", ""), "page": fields["id"], "part": number,
                            "words": len(text.split()), "code": "```" in text}  # fmt: skip
                out.append({"id": f"{kind}-{fields['id']}-{number}", "title": title, "text": text, "metadata": metadata})
    return out


def squeezed(text: str) -> str:
    return " ".join(text.split())


def filters_for(relevant: list[dict], number: int) -> dict:
    one = relevant[number % len(relevant)]["metadata"]
    return [
        {"kind": one["kind"]},
        {"module": one["module"]},
        {"page": {"$in": [one["page"], "no-such-page"]}, "words": {"$gte": 10}},
        {"kind": {"$nin": sorted({"explainer", "interview", "remedial"} - {one["kind"]})}},
        {"module": one["module"], "code": one["code"]},
        {"words": {"$gte": max(1, one["words"] - 40), "$lte": one["words"] + 40}},
    ][number % 6]


def meets(metadata: dict, filters: dict) -> bool:
    def one(value, condition) -> bool:
        if not isinstance(condition, dict):
            return value == condition
        tests = {"$in": lambda v: value in v, "$nin": lambda v: value not in v, "$gte": lambda v: value >= v, "$lte": lambda v: value <= v}
        return all(tests[name](wanted) for name, wanted in condition.items())

    return all(one(metadata[key], condition) for key, condition in filters.items())


def main() -> None:
    corpus = documents()
    flat = [(document, squeezed(document["text"])) for document in corpus]
    cases = []
    for line in (ROOT / "suites/tutor/questions.jsonl").read_text().splitlines():
        question = json.loads(line)
        quotes = [squeezed(quote["quote"]) for need in question["needed"] for quote in need]
        relevant = [document for document, text in flat if any(quote in text for quote in quotes)]
        if not relevant:
            continue
        grades = {document["id"]: 1 for document in relevant}
        cases.append({"id": question["id"], "query": question["question"], "relevant": grades})
        if len(cases) % 2:
            filters = filters_for(relevant, len(cases) // 2)
            kept = {document["id"]: 1 for document in relevant if meets(document["metadata"], filters)}
            cases.append({"id": question["id"] + "-filtered", "query": question["question"], "filters": filters, "relevant": kept})
    needed = {id for case in cases for id in case["relevant"]}
    others = [document for document in corpus if document["id"] not in needed]
    kept_ids = needed | {document["id"] for document in others[::KEEP_ONE_OF]}
    corpus = [document for document in corpus if document["id"] in kept_ids]
    for name, rows in (("documents.jsonl", corpus), ("queries.jsonl", cases)):
        (HERE / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    print(f"{len(corpus)} documents, {len(cases)} queries, {sum('filters' in case for case in cases)} of them filtered")


if __name__ == "__main__":
    main()
