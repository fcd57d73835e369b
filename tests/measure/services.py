"""Services for each contract: a right one, and others that are wrong in one way each. Standard library only."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import math
import random
import re
import socketserver
import threading
import time
from collections import Counter
from typing import Any, Iterator

OPERATORS = {
    "$gt": lambda v, w: v > w, "$gte": lambda v, w: v >= w, "$lt": lambda v, w: v < w, "$lte": lambda v, w: v <= w,
}  # fmt: skip


def meets(metadata: dict[str, Any], filters: dict[str, Any]) -> bool:
    for key, condition in filters.items():
        values = metadata.get(key)
        values = values if isinstance(values, list) else [] if values is None else [values]
        operators = condition if isinstance(condition, dict) else {"$in": condition}
        for name, wanted in operators.items():
            listed = wanted if isinstance(wanted, list) else [wanted]
            if name in ("$in", "$eq"):
                good = any(value in listed for value in values)
            elif name in ("$nin", "$ne"):
                good = not any(value in listed for value in values)
            else:
                good = any(isinstance(value, (int, float)) and OPERATORS[name](value, wanted) for value in values)
            if not good:
                return False
    return True


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


class Search:
    """BM25 over what was posted; subclasses are wrong in one place."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self.lock = threading.Lock()

    def add(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        for document in documents:
            self.documents[document["id"]] = document
        self.counts = {id: Counter(words(one.get("title", "") + " " + one["text"])) for id, one in self.documents.items()}
        self.frequency = Counter(word for counts in self.counts.values() for word in counts)
        return {"indexed": len(documents), "errors": []}

    def allowed(self, filters: dict[str, Any]) -> list[str]:
        return [id for id, one in self.documents.items() if meets(one.get("metadata", {}), filters)]

    def score(self, query: str, id: str) -> float:
        counts, total = self.counts[id], len(self.documents)
        length = sum(counts.values())
        out = 0.0
        for word in set(words(query)):
            if count := counts.get(word):
                idf = math.log(1 + (total - self.frequency[word] + 0.5) / (self.frequency[word] + 0.5))
                out += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / 110))
        return out

    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        ranked = sorted(((self.score(query, id), id) for id in self.allowed(filters)), reverse=True)[:top_k]
        return [self.result(id, score) for score, id in ranked]

    def result(self, id: str, score: float) -> dict[str, Any]:
        return {"id": id, "score": score, "text": self.documents[id]["text"], "metadata": self.documents[id].get("metadata", {})}

    def fits(self, body: Any) -> bool:
        query, top_k, filters = body.get("query"), body.get("top_k", 10), body.get("filters", {})
        operators = {name for one in filters.values() if isinstance(one, dict) for name in one}
        return isinstance(query, str) and bool(query.strip()) and 1 <= top_k <= 1000 and operators <= {*OPERATORS, "$eq", "$ne", "$in", "$nin"}

    def handle(self, request: "Handler", path: str, body: Any) -> None:
        if path == "/documents" and body.get("documents"):
            request.answer(200, self.add(body["documents"]))
        elif path == "/documents" or path == "/search" and not self.fits(body):
            request.answer(400, {"title": "not a request"})
        elif path == "/search":
            with self.lock:
                self.calls += 1
            self.answer_search(request, body)
        else:
            request.answer(404, {"title": "no such path"})

    def answer_search(self, request: "Handler", body: Any) -> None:
        request.answer(200, {"results": self.search(body["query"], body.get("top_k", 10), body.get("filters", {}))})


class Random(Search):
    def score(self, query: str, id: str) -> float:
        return random.Random(hashlib.sha256((query + id).encode()).digest()).random()


class IgnoresFilters(Search):
    def allowed(self, filters: dict[str, Any]) -> list[str]:
        return list(self.documents)


class InventsIds(Search):
    def result(self, id: str, score: float) -> dict[str, Any]:
        return {**super().result(id, score), "id": "chunk-" + hashlib.sha256(id.encode()).hexdigest()[:8]}


class Unordered(Search):
    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        return super().search(query, top_k, filters)[::-1]


