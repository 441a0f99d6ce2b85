#!/usr/bin/env python3
"""Counts the words of the files it is given, and speaks version 1 of the protocol on descriptor 3."""
import json
import os
import sys

messages = os.fdopen(int(os.environ.get("MILLRACE_MESSAGES", "1")), "w", buffering=1)


def say(**message):
    print(json.dumps(message), file=messages)


files = sys.argv[1:]
if not files:
    say(type="fail", error="give at least one file")
    sys.exit(1)

words = 0
for done, file in enumerate(files, start=1):
    try:
        with open(file, "rb") as content:
            words += len(content.read().split())
    except FileNotFoundError:
        # It may be on its way: another attempt, in two seconds.
        say(type="retry", after="2s", error=f"{file} is not there")
        sys.exit(1)
    say(type="progress", value={"done": done, "of": len(files)})
say(type="log", message=f"attempt {os.environ.get('MILLRACE_ATTEMPT', '1')}: {len(files)} files")
say(type="result", value={"files": len(files), "words": words})
