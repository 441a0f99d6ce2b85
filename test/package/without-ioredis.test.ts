import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environment, packed } from "./packed.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-without-ioredis-"));
const home = join(folder, "home");
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
/** Packing, installing and checking are processes that take their time on a busy machine. */
const PATIENCE_MS = 120_000;

interface Ended {
  readonly code: number;
  readonly said: string;
}

function run(program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: home, env: environment }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1;
      resolve({ code, said: stdout + stderr });
    });
  });
}

/** Runs a module of its own in the folder. */
function runModule(name: string, source: string): Promise<Ended> {
  writeFileSync(join(home, name), source);
  return run(process.execPath, name);
}

beforeAll(async () => {
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "type": "module" }');
  const { code, said } = await run("npm", "install", "--prefer-offline", "--no-audit", "--no-fund", packed(folder));
  if (code !== 0) throw new Error(`the package could not be installed: ${said}`);
}, PATIENCE_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the package does not bring ioredis with it", () => {
  expect(existsSync(join(home, "node_modules/millrace"))).toBe(true);
  expect(existsSync(join(home, "node_modules/ioredis"))).toBe(false);
});

test("whoever names a Redis without it is told what to install", { timeout: PATIENCE_MS }, async () => {
  const { code, said } = await runModule(
    "sends.js",
    `import { DriverMissingError, Millrace, task } from "millrace";
     const app = new Millrace({ store: "redis://127.0.0.1:1" });
     const add = task("add", (a, b) => a + b);
     const error = await app.client().send(add, 1, 2).catch((reason) => reason);
     await app.close();
     console.log(error instanceof DriverMissingError, error.code, error.message);`,
  );
  expect(said).toBe(
    'true ERR_DRIVER_MISSING Redis needs the package "ioredis" beside Millrace: npm install ioredis@6\n',
  );
  expect(code).toBe(0);
});

test("everything else works without it", { timeout: PATIENCE_MS }, async () => {
  const { code, said } = await runModule(
    "works.js",
    `import { Millrace, task } from "millrace";
     await using app = new Millrace({ store: "memory:" });
     const add = task("add", (a, b) => a + b);
     await app.worker({ tasks: [add] }).start();
     console.log(await (await app.client().send(add, 1, 2)).result());`,
  );
  expect(said).toBe("3\n");
  expect(code).toBe(0);
});

test(
  "its types are checked without it, the declarations of the package included",
  { timeout: PATIENCE_MS },
  async () => {
    writeFileSync(
      join(home, "typed.ts"),
      `import { Millrace, task } from "millrace";
     const app: Millrace = new Millrace({ store: { url: "redis://127.0.0.1", options: { db: 1 } } });
     const add = task("add", (a: number, b: number) => a + b);
     export const sum: Promise<number> = app.client().send(add, 1, 2).then((job) => job.result());`,
    );
    const compilerOptions = {
      module: "nodenext",
      // The oldest that works: whoever compiles for an older Node has no more.
      target: "es2022",
      lib: ["es2022"],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ["node"],
      typeRoots: [join(modules, "@types")],
    };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
    expect(await run(join(modules, ".bin/tsc"), "-p", ".")).toEqual({ code: 0, said: "" });
  },
);
