"""OpenAI-compatible endpoints that judge and embed: right ones, and others that fail in one way each."""

from __future__ import annotations

import json
import re
import threading
from typing import Any


class Judge:
    """Grades what stands in the answer's fence: 5 for "good", else 1. Prefers the answer that says "good"."""

    def __init__(self) -> None:
        self.calls, self.requests, self.lock = 0, [], threading.Lock()

    def handle(self, request: Any, path: str, body: Any) -> None:
        with self.lock:
            self.calls += 1
            self.requests.append({"body": body, "key": request.headers.get("Authorization", "")})
        if path == "/v1/embeddings":
            self.embed(request, body)
        else:
            self.chat(request, body)

    def chat(self, request: Any, body: Any) -> None:
        self.say(request, json.dumps(self.verdict(body["messages"])), body)

    def say(self, request: Any, text: str, body: Any) -> None:
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            request.answer(200, {"id": "x", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage})
            return
        chunks = [{"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]},
                  {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, {"choices": [], "usage": usage}]  # fmt: skip
        events = "".join(f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'created': 1, 'model': 'm', **one})}\n\n" for one in chunks)
        request.send(200, (events + "data: [DONE]\n\n").encode(), "text/event-stream")

    def fenced(self, text: str, name: str) -> str:
        found = re.search(rf"<<([0-9a-f]{{24}}) {name}>>\n(.*?)\n<<\1 end>>", text, re.DOTALL)
        return found.group(2) if found else ""

    def verdict(self, messages: list[dict[str, str]]) -> dict[str, Any]:
        system, user = messages[0]["content"], messages[-1]["content"]
        if '"winner"' in system:
            a, b = ("good" in self.fenced(user, name) for name in ("answer A", "answer B"))
            return {"winner": "tie" if a == b else "A" if a else "B", "reason": "so it is"}
        if '"category"' in system:
            return {"category": "C" if "good" in self.fenced(user, "answer") else "D", "reason": "so it is"}
        if '"evasive"' in system:
            return {"question": "what is " + self.fenced(user, "answer"), "evasive": False}
        best = int(re.search(r"to (\d+) \(best\)", system).group(1))
        return {"grade": self.grade(self.fenced(user, "answer"), best), "reason": "so it is"}

    def grade(self, answer: str, best: int) -> int:
        return best if "good" in answer else 1

    def embed(self, request: Any, body: Any) -> None:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = [{"index": i, "object": "embedding", "embedding": vector_of(text)} for i, text in enumerate(texts)]
        request.answer(200, {"object": "list", "data": data, "model": "e", "usage": {"prompt_tokens": 1, "total_tokens": 1}})


def vector_of(text: str) -> list[float]:
    """Counts of letters, of length 1: the same letters, the same vector."""
    counts = [text.lower().count(letter) + 0.01 for letter in "abcdefghijklmnopqrstuvwxyz"]
    length = sum(one * one for one in counts) ** 0.5
    return [one / length for one in counts]


class PrefersAPlace(Judge):
    def verdict(self, messages: list[dict[str, str]]) -> dict[str, Any]:
        made = super().verdict(messages)
        return {**made, "winner": "A"} if "winner" in made else made


class HangsAsJudge(Judge):
    def chat(self, request: Any, body: Any) -> None:
        request.server.stopping.wait(60)


class FailsAsJudge(Judge):
    def chat(self, request: Any, body: Any) -> None:
        request.answer(500, {"error": {"message": "out of memory"}})

    def embed(self, request: Any, body: Any) -> None:
        request.answer(500, {"error": {"message": "out of memory"}})


class Rambles(Judge):
    def chat(self, request: Any, body: Any) -> None:
        self.say(request, "I would say it is good. Grade: 5", body)


class RamblesOfBad(Judge):
    """Gives no verdict on answers that are bad."""

    def chat(self, request: Any, body: Any) -> None:
        if "good" in self.fenced(body["messages"][-1]["content"], "answer"):
            super().chat(request, body)
        else:
            self.say(request, "no comment", body)


class Bribed(Judge):
    """Does what an answer tells it, when the answer gets out of its fence."""

    def grade(self, answer: str, best: int) -> int:
        return best if answer == "" else super().grade(answer, best)
