"""Each check runs the program. One line a check; the last line sums them. No check asserts how fast this machine is."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading

PROGRAM = sys.argv[1]
passed = failed = 0


def check(claim: str, holds: bool, found: object = "") -> None:
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(("ok   " if holds else "FAIL ") + claim + ("" if holds else f": found {found}"), flush=True)


def bench(*words: str):
    done = subprocess.run([PROGRAM, "--json", "bench", *words], capture_output=True, text=True, timeout=120)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else {}, done.stderr


@contextlib.contextmanager
def mock(*words: str):
    server = subprocess.Popen([PROGRAM, "bench", "mock", *words], stdout=subprocess.PIPE, text=True)
    try:
        yield server.stdout.readline().strip()
    finally:
        server.send_signal(signal.SIGINT)
        check("Ctrl-C ends the mock with 0", server.wait(timeout=20) == 0, server.returncode)


@contextlib.contextmanager
def answering(reply):
    """A server that answers every POST by reply(handler)."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply(self)

        do_GET = do_POST

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def sends(status: int, kind: str, body: bytes, **headers: str):
    def reply(handler):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


QUICK = ["--no-calibration", "--warm-up", "0s"]


def figures_of_a_known_service(folder: pathlib.Path) -> None:
    with mock("--first-token", "50ms", "--between-tokens", "5ms", "--tokens", "10") as target:
        out = folder / "run.json"
        page = folder / "run.html"
        code, made, error = bench("run", "--target", target, "--profile", "chat", "--concurrency", "4", "--requests", "40",
                                  *QUICK, "--out", str(out), "--report", str(page))
        figures = made.get("figures", {})
        check("a run of a sound service ends with 0", code == 0, (code, error))
        check("every request is counted", figures.get("requests") == figures.get("ok") == 40, figures)
        ttft = figures.get("ttft", {})
        check("no first token comes before the service sent it", 50 <= ttft.get("p50_ms", 0), ttft)
        check("the end comes after the first token", figures.get("latency", {}).get("p50_ms", 0) > ttft.get("p50_ms", 1e9), figures)
        check("ten tokens a request", abs(figures.get("tokens_per_request", 0) - 10) < 1e-9, figures.get("tokens_per_request"))
        check("the result keeps a sample of every request", len(json.loads(out.read_text())["samples"]["rows"]) == 40)
        check("the page holds its charts itself", "<svg" in page.read_text() and "http-equiv=\"refresh\"" not in page.read_text())
        code, _, error = bench("run", "--target", target, "--profile", "chat", "--requests", "4", *QUICK, "--out", str(out))
        check("a result is never overwritten", code != 0 and "never overwritten" in error, (code, error))
        second = folder / "second.json"
        bench("run", "--target", target, "--profile", "chat", "--concurrency", "4", "--requests", "40", *QUICK, "--out", str(second))
        code, made, error = bench("compare", str(out), str(second))
        check("two results are compared", code == 0 and made != {}, (code, error))
        out.write_text(out.read_text()[: out.stat().st_size // 2])
        code, _, error = bench("compare", str(out), str(second))
        check("a result that was cut short is refused", code != 0 and "run.json" in error, (code, error))


def stall_is_seen() -> None:
    with mock("--stall-after", "1s", "--stall-for", "1s") as target:
        _, made, error = bench("run", "--target", target, "--rate", "200", "--constant", "--duration", "4s", *QUICK)
        p99 = made.get("figures", {}).get("latency", {}).get("p99_ms", 0)
        check("a stall of a second shows in p99 of an open loop", p99 > 500, (p99, error))


def failures_have_names() -> None:
    dead = socket.socket()
    dead.bind(("127.0.0.1", 0))
    port = dead.getsockname()[1]
    dead.close()
    code, made, _ = bench("run", "--target", f"http://127.0.0.1:{port}", "--requests", "5", "--timeout", "2s", *QUICK)
    check("nobody listens: refused, and exit 1", code == 1 and made["figures"]["errors"].get("refused", {}).get("count") == 5, made.get("figures"))
    cases = {
        "status_5xx": sends(503, "text/plain", b"busy"),
        "status_429": sends(429, "text/plain", b"slow down"),
        "redirect": sends(302, "text/plain", b"", Location="http://169.254.169.254/latest/meta-data"),
        "garbage": sends(200, "text/event-stream", b"data: <html>\n\n"),
        "contract": sends(200, "application/json", b"<html>"),
        "error_frame": sends(200, "text/event-stream", b'data: {"error": {"message": "overloaded"}}\n\n'),
    }
    for kind, reply in cases.items():
        with answering(reply) as target:
            _, made, error = bench("run", "--target", target, "--profile", "chat", "--requests", "6", "--timeout", "5s", *QUICK)
            figures = made.get("figures", {})
            check(f"{kind} is told apart, and is no latency",
                  figures.get("errors", {}).get(kind, {}).get("count") == 6 and figures.get("ok") == 0, (figures.get("errors"), error))


@contextlib.contextmanager
def speaking(say):
    """A server that does say(socket, number of the connection) on each connection once a request is there."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    over = threading.Event()

    def talk(peer: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), peer:
            while not over.is_set() and peer.recv(65536):
                if say(peer, number) is not None:
                    return

    def accept() -> None:
        with contextlib.suppress(OSError):
            for number in itertools.count():
                peer, _ = listener.accept()
                threading.Thread(target=talk, args=(peer, number), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def head_of(kind: str, length: int | None = None, status: str = "200 OK") -> bytes:
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n".encode()


def chunk_of(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def token(**delta: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode() + b"\n\n"


EVENTS = head_of("text/event-stream")
DONE = chunk_of(b"data: [DONE]\n\n") + b"0\r\n\r\n"


def sends_bytes(*pieces: bytes, then_closes: bool = False):
    def say(peer, _):
        peer.sendall(b"".join(pieces))
        return True if then_closes else None

    return say


def never_ends(begin: bytes, piece: bytes):
    def say(peer, _):
        peer.sendall(begin)
        while True:
            peer.sendall(piece)

    return say


def hostile_targets_end_with_a_verdict() -> None:
    """What a target can do to its caller: each has a name of its own, none holds the run up, and none is a latency."""
    words = chunk_of(token(content="hi"))
    cases = {
        "a target that never answers": ("timeout", "chat", lambda peer, number: None),
        "a head that never ends": ("garbage", "chat", never_ends(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 4000 + b"\r\n")),
        "a stream that never ends": ("timeout", "chat", never_ends(EVENTS, words)),
        "an event that never ends": ("garbage", "chat", never_ends(EVENTS + chunk_of(b"data: "), chunk_of(b"x" * 65536))),
        "a document that never ends": ("garbage", "search", never_ends(head_of("application/json"), chunk_of(b" " * 65536))),
        "bytes that are not HTTP": ("garbage", "chat", sends_bytes(b"\x1b]0;owned\x07\xff\xfe\x00SSH-2.0-x\r\n\r\n", then_closes=True)),
        "a chunk without a size": ("garbage", "chat", sends_bytes(EVENTS, b"zz\r\n", then_closes=True)),
        "a connection closed before the answer": ("closed", "chat", lambda peer, number: True),
        "a connection closed within the stream": ("closed_mid_stream", "chat", sends_bytes(EVENTS, words, then_closes=True)),
        "a body shorter than it says": ("closed_mid_stream", "search", sends_bytes(head_of("application/json", 999), b"{", then_closes=True)),
        "a stream that ends without saying so": ("closed_mid_stream", "chat", sends_bytes(EVENTS, words, b"0\r\n\r\n")),
        "an error after some tokens": ("error_frame", "chat", sends_bytes(EVENTS, words, chunk_of(b'data: {"error": {"message": "overloaded"}}\n\n'), b"0\r\n\r\n")),
        "a stream without a token": ("empty", "chat", sends_bytes(EVENTS, DONE)),
    }  # fmt: skip
    for name, (kind, profile, say) in cases.items():
        with speaking(say) as target:
            words_of_run = ("run", "--target", target, "--profile", profile, "--concurrency", "2", "--requests", "4", "--timeout", "1s", *QUICK)
            code, made, error = bench(*words_of_run)
            figures = made.get("figures", {})
            found = {one: counted.get("count") for one, counted in figures.get("errors", {}).items()}
            check(f"{name} is {kind}, and exit 1", code == 1 and found == {kind: 4} and figures.get("ok") == 0, (code, found, error))
            said = figures.get("errors", {}).get(kind, {}).get("first", "")
            check(f"{name}: what was found is said, and can be shown", said != "" and said.isprintable(), said)
    with speaking(sends_bytes(b"\x1b]0;owned\x07\r\n\r\n", then_closes=True)) as target:
        done = subprocess.run([PROGRAM, "bench", "run", "--target", target, "--requests", "2", "--timeout", "1s", *QUICK], capture_output=True)
        check("a terminal is told that nothing succeeded, and gets no control bytes",
              done.returncode == 1 and b"No request succeeded" in done.stdout and b"\x1b" not in done.stdout, done.stdout)


def what_fails_in_part_is_counted_in_part() -> None:
    good = EVENTS + chunk_of(token(content="hi")) + DONE
    turns = itertools.count()

    def every_second_fails(peer, _):
        peer.sendall(good if next(turns) % 2 else head_of("text/plain", 4, "500 Oops") + b"oops")

    with speaking(every_second_fails) as target:
        code, made, error = bench("run", "--target", target, "--profile", "chat", "--requests", "10", *QUICK)
        figures = made.get("figures", {})
        check("a 5xx every second time: half is latency, half is errors",
              code == 0 and figures.get("ok") == 5 and figures["errors"]["status_5xx"]["count"] == 5, (code, figures.get("errors"), error))
        code, made, error = bench("run", "--target", target, "--profile", "chat", "--requests", "10", "--slo", "errors<=10%", *QUICK)
        check("an objective for errors is missed by it, and exit 1", code == 1 and made["figures"]["slo"]["met"] is False, (code, made.get("figures"), error))
    thinks = EVENTS + chunk_of(token(reasoning_content="hm")) * 3 + chunk_of(token(content="hi")) + DONE
    with speaking(sends_bytes(thinks)) as target:
        code, made, error = bench("run", "--target", target, "--profile", "chat", "--requests", "4", *QUICK)
        figures = made.get("figures", {})
        check("reasoning comes first: said, and the first content has a time of its own",
              code == 0 and figures.get("reasoning_first") == 4 and figures.get("ttft_content", {}).get("count") == 4, (code, figures, error))


def who_may_be_loaded() -> None:
    code, _, error = bench("run", "--target", "http://169.254.169.254/", "--requests", "1", "--yes", *QUICK)
    check("a metadata address is refused, also with --yes", code == 2 or "metadata" in error or "link-local" in error, (code, error))
    code, _, error = bench("run", "--target", "http://8.8.8.8/", "--requests", "1", *QUICK)
    check("a public address asks for --yes", code != 0 and "--yes" in error, (code, error))


def interrupted_runs_report() -> None:
    with mock("--service-time", "20ms") as target:
        run = subprocess.Popen([PROGRAM, "--json", "bench", "run", "--target", target, "--concurrency", "2", "--duration", "60s", *QUICK],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.wait(timeout=3)
        run.send_signal(signal.SIGINT)
        out, _ = run.communicate(timeout=30)
        made = json.loads(out) if out else {}
        check("Ctrl-C ends with a report of what was measured and 130",
              run.returncode == 130 and made.get("cancelled") is True and made["figures"]["ok"] > 0, (run.returncode, out[:200]))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="groundwork-bench-") as name:
        figures_of_a_known_service(pathlib.Path(name))
    stall_is_seen()
    failures_have_names()
    hostile_targets_end_with_a_verdict()
    what_fails_in_part_is_counted_in_part()
    who_may_be_loaded()
    interrupted_runs_report()
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
