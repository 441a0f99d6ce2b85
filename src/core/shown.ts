/** The most characters of a value in an error's message. */
const MOST = 200;

/** A value as an error's message shows it, whatever it is and however long. */
export function shown(value: unknown): string {
  try {
    if (typeof value !== "string") return cut(String(value));
    return value.length <= MOST ? JSON.stringify(value) : cut(JSON.stringify(value.slice(0, MOST + 1)), value.length);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

function cut(text: string, length = text.length): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}… (${length} characters)`;
}
