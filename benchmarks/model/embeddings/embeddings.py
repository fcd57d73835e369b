"""Texts embedded a second by Groundwork, onnxruntime and PyTorch: same weights, texts and threads, by turns in one run.

The peers get token ids; Groundwork gets text and tokenises it within its time. Each peer runs at the batch size that is its best.
The bar: at every length at least the texts a second of both float32 peers, and the cosine of every text to what the float32 peers
compute at least 0.999."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np
import tokenizers

HERE = pathlib.Path(__file__).resolve().parent
LENGTHS = {"queries of 12 tokens": (12, 256), "passages of 113 tokens": (113, 64), "passages of 250 tokens": (250, 32)}
BATCHES = (1, 8, 32)
LONGEST = 256
BAR = 0.999
EXTRA = ("groundwork, avx2 only", "onnxruntime int8")  # shown beside what the bars are about

WORDS_FOR_ODD = (
    "A tutor retrieves pages about vector search, reads each sentence twice, drops whatever lacks support, then cites exact "
    "bytes so that learners can check every claim before trusting its short final answer"
).split()

ODD = (
    ["", "a", "?", "42", "...", "I", "LLM", "LLMS HALLUCINATE. CITE YOUR SOURCES! ALWAYS.", "WHY DOES MY RAG MISS ACRONYMS? " * 5]
    + ["検索と生成を組み合わせる", "поиск по документам с ранжированием", "البحث في الوثائق", "naïve café — “quoted” … ½ ﬁne", "😀🚀 emoji 👩‍👩‍👧 zwj"]
    + ["e\u0301\u0323 combining Z\u0351\u0352algo", "https://example.org/a/b?c=d&e=f#g", "def f(x): return {k: v for k, v in x.items() if v != None}"]
    + ["0 1 2 3 4 5 6 7 8 9 " * 12, "the " * 300, "a a a a a a a a a a a a a a a a a a a a a a a a a a", "\t\n  \u00a0 white   space \u2003 "]
    + ["Pneumonoultramicroscopicsilicovolcanoconiosis " * 6, "x" * 99, "x" * 101, "!?" * 60]
    # Around the number of different tokens from which Groundwork computes in 8 bits.
    + [" ".join(WORDS_FOR_ODD[:count]) for count in range(14, 32)]
    + [" ".join(WORDS_FOR_ODD[:count]) + " yes" * 200 for count in range(20, 32)]
)


class Contender:
    def __init__(self, name, command, tokens_given, environment=None):
        self.name, self.tokens_given, self.batch, self.batches = name, tokens_given, 0, {}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.about = self.process.stdout.readline().strip()
        if not self.about:
            sys.exit(f"{name} did not start")

    def run(self, folder, what, out=None, batch=None):
        if self.tokens_given:
            asked = json.dumps({"ids": f"{folder}/{what}.ids", "batch": batch or self.batches.get(what, 8), "out": out})
        else:
            asked = f"{folder}/{what}.texts" + (f"\t{out}" if out else "")
        print(asked, file=self.process.stdin, flush=True)
        seconds = float(self.process.stdout.readline())
        time.sleep(0.02)  # until threads that spin have stopped
        return seconds

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def vectors(self, folder, what):
        out = f"{folder}/vectors"
        self.run(folder, what, out)
        return np.fromfile(out, dtype=np.float32).reshape(-1, 384)


def words_of_library(root):
    for path in sorted((root / "library" / "explainers").rglob("*.md")):
        text = re.sub(r"(?s)^---.*?---|```.*?```", " ", path.read_text(encoding="utf-8"))
        yield from re.findall(r"\S+", re.sub(r"[#*_`|>\[\]]", " ", text))


def texts_of(root, tokenizer):
    """For each length, different stretches of the library's prose with so many tokens."""
    words = list(words_of_library(root))
    at, found = 0, {}
    for name, (tokens, count) in LENGTHS.items():
        found[name] = []
        while len(found[name]) < count:
            end = at + 1
            while len(tokenizer.encode(" ".join(words[at : end + 1])).ids) <= tokens:
                end += 1
            found[name].append(" ".join(words[at:end]))
            at = end if end + 300 < len(words) else at % 97
    found["odd texts"] = ODD
    return found


