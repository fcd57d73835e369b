"""Answers that a language model words: `serve --generator URL` with a double of an OpenAI-compatible server."""

import http.client
import http.server
import json
import threading
import time

import pytest
from platform_under_test import Server, groundwork

QUOTE = "The red lamp of the pump room means that the pressure is too low."
WORDED = "A red lamp in the pump room means that the pressure is too low."
DOCUMENT = {"id": "lamps", "text": QUOTE + " The green lamp means that all is well. Nobody may open the valve while a lamp is red."}
QUESTION = "What does the red lamp of the pump room mean?"


class Double:
    """Answers chat completions with what `say` makes of the request; None holds the request until the double ends."""

    def __init__(self, say):
        self.requests, self.gone, self.ended = [], threading.Event(), threading.Event()
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                double.requests.append((self.path, self.headers.get("Authorization"), body))
                text = say(body)
                if text is None:
                    double.wait_for_hangup(self.connection)
                    return
                whole = {"id": "1", "object": "chat.completion", "model": body["model"], "usage": {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366},
                         "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]}  # fmt: skip
                if body.get("stream"):
                    piece = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": "stop"}]}
                    last = {"object": "chat.completion.chunk", "choices": [], "usage": whole["usage"]}
                    answer = f"data: {json.dumps(piece)}\n\ndata: {json.dumps(last)}\n\ndata: [DONE]\n\n".encode()
                    kind = "text/event-stream"
                else:
                    answer, kind = json.dumps(whole).encode(), "application/json"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for_hangup(self, connection):
        connection.settimeout(0.1)
        while not self.ended.is_set():
            try:
                if connection.recv(1) == b"":
                    self.gone.set()
                    return
            except TimeoutError:
                continue
            except OSError:
                self.gone.set()
                return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()


def says(sentence):
    return lambda _: json.dumps({"sentences": [{"passage": 1, "quote": QUOTE, "text": sentence}]})


def serving(double):
    return Server(None, None, "--generator", double.url,
                  environment={"GROUNDWORK_GENERATOR_MODEL": "double-1", "GROUNDWORK_GENERATOR_API_KEY": "sk-of-the-test"})  # fmt: skip


def ask(server, **more):
    deadline = time.monotonic() + 120
    while True:
        answer = server.post("/reference/rag/ask", {"question": QUESTION, **more})
        if answer.status != 503 or time.monotonic() > deadline:
            return answer
        time.sleep(0.2)


def add_documents(server):
    deadline = time.monotonic() + 300
    while (answer := server.post("/reference/rag/documents", {"documents": [DOCUMENT]})).status == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer.status == 200 and answer.json["indexed"] == 1


def test_what_the_model_words_is_the_answer_and_what_it_cost_is_said():
    with Double(says(WORDED)) as double, serving(double) as server:
        add_documents(server)
        answer = ask(server).json
        assert WORDED in answer["answer"] and answer["citations"][0]["quote"] == QUOTE
        assert answer["generator"]["used"] and answer["generator"]["model"] == "double-1"
        assert answer["usage"] == {"prompt_tokens": 321, "completion_tokens": 45}
        path, key, body = double.requests[0]
        assert path == "/v1/chat/completions" and key == "Bearer sk-of-the-test" and body["model"] == "double-1"
        assert QUESTION in body["messages"][-1]["content"]


def test_a_sentence_without_support_never_reaches_the_reader():
    with Double(says("A red lamp in the pump room means that the pressure is too high, by 40 bar.")) as double, serving(double) as server:
        add_documents(server)
        answer = ask(server).json
        assert double.requests and "40 bar" not in json.dumps(answer)
        assert not answer["generator"]["used"] and answer["generator"]["note"]
        assert QUOTE in answer["answer"]


def test_a_stream_begins_at_once_and_ends_with_the_whole_answer():
    with Double(says(WORDED)) as double, serving(double) as server:
        add_documents(server)
        text = ask(server, stream=True).body.decode()
        assert text.index("event: sentence") < text.index("event: done") and WORDED in text


def test_a_reader_who_goes_away_ends_the_models_work():
    with Double(lambda _: None) as double, serving(double) as server:
        add_documents(server)
        host, port = server.base.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        connection.request("POST", "/reference/rag/ask", json.dumps({"question": QUESTION, "stream": True}), {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 200  # before the model has said anything
        response.close()
        connection.close()
        assert double.gone.wait(50)


def test_a_model_that_cannot_be_reached_leaves_the_documents_own_sentences():
    double = Double(says(WORDED))
    with double:
        pass  # its port answers no more
    with serving(double) as server:
        add_documents(server)
        answer = ask(server).json
        assert QUOTE in answer["answer"] and not answer["generator"]["used"]
        assert "sk-of-the-test" not in json.dumps(answer)


@pytest.mark.parametrize("where", ["nonsense", "local:"])
def test_a_generator_that_is_none_is_one_clear_error(where, data):
    done = groundwork("serve", "--port", "0", "--generator", where, data=data)
    assert done.code == 2 and "expected local:NAME or http://host:port/v1" in done.err


def test_an_endpoint_without_the_name_of_its_model_is_one_clear_error(data, monkeypatch):
    monkeypatch.delenv("GROUNDWORK_GENERATOR_MODEL", raising=False)
    done = groundwork("serve", "--port", "0", "--generator", "http://127.0.0.1:9/v1", data=data)
    assert done.code == 2 and "GROUNDWORK_GENERATOR_MODEL" in done.err
