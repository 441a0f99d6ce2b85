/** A piece of HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes HTML of a template: what is put in is text, unless it is HTML already. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: template }, ...parts.map(written)));
}

function written(part: Part): string {
  if (typeof part === "string") return part.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return part instanceof Html ? part.text : part.map(({ text }) => text).join("");
}
