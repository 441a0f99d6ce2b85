import { readFileSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../usage-error.ts";

type Manifest = Record<string, unknown>;

/** The folder's package.json, and what a project of ours needs in it. */
export class PackageManifest {
  readonly #content: Manifest;
  /** As it was read, where there is one. */
  readonly #given: Manifest | undefined;
  readonly isNew: boolean;

  /** @throws UsageError when there is one that cannot be read */
  constructor(path: string) {
    let text: string | undefined;
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    this.isNew = text === undefined;
    const content = text === undefined ? { private: true } : parsed(text);
    this.#content = this.isNew || isUntouched(content, dirname(path)) ? { ...content, type: "module" } : content;
    this.#given = this.isNew ? undefined : content;
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
    return JSON.stringify(content) === JSON.stringify(this.#given)
      ? undefined
      : `${JSON.stringify(content, null, 2)}\n`;
  }

  #map(key: string): Manifest {
    const value = this.#content[key];
    return typeof value === "object" && value !== null ? (value as Manifest) : {};
  }
}

/** Whether it is only what `npm install` makes of an empty folder, so that no module counts on being CommonJS yet. */
function isUntouched(content: Manifest, folder: string): boolean {
  const isInstalled = Object.keys(content).every((key) => key === "dependencies" || key === "devDependencies");
  return isInstalled && !readdirSync(folder).some((name) => /\.[jt]sx?$/.test(name));
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
