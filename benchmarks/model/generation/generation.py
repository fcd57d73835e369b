"""Answers of several users at once, and time to first token behind a shared prefix: Groundwork, llama-server and llama-cpp-python's
server, by turns in one run, over the same HTTP API, with the same weights, threads, prompts and number of tokens.

Every answer goes on behind its end (ignore_eos) to max_tokens (or the end of a character); an answer of other length, or a prompt
that isn't the same number of tokens for all, ends the run. What is kept of earlier prompts helps nobody in the first part: no prompt comes twice.
The bars: with 8 requests at once at least llama-server's generated tokens a second, and three times those of llama-cpp-python's server;
with a shared prefix of 500 tokens in memory a time to first token five times shorter than without."""
import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
OURS, SERVER, PYTHON = "groundwork", "llama-server", "llama-cpp-python's server"
SYSTEM = "You explain engineering to engineers."
PREFIX_WORDS = 380


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Contender:
    def __init__(self, name, command, port=None, extra=None):
        self.name, self.extra = name, extra or {}
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE if port is None else
                                        subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
        self.port = port or int(self.process.stdout.readline())
        deadline = time.monotonic() + 120
        while True:
            try:
                self.chat([("user", "Hello.")], 1)
                return
            except (OSError, RuntimeError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"{name} did not start: {' '.join(map(str, command))}")
                time.sleep(0.2)

    def post(self, messages, tokens, stream):
        body = {"messages": [{"role": role, "content": text} for role, text in messages], "max_tokens": tokens, "temperature": 0,
                "stream": stream, **self.extra}
        if stream:
            body["stream_options"] = {"include_usage": True}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{self.name}: {answer.status} {answer.read()[:300]}")
        return answer

    def chat(self, messages, tokens):
        """The text and the numbers of tokens of the prompt and the answer."""
        answer = json.loads(self.post(messages, tokens, False).read())
        return answer["choices"][0]["message"]["content"], answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"]

    def first_token(self, messages):
        """Seconds to the first text of a streamed answer."""
        start = time.perf_counter()
        answer, seconds = self.post(messages, 8, True), None
        for line in answer:
            if not line.startswith(b"data: {"):
                continue
            for choice in json.loads(line[6:])["choices"]:
                if choice.get("delta", {}).get("content") and seconds is None:
                    seconds = time.perf_counter() - start
        if seconds is None:
            raise RuntimeError(f"{self.name}: a stream without text")
        return seconds

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def words_of_library(root):
    words = []
    for path in sorted((root / "library" / "explainers").rglob("*.md")):
        text = re.sub(r"(?s)^---.*?---|```.*?```", " ", path.read_text(encoding="utf-8"))
        words += re.findall(r"\S+", re.sub(r"[#*_`|>\[\]<]", " ", text))
    return words


class Prose:
    """Stretches of the library's prose, each given once."""

    def __init__(self, root):
        self.words, self.at = words_of_library(root), 0

    def next(self, count):
        if self.at + count > len(self.words):
            sys.exit("the library's prose is too short for so many rounds")
        self.at += count
        return " ".join(self.words[self.at - count : self.at])


def answers_at_once(contender, prompts, tokens):
    """Generated tokens a second of all together, from the first request to the last answer; and the answers."""
    with concurrent.futures.ThreadPoolExecutor(len(prompts)) as pool:
        start = time.perf_counter()
        answers = list(pool.map(lambda prompt: contender.chat([("system", SYSTEM), ("user", prompt)], tokens), prompts))
        seconds = time.perf_counter() - start
    for text, _, generated in answers:  # llama-cpp-python goes on while the last character is not whole
        if not tokens <= generated <= tokens + 3 or not text.strip():
            sys.exit(f"{contender.name}: expected an answer of {tokens} tokens, found {generated}: {text[:80]!r}")
    return sum(generated for _, _, generated in answers) / seconds, answers


def spread(values, digits=1):
    return f"{statistics.median(values):9.{digits}f}   ({min(values):.{digits}f} to {max(values):.{digits}f})"


def verdict(what, value, bar):
    print(f"  {'PASS' if value >= bar else 'FAIL'}  {what}: {value:.2f}, expected at least {bar:g}")
    return value >= bar


