"""What must not work: pages of other sites, forged hosts, tricks with requests."""

import contextlib
import http.client
import json
import pathlib
import socket

import pytest


def raw(server, text: bytes) -> bytes:
    host, port = server.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(text)
        with contextlib.suppress(OSError):  # the server may have refused and closed already
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def test_server_listens_on_loopback_only(server):
    port = int(server.base.rsplit(":", 1)[1])
    listening = [
        fields[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in map(str.split, pathlib.Path(table).read_text().splitlines()[1:])
        if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_rebound_name_is_refused(server, host):
    answer = server.get("/api/v1/session", headers={"Host": host})
    assert answer.status in (400, 421)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_other_sites_can_not_write(server, origin):
    body = {"pace_weeks": 12, "hours_per_week": 10, "start_on": "2026-11-23"}
    answer = server.request("PUT", "/api/v1/profile", body, learner="victim", headers={"Origin": origin})
    assert answer.status == 403
    assert server.get("/api/v1/status", learner="victim").json["profile"] is None


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_form_of_another_site_can_not_write(server, kind):
    body = json.dumps({"module_id": "python-typed-models"}).encode()
    answer = server.request("POST", "/api/v1/attempts", body, learner="victim", headers={"Content-Type": kind})
    assert answer.status in (400, 403, 415)


def test_pages_carry_a_strict_policy(server):
    answer = server.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2f..%2fetc%2fpasswd", "/assets/%00"])
def test_files_outside_are_not_served(server, path):
    host, port = server.base.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.putrequest("GET", path, skip_host=False)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    assert b"root:" not in body
    assert answer.status in (200, 400, 404)  # 200: the front-end's own page, which says that there is no such page


@pytest.mark.parametrize(
    "text",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /api/v1/attempts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
)
def test_malformed_requests_are_answered_or_dropped_and_nothing_breaks(server, text):
    answer = raw(server, text)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert server.get("/healthz").status == 200


def test_errors_are_problem_documents(server):
    answer = server.get("/api/v1/modules/cache-desing")
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == 404 and "did you mean 'cache-design'" in problem["detail"]


def test_deep_json_is_refused(server):
    body = b"[" * 4000
    answer = server.request("POST", "/api/v1/attempts", body, headers={"Content-Type": "application/json"})
    assert answer.status == 400


def test_unchanged_status_costs_no_body(server):
    first = server.get("/api/v1/status", learner="etag")
    again = server.get("/api/v1/status", learner="etag", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304 and again.body == b""


def test_answers_are_compressed_for_those_who_ask(server):
    answer = server.get("/api/v1/roadmap", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.body[:2] == b"\x1f\x8b"
