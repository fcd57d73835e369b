"""Our load generator, wrk, vegeta and locust against one mock, by turns in one run; then streams and a stall."""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

LOCUSTFILE = """
from locust import FastHttpUser, constant, task

class Caller(FastHttpUser):
    wait_time = constant(0)

    @task
    def call(self):
        self.client.get("/")
"""


def ours(binary, url, connections, seconds):
    done = subprocess.run([binary, "http", url, str(connections), str(seconds)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["figures"]["requests_per_second"]


def wrk(url, connections, seconds):
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", url], check=True, capture_output=True, text=True)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))


def vegeta(binary, url, connections, seconds):
    attack = subprocess.Popen([binary, "attack", "-rate=0", f"-max-workers={connections}", f"-duration={seconds}s", "-targets=/dev/stdin"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    report = subprocess.Popen([binary, "report", "-type=json"], stdin=attack.stdout, stdout=subprocess.PIPE)
    attack.stdin.write(f"GET {url}\n".encode())
    attack.stdin.close()
    out = report.communicate()[0]
    attack.wait()
    return json.loads(out)["throughput"]


def locust(binary, url, connections, seconds):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "locustfile.py"
        file.write_text(LOCUSTFILE)
        done = subprocess.run([binary, "-f", str(file), "--headless", "-u", str(connections), "-r", str(connections), "-t", f"{seconds}s",
                               "-H", url, "--json", "--only-summary"], capture_output=True, text=True)
    entry = json.loads(done.stdout)[0]
    return entry["num_requests"] / max(entry["last_request_timestamp"] - entry["start_time"], 1e-9)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--vegeta", default="")
    parser.add_argument("--locust", default="")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--only", default="throughput,streams,stall")
    options = parser.parse_args()
    only = options.only.split(",")
    mock = subprocess.Popen([options.binary, "mock"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = mock.stdout.readline().strip()
    try:
        if "throughput" in only:
            throughput(options, url)
        if "streams" in only:
            streams(options, url)
    finally:
        mock.stdin.close()
        mock.wait()
    if "stall" in only:
        stall(options)


def throughput(options, url):
    rates = {"ours": [], "wrk": [], "vegeta": [], "locust": []}
    for _ in range(options.rounds):
        rates["ours"].append(ours(options.binary, url, options.connections, options.seconds))
        rates["wrk"].append(wrk(url + "/", options.connections, options.seconds))
        if options.vegeta:
            rates["vegeta"].append(vegeta(options.vegeta, url + "/", options.connections, options.seconds))
        if options.locust:
            rates["locust"].append(locust(options.locust, url, options.connections, options.seconds))
    mine = statistics.median(rates["ours"])
    for name, values in rates.items():
        if values:
            middle = statistics.median(values)
            print(f"{name:8} {middle:10.0f} requests/s  (ours / it: {mine / middle:.2f})  rounds {[round(v) for v in values]}")


def streams(options, url):
    done = subprocess.run([options.binary, "streams", url, str(options.streams), "12"], check=True, capture_output=True, text=True)
    result = json.loads(done.stdout)
    figures, server = result["figures"], result["server_says"]
    print(f"{options.streams} streams: {figures['requests']} measured, {figures['ok']} ok; {result['client']['verdict']}")
    late = server["arrival_error"]
    print(f"  each piece: noted p50 {1000 * late['p50_ms']:.1f} us, p99 {1000 * late['p99_ms']:.1f} us after the mock sent it")
    for name in ("ttft", "inter_token"):
        for quantile in ("p50_ms", "p95_ms", "p99_ms"):
            client, truth = figures[name][quantile], server[name][quantile]
            error = abs(client - truth)
            good = error <= max(0.01 * truth, 0.05)
            print(f"  {name:11} {quantile[:-3]:4} client {client:9.3f} ms  mock {truth:9.3f} ms  off by {error * 1000:7.1f} us "
                  f"({100 * error / truth:.2f} %)  {'within' if good else 'OUTSIDE'} 1 % or 50 us")


def stall(options):
    done = subprocess.run([options.binary, "stall"], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    print(f"stall of 1 s in 10 s: open loop p99 {found['open']['p99_ms']:.0f} ms; closed loop p99 {found['closed']['p99_ms']:.0f} ms, "
          f"corrected {found['closed']['corrected_p99_ms']:.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
