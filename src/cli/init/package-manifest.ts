import { readFileSync } from "node:fs";
import { UsageError } from "../usage-error.ts";

type Manifest = Record<string, unknown>;

/** The folder's package.json, and what a project of ours needs in it. */
export class PackageManifest {
  readonly #content: Manifest;
  readonly isNew: boolean;

  /** @throws UsageError when there is one that cannot be read */
  constructor(path: string) {
    let text: string | undefined;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    this.#content = text === undefined ? { private: true, type: "module" } : parsed(text);
    this.isNew = text === undefined;
  }

  /** Node's own rule: so it is where nothing else is said, and what stands there already may count on it. */
  get isCommonJs(): boolean {
    return this.#content["type"] !== "module";
  }

  dependsOn(name: string): boolean {
    return ["dependencies", "devDependencies"].some((kind) => Object.hasOwn(this.#map(kind), name));
  }

  /** As it has to be; what somebody wrote stays, and what it means. Undefined when nothing has to change. */
  completed(): string | undefined {
    const scripts = { worker: "millrace worker", dev: "millrace worker --watch", ...this.#map("scripts") };
    const content: Manifest = { ...this.#content, scripts };
    const isComplete = !this.isNew && JSON.stringify(content) === JSON.stringify(this.#content);
    return isComplete ? undefined : `${JSON.stringify(content, null, 2)}\n`;
  }

  #map(key: string): Manifest {
    const value = this.#content[key];
    return typeof value === "object" && value !== null ? (value as Manifest) : {};
  }
}

/** @throws UsageError */
function parsed(text: string): Manifest {
  try {
    // npm reads it with a byte order mark, too.
    const content: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    if (typeof content === "object" && content !== null && !Array.isArray(content)) return content as Manifest;
  } catch {}
  throw new UsageError("package.json here is no JSON object", "mend it, or start in an empty folder");
}
