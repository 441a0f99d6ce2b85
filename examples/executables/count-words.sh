#!/usr/bin/env bash
# Counts the words of the files it is given, and speaks version 1 of the protocol on descriptor 3.
set -euo pipefail

say() { printf '%s\n' "$1" >&"${MILLRACE_MESSAGES:-1}"; }
json() {
  local text=${1//\\/\\\\} code byte
  text=${text//\"/\\\"}
  for code in {1..31}; do
    printf -v code '%02x' "$code"
    printf -v byte "\\x$code"
    text=${text//"$byte"/\\u00$code}
  done
  printf '"%s"' "$text"
}

if (($# == 0)); then
  say '{"type":"fail","error":"give at least one file"}'
  exit 1
fi

words=0 done=0
for file in "$@"; do
  if [[ ! -e $file ]]; then
    # It may be on its way: another attempt, in two seconds.
    say "{\"type\":\"retry\",\"after\":\"2s\",\"error\":$(json "$file is not there")}"
    exit 1
  fi
  words=$((words + $(wc -w <"$file")))
  done=$((done + 1))
  say "{\"type\":\"progress\",\"value\":{\"done\":$done,\"of\":$#}}"
done
say "{\"type\":\"log\",\"message\":$(json "attempt ${MILLRACE_ATTEMPT:-1}: $done files")}"
say "{\"type\":\"result\",\"value\":{\"files\":$done,\"words\":$words}}"
