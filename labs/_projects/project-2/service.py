"""Project 2, RAG assistant: a starter that runs, speaks the contract's shapes, and abstains from everything.

    python3 service.py --port 8000
    groundwork project measure project-2 --target http://127.0.0.1:8000

The contract is suites/contracts/rag.openapi.yaml: an answer cites passages by their exact text and offsets.
"""

from __future__ import annotations

import argparse
from typing import Any

from http_service import BadRequest, serve

DOCUMENTS: dict[str, dict[str, Any]] = {}


def documents(body: dict[str, Any]) -> dict[str, Any]:
    given = body.get("documents")
    if not isinstance(given, list) or not 1 <= len(given) <= 5000:
        raise BadRequest("documents: expected a list of 1 to 5000")
    indexed, errors = 0, []
    for number, one in enumerate(given):
        if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"] and isinstance(one.get("text"), str):
            DOCUMENTS[one["id"]] = one
            indexed += 1
        else:
            errors.append({"index": number, "error": "expected id and text"})
    return {"indexed": indexed, "errors": errors}


def ask(body: dict[str, Any]) -> dict[str, Any]:
    """TODO: retrieve, answer from the passages, cite them exactly, and abstain only when they don't hold the answer."""
    question = body.get("question")
    if not isinstance(question, str) or not question.strip():
        raise BadRequest("question: expected text")
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    return {"answer": "", "citations": [], "passages": [], "abstained": True, "usage": usage}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    serve(parser.parse_args().port, {("POST", "/documents"): documents, ("POST", "/ask"): ask})