def measure_together(contenders, prose, arguments):
    speeds = {one.name: [] for one in contenders}
    alike = []
    for number in range(arguments.rounds + 1):
        prompts = ["Say in your own words: " + prose.next(60) for _ in range(arguments.requests)]
        found = {}
        for one in contenders[number % len(contenders) :] + contenders[: number % len(contenders)]:
            speed, found[one.name] = answers_at_once(one, prompts, arguments.tokens if number else 16)
            if number:  # the first one warms up
                speeds[one.name].append(speed)
        counts = {name: [prompt for _, prompt, _ in answers] for name, answers in found.items()}
        if any(some != counts[OURS] for some in counts.values()):
            sys.exit(f"expected prompts of the same tokens for all, found {counts}")
        alike += [ours[0][:24] == theirs[0][:24] for ours, theirs in zip(found[OURS], found.get(SERVER, []))]
    print(f"\n{arguments.requests} requests at once, {arguments.tokens} tokens each, prompts of {min(counts[OURS])} to {max(counts[OURS])} "
          f"tokens; generated tokens a second, median of {arguments.rounds} rounds")
    for one in contenders:
        ratio = statistics.median(ours / this for ours, this in zip(speeds[OURS], speeds[one.name]))
        print(f"  {one.name:28}{spread(speeds[one.name])}   groundwork / this {ratio:5.2f}")
    print(f"  {sum(alike)} of {len(alike)} answers begin with the same 24 characters as llama-server's (batches of other shapes round otherwise)")
    ratios = {name: statistics.median(ours / this for ours, this in zip(speeds[OURS], speeds[name])) for name in (SERVER, PYTHON) if name in speeds}
    bars = {SERVER: 1.0, PYTHON: 3.0}
    for peer in sorted(bars.keys() - ratios.keys()):
        print(f"  not run: {peer}, so nothing is said of its bar")
    return all([verdict(f"tokens a second, groundwork / {name}", ratio, bars[name]) for name, ratio in ratios.items()])


def measure_prefix(contenders, prose, arguments):
    cold, warm = ({one.name: [] for one in contenders} for _ in range(2))
    shortest = 10**9
    for number in range(arguments.rounds):
        prefix = prose.next(PREFIX_WORDS)
        for one in contenders[number % len(contenders) :] + contenders[: number % len(contenders)]:
            cold[one.name].append(one.first_token([("system", prefix), ("user", "What is this text about?")]) * 1000)
            warm[one.name].append(one.first_token([("system", prefix), ("user", "Which word of it matters most?")]) * 1000)
        shortest = min(shortest, contenders[0].chat([("system", prefix), ("user", ".")], 1)[1])
    print(f"\nTime to first token in ms behind a shared prefix of at least {shortest - 10} tokens, median of {arguments.rounds} rounds")
    ratios = {}
    for one in contenders:
        ratios[one.name] = statistics.median(a / b for a, b in zip(cold[one.name], warm[one.name]))
        print(f"  {one.name:28}first {spread(cold[one.name])}   again {spread(warm[one.name])}   first / again {ratios[one.name]:5.1f}")
    if shortest < 510:
        sys.exit(f"expected a prefix of at least 500 tokens, found {shortest - 10}")
    return verdict("time to first token, first / again, groundwork", ratios[OURS], 5.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="chat_server_benchmark")
    parser.add_argument("--llama-server", help="the program; left out without")
    parser.add_argument("--llama-cpp-python", help="its virtual environment; left out without")
    parser.add_argument("--model", required=True, help="a GGUF file")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count()))
    parser.add_argument("--requests", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="together,prefix")
    arguments = parser.parse_args()
    threads = arguments.threads
    contenders = [Contender(OURS, [arguments.binary, arguments.model, threads], extra={"ignore_eos": True})]
    if arguments.llama_server:
        port = free_port()
        contenders.append(Contender(SERVER, [arguments.llama_server, "-m", arguments.model, "-t", threads, "-tb", threads, "-np", arguments.requests,
                                             "-c", 2048 * arguments.requests, "--host", "127.0.0.1", "--port", port], port, {"ignore_eos": True}))
    if arguments.llama_cpp_python:
        port = free_port()
        # It has no ignore_eos: the tokens that end an answer (<|endoftext|> and <|im_end|> of SmolLM2) are made unlikely.
        contenders.append(Contender(PYTHON, [f"{arguments.llama_cpp_python}/bin/python", "-m", "llama_cpp.server", "--model", arguments.model,
                                             "--n_threads", threads, "--n_threads_batch", threads, "--n_ctx", 2048, "--host", "127.0.0.1",
                                             "--port", port], port, {"logit_bias": {"0": -100, "2": -100}}))
    prose = Prose(HERE.parents[2])
    try:
        good = True
        if "together" in arguments.only:
            good &= measure_together(contenders, prose, arguments)
        if "prefix" in arguments.only:
            good &= measure_prefix(contenders, prose, arguments)
    finally:
        for one in contenders:
            one.stop()
    whole = len(contenders) == 3 and arguments.only == "together,prefix"
    print("\nFAIL" if not good else "\nPASS" if whole else "\nPASS of what was run; not every bar was")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
