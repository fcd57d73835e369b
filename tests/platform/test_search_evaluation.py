"""Rankings measured and compared from the terminal, on a small test set of words."""

import json
import random

import pytest
from platform_under_test import groundwork


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    rng = random.Random(3)
    words = [f"word{n}" for n in range(300)]
    documents = {f"d{n}": rng.choices(words, k=60) for n in range(80)}
    queries = {f"q{n}": (f"d{n}", rng.sample(documents[f"d{n}"], 2)) for n in range(40)}
    with (folder / "corpus.jsonl").open("w") as file:
        for ident, text in documents.items():
            print(json.dumps({"_id": ident, "text": ". ".join(" ".join(text[n:n + 6]) for n in range(0, 60, 6))}), file=file)
        print(json.dumps({"_id": "copy", "text": " ".join(documents["d7"])}), file=file)
    (folder / "queries.jsonl").write_text("".join(json.dumps({"_id": q, "text": " ".join(t)}) + "\n" for q, (_, t) in queries.items()))
    (folder / "qrels.tsv").write_text("".join(f"{q}\t{d}\t1\n" for q, (d, _) in queries.items()))
    return str(folder)


def compare(corpus, a, b, *words):
    return groundwork("search", "compare", "--corpus", corpus, "--a", a, "--b", b, "--json", *words)


def test_eval_has_its_keys_intervals_and_a_run_that_says_the_same(corpus, tmp_path):
    run = str(tmp_path / "lexical.run")
    done = groundwork("search", "eval", "--corpus", corpus, "--mode", "lexical", "--metric", "ndcg@3", "--run", run, "--json")
    assert done.code == 0, done.err
    for key in ("ndcg@10", "recall@100", "precision@10", "mrr@10", "queries", "p50_ms", "p95_ms", "ndcg@3"):
        assert key in done.json
    low, high = done.json["intervals"]["ndcg@10"]
    assert low < done.json["ndcg@10"] < high
    same = compare(corpus, "run=" + run, "mode=lexical")
    assert same.json["verdict"] == "same" and same.json["a"] == pytest.approx(done.json["ndcg@10"])


def test_compare_names_the_queries_that_changed(corpus, tmp_path):
    run = tmp_path / "nothing.run"
    run.write_text("q0 Q0 d79 1 1.0 other\n")
    done = compare(corpus, f"run={run}", "mode=lexical,chunk-tokens=20")
    assert done.code == 0, done.err
    assert done.json["verdict"] == "better" and done.json["p"] < 0.001 and done.json["interval"][0] > 0
    assert done.json["better"] == len([c for c in done.json["changes"] if c["difference"] > 0])


def test_tune_keeps_the_default_without_proof(corpus):
    done = groundwork("search", "tune", "--corpus", corpus, "--mode", "lexical", "--chunk-tokens", "whole,220", "--json")
    assert done.code == 0, done.err
    assert not done.json["worth_it"] and done.json["tuning_queries"] == 20
    assert len(done.json["trials"]) >= 2


def test_duplicates_names_the_copy(corpus):
    done = groundwork("search", "duplicates", "--corpus", corpus, "--json")
    assert done.code == 0, done.err
    assert done.json["duplicates"] == [{"id": "copy", "of": "d7", "similarity": 1}]


def test_index_without_the_copy(corpus, tmp_path):
    index = ("search", "index", "--corpus", corpus, "--index", str(tmp_path / "i"), "--lexical-only", "--json")
    done = groundwork(*index)
    assert done.json["documents"] == 81 and done.json["duplicates"] == []
    for words in [("--drop-duplicates",), ("--drop-duplicates", "0.8")]:
        done = groundwork(*index, *words)
        assert done.code == 0, done.err
        assert done.json["duplicates"] == [{"id": "copy", "of": "d7", "similarity": 1}]
        assert done.json["documents"] == 80
    refused = groundwork(*index, "--drop-duplicates", "0.2")
    assert refused.code == 2 and "threshold from 0.5" in refused.err


def test_reports_are_pages_of_their_own(corpus, tmp_path):
    page = tmp_path / "report.html"
    for words in [
        ("compare", "--a", "mode=lexical", "--b", "mode=lexical,chunk-tokens=20"),
        ("eval", "--mode", "lexical"),
        ("tune", "--mode", "lexical", "--chunk-tokens", "whole,220"),
    ]:
        page.unlink(missing_ok=True)
        done = groundwork("search", words[0], "--corpus", corpus, *words[1:], "--report", str(page), "--json")
        assert done.code == 0, done.err
        html = page.read_text()
        assert html.endswith("</html>\n") and corpus in html and "<script" not in html and "http" not in html.replace("http-equiv", "")
    refused = groundwork("search", "eval", "--corpus", corpus, "--mode", "lexical", "--report", str(tmp_path / "no" / "r.html"))
    assert refused.code != 0 and refused.err.count("\n") == 1


def test_bad_input_has_one_sentence(corpus, tmp_path):
    for done, words in [
        (compare(corpus, "mode=lexical", "mode=lexical"), "are the same"),
        (compare(corpus, "mode=fuzzy", "mode=lexical"), "expected mode lexical"),
        (compare(corpus, "mode=lexical", "mode=dense", "--metric", "err@3"), "expected a metric"),
        (groundwork("search", "tune", "--corpus", corpus, "--strategy", "luck"), "expected strategy"),
        (groundwork("search", "duplicates", "--corpus", corpus, "--threshold", "0.1"), "threshold from 0.5"),
        (groundwork("search", "duplicates"), "either --index or --corpus"),
    ]:
        assert done.code == 2 and words in done.err and done.err.count("\n") == 1, done.err
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d", "text": "one"}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "one"}\n')
    (tmp_path / "qrels.tsv").write_text("q\td\t1\n")
    one = compare(str(tmp_path), "mode=lexical", "mode=lexical,chunk-tokens=20")
    assert one.code == 2 and "at least 2 queries" in one.err
    few = groundwork("search", "tune", "--corpus", str(tmp_path), "--mode", "lexical")
    assert few.code == 2 and "at least 4 queries" in few.err
