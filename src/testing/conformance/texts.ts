/**
 * Texts that systems are known to change, cut or refuse. Encoded values are JSON made by `JSON.stringify`, so U+0000 and lone
 * surrogates come escaped; everything else comes as it is.
 */
export const TEXTS: Readonly<Record<string, string>> = {
  "the empty text": "",
  "several lines": JSON.stringify({ args: [1] }, undefined, 2) + "\r\n\tlast line\n",
  "letters of many scripts": JSON.stringify(["Ünïcödé", "日本語", "עברית", "👩‍👩‍👧", "e\u0301", "\uFEFF", "\u2028\u2029"]),
  "escaped U+0000": JSON.stringify(["\u0000", "a\u0000b"]),
  "escaped lone surrogates": JSON.stringify(["\uD800", "a\uDFFFb"]),
  "control characters": "\u0001\u0007\u001B[31m\u007F",
  "quotes and back slashes": `'"\`\\ '' "" \\' \\u0041 $1 {{}} %s ; DROP TABLE jobs; --`,
  "something like a number": "12345678901234567890.10",
  "spaces at both ends": "  text  ",
  "1 MiB": JSON.stringify("0123456789abcdé\n".repeat(61_680)).padEnd(1_048_576, " "),
};
