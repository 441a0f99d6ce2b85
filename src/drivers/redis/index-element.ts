const FIRST_LENGTH = 33;
const LONGEST_SHARED = 90;

/** Ids for the index: each with only what it does not share with the one before, as those of one batch mostly do. */
export class IndexElement {
  text = "";
  /** Each id is above the one before, so that none can be there twice. */
  ascends = true;
  #last = "";
  /** What the last two share. */
  #opening = "";

  add(id: string): this {
    const last = this.#last;
    let shared = id.startsWith(this.#opening) ? this.#opening.length : 0;
    while (shared < LONGEST_SHARED && shared < last.length && id.charCodeAt(shared) === last.charCodeAt(shared)) {
      shared += 1;
    }
    if (shared === id.length || id.charCodeAt(shared) <= last.charCodeAt(shared)) this.ascends = false;
    if (shared !== this.#opening.length) this.#opening = id.slice(0, shared);
    this.text += `\n${String.fromCharCode(FIRST_LENGTH + shared)}${id.slice(shared)}`;
    this.#last = id;
    return this;
  }
}

/** An element of the index, taken apart again. */
export function readIndexElement(element: string): { readonly base: number; readonly ids: readonly string[] } {
  const [base = "0", ...lines] = element.split("\n");
  let last = "";
  const ids = lines.map((line) => {
    last = last.slice(0, line.charCodeAt(0) - FIRST_LENGTH) + line.slice(1);
    return last;
  });
  return { base: Number(base), ids };
}
