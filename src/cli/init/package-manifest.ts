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
    this.isNew = text === undefined;
    try {
      this.#content = text === undefined ? { private: true } : (JSON.parse(text) as Manifest);
    } catch {
      throw new UsageError("package.json here is no JSON", "mend it, or start in an empty folder");
    }
  }

  get isCommonJs(): boolean {
    return this.#content["type"] === "commonjs";
  }

  dependsOn(name: string): boolean {
    return ["dependencies", "devDependencies"].some((kind) => Object.hasOwn(this.#map(kind), name));
  }

  /** As it has to be; what somebody wrote stays. Undefined when nothing has to change. */
  completed(): string | undefined {
    const before = JSON.stringify(this.#content);
    const content: Manifest = { ...this.#content, type: this.#content["type"] ?? "module" };
    content["scripts"] = { worker: "millrace worker", dev: "millrace worker --watch", ...this.#map("scripts") };
    return JSON.stringify(content) === before ? undefined : `${JSON.stringify(content, null, 2)}\n`;
  }

  #map(key: string): Manifest {
    const value = this.#content[key];
    return typeof value === "object" && value !== null ? (value as Manifest) : {};
  }
}
