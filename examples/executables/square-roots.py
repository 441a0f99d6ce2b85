#!/usr/bin/env python3
"""A resident program: it stays, and takes one job after another as lines of JSON on standard input."""
import json
import math
import os
import sys

messages = os.fdopen(int(os.environ["MILLRACE_MESSAGES"]), "w", buffering=1)

for line in sys.stdin:
    job = json.loads(line)
    try:
        answer = {"type": "result", "value": [math.sqrt(number) for number in job["args"]]}
    except ValueError as error:
        answer = {"type": "fail", "error": {"name": "ValueError", "message": str(error)}}
    print(json.dumps(answer), file=messages)
