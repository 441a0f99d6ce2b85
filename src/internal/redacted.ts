const PASSWORD_IN_URL = /\/\/\S*@/g;
const SECRET_PARAMETER =
  /\b([\w-]*(?:password|passwd|secret|token|api[_-]?key)[\w-]*\s*[=:]\s*)("[^"]*"|[^\s&;,"']+)/gi;
const CREDENTIALS = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const SECRET_NAME = /password|passwd|secret|token|authorization|cookie|api[_-]?key/i;

/**
 * A text without what is secret in it: user and password of URLs, values of parameters that are named like secrets,
 * credentials of an Authorization header.
 */
export function redacted(text: string): string {
  return (
    text
      // Greedy, since a password may hold an `@` or a `/` that somebody forgot to encode.
      .replaceAll(PASSWORD_IN_URL, "//***@")
      .replaceAll(SECRET_PARAMETER, "$1***")
      .replaceAll(CREDENTIALS, "$1 ***")
  );
}

/** Whether what has this name is to be shown to nobody. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
