"""Kills a writing process with SIGKILL hundreds of times and checks that no acknowledged fact is lost.

Each round starts src/ledger/ledger_writer on the same ledger, kills it at a random moment, and then checks with another
program (Python's own sqlite3) that the database opens, is intact, and holds every fact whose id was printed, once.
"""

import argparse
import pathlib
import random
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def one_round(writer: str, folder: str, prefix: str, seconds: float) -> list[str]:
    """Runs the writer until it has acknowledged something and `seconds` have passed, kills it, returns the ids."""
    process = subprocess.Popen([writer, folder, prefix], stdout=subprocess.PIPE)
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], 30)
    if not ready:
        process.kill()
        raise SystemExit(f"round {prefix}: nothing was acknowledged within 30 s")
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    printed = process.stdout.read().decode()
    if process.wait() != -signal.SIGKILL:
        raise SystemExit(f"round {prefix}: the writer ended by itself with {process.returncode}")
    return printed[: printed.rfind("\n") + 1].split()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--writer", default=str(ROOT / "build/dev/src/ledger/ledger_writer"))
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    arguments = parser.parse_args()
    print(f"{arguments.rounds} rounds, seed {arguments.seed}")
    chance = random.Random(arguments.seed)
    acknowledged: set[str] = set()
    lost = 0
    with tempfile.TemporaryDirectory(prefix="gw-kill9-") as folder:
        for number in range(arguments.rounds):
            acknowledged.update(one_round(arguments.writer, folder, f"r{number}", chance.uniform(0, 0.06)))
            database = sqlite3.connect(f"{folder}/ledger.db")
            intact = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            recorded = {row[0] for row in database.execute("SELECT id FROM fact")}
            twice = database.execute("SELECT count(*) - count(DISTINCT id) FROM fact").fetchone()[0]
            blobless = database.execute(
                "SELECT count(*) FROM fact WHERE data ->> 'submission' NOT IN (SELECT sha256 FROM blob)"
            ).fetchone()[0]
            database.close()
            missing = acknowledged - recorded
            if intact != "ok" or missing or twice or blobless:
                lost += 1
                print(f"round {number}: integrity {intact}, {len(missing)} lost, {twice} twice, {blobless} without blob")
    print(f"{len(acknowledged)} facts acknowledged")
    print(f"{arguments.rounds - lost} passed, {lost} failed")
    return 1 if lost or not acknowledged else 0


if __name__ == "__main__":
    sys.exit(main())
