"""Compares fusion, and reranking after it, with both stages and with reciprocal rank fusion on every collection of make.py.

    benchmarks/fusion/run [--only NAME,NAME] [--documents N]

Exit code 1 where both are below 0.99 of the better stage or not above reciprocal rank fusion.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import make

BETTER_STAGE = 0.99
RUNS = {
    "lexical": ["--mode", "lexical"],
    "dense": ["--mode", "dense"],
    "rrf": ["--mode", "hybrid", "--fusion", "rrf"],
    "hybrid": ["--mode", "hybrid"],
    "rerank": ["--mode", "rerank"],
}
OURS = ("hybrid", "rerank")


def measure(program: pathlib.Path, corpus: pathlib.Path) -> dict[str, float]:
    """nDCG@10 of each of RUNS."""
    with tempfile.TemporaryDirectory() as folder:
        index = str(pathlib.Path(folder) / "index")
        made = [program, "search", "index", "--corpus", corpus, "--index", index]
        subprocess.run(made, check=True, capture_output=True)
        found = {}
        for name, how in RUNS.items():
            command = [program, "search", "eval", "--corpus", corpus, "--index", index, "--json", *how]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[name] = float(json.loads(done.stdout)["ndcg@10"])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--packages", type=pathlib.Path, required=True)
    parser.add_argument("--cisi", type=pathlib.Path, required=True)
    parser.add_argument("--only", help="names of collections, with commas between")
    parser.add_argument("--documents", type=int, default=make.DOCUMENTS, help="of each collection, at most")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder)
        only = set(options.only.split(",")) if options.only else None
        names = make.make(out, options.packages, options.cisi, only, options.documents)
        print(f"{'collection':26}" + "".join(f"{name:>9}" for name in RUNS) + "   each of better, of rrf")
        for name in names:
            found = measure(options.program, out / name)
            ratios = [(found[mode] / max(found["lexical"], found["dense"]), found[mode] / found["rrf"]) for mode in OURS]
            good = any(of_better >= BETTER_STAGE and of_rrf > 1 for of_better, of_rrf in ratios)
            failed += not good
            print(f"{name:26}" + "".join(f"{one:9.3f}" for one in found.values()), end="")
            print("".join(f"{a:9.3f}{b:6.3f}" for a, b in ratios), " ok" if good else " FAIL", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
