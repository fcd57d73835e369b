"""Mutated PDF files through the whole of reading them: the jail, pdftotext, and what becomes of its text.

    GW_BINARY=build/dev/src/cli/groundwork tests/fuzz/pdf.py [COUNT] [SEED]

About 30 ms a file: 10,000 take five minutes. What the program itself does with whatever pdftotext may write is fuzzed under
sanitizers by search_pdf_text.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GW_BINARY") or str(ROOT / "groundwork")
A_FOLDER = 500
TOKENS = (b"obj", b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"/Length 9999999", b"/Kids [2 0 R]", b"<<", b">>",
          b"/Filter /FlateDecode", b"-1", b"4294967296", b"(", b"0 0 R", b"/Count 100000", b"\x00")  # fmt: skip


def document(pages: int, packed: bool) -> bytes:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"",
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]  # fmt: skip
    kids = []
    for page in range(pages):
        kids.append(b"%d 0 R" % (len(objects) + 1))
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
                       b"/Contents %d 0 R >>" % (len(objects) + 2))  # fmt: skip
        content = b"BT /F1 12 Tf 72 700 Td (Page %d has words.) Tj 0 -14 Td (And \\351 more.) Tj ET" % page
        filters = b" /Filter /FlateDecode" if packed else b""
        content = zlib.compress(content) if packed else content
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), filters, content))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), pages)
    out, table = b"%PDF-1.4\n", b""
    for number, one in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(out))  # fmt: skip


def mutated(chance: random.Random, whole: bytes) -> bytes:
    data = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        kind = chance.randrange(5)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at:at] = chance.choice(TOKENS)
        elif kind == 2:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 3:
            data[at : at + 4] = chance.randbytes(4)
        else:
            other = chance.randrange(len(data))
            data[at:at] = data[other : other + 60]
        data = data or bytearray(b"%PDF-")
    return bytes(data[: chance.randrange(len(data)) + 1] if chance.random() < 0.1 else data)


def read(folder: pathlib.Path, names: list[str]) -> tuple[int, int, list[str]]:
    """How many were read, how many left out, and what is wrong."""
    (folder / "good.pdf").write_bytes(document(2, False))
    done = subprocess.run([BINARY, "search", "index", "--lexical-only", "--corpus", folder, "--index", folder / "index", "--json"],
                          capture_output=True, text=True, timeout=3600)  # fmt: skip
    if done.returncode != 0:
        return 0, 0, [f"ended with {done.returncode}: {done.stderr[-2000:]}"]
    report = json.loads(done.stdout)
    wrong = [f"{one['path']}: {one['error']}" for one in report["skipped"] if not one["error"] or "crash" in one["error"]]
    if report["files"] + len(report["skipped"]) != len(names) + 1:
        wrong.append(f"{report['files']} read and {len(report['skipped'])} left out of {len(names) + 1}")
    return report["files"] - 1, len(report["skipped"]), wrong


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    wholes = [document(pages, packed) for pages in (1, 3) for packed in (False, True)]
    taken = refused = 0
    wrong: list[str] = []
    for begin in range(0, count, A_FOLDER):
        with tempfile.TemporaryDirectory(prefix="groundwork-pdf-") as name:
            names = [f"{number}.pdf" for number in range(begin, min(begin + A_FOLDER, count))]
            for one in names:
                (pathlib.Path(name) / one).write_bytes(mutated(chance, chance.choice(wholes)))
            good, bad, what = read(pathlib.Path(name), names)
            taken, refused, wrong = taken + good, refused + bad, wrong + what
    for one in wrong:
        print(f"FAIL pdf: {one}")
    print(f"{'FAIL' if wrong else 'ok  '} pdf: {taken} of {count} mutated files read, {refused} refused")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
