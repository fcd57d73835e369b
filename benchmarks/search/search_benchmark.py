"""Search against bm25s, tantivy, faiss and usearch, by turns in the same run, answers compared: see README.md."""

from __future__ import annotations

import argparse
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = "2"  # for building; searches are told to use one
import bm25s
import faiss
import numpy
import tantivy
import usearch.index

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DIMENSIONS = 384
LINKS = 16
EF_CONSTRUCTION = 200
failed: list[str] = []


def bar(name: str, good: bool, found: str) -> None:
    print(f"  {'PASS' if good else 'FAIL'}  {name}: {found}", flush=True)
    if not good:
        failed.append(name)


class Ours:
    """The program, told what to do line by line."""

    def __init__(self, binary: str, *arguments: object) -> None:
        self.process = subprocess.Popen([binary, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
        self.built = self.read()

    def read(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"search_benchmark ended with code {self.process.wait()}")
        return json.loads(line)

    def ask(self, line: str) -> dict:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def overlap(a: list, b: list) -> float:
    """The mean part of the rows of b that a has too."""
    return sum(len(set(x) & set(y)) for x, y in zip(a, b)) / max(1, sum(len(y) for y in b))


# Lexical


def word(number: int) -> str:
    """Consonants only: neither stop words nor changed by stemming. Never ends in s."""
    letters = "bcdfghjklmnpqrtvwxz"
    out = "q"
    while True:
        number, letter = divmod(number, len(letters))
        out += letters[letter]
        if number == 0:
            return out + "k"


def make_corpus(folder: pathlib.Path, documents: int, queries: int) -> tuple[list[list[str]], list[list[str]]]:
    """Zipf-Mandelbrot words: half of a document's from all documents' distribution, half from that of its topic, whose
    frequent words are rare elsewhere. Queries are 2 to 6 different words of one document."""
    random = numpy.random.default_rng(1)
    vocabulary, topics = 150_000, 200
    share = 1 / (numpy.arange(vocabulary) + 2.7) ** 1.07
    cumulative = numpy.cumsum(share / share.sum())
    lengths = numpy.maximum(20, random.lognormal(math.log(110), 0.4, documents).astype(int))
    total = int(lengths.sum())
    ranks = numpy.minimum(numpy.searchsorted(cumulative, random.random(total)), vocabulary - 1)
    topic = numpy.repeat(random.integers(0, topics, documents), lengths)
    of_topic = random.random(total) < 0.5
    moved = (ranks * 7919 + topic * 104_729 + 1_000) % vocabulary
    numbers = numpy.where(of_topic, moved, ranks)
    words = numpy.array([word(number) for number in range(vocabulary)])
    tokens = words[numbers].tolist()
    ends = numpy.cumsum(lengths).tolist()
    corpus = [tokens[end - length : end] for end, length in zip(ends, lengths.tolist())]
    asked = []
    for _ in range(queries):
        different = sorted(set(corpus[random.integers(documents)]))
        asked.append(random.choice(different, size=min(len(different), random.integers(2, 7)), replace=False).tolist())
    (folder / "documents.txt").write_text("\n".join(" ".join(one) for one in corpus) + "\n")
    (folder / "queries.txt").write_text("\n".join(" ".join(one) for one in asked) + "\n")
    return corpus, asked


def tantivy_of(corpus: list[list[str]]):
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=False, tokenizer_name="blank", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema)
    index.register_tokenizer("blank", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    writer = index.writer(heap_size=2_000_000_000, num_threads=1)
    for one in corpus:
        writer.add_document(tantivy.Document(text=" ".join(one)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    if searcher.num_segments != 1:
        sys.exit(f"expected tantivy's index in 1 segment, found {searcher.num_segments}")
    return schema, searcher


def lexical(binary: str, rows: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus, asked = make_corpus(pathlib.Path(folder), rows, 1000)
        ours = Ours(binary, "lexical", folder)
        print(f"lexical: {ours.built['documents']} documents of {ours.built['words'] / rows:.0f} words, {len(asked)} queries of 2 to 6 words, 1 thread")  # fmt: skip
    schema, searcher = tantivy_of(corpus)
    peer = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    vocabulary = {one: number for number, one in enumerate(sorted({one for document in corpus for one in document}))}
    ids = [[vocabulary[one] for one in document] for document in corpus]
    peer.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)
    del corpus, ids
    should = tantivy.Occur.Should
    built = [tantivy.Query.boolean_query([(should, tantivy.Query.term_query(schema, "text", one)) for one in query]) for query in asked]  # fmt: skip
    best = {"groundwork": math.inf, "tantivy": math.inf, "bm25s": math.inf}
    for number in range(rounds):
        answer = ours.ask("run")
        best["groundwork"] = min(best["groundwork"], answer["seconds"])
        start = time.perf_counter()
        by_tantivy = [searcher.search(query, 10, count=False).hits for query in built]
        best["tantivy"] = min(best["tantivy"], time.perf_counter() - start)
        if number < 3:
            start = time.perf_counter()
            by_bm25s = peer.retrieve(asked, k=10, show_progress=False, n_threads=0).documents
            best["bm25s"] = min(best["bm25s"], time.perf_counter() - start)
    ours.close()
    rates = {name: len(asked) / seconds for name, seconds in best.items()}
    print("  queries a second: " + ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))
    same = overlap(answer["rows"], by_bm25s.tolist())
    near = overlap(answer["rows"], [[address.doc for _, address in hits] for hits in by_tantivy])
    bar("top 10 as bm25s has it (ties may differ)", same >= 0.99, f"{same:.4f}")
    bar("top 10 as tantivy has it, which rounds lengths to a byte", near >= 0.85, f"{near:.4f}")
    ratio = rates["groundwork"] / rates["tantivy"]
    bar("no slower than tantivy", ratio >= 1, f"{ratio:.2f} times")
    ratio = rates["groundwork"] / rates["bm25s"]
    bar("8 times bm25s", ratio >= 8, f"{ratio:.1f} times")


# Vectors


def make_vectors(rows: int, queries: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Clusters of different sizes in 40 dimensions, turned into 384 and blurred there; of length 1."""
    random = numpy.random.default_rng(1)
    latent, clusters = 40, 1000
    turn = random.standard_normal((latent, DIMENSIONS)) / math.sqrt(latent)
    centres = random.standard_normal((clusters, latent))
    sizes = 1 / numpy.arange(1, clusters + 1) ** 0.7
    of = random.choice(clusters, rows + queries, p=sizes / sizes.sum())
    points = (centres[of] + 0.8 * random.standard_normal((rows + queries, latent))) @ turn
    points /= numpy.linalg.norm(points, axis=1, keepdims=True)
    points += 0.35 / math.sqrt(DIMENSIONS) * random.standard_normal(points.shape)
    points /= numpy.linalg.norm(points, axis=1, keepdims=True)
    points = numpy.ascontiguousarray(points, dtype=numpy.float32)
    return points[:rows], points[rows:]


def intrinsic_dimension(similarities: numpy.ndarray) -> float:
    """Levina and Bickel's estimate from the nearest neighbours' distances, with MacKay and Ghahramani's mean."""
    distances = numpy.sqrt(numpy.maximum(2 - 2 * similarities, 1e-12))
    return 1 / float(numpy.mean(numpy.log(distances[:, -1:] / distances[:, :-1])))


def rate_at(points: list[tuple[float, float]], recall: float) -> float:
    """Queries a second at a recall, between the points around it: linear in the logarithms of the rate and of what is
    missed."""
    points = sorted(points)
    for (low, slow), (high, fast) in zip(points, points[1:]):
        if low <= recall <= high and low < high:
            miss = [math.log(max(1e-6, 1 - one)) for one in (low, recall, high)]
            part = (miss[1] - miss[0]) / (miss[2] - miss[0])
            return math.exp(math.log(slow) + part * (math.log(fast) - math.log(slow)))
    return math.nan


def vectors(binary: str, rows: int, rounds: int) -> None:
    base, queries = make_vectors(rows, 1000)
    similarities = queries @ base.T
    nearest = numpy.argsort(-similarities, axis=1)[:, :20]
    truth = nearest[:, :10].tolist()
    dimension = intrinsic_dimension(numpy.take_along_axis(similarities, nearest, 1))
    del similarities
    with tempfile.TemporaryDirectory() as folder:
        base.tofile(f"{folder}/base.f32")
        queries.tofile(f"{folder}/queries.f32")
        ours = Ours(binary, "vectors", folder, DIMENSIONS)
    print(f"vectors: {rows} of {DIMENSIONS} numbers, intrinsic dimension {dimension:.0f}; M {LINKS}, efConstruction {EF_CONSTRUCTION}; searches on 1 thread")  # fmt: skip
    faiss.omp_set_num_threads(2)
    by_faiss = faiss.IndexHNSWFlat(DIMENSIONS, LINKS)
    by_faiss.hnsw.efConstruction = EF_CONSTRUCTION
    start = time.perf_counter()
    by_faiss.add(base)
    faiss_seconds = time.perf_counter() - start
    by_usearch = usearch.index.Index(ndim=DIMENSIONS, metric="ip", dtype="f32", connectivity=LINKS, expansion_add=EF_CONSTRUCTION)  # fmt: skip
    start = time.perf_counter()
    by_usearch.add(numpy.arange(rows), base, threads=2)
    print(f"  built on 2 threads in: groundwork {ours.built['build_seconds']:.0f} s, faiss {faiss_seconds:.0f} s, usearch {time.perf_counter() - start:.0f} s")  # fmt: skip
    faiss.omp_set_num_threads(1)

    def run_ours(ef: int) -> tuple[float, list]:
        answer = ours.ask(f"all {ef}")
        return answer["seconds"], answer["rows"]

    def run_faiss(ef: int) -> tuple[float, list]:
        by_faiss.hnsw.efSearch = ef
        start = time.perf_counter()
        _, rows = by_faiss.search(queries, 10)
        return time.perf_counter() - start, rows.tolist()

    def run_faiss_one_by_one(ef: int) -> tuple[float, list]:
        by_faiss.hnsw.efSearch = ef
        start = time.perf_counter()
        rows = [by_faiss.search(queries[i : i + 1], 10)[1][0].tolist() for i in range(len(queries))]
        return time.perf_counter() - start, rows

    def run_usearch(ef: int) -> tuple[float, list]:
        by_usearch.expansion_search = ef
        start = time.perf_counter()
        rows = by_usearch.search(queries, 10, threads=1).keys
        return time.perf_counter() - start, rows.tolist()

    curves: dict[str, list[tuple[float, float]]] = {}
    runs = {"groundwork": run_ours, "faiss": run_faiss, "faiss one by one": run_faiss_one_by_one, "usearch": run_usearch}
    print(f"  {'ef':>5}" + "".join(f"{name + ': recall, queries/s':>36}" for name in runs))
    for ef in (10, 15, 20, 30, 40, 60, 80, 120):
        best = dict.fromkeys(runs, math.inf)
        found = {}
        for _ in range(rounds):
            for name, run in runs.items():
                seconds, found[name] = run(ef)
                best[name] = min(best[name], seconds)
        for name in runs:
            curves.setdefault(name, []).append((overlap(found[name], truth), len(queries) / best[name]))
        print(f"  {ef:5}" + "".join(f"{curves[name][-1][0]:>24.4f} {curves[name][-1][1]:>11.0f}" for name in runs), flush=True)  # fmt: skip
    for recall in (0.95, 0.99):
        rates = {name: rate_at(curve, recall) for name, curve in curves.items()}
        print(f"  at recall {recall}: " + ", ".join(f"{name} {rate:.0f}" for name, rate in rates.items()))
        theirs = max(rates["faiss"], rates["faiss one by one"])
        bar(f"queries a second of faiss at recall {recall}", rates["groundwork"] >= theirs, f"{rates['groundwork'] / theirs:.2f} times")  # fmt: skip
    default = ours.ask("all 0")
    bar("recall@10 by default", overlap(default["rows"], truth) >= 0.99, f"{overlap(default['rows'], truth):.4f} at {len(queries) / default['seconds']:.0f} queries a second")  # fmt: skip
    for name in ("50", "10", "1"):
        exact = ours.ask(f"exact {name}")
        answer = ours.ask(f"filter {name}")
        same = ours.ask(f"same {name}")
        recall = overlap(answer["rows"], exact["rows"])
        bar(f"recall@10 at {name} % selectivity", recall >= 0.99, f"{recall:.4f} of {answer['allowed']} rows, {len(queries) / answer['seconds']:.0f} queries a second (a scan {len(queries) / exact['seconds']:.0f})")  # fmt: skip
        bar(f"an equivalent filter at {name} %", same["rows"] == answer["rows"], "identical" if same["rows"] == answer["rows"] else "different")  # fmt: skip
    ours.close()


# Hybrid


def make_passages(folder: pathlib.Path, rows: int) -> None:
    """Passages of four to eight sentences of this repository's Markdown, and questions that are the words of one."""
    random = numpy.random.default_rng(1)
    sentences: set[str] = set()
    for path in [*ROOT.glob("library/**/*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")]:
        text = re.sub(r"```.*?```", " ", path.read_text(), flags=re.S)
        for one in re.split(r"(?<=[.?!])\s+|\n\n+", text):
            one = " ".join(one.split())
            if 40 <= len(one) <= 300 and one.count(" ") >= 6:
                sentences.add(one)
    kept = sorted(sentences)
    random.shuffle(kept)
    kept = kept[:1500]
    (folder / "sentences.txt").write_text("\n".join(kept) + "\n")
    passages = [" ".join(map(str, random.choice(len(kept), random.integers(4, 9), replace=False))) for _ in range(rows)]
    (folder / "passages.txt").write_text("\n".join(passages) + "\n")
    questions = []
    for one in random.choice(kept, 200, replace=False):
        words = re.findall(r"[A-Za-z][A-Za-z_]+", one)
        begin = random.integers(0, max(1, len(words) - 10))
        questions.append(" ".join(words[begin : begin + 10]) + "?")
    (folder / "questions.txt").write_text("\n".join(questions) + "\n")


def hybrid(binary: str, models: str, rows: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        make_passages(pathlib.Path(folder), rows)
        ours = Ours(binary, "hybrid", folder, f"{models}/all-MiniLM-L6-v2")
        print(f"hybrid: {ours.built['documents']} passages in {ours.built['segments']} segments, indexed in {ours.built['build_seconds']:.0f} s (their vectors given), opened in {1000 * ours.built['open_seconds']:.0f} ms")  # fmt: skip
        ours.ask("warm")
        results = [ours.ask("run") for _ in range(rounds)]
        ours.close()
    p95s = []
    for one in results:
        p50, p95 = (1000 * numpy.percentile(one["seconds"], [50, 95])).tolist()
        p95s.append(p95)
        print(f"  p50 {p50:.1f} ms, p95 {p95:.1f} ms; of them embedding p50 {1000 * numpy.median(one['embedding']):.1f} ms")
    bar("hybrid query end to end, p95 of the median round", numpy.median(p95s) < 25, f"{numpy.median(p95s):.1f} ms")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--only", default="lexical,vectors,hybrid")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tasks = options.only.split(",")
    if "lexical" in tasks:
        lexical(options.binary, options.rows, options.rounds)
    if "vectors" in tasks:
        vectors(options.binary, options.rows, options.rounds)
    if "hybrid" in tasks:
        hybrid(options.binary, options.models, options.rows, options.rounds)
    print("all bars are met" if not failed else f"{len(failed)} bars are missed: " + "; ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
