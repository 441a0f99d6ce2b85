"""A client of a Millrace gateway, with Python's standard library alone.

    python3 millrace_client.py http://127.0.0.1:9595 add 12 33

sends a job and prints its result. A token is taken from MILLRACE_TOKEN.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Problem(Exception):
    """What was refused, with the code that says why; without one where it was not the gateway, but a proxy before it."""

    def __init__(self, error):
        try:
            problem = json.load(error)
        except ValueError:
            problem = {}
        super().__init__(problem.get("detail", str(error)))
        self.code = problem.get("code")
        self.status = error.code
        self.retryable = problem.get("retryable", error.code in (502, 503, 504))


class Millrace:
    def __init__(self, url, token=None, tries=5):
        self.url = url
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = "Bearer " + token
        self.tries = tries

    def send(self, task, *args, **options):
        """Sends a job and returns its id. The key makes it safe to repeat a request whose answer was lost."""
        job = {"task": task, "args": args, **options}
        return self._ask("POST", "/v1/jobs", job, {"Idempotency-Key": str(uuid.uuid4())})["id"]

    def result(self, job_id, timeout=60):
        """Waits for a job and returns its value; raises RuntimeError when it did not succeed."""
        path = "/v1/jobs/%s/result?wait=20s" % urllib.parse.quote(job_id, safe="")
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            answer = self._ask("GET", path)
            if answer["exists"]:
                if answer["success"]:
                    return answer["result"]
                raise RuntimeError("%s: %s" % (answer["state"], answer.get("error", {}).get("message", "")))
            if answer["state"] is None:
                raise KeyError(job_id)
        raise TimeoutError(job_id)

    def cancel(self, job_id):
        return self._ask("POST", "/v1/jobs/%s/cancel" % urllib.parse.quote(job_id, safe=""), {})["state"]

    def _ask(self, method, path, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {**self.headers, **(headers or {})}, method=method)
        for attempt in range(1, self.tries + 1):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = Problem(error)
                if not problem.retryable or attempt == self.tries:
                    raise problem from None
                time.sleep(float(error.headers.get("Retry-After", 1)))
            except OSError:
                # The gateway is away, or the answer was lost: asking again is safe.
                if attempt == self.tries:
                    raise
                time.sleep(0.2 * 2**attempt)


if __name__ == "__main__":
    url, task, *words = sys.argv[1:]
    client = Millrace(url, os.environ.get("MILLRACE_TOKEN"))
    job_id = client.send(task, *[json.loads(word) for word in words], retries=["1s", "5s"])
    print(client.result(job_id))
