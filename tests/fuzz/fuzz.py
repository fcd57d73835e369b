"""Runs each fuzzer of a build on mutations of real inputs: fuzz.py BUILD RUNS. What breaks it is kept and its path printed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LARGEST_SEED = 16_384
SEEDS_AT_MOST = 60


def files(*patterns: str) -> Iterable[bytes]:
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            yield path.read_bytes()[:LARGEST_SEED]


def archives() -> Iterable[bytes]:
    names = {"cache.py": b"class LRUCache:\n    pass\n", "package/deep.py": b"x = 1\n" * 50}
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", method) as archive:
            for name, content in names.items():
                archive.writestr(name, content)
        yield packed.getvalue()
    for mode in ("w", "w:gz"):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in names.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        yield packed.getvalue()


def facts() -> Iterable[bytes]:
    fact = {"seq": 1, "id": "0" * 32, "learner": "me", "type": "note.written", "version": 1, "key": "k",
            "at": "2026-01-05T10:00:00.000Z", "data": {"text": "as it was", "module_id": "python-typed-models"}}  # fmt: skip
    line = json.dumps(fact).encode()
    yield line + b"\n"
    yield b"\n".join([line] * 3)


def targets() -> Iterable[bytes]:
    yield from (b"/", b"/api/v1/modules/a%20b?x=1&y=%E2%82%AC", b"/a/../b?q=%00", b"//host/%2e%2e/?&&=", b"/%", b"/%c0%af")


def prefixed(prefixes: Iterable[bytes], *patterns: str) -> Iterable[bytes]:
    """Documents behind the bytes that choose a fuzzer's format and sizes."""
    for document in files(*patterns):
        yield from (prefix + document for prefix in prefixes)


def encodings() -> Iterable[bytes]:
    text = "na\u00efve caf\u00e9 \u2014 \u65e5\u672c\u8a9e \U0001f600\n" * 3
    yield from (text.encode(name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"))
    yield text.encode("cp1252", "replace")
    yield b"\x00\x01\x02" * 30


def chat_streams() -> Iterable[bytes]:
    delta = {"choices": [{"index": 0, "delta": {"content": "h\u00e9"}, "finish_reason": None}]}
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}  # fmt: skip
    events = "".join(f"data: {json.dumps(event)}\n\n" for event in (delta, delta, last)) + "data: [DONE]\n\n"
    whole = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}
    for cut in (3, 61, 255):
        yield bytes([cut]) + events.encode()
    yield b"\xfe" + json.dumps(whole).encode()
    yield b"\x01data: {\"error\": {\"message\": \"overloaded\"}}\n\n"


def tensors() -> Iterable[bytes]:
    for kind, width in (("F32", 4), ("F16", 2), ("BF16", 2)):
        header = json.dumps({"a": {"dtype": kind, "shape": [2, 3], "data_offsets": [0, 6 * width]}}).encode()
        header += b" " * (-len(header) % 8)
        yield len(header).to_bytes(8, "little") + header + bytes(range(6 * width))


def models() -> Iterable[bytes]:
    """GGUF headers of small models, without their vocabularies' sizes."""

    def text(value: str) -> bytes:
        return len(value).to_bytes(8, "little") + value.encode()

    def number(key: str, value: int) -> bytes:
        return text(key) + (4).to_bytes(4, "little") + value.to_bytes(4, "little")

    for version, alignment in ((2, 32), (3, 32), (3, 64)):
        keys = [text("general.architecture") + (8).to_bytes(4, "little") + text("llama")]
        keys += [number(f"llama.{name}", 4) for name in ("context_length", "embedding_length", "block_count")]
        keys.append(text("tokenizer.ggml.tokens") + b"\x09\0\0\0\x08\0\0\0" + (3).to_bytes(8, "little") + text("a") * 3)
        if alignment != 32:
            keys.append(number("general.alignment", alignment))
        tensors = b""
        for name, shape, kind, offset in (("token_embd.weight", (4, 3), 0, 0), ("blk.0.weight", (32,), 2, 64)):
            sizes = b"".join(size.to_bytes(8, "little") for size in shape)
            tensors += text(name) + len(shape).to_bytes(4, "little") + sizes + kind.to_bytes(4, "little") + offset.to_bytes(8, "little")
        header = b"GGUF" + version.to_bytes(4, "little") + (2).to_bytes(8, "little") + len(keys).to_bytes(8, "little")
        header += b"".join(keys) + tensors
        yield header + b"\0" * (-len(header) % alignment) + bytes(64 + 18)


def segments() -> Iterable[bytes]:
    """Files of small indexes, with vectors and without, that the program itself makes."""
    with tempfile.TemporaryDirectory(prefix="groundwork-seeds-") as folder:
        corpus = pathlib.Path(folder, "corpus")
        corpus.mkdir()
        for name, text in {"a.md": "# Top\n\nThe `top_k` of a heap.", "b.md": "# Two\n\nA cache evicts an entry."}.items():
            (corpus / name).write_text(text)
        for number, options in enumerate(([], ["--lexical-only"])):
            index = pathlib.Path(folder, f"index-{number}")
            subprocess.run([os.environ["GW_BINARY"], "search", "index", "--corpus", corpus, "--index", index, *options],
                           check=True, stdout=subprocess.DEVNULL)  # fmt: skip
            yield from (path.read_bytes() for path in sorted(index.glob("*.gws")))


def json_texts() -> Iterable[bytes]:
    yield from files("library/_meta/schema/*.json", "web/tsconfig*.json", "CMakePresets.json")
    yield from (b'{"a": [1, -0.5e-3, "\\ud83d\\ude00", null, true]}', b"[" * 70 + b"]" * 70, b'"\\u0000"', b"1e400", b"[1E21,-0]")


