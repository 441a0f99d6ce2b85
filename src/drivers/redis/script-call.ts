/** Headers of arguments by their length, as most are needed again and again. */
const HEADERS: readonly string[] = Array.from({ length: 1_024 }, (_, bytes) => `\r\n$${bytes}\r\n`);

function header(text: string): string {
  const bytes = Buffer.byteLength(text);
  return HEADERS[bytes] ?? `\r\n$${bytes}\r\n`;
}

/**
 * A script call as the server reads it: EVALSHA, the script's hash, its keys, the mode, and the arguments. Joined once; the
 * client's own encoding makes five strings of each argument, which is most of what a call of hundreds costs.
 */
export function encodeScriptCall(sha: string, keys: readonly string[], mode: string, args: readonly string[]): string {
  const parts: string[] = [`*${4 + keys.length + args.length}\r\n$7\r\nEVALSHA`];
  const head = [sha, String(keys.length), ...keys, mode];
  for (let at = 0; at < head.length; at += 1) parts.push(header(head[at] as string), head[at] as string);
  for (let at = 0; at < args.length; at += 1) parts.push(header(args[at] as string), args[at] as string);
  parts.push("\r\n");
  return parts.join("");
}