def write(folder, texts, tokenizer):
    for name, some in texts.items():
        with open(f"{folder}/{name}.texts", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(text) + "\n" for text in some)
        with open(f"{folder}/{name}.ids", "w", encoding="utf-8") as file:
            json.dump([one.ids for one in tokenizer.encode_batch(some)], file)


def contenders(arguments, threads):
    environment = {name: value for name, value in os.environ.items() if name not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    environment |= {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    ours = [arguments.binary, arguments.model, str(threads)]
    ort = [sys.executable, HERE / "peer_onnxruntime.py", arguments.model, str(threads)]
    torch = [arguments.torch_python, HERE / "peer_pytorch.py", arguments.model, str(threads)]
    best = Contender("groundwork", ours, False)
    less = [] if best.about == "avx2" else [Contender("groundwork, avx2 only", [*ours, "avx2"], False)]
    return [
        best,
        *less,
        Contender("onnxruntime f32", [*ort, "f32"], True, environment),
        Contender("onnxruntime int8", [*ort, "int8"], True, environment),
        Contender("pytorch f32", [*torch, "plain"], True, environment),
        Contender("pytorch f32, fused layer", [*torch, "fused"], True, environment),
    ]


def cosines(a, b):
    a, b = a.astype(np.float64), b.astype(np.float64)
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def report_quality(everyone, folder, names):
    """Prints cosines to onnxruntime's float32; whether ours are all within the bar, and PyTorch's agree with the reference."""
    reference = next(one for one in everyone if one.name == "onnxruntime f32")
    good = True
    print(f"{'cosine to ' + reference.name:28}" + "".join(f"{name:>26}" for name in names))
    expected = {name: reference.vectors(folder, name) for name in names}
    for one in everyone:
        if one is reference:
            continue
        found = [cosines(one.vectors(folder, name), expected[name]) for name in names]
        print(f"{one.name:28}" + "".join(f"min {c.min():.4f} mean {c.mean():.4f}".rjust(26) for c in found))
        if one.name != "onnxruntime int8":
            good &= min(c.min() for c in found) >= (BAR if one.name.startswith("groundwork") else 0.99999)
    return good


def report_speed(everyone, folder, name, count, rounds):
    for one in everyone:
        one.run(folder, name)
        if one.tokens_given:
            one.batches[name] = min(BATCHES, key=lambda size: min(one.run(folder, name, batch=size) for _ in range(2)))
    times = {one.name: [] for one in everyone}
    for _ in range(rounds):
        for one in everyone:
            times[one.name].append(one.run(folder, name))
    ours = min(times["groundwork"])
    print(f"\n{name}, texts a second (best of {rounds} rounds)")
    good = True
    for one in everyone:
        best = min(times[one.name])
        verdict = ""
        if " f32" in one.name:
            verdict = "PASS" if ours <= best else "FAIL"
            good &= ours <= best
        batch = f"batches of {one.batches[name]}" if one.tokens_given else one.about
        print(f"  {one.name:26} {count / best:8.1f}   groundwork / this {best / ours:5.2f}   {batch:14} {verdict}")
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="embed_benchmark")
    parser.add_argument("--model", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--torch-python", default="/usr/bin/python3")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--quick", action="store_true", help="3 rounds, and the peers that the bars are about alone")
    arguments = parser.parse_args()
    tokenizer = tokenizers.Tokenizer.from_file(f"{arguments.model}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    with tempfile.TemporaryDirectory() as folder:
        texts = texts_of(HERE.parents[2], tokenizer)
        write(folder, texts, tokenizer)
        everyone = contenders(arguments, arguments.threads)
        if arguments.quick:
            arguments.rounds = min(arguments.rounds, 3)
            for one in [other for other in everyone if other.name in EXTRA]:
                one.stop()
                everyone.remove(one)
        good = report_quality(everyone, folder, list(texts))
        for name, (_, count) in LENGTHS.items():
            good &= report_speed(everyone, folder, name, count, arguments.rounds)
        for one in everyone:
            one.stop()
    print("\nPASS" if good else "\nFAIL: expected at least each float32 peer's texts a second, and cosines of at least 0.999")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
