# SPDX-License-Identifier: MIT
"""What a poll costs: the processor's time beside curl asking the same, and how many polls find a connection ready.

curl is asked twice over: once as a script would use it, a process for each request, and once at its best, one process
that keeps its connections. Neither reads the answers; the service also parses, judges and stores them.
"""
import pathlib
import resource
import subprocess
import sys
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(ROOT / "tests/integration/lib"))
import service  # noqa: E402

import proxy  # noqa: E402
from running import say  # noqa: E402

RUN_S = 30
PROCESSES = 50  # requests that get a curl each


def process_s(pid):
    """Of the processor, by all threads, to the nanosecond."""
    return sum(int((t / "schedstat").read_text().split()[0]) for t in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def children_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run_service(folder, program, social, seconds, **settings):
    """(requests, seconds of the processor, share of requests on kept or resumed connections)."""
    social.call("/reset", {})
    rows = [{**row, "poll_s": 1} for row in service.story_accounts()]
    config = service.make_config(folder, social, program, rows, calendars=[service.always_open()], **settings)
    social.call("/requests", method="DELETE")
    running = service.Service(program, config).start()
    try:
        service.wait_for("all accounts", 30, lambda: all(a["health"] == "good" for a in running.ask("health")["accounts"]), 0.2)
        since = social.call("/requests?last=1")["count"]
        before = process_s(running.process.pid)
        time.sleep(seconds)
        after = process_s(running.process.pid)
        requests = social.call(f"/requests?since={since}&last=100000")["requests"]
        stats = social.call("/stats")
    finally:
        running.stop()
    return requests, after - before, stats["kept_or_resumed"] / stats["requests"]


def curl_words(request, social, tokens):
    query = urllib.parse.urlencode([(k, v) for k, v in request["query"].items() if v != "***"])
    url = social.addresses[request["network"]] + request["path"] + ("?" + query if query else "")
    return ["-H", f"Authorization: Bearer {tokens[request['network'], request['account']]}", "-o", "/dev/null",
            "-w", "%{http_code}\\n", url]


def run_curl(commands, social):
    """Seconds of the processor for all of them; an answer that is none is a failure."""
    before = children_s()
    codes = []
    for words in commands:
        social.call("/limits/clear", {})
        done = subprocess.run(["curl", "-s", "--compressed", *words], stdout=subprocess.PIPE, text=True, timeout=120, check=True)
        codes += done.stdout.split()
    refused = sum(c in ("400", "429") for c in codes)  # by the simulated limits: asked and answered all the same
    if refused:
        say(f"{refused} of curl's {len(codes)} requests were refused by a limit")
    if any(c not in ("200", "400", "429") for c in codes):
        raise service.Failure(f"curl got {sorted(set(codes))}")
    return children_s() - before


def polls(folder, program, seconds=RUN_S):
    folder = pathlib.Path(folder)
    social = service.Social(folder / "social")
    try:
        requests, used, kept = run_service(folder / "direct", program, social, seconds)
        # A start seven days back is refused a moment later.
        reads = [r for r in requests if r["method"] == "GET" and r["status"] == 200 and "start_time" not in r["query"]]
        tokens = {}
        for row in service.story_accounts():
            for name in row["handle"], row["brand"], row["user_id"]:
                tokens[row["network"], name] = row["token"]
        reads = [r for r in reads if (r["network"], r["account"]) in tokens]
        each = [["--cacert", social.addresses["ca"], *curl_words(r, social, tokens)] for r in reads[:PROCESSES]]
        script = run_curl(each, social) / len(each)
        groups = {}
        for r in reads:  # a process an account, so that the connection is kept
            words = curl_words(r, social, tokens)
            group = groups.setdefault(words[1], ["--cacert", social.addresses["ca"], *words[:2], *words[4:6]])
            group += ["-o", "/dev/null", words[6]]
        best = run_curl(groups.values(), social) / len(reads)
        with proxy.Proxy() as through:
            _, _, kept_proxy = run_service(folder / "proxy", program, social, seconds, proxy=through.url, no_proxy="")
    finally:
        social.close()
    own = used / len(requests)
    say(f"{len(requests)} requests in {seconds} s; a request: {own * 1e3:.2f} ms of the processor, curl's process "
        f"{script * 1e3:.2f} ms, curl with kept connections {best * 1e3:.2f} ms")
    return {"poll_cpu_ratio_curl": round(own / script, 3), "poll_cpu_ratio_curl_kept": round(own / best, 3),
            "poll_cpu_ms": round(own * 1e3, 3), "kept_share": round(kept, 4), "kept_share_proxy": round(kept_proxy, 4)}