def model_outputs() -> Iterable[bytes]:
    value = b'{"a": 1, "b": ["x", {"c": null}]}'
    yield from (value, b"Sure!\n```json\n" + value + b"\n```", value[:-5], value.replace(b'"', b"'"))
    yield from (b"<think>{</think> {a: .5, b: [True, None,],} // so", "{\u201ca\u201d: 1 \u201cb\u201d: []}".encode())


def beir_files() -> Iterable[bytes]:
    yield b'\x00{"_id": "a", "title": "T", "text": "words", "metadata": {"year": 1e3}}\n{"_id": 7, "text": ""}\r\n'
    yield b'\x01{"_id": "q1", "text": "words"}\n\n{"_id": "q2", "text": "more"}\n'
    yield b"\x02query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n"
    yield b"\x02q1 0 d1 1\nq1 0 d2 -1\n"


def manifests() -> Iterable[bytes]:
    segments = [{"file": "seg-000001.gws", "deleted": "del-000002.gws"}]
    manifest = {"format": 1, "analyzer": 2, "generation": 3, "embedder": "m", "dimensions": 384, "title_weight": 2,
                "next_file": 4, "segments": segments, "properties": {"lexical_trust": 0.5}}  # fmt: skip
    content = json.dumps(manifest).encode()
    yield b"\x00" + content
    yield b"\x01" + hashlib.sha256(content).hexdigest().encode() + b"\n" + content + b"\n"


def answers() -> Iterable[bytes]:
    yield from (b'{"grade": 4, "reason": "x"}', b'```json\n{"winner": "A", "reason": ""}\n```', b"$-1,234.5e-3 % of 1\xe2\x80\xaf000")
    yield b'{"status": "completed", "result": 1, "steps": [{"tool": "f", "arguments": {"a": [1, 2.0, "x"]}, "error": null}]}'
    yield b'[{"name": "f", "arguments": "{}"}, {"f": {"a": {}}}, {"function": {"name": "f", "arguments": {}}}]'
    yield "The cat [1] sat on 1,234.5 mats. aHVudGVyMi1aZWJyYQ== h-u-n-t-e-r-2 ｚｅｂｒａ I can\u2019t İ\u212a a\u0301 the_".encode()
    yield from files("library/explainers/*.md")


def pdf_texts() -> Iterable[bytes]:
    yield b"Title\n\nA paragraph of words.\nIts second line.\n\x0c\x0c  Page three \xef\xac\x81 \n\x0c"
    yield b"\xff\xfe broken \xc3\n" * 20 + b"\x0c"
    yield from (text.replace(b"\n\n", b"\n\x0c") for text in files("library/explainers/*.md"))


SEEDS = {
    "archive": archives,
    "base_json": json_texts,
    "http_url": targets,
    "ledger_import": facts,
    "schema_document": lambda: files("library/modules/*.yaml", "library/questions/*.yaml", "labs/*/lab.yaml"),
    "model_chat_stream": chat_streams,
    "model_gguf": models,
    "model_repair": model_outputs,
    "model_safetensors": tensors,
    "score": answers,
    "search_beir": beir_files,
    "search_graph": lambda: (b"\x00\x00G", bytes(range(0, 240)), b"\x10\x00\xff\x20\x00\xff"),
    "search_manifest": manifests,
    "search_pdf_text": pdf_texts,
    "search_segment": segments,
    "text_chunk": lambda: (*prefixed((b"\x01\x43", b"\x05\x20"), "web/*.html"),
                           *prefixed((b"\x00\x20", b"\x01\x43", b"\x06\x10"), "library/explainers/*.md")),  # fmt: skip
    "text_decode": encodings,
    "text_markdown": lambda: files("library/explainers/*.md", "library/**/*.md", "docs/**/*.md"),
    "text_segment": lambda: files("library/explainers/*.md", "*.md"),
    "text_wordpiece": lambda: files("library/explainers/*.md", "*.md"),
}


def fuzz(binary: pathlib.Path, runs: str, folder: pathlib.Path) -> bool:
    name = binary.name.removesuffix("_fuzz")
    corpus = folder / name
    corpus.mkdir()
    seeds = list(SEEDS[name]())[:SEEDS_AT_MOST] if name in SEEDS else []
    if not seeds:
        print(f"FAIL {name}: expected seeds for it in {pathlib.Path(__file__).name}")
        return False
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    kept = binary.parent / f"{name}-"
    done = subprocess.run(
        [binary, f"-runs={runs}", f"-max_len={LARGEST_SEED}", "-seed=1", "-timeout=20", "-rss_limit_mb=2048",
         "-verbosity=0", f"-artifact_prefix={kept}", corpus],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)  # fmt: skip
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name}: {runs} mutations of {len(seeds)} inputs", flush=True)
    if done.returncode != 0:
        print(done.stdout[-6000:])
    return done.returncode == 0


def main() -> int:
    build, runs = pathlib.Path(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory(prefix="groundwork-fuzz-") as folder:
        results = [fuzz(binary, runs, pathlib.Path(folder)) for binary in sorted(build.glob("src/*/*_fuzz"))]
    results.append(subprocess.run([sys.executable, pathlib.Path(__file__).with_name("pdf.py")], check=False).returncode == 0)
    missing = [] if len(results) > 1 else ["no fuzzer"]
    for what in missing:
        print(f"FAIL {build}: expected fuzzers below src/, found none")
    failed = results.count(False) + len(missing)
    print(f"{results.count(True)} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
