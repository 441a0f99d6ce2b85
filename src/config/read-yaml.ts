import type * as Yaml from "yaml";
import type { ErrorCode, LineCounter, Node, YAMLError } from "yaml";
import { type Located, type Place, problemAt } from "./located.ts";

/** Larger is no configuration. */
const MOST_CHARACTERS = 1_000_000;
const MOST_LEVELS = 20;

/** What the parser's own words leave unsaid. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: "a tab cannot indent in YAML; use spaces",
  MULTIPLE_DOCS: "a second document begins here (---); give one",
  BLOCK_AS_IMPLICIT_KEY: 'this line has two keys; put the value in quotes if it holds ": "',
};

/**
 * Reads a YAML 1.2 text of plain data. Anchors, aliases and tags are refused: no configuration needs them, and a few
 * lines of them stand for gigabytes.
 *
 * @throws ConfigurationError with the place
 */
export async function readYaml(text: string, file: string): Promise<Located | undefined> {
  if (text.length > MOST_CHARACTERS) {
    throw problemAt(file, { line: 1, column: 1 }, `a file of ${text.length} characters is no configuration`);
  }
  // Loaded only where there is a file: commands without one start sooner.
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const { contents, errors, warnings } = yaml.parseDocument(text, {
    version: "1.2",
    schema: "core",
    prettyErrors: false,
    lineCounter: lines,
  });
  const [problem] = [...errors, ...warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (problem !== undefined) throw problemAt(file, placeOf(lines, problem.pos[0]), sentenceOf(problem, text));
  return contents === null ? undefined : new Reader(yaml, lines, file).located(contents, 1);
}

class Reader {
  readonly #yaml: typeof Yaml;
  readonly #lines: LineCounter;
  readonly #file: string;

  constructor(yaml: typeof Yaml, lines: LineCounter, file: string) {
    this.#yaml = yaml;
    this.#lines = lines;
    this.#file = file;
  }

  located(node: Node, level: number): Located {
    const place = placeOf(this.#lines, node.range?.[0] ?? 0);
    if (level > MOST_LEVELS) throw problemAt(this.#file, place, `nested deeper than ${MOST_LEVELS} levels`);
    if (this.#yaml.isAlias(node)) {
      throw problemAt(this.#file, place, `aliases (*${node.source}) are not read here; write the value itself`);
    }
    if (node.anchor !== undefined) {
      throw problemAt(this.#file, place, `anchors (&${node.anchor}) are not read here; write the value itself`);
    }
    if (node.tag?.startsWith("!") === true) {
      throw problemAt(this.#file, place, `tags (${node.tag}) are not read here`);
    }
    if (this.#yaml.isMap<Node, Node | null>(node)) return this.#map(node.items, place, level);
    if (this.#yaml.isSeq<Node>(node)) {
      const items = node.items.map((item) => this.located(item, level + 1));
      return { place, value: items.map(({ value }) => value), items };
    }
    return { place, value: this.#yaml.isScalar(node) ? node.value : undefined };
  }

  #map(pairs: readonly { readonly key: Node; readonly value: Node | null }[], place: Place, level: number): Located {
    const entries = new Map<string, { keyPlace: Place; node: Located }>();
    for (const { key, value } of pairs) {
      const name = this.located(key, level + 1);
      if (typeof name.value !== "string" && typeof name.value !== "number") {
        throw problemAt(this.#file, name.place, "a key must be a word");
      }
      const node = value === null ? { place: name.place, value: null } : this.located(value, level + 1);
      entries.set(String(name.value), { keyPlace: name.place, node });
    }
    return { place, value: Object.fromEntries([...entries].map(([key, { node }]) => [key, node.value])), entries };
  }
}

function placeOf(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function sentenceOf({ code, message, pos }: YAMLError, text: string): string {
  if (code === "DUPLICATE_KEY") {
    const [key = ""] = /^[^\s:]+/.exec(text.slice(pos[0])) ?? [];
    return `the key ${key} is there already, further up; which one holds would be a guess`;
  }
  return SENTENCES[code] ?? `this is no YAML: ${message}`;
}
