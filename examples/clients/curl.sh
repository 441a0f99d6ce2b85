#!/bin/sh
# The gateway from a shell: sends a job, waits for its result, and looks around.
#
#   ./curl.sh http://127.0.0.1:9595
#
# With tokens, add: -H "Authorization: Bearer $MILLRACE_TOKEN"
set -eu
url=$1

# One job, later, with retries after 5, 8 and 9 s. The key makes it safe to send the request again.
curl -sS --fail-with-body "$url/v1/jobs" \
  -H 'Content-Type: application/json' -H "Idempotency-Key: order-17" \
  -d '{"task": "add", "args": [12, 33], "runAfter": "100ms", "retries": ["5s", "8s", "9s"]}'
echo

# An id of one's own, so that the job can be asked for.
curl -sS --fail-with-body "$url/v1/jobs" -H 'Content-Type: application/json' \
  -d '{"task": "add", "args": [1, 2], "id": "sum-1"}'
echo

# Waits up to 20 s for the result: {"exists":true,"success":true,"result":3,"state":"succeeded"}
curl -sS --fail-with-body "$url/v1/jobs/sum-1/result?wait=20s"
echo

# Everything that happens to the job, to its end.
curl -sS --fail-with-body --no-buffer "$url/v1/jobs/sum-1/events"

curl -sS --fail-with-body "$url/v1/queues"
echo
