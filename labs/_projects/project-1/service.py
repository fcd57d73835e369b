"""Project 1, semantic retrieval: a starter that runs, speaks the contract's shapes, and ranks nothing.

    python3 service.py --port 8000
    groundwork project measure project-1 --target http://127.0.0.1:8000

It keeps documents and answers every query with the first ones it has: the suite fails, and says for which reason. What
is yours to write is `Index`. The contract is suites/contracts/search.openapi.yaml.
"""

from __future__ import annotations

import argparse
from typing import Any

from http_service import BadRequest, serve


class Index:
    def __init__(self) -> None:
        self._documents: dict[str, dict[str, Any]] = {}

    def add(self, document: dict[str, Any]) -> None:
        """Adds a document or replaces the one with its id; found as soon as this returns."""
        self._documents[document["id"]] = document

    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[tuple[str, float]]:
        """Ids and scores, best first. TODO: rank by the query, and apply the filters inside the search."""
        return [(ident, 0.0) for ident in list(self._documents)[:top_k]]

    def get(self, ident: str) -> dict[str, Any]:
        return self._documents[ident]


INDEX = Index()


def documents(body: dict[str, Any]) -> dict[str, Any]:
    given = body.get("documents")
    if not isinstance(given, list) or not 1 <= len(given) <= 5000:
        raise BadRequest("documents: expected a list of 1 to 5000")
    indexed, errors = 0, []
    for number, one in enumerate(given):
        good = isinstance(one, dict) and isinstance(one.get("id"), str) and isinstance(one.get("text"), str)
        if not good or not one["id"]:
            errors.append({"index": number, "error": "expected id and text"})
            continue
        INDEX.add(one)
        indexed += 1
    return {"indexed": indexed, "errors": errors}


def search(body: dict[str, Any]) -> dict[str, Any]:
    query, top_k, filters = body.get("query"), body.get("top_k", 10), body.get("filters", {})
    if not isinstance(query, str) or not query.strip():
        raise BadRequest("query: expected text")
    if isinstance(top_k, bool) or not isinstance(top_k, int) or not 1 <= top_k <= 1000:
        raise BadRequest("top_k: expected 1 to 1000")
    if not isinstance(filters, dict):
        raise BadRequest("filters: expected an object")
    results = []
    for ident, score in INDEX.search(query, top_k, filters):
        document = INDEX.get(ident)
        results.append({"id": ident, "score": score, "text": document["text"], "metadata": document.get("metadata", {})})
    return {"results": results}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8000)
    serve(parser.parse_args().port, {("POST", "/documents"): documents, ("POST", "/search"): search})
