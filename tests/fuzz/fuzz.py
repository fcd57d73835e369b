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


def bench_answers() -> Iterable[bytes]:
    def response(kind: str, body: str, chunked: bool = False) -> bytes:
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body.encode())}"
        if chunked:
            half = len(body) // 2
            body = "".join(f"{len(part.encode()):x}\r\n{part}\r\n" for part in (body[:half], body[half:], ""))
        return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n{body}".encode()

    chunk = {"choices": [{"delta": {"reasoning": "h"}}], "mock": {"received": 1, "sent": 2}}
    said = {"choices": [{"delta": {"content": "hi"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2}}
    chat = "".join(f"data: {json.dumps(event)}\n\n" for event in (chunk, said)) + "data: [DONE]\n\n"
    rag = 'event: sentence\ndata: {"text": "A."}\n\nevent: done\ndata: {"answer": "A.", "citations": [{"id": "d1"}]}\n\n'
    for cut in (0, 7, 255):
        for chunked in (False, True):
            yield bytes([3 | 0x80, cut]) + response("text/event-stream", chat, chunked)
            yield bytes([2 | 0x80, cut]) + response("text/event-stream", rag, chunked)
            yield bytes([1, cut]) + response("application/json", '{"results": [{"id": "a"}]}', chunked)
    yield b"\x04\x05" + response("application/json", '{"data": [{"embedding": [0.5]}]}')
    yield b"\x00\x05HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 503 Busy\r\nConnection: close\r\n\r\nbusy"
    yield b"\x83\x11" + response("text/event-stream", 'data: {"error": {"message": "overloaded"}}\n\n')


def traces() -> Iterable[bytes]:
    yield b"\x00TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,374,44\r\n2023-11-16 18:17:04.0,396,109\n"
    yield b'\x80{"timestamp": 27, "input_length": 6955, "output_length": 52}\n{"timestamp": 3, "input_length": 1, "output_length": 2}\n'
    yield b"\x01\xef\xbb\xbfTIMESTAMP,ContextTokens,GeneratedTokens\n9999-12-31 23:59:59.999999999,1,1\n1970-01-01 00:00:00,1,1\n"


def bench_results() -> Iterable[bytes]:
    """Results that the program itself makes of a service that takes a millisecond."""
    server = subprocess.Popen([os.environ["GW_BINARY"], "bench", "mock", "--service-time", "1ms"], stdout=subprocess.PIPE, text=True)
    try:
        target = server.stdout.readline().strip()  # type: ignore[union-attr]
        with tempfile.TemporaryDirectory(prefix="groundwork-seeds-") as folder:
            for number, options in enumerate((["--concurrency", "2"], ["--rate", "200", "--slo", "e2e_p95<=1s"])):
                out = pathlib.Path(folder, f"{number}.json")
                subprocess.run([os.environ["GW_BINARY"], "bench", "run", "--target", target, "--requests", "5", "--no-calibration",
                                "--out", out, *options], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
                yield out.read_bytes()
    finally:
        server.terminate()
        server.wait(timeout=20)


def bundles() -> Iterable[bytes]:
    metric = {"value": 0.5, "interval": {"low": 0.1, "high": 0.9}, "n": 2, "failed": 1, "unit": "ratio", "higher_is_better": True,
              "threshold": ">= 0.8", "passed": False}  # fmt: skip
    run = {"format": 1, "id": "20260101T000000000Z-mine-0001", "kind": "eval", "state": "finished",
           "suite": {"name": "mine", "version": "1", "dataset_sha256": "", "files": [{"path": "c", "sha256": "", "cases": 2}]},
           "contract": "search", "target": "http://127.0.0.1:8000", "base_path": "", "label": "", "seed": 1, "repeats": 1,
           "concurrency": 1, "asked": 2, "environment": {"cpu": "x", "cores": 2, "kernel": "y", "program": "groundwork 0.1"},
           "started": "2026-01-01T00:00:00.000Z", "finished": "2026-01-01T00:00:01.000Z", "seconds": 1, "verdict": "fail",
           "reason": "below", "counts": {"ok": 1, "wrong": 0, "failed": 1, "errors": {"timeout": 1}},
           "metrics": {"exact_match": metric}, "left_out": ["x"], "request": {},
           "failures": [{"code": "timeout", "sentence": "s", "cases": 1, "of": 2, "examples": ["a"]}]}  # fmt: skip
    sample = {"case": "a", "index": 0, "repeat": 0, "outcome": "failed", "error": "timeout", "message": "m", "ms": 12.5,
              "values": {"exact_match": 0}, "answer": "x"}  # fmt: skip
    line = json.dumps(sample)
    samples = f"{line}\n{line.replace('failed', 'ok')}\n"
    yield f"{json.dumps({'groundwork_run': run})}\n{samples}".encode()
    run["cases_sha256"] = hashlib.sha256(samples.encode()).hexdigest()
    yield f"{json.dumps({'groundwork_run': run})}\n{samples}".encode()
    yield f"{json.dumps({'groundwork_run': run | {'id': '../../up'}})}\n".encode()


def promptfoo_files() -> Iterable[bytes]:
    yield b"""description: echo
prompts: ["say {{word}}", "{{word}}"]
providers:
  - id: http://127.0.0.1:9/echo
    config: {method: POST, body: {say: "{{prompt}}"}, headers: {x-a: b}, transformResponse: "json.a[0].b"}
  - {id: "openai:chat:m", config: {apiBaseUrl: "http://127.0.0.1:9/v1"}}
defaultTest:
  vars: {word: red}
  assert: [{type: starts-with, value: say}]
tests:
  - {vars: {word: blue}, assert: [{type: equals, value: "say {{word}}"}, {type: not-contains, value: red}]}
  - {assert: [{type: regex, value: "r.d$"}, {type: is-json, value: {type: object}}, {type: latency, threshold: 5}]}
"""
    yield b"prompts: [file://a.txt]\nproviders: [exec:x]\ntests: [{assert: [{type: llm-rubric}]}]\nscenarios: []\n"


def kpi_imports() -> Iterable[bytes]:
    result = {"resultType": "matrix", "result": [{"metric": {"job": "a"}, "values": [[1764327600, "0.25"], [1764327660.5, "1e-3"]]}]}
    yield b"\x00" + json.dumps({"status": "success", "data": result}).encode()
    result = {"resultType": "vector", "result": [{"metric": {}, "value": [1764327600, "NaN"]}]}
    yield b"\x00" + json.dumps({"status": "success", "data": result}).encode()
    yield b'\x00{"status": "error", "errorType": "bad_data", "error": "parse error"}'
    run = {"id": "r-1", "kind": "eval", "state": "finished", "suite": {"name": "s", "version": "1", "dataset_sha256": "x"},
           "target": "http://127.0.0.1:1", "finished": "2026-11-28T11:34:12Z", "verdict": "pass", "reason": "",
           "metrics": {"p95_ms": {"value": 12.5, "interval": {"low": 1, "high": 20}, "n": 9, "unit": "ms"}},
           "usage": {"model": "m", "input_tokens": 10, "output_tokens": 20, "requests": 3, "succeeded": 2}}  # fmt: skip
    yield b"\x01" + json.dumps(run).encode()
    for made in bench_results():
        whole = json.loads(made)
        whole.pop("samples", None)
        yield b"\x01" + json.dumps(whole).encode()
    yield from prefixed((b"\x02",), "library/prices.yaml")


SEEDS = {
    "archive": archives,
    "base_json": json_texts,
    "bench_answer": bench_answers,
    "bench_result": bench_results,
    "bench_trace": traces,
    "http_url": targets,
    "ledger_import": facts,
    "measure_bundle": bundles,
    "measure_promptfoo": promptfoo_files,
    "measure_suite": lambda: files("suites/*/suite.yaml"),
    "portfolio_import": kpi_imports,
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
    memory = {"TMPDIR": "/dev/shm"} if os.access("/dev/shm", os.W_OK) else {}  # files that a target reads need no disk
    done = subprocess.run(
        [binary, f"-runs={runs}", f"-max_len={LARGEST_SEED}", "-seed=1", "-timeout=20", "-rss_limit_mb=2048",
         "-verbosity=0", f"-artifact_prefix={kept}", corpus],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        env=os.environ | memory)  # fmt: skip
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
