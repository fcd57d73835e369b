"""Runs each case on a collection in an index folder and on one elsewhere. One line a check; the last line sums them."""

from __future__ import annotations

import pathlib
import sys
import tempfile

import pgserver
import postgres_cases
import qdrant_cases
from cases import DOCUMENTS, Checks, additions, conformance, write_corpus


def main() -> int:
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="groundwork-stores-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        corpus = write_corpus(folder / "corpus", DOCUMENTS)
        qdrant_cases.run(checks, corpus, folder)
        server = pgserver.get_server(folder / "postgres")
        try:
            remote = f"postgresql://postgres@/postgres?host={folder / 'postgres'}&collection=cases"
            conformance(checks, "postgresql", corpus, str(folder / "index"), remote)
            postgres_cases.failures(checks, corpus, remote, server)
            postgres_cases.hanging(checks)
            postgres_cases.atomicity(checks, corpus, remote, folder)
            postgres_cases.password(checks, remote, server)
            postgres_cases.dropped(checks, corpus, remote, server, folder)
            postgres_cases.no_pgvector(checks, corpus, folder)
            additions(checks, "postgresql", folder, str(folder / "changed"), remote.replace("=cases", "=changed"))
        finally:
            server.cleanup()
    print(f"{checks.passed} passed, {checks.failed} failed, 0 skipped")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
