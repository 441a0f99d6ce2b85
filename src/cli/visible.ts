/** Control, formatting and separator characters, and halves of pairs; without the joiners that scripts and emoji need. */
const HIDDEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;
const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** A text on one line, with every character that could steer a terminal written out: `\x1b`, `\u202e`. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, (character) => SHORT.get(character) ?? written(character));
}

/** The same, with line ends and tabs left as they are. */
export function visibleLines(text: string): string {
  return text.replaceAll(HIDDEN, (character) =>
    character === "\n" || character === "\t" ? character : (SHORT.get(character) ?? written(character)),
  );
}

/** JSON text that holds the same value, with the characters written out that JSON.stringify leaves as they are. */
export function visibleJson(json: string): string {
  return json.replaceAll(HIDDEN, (character) =>
    character === "\n"
      ? character
      : Array.from({ length: character.length }, (_, at) => unit(character.charCodeAt(at))).join(""),
  );
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code <= 0xff_ff ? unit(code) : `\\u{${code.toString(16)}}`;
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
