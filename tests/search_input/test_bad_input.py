"""The built program and what it should not be given."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import time
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GW_BINARY") or str(ROOT / "groundwork")
MODELS = pathlib.Path(os.environ.get("GW_MODELS") or pathlib.Path.home() / ".cache/groundwork/models")
MODEL = "all-MiniLM-L6-v2"
GIB = 1 << 30


def groundwork(*words: Any, memory: int | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    limit = None if memory is None else lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, errors="backslashreplace",
                          timeout=120, preexec_fn=limit, env={**os.environ, **environment})  # fmt: skip


def index(corpus: pathlib.Path, folder: pathlib.Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return groundwork("search", "index", "--lexical-only", "--corpus", corpus, "--index", folder, "--json", **more)


def found(folder: pathlib.Path, text: str = "words") -> set[str]:
    done = groundwork("search", "query", "--index", folder, "--mode", "lexical", "--json", text)
    assert done.returncode == 0, done.stderr
    return {hit["id"] for hit in json.loads(done.stdout)["hits"]}


def one_error(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode not in (0, 70), (done.returncode, done.stderr)
    assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.fixture
def corpus(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "good.md").write_text("# Good\n\nPlain words of a good document.\n")
    return folder


BAD_FILES: dict[str, tuple[str, bytes]] = {
    "a PDF that is none": ("bad.pdf", b"no PDF at all"),
    "a PDF cut short": ("bad.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"),
    "binary posing as text": ("bad.txt", bytes(range(256)) * 64),
    "a picture posing as Markdown": ("bad.md", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    "an empty file": ("bad.md", b""),
    "nothing but spaces": ("bad.txt", b" \n" * 100),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_and_the_rest_goes_on(corpus: pathlib.Path, tmp_path: pathlib.Path, name: str) -> None:
    file, content = BAD_FILES[name]
    (corpus / file).write_bytes(content)
    done = index(corpus, tmp_path / "index")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert [one["path"] for one in report["skipped"]] == [file]
    assert report["files"] == 1 and report["skipped"][0]["error"]
    assert found(tmp_path / "index") == {"good.md#1"}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_another_encoding_is_read_as_what_it_is(corpus: pathlib.Path, tmp_path: pathlib.Path, encoding: str) -> None:
    (corpus / "other.txt").write_bytes("Crème brûlée words, naïve café.\n".encode(encoding))
    assert index(corpus, tmp_path / "index").returncode == 0
    assert found(tmp_path / "index", "brûlée") == {"other.txt#1"}


@pytest.mark.parametrize("file", ["large.md", "large.txt", "large.html", "large.pdf"])
def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(corpus: pathlib.Path, tmp_path: pathlib.Path, file: str) -> None:
    with (corpus / file).open("wb") as large:
        large.write(b"%PDF-1.7\n")
        large.truncate(GIB)
    done = index(corpus, tmp_path / "index", memory=GIB)
    assert done.returncode == 0, done.stderr
    assert [one["path"] for one in json.loads(done.stdout)["skipped"]] == [file]


def test_a_corpus_of_a_line_of_a_gigabyte_is_refused_in_bounded_memory(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "beir"
    folder.mkdir()
    with (folder / "corpus.jsonl").open("wb") as large:
        large.truncate(GIB)
    one_error(index(folder, tmp_path / "index", memory=GIB // 2), "corpus.jsonl:1: expected a line of at most")


def test_a_name_that_is_not_utf_8_is_left_out_and_named(corpus: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with open(os.fsencode(corpus) + b"/caf\xe9.md", "wb") as file:
        file.write(b"Some words.\n")
    done = index(corpus, tmp_path / "index")
    assert done.returncode == 0, done.stderr
    skipped = json.loads(done.stdout)["skipped"]
    assert len(skipped) == 1 and "not UTF-8" in skipped[0]["error"], skipped
    assert found(tmp_path / "index") == {"good.md#1"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_named_and_the_rest_goes_on(corpus: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (corpus / "closed.md").write_text("words")
    (corpus / "closed.md").chmod(0)
    done = index(corpus, tmp_path / "index")
    assert [one["path"] for one in json.loads(done.stdout)["skipped"]] == ["closed.md"]


def test_links_in_a_circle_and_pipes_are_not_followed(corpus: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (corpus / "self.md").symlink_to("self.md")
    (corpus / "up").symlink_to(corpus)
    (corpus / "gone.md").symlink_to("nowhere")
    os.mkfifo(corpus / "pipe.md")
    done = index(corpus, tmp_path / "index")
    assert done.returncode == 0, done.stderr
    assert found(tmp_path / "index") == {"good.md#1"}


def test_folders_two_hundred_deep_and_nesting_without_end_are_read(corpus: pathlib.Path, tmp_path: pathlib.Path) -> None:
    deep = corpus
    for _ in range(200):
        deep = deep / "d"
        deep.mkdir()
    (deep / "deep.md").write_text("deep words")
    (corpus / "quotes.md").write_text(">" * 20_000 + " words")
    (corpus / "tags.html").write_text("<div>" * 100_000 + "words")
    done = index(corpus, tmp_path / "index")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"] >= 2


def test_json_nested_without_end_is_refused_by_its_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "a", "text": "words"}\n' + '{"a":' * 100_000)
    one_error(index(tmp_path, tmp_path / "index"), "corpus.jsonl:2:")


def test_an_empty_corpus_is_one_error_and_leaves_no_index(tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty").mkdir()
    one_error(index(tmp_path / "empty", tmp_path / "index"), "expected documents")
    (tmp_path / "beir").mkdir()
    (tmp_path / "beir" / "corpus.jsonl").write_text("\n\n")
    one_error(index(tmp_path / "beir", tmp_path / "index"), "the corpus is empty")
    one_error(index(tmp_path / "none", tmp_path / "index"), "there is no folder")
    assert not (tmp_path / "index" / "MANIFEST").exists()


def test_an_id_that_is_there_twice_is_named_with_both_lines(corpus: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert index(corpus, tmp_path / "index").returncode == 0
    beir = tmp_path / "beir"
    beir.mkdir()
    line = '{"_id": "a", "text": "words"}\n'
    (beir / "corpus.jsonl").write_text(line + '{"_id": "b", "text": "words"}\n' + line)
    done = index(beir, tmp_path / "index")
    one_error(done, "corpus.jsonl:3: the _id 'a' was at ")
    assert "corpus.jsonl:1 before" in done.stderr
    assert found(tmp_path / "index") == {"good.md#1"}, "the index is as it was"


def beir_of(folder: pathlib.Path, count: int) -> pathlib.Path:
    folder.mkdir()
    lines = (json.dumps({"_id": f"d{i}", "text": f"words number{i}"}) for i in range(count))
    (folder / "corpus.jsonl").write_text("\n".join(lines))
    return folder


def test_a_byte_that_is_not_what_was_written_is_found_or_changes_nothing(tmp_path: pathlib.Path) -> None:
    """Flips bytes all over each file: refused with the file's name, or (in the filling between sections) no difference."""
    folder = tmp_path / "index"
    assert index(beir_of(tmp_path / "beir", 50), folder).returncode == 0
    expected = found(folder)
    refused = 0
    for path in sorted(folder.iterdir()):
        if path.name == "LOCK":
            continue
        good = path.read_bytes()
        for at in range(0, len(good), max(1, len(good) // 40)):
            path.write_bytes(good[:at] + bytes([good[at] ^ 0x41]) + good[at + 1 :])
            done = groundwork("search", "query", "--index", folder, "--mode", "lexical", "--json", "words")
            if done.returncode == 0:
                assert {hit["id"] for hit in json.loads(done.stdout)["hits"]} == expected, (path.name, at)
                continue
            refused += 1
            one_error(done, path.name)
        for size in (0, 1, len(good) // 2, len(good) - 1):
            path.write_bytes(good[:size])
            one_error(groundwork("search", "query", "--index", folder, "--mode", "lexical", "words"), path.name)
        path.write_bytes(good)
    assert refused > 40
    assert found(folder) == expected


def test_an_index_of_another_version_is_refused(corpus: pathlib.Path, tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "index"
    assert index(corpus, folder).returncode == 0
    content = (folder / "MANIFEST").read_text().split("\n", 1)[1].rstrip("\n")
    other = content.replace('"format":1', '"format":999')
    assert other != content
    (folder / "MANIFEST").write_text(hashlib.sha256(other.encode()).hexdigest() + "\n" + other + "\n")
    one_error(groundwork("search", "query", "--index", folder, "words"), "made by another version")
    assert index(corpus, folder).returncode == 0, "and can be made anew"
    assert found(folder) == {"good.md#1"}


@pytest.mark.skipif(not (MODELS / MODEL).is_dir(), reason=f"there is no {MODELS / MODEL}")
@pytest.mark.parametrize("size", [0, 7, 1000, -1])
def test_a_model_cut_short_is_one_error_that_names_the_file(corpus: pathlib.Path, tmp_path: pathlib.Path, size: int) -> None:
    for file in sorted(path.name for path in (MODELS / MODEL).iterdir() if path.is_file()):
        models = tmp_path / f"models-{file}"
        (models / MODEL).mkdir(parents=True)
        for path in (MODELS / MODEL).iterdir():
            if path.name != file and path.is_file():
                (models / MODEL / path.name).symlink_to(path)
        content = (MODELS / MODEL / file).read_bytes()
        if size >= len(content):
            continue
        (models / MODEL / file).write_bytes(content[:size] if size >= 0 else content[: len(content) // 2])
        done = groundwork("search", "index", "--corpus", corpus, "--index", tmp_path / "index", GW_MODELS=str(models))
        one_error(done, file)
        assert not (tmp_path / "index" / "MANIFEST").exists()
        shutil.rmtree(models)


def test_a_writer_that_is_killed_leaves_the_index_and_no_leftovers_after_the_next(tmp_path: pathlib.Path) -> None:
    before = beir_of(tmp_path / "before", 10)
    after = beir_of(tmp_path / "after", 20_000)
    folder = tmp_path / "index"
    assert index(before, folder).returncode == 0
    expected = {f"d{i}" for i in range(10)}
    begin = time.monotonic()
    assert index(after, tmp_path / "whole").returncode == 0
    whole = time.monotonic() - begin
    chance = random.Random(4)
    killed = 0
    for _ in range(12):
        process = subprocess.Popen([BINARY, "search", "index", "--lexical-only", "--corpus", after, "--index", folder],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(chance.uniform(0, whole))
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and len(found(folder, "number3")) == 1:
            total = json.loads(groundwork("search", "query", "--index", folder, "--mode", "lexical", "--json", "words").stdout)
            assert total["allowed"] in (10, 20_000), "the old index or the new one"
            killed += 1
        assert index(before, folder).returncode == 0
        assert found(folder) == expected
        files = {path.name for path in folder.iterdir()}
        named = {one["file"] for one in json.loads((folder / "MANIFEST").read_text().split("\n", 1)[1])["segments"]}
        assert files == named | {"MANIFEST", "LOCK"}
    assert killed > 0