class Twice(Search):
    def search(self, query: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        found = super().search(query, top_k, filters)
        return (found[:1] + found)[:top_k]


class Hangs(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.server.stopping.wait(60)


class Redirects(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send_response(302)
        request.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        request.send_header("Content-Length", "0")
        request.end_headers()


class StreamsForEver(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.end_headers()
        request.close_connection = True
        with contextlib.suppress(OSError):
            while not request.server.stopping.is_set():
                request.wfile.write(b" " * 1000)
                request.wfile.flush()
                time.sleep(0.01)


class Garbage(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send(200, b"\x00\xff<html>it works</html>", "text/html")


class WrongSchema(Search):
    def result(self, id: str, score: float) -> dict[str, Any]:
        return {**super().result(id, score), "score": str(score)}


class FailsForHalf(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        if hashlib.sha256(body["query"].encode()).digest()[0] % 2:
            request.answer(503, {"title": "overloaded", "detail": "the pool is empty"})
        else:
            super().answer_search(request, body)


class Changes(Search):
    """Right at first, and random from the second set of documents on."""

    def __init__(self) -> None:
        super().__init__()
        self.first_sets = 0

    def add(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        self.first_sets += any(document["id"] in self.documents for document in documents)
        return super().add(documents)

    def score(self, query: str, id: str) -> float:
        return super().score(query, id) if self.first_sets == 0 else random.Random(query + id).random()


class Flaky(Search):
    def score(self, query: str, id: str) -> float:
        return random.random()


class Closes(Search):
    def answer_search(self, request: "Handler", body: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b'{"results": [')
        request.close_connection = True


class RefusesDocuments(Search):
    def add(self, documents: list[dict[str, Any]]) -> dict[str, Any]:
        super().add(documents)
        return {"indexed": 0, "errors": [{"index": 0, "error": "metadata: too many keys"}]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
        except ValueError:
            return self.answer(400, {"title": "not JSON", "error": {"message": "not JSON"}})
        self.server.service.handle(self, self.path, body)

    def do_GET(self) -> None:
        self.server.service.get(self, self.path)

    def answer(self, status: int, body: Any) -> None:
        self.send(status, json.dumps(body).encode(), "application/json")

    def send(self, status: int, body: bytes, type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def serving(service: Any) -> Iterator[str]:
    """The URL at which the service is, as long as the block lasts."""
    server = Server(("127.0.0.1", 0), Handler)
    server.service = service
    server.stopping = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()


class Rag:
    """Answers with the sentence that shares most words with the question; subclasses are wrong in one place."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}

    def handle(self, request: Handler, path: str, body: Any) -> None:
        if path == "/documents":
            documents = body.get("documents") if isinstance(body, dict) else None
            if not documents:
                return request.answer(400, {"title": "no documents"})
            self.add(documents)
            return request.answer(200, {"indexed": len(documents), "errors": []})
        if path != "/ask":
            return request.answer(404, {"title": "no such path"})
        if (wrong := self.refusal(body)) is not None:
            return request.answer(400, {"title": wrong})
        answer = self.ask(body["question"], body.get("top_k", 6), body.get("filters", {}))
        if body.get("stream"):
            return self.stream(request, answer)
        self.answer_ask(request, body, answer)

    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        request.answer(200, answer)

    def add(self, documents: list[dict[str, Any]]) -> None:
        self.documents.update({one["id"]: one for one in documents})

    def refusal(self, body: Any) -> str | None:
        if not isinstance(body, dict) or set(body) - {"question", "top_k", "filters", "stream"}:
            return "not a question"
        if not isinstance(body.get("question"), str) or not body["question"].strip():
            return "question"
        top_k, stream = body.get("top_k", 6), body.get("stream", False)
        return None if type(top_k) is int and 1 <= top_k <= 20 and type(stream) is bool else "top_k or stream"

    def shared(self, question: str, text: str) -> int:
        common = {"the", "a", "is", "in", "of", "where", "does", "what", "which", "did", "how", "many", "has", "and", "or"}
        return len((set(words(question)) & set(words(text))) - common)

    def passages(self, question: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        allowed = [one for one in self.documents.values() if meets(one.get("metadata", {}), filters)]
        ranked = sorted(allowed, key=lambda one: -self.shared(question, one["text"]))[:top_k]
        return [{"id": one["id"], "text": one["text"], "score": float(self.shared(question, one["text"]))} for one in ranked]

    def ask(self, question: str, top_k: int, filters: dict[str, Any]) -> dict[str, Any]:
        passages = self.passages(question, top_k, filters)
        best = max(((self.shared(question, part), one, part) for one in passages for part in re.findall(r"[^.]+\.", one["text"])),
                   key=lambda each: each[0], default=(0, None, ""))  # fmt: skip
        usage = {"prompt_tokens": 10, "completion_tokens": 5}
        if best[0] < 2:
            return {"answer": "", "citations": [], "passages": passages, "abstained": True, "usage": usage}
        citation = self.citation(best[1], best[2].strip())
        return {"answer": f"{best[2].strip()} [1]", "citations": [citation], "passages": passages, "abstained": False, "usage": usage}

    def citation(self, passage: dict[str, Any], quote: str) -> dict[str, Any]:
        start = passage["text"].encode().index(quote.encode())
        return {"id": passage["id"], "quote": quote, "start": start, "end": start + len(quote.encode())}

    def stream(self, request: Handler, answer: dict[str, Any]) -> None:
        events = "" if answer["abstained"] else f"event: sentence\ndata: {json.dumps({'text': answer['answer']})}\n\n"
        request.send(200, (events + f"event: done\ndata: {json.dumps(answer)}\n\n").encode(), "text/event-stream")


class LosesDocuments(Rag):
    def add(self, documents: list[dict[str, Any]]) -> None:
        pass


class CitesElsewhere(Rag):
    def citation(self, passage: dict[str, Any], quote: str) -> dict[str, Any]:
        return {**super().citation(passage, quote), "id": "page-7"}


class CountsCharacters(Rag):
    """Offsets in characters: wrong behind the first letter that isn't ASCII."""

    def citation(self, passage: dict[str, Any], quote: str) -> dict[str, Any]:
        start = passage["text"].index(quote)
        return {"id": passage["id"], "quote": quote, "start": start, "end": start + len(quote)}


class NumbersFromZero(Rag):
    def ask(self, question: str, top_k: int, filters: dict[str, Any]) -> dict[str, Any]:
        answer = super().ask(question, top_k, filters)
        return {**answer, "answer": answer["answer"].replace("[1]", "[0]")}


class NeverAbstains(Rag):
    def shared(self, question: str, text: str) -> int:
        return super().shared(question, text) + 2


class IgnoresRagFilters(Rag):
    def passages(self, question: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        return super().passages(question, top_k, {})


class ReadsTooMuch(Rag):
    def passages(self, question: str, top_k: int, filters: dict[str, Any]) -> list[dict[str, Any]]:
        return super().passages(question, 20, filters)


class KeepsTheOld(Rag):
    def add(self, documents: list[dict[str, Any]]) -> None:
        self.documents = {**{one["id"]: one for one in documents}, **self.documents}


class StreamsNoEnd(Rag):
    def stream(self, request: Handler, answer: dict[str, Any]) -> None:
        request.send(200, f"event: sentence\ndata: {json.dumps(answer)}\n\n".encode(), "text/event-stream")


class TakesAnything(Rag):
    def refusal(self, body: Any) -> str | None:
        return None if isinstance(body, dict) and isinstance(body.get("question"), str) and body.get("top_k") != 0 else super().refusal(body)


class RagOfStrings(Rag):
    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        request.answer(200, {**answer, "abstained": str(answer["abstained"])})


class RagGarbage(Rag):
    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        request.send(200, b"\x00\xff<html>it works</html>", "text/html")


class RagFailsForHalf(Rag):
    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        if hashlib.sha256(body["question"].encode()).digest()[0] % 2:
            request.answer(503, {"title": "overloaded", "detail": "the pool is empty"})
        else:
            super().answer_ask(request, body, answer)


class RagRedirects(Rag):
    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        Redirects.answer_search(self, request, body)


class RagHangs(Rag):
    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        request.server.stopping.wait(60)


class RagStreamsForEver(Rag):
    def answer_ask(self, request: Handler, body: Any, answer: dict[str, Any]) -> None:
        StreamsForEver.answer_search(self, request, body)


class RagChanges(Rag):
    """Answers at random, so another way each time."""

    def shared(self, question: str, text: str) -> int:
        return super().shared(question, text) + random.randrange(4)


class Workflow:
    """Does the tasks of the conformance check with the tools of suites/tools; subclasses are wrong in one place."""

    prices = {"A-100": 40, "A-101": 120}

    def handle(self, request: Handler, path: str, body: Any) -> None:
        if path != "/runs":
            return request.answer(404, {"title": "no such path"})
        if not self.fits(body):
            return request.answer(400, {"title": "not a task"})
        self.answer_run(request, body["task"])

    def fits(self, body: Any) -> bool:
        task = body.get("task") if isinstance(body, dict) else None
        return isinstance(task, str) and bool(task.strip()) and len(task) <= 4000 and set(body) == {"task"}

    def answer_run(self, request: Handler, task: str) -> None:
        request.answer(200, self.run(task))

    def step(self, tool: str, result: Any, error: str | None = None, **arguments: Any) -> dict[str, Any]:
        return {"tool": tool, "arguments": arguments, "result": result, "error": error, "ms": 1}

    def run(self, task: str) -> dict[str, Any]:
        if order := re.search(r"A-\d+", task):
            price = self.prices.get(order.group())
            error = None if price else "no such order"
            step = self.step("lookup_order", price and {"price": price}, error, order_id=order.group())
            return {"status": "completed" if price else "failed", "result": price, "steps": [step]}
        numbers = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", task)] or [0.0]
        return {"status": "completed", "result": sum(numbers), "steps": [self.step("add", sum(numbers), a=numbers[0], b=numbers[-1])]}


class BreaksOnFailure(Workflow):
    def answer_run(self, request: Handler, task: str) -> None:
        made = self.run(task)
        request.answer(500 if made["status"] == "failed" else 200, made)


class HidesSteps(Workflow):
    def run(self, task: str) -> dict[str, Any]:
        return {**super().run(task), "steps": []}


class RenamesTools(Workflow):
    def run(self, task: str) -> dict[str, Any]:
        made = super().run(task)
        return {**made, "steps": made["steps"] + [self.step("python", 1)]}


class ForgetsTheResult(Workflow):
    def run(self, task: str) -> dict[str, Any]:
        return {**super().run(task), "result": None}


class SwallowsErrors(Workflow):
    def step(self, tool: str, result: Any, error: str | None = None, **arguments: Any) -> dict[str, Any]:
        return super().step(tool, result, None, **arguments)


class KeepsItsSteps(Workflow):
    def __init__(self) -> None:
        self.all: list[Any] = []

    def run(self, task: str) -> dict[str, Any]:
        made = super().run(task)
        self.all += made["steps"]
        return {**made, "steps": self.all}


class TakesAnyTask(Workflow):
    def fits(self, body: Any) -> bool:
        return isinstance(body, dict) and isinstance(body.get("task"), str)


class Chat:
    """An OpenAI-compatible endpoint that says hello; subclasses are wrong in one place."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def get(self, request: Handler, path: str) -> None:
        self.got.append(path)
        self.list_models(request) if path == "/v1/models" else request.answer(404, self.error("no such path"))

    def list_models(self, request: Handler) -> None:
        request.answer(200, {"object": "list", "data": [{"id": "parrot", "object": "model"}]})

    def handle(self, request: Handler, path: str, body: Any) -> None:
        if not self.fits(body):
            return request.answer(400, self.error("not a request"))
        words_said = "hello hello hello".split()[: body.get("max_tokens", 16)]
        finish = "length" if body.get("max_tokens", 16) < 3 else "stop"
        usage = {"prompt_tokens": 4, "completion_tokens": len(words_said), "total_tokens": 4 + len(words_said)}
        if not body.get("stream"):
            return request.answer(200, self.completion(" ".join(words_said), finish, usage))
        chunks = [{"choices": [{"index": 0, "delta": {"content": one}, "finish_reason": None}]} for one in words_said]
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if body.get("stream_options", {}).get("include_usage"):
            chunks += self.last_chunk(usage)
        events = [json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "parrot", **one}) for one in chunks]
        request.send(200, "".join(f"data: {one}\n\n" for one in events + self.end()).encode(), "text/event-stream")

    def fits(self, body: Any) -> bool:
        messages = body.get("messages") if isinstance(body, dict) else None
        return isinstance(messages, list) and all("content" in one for one in messages) and isinstance(body.get("max_tokens", 1), int)

    def completion(self, text: str, finish: str, usage: dict[str, int]) -> dict[str, Any]:
        message = {"role": "assistant", "content": text}
        return {"id": "1", "object": "chat.completion", "model": "parrot", "choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage}

    def last_chunk(self, usage: dict[str, int]) -> list[Any]:
        return [{"choices": [], "usage": usage}]

    def end(self) -> list[str]:
        return ["[DONE]"]

    def error(self, message: str) -> dict[str, Any]:
        return {"error": {"message": message, "type": "invalid_request_error"}}


class ListsNoModel(Chat):
    def list_models(self, request: Handler) -> None:
        request.answer(200, {"object": "list", "data": []})


class SpeaksAsText(Chat):
    def completion(self, text: str, finish: str, usage: dict[str, int]) -> dict[str, Any]:
        return {**super().completion(text, finish, usage), "choices": [{"index": 0, "text": text, "finish_reason": finish}]}


class CountsWrong(Chat):
    def completion(self, text: str, finish: str, usage: dict[str, int]) -> dict[str, Any]:
        return super().completion(text, finish, {**usage, "total_tokens": 3})


class AlwaysStops(Chat):
    def completion(self, text: str, finish: str, usage: dict[str, int]) -> dict[str, Any]:
        return super().completion(text, "stop", usage)


class NeverDone(Chat):
    def end(self) -> list[str]:
        return []


class StreamsForNothing(Chat):
    def last_chunk(self, usage: dict[str, int]) -> list[Any]:
        return []


class TakesAnyMessages(Chat):
    def fits(self, body: Any) -> bool:
        return isinstance(body, dict) and ("messages" not in body or isinstance(body["messages"], str) or super().fits(body))


class FailsWithoutAWord(Chat):
    def error(self, message: str) -> dict[str, Any]:
        return {"detail": message}
