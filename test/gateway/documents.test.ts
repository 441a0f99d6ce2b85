import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ROUTES } from "../../src/gateway/routes/index.ts";
import { ERROR_CODES } from "../../src/index.ts";
import { served } from "./served.ts";

const DOCUMENT = readFileSync(new URL("../../docs/gateway.md", import.meta.url), "utf8");

describe("the description of the routes", () => {
  test("is OpenAPI 3.1, whole: every route, every reference, no name twice", async () => {
    const { gateway, url } = await served();
    const document = (await (await gateway.fetch(new Request(`${url}/openapi.json`))).json()) as Record<
      string,
      unknown
    >;
    expect(document["openapi"]).toBe("3.1.0");
    const paths = document["paths"] as Record<string, Record<string, Record<string, unknown>>>;
    expect(Object.entries(paths).flatMap(([path, of]) => Object.keys(of).map((method) => `${method} ${path}`))).toEqual(
      [...Map.groupBy(ROUTES, ({ path }) => path).values()].flat().map(({ method, path }) => `${method} ${path}`),
    );
    const operations = Object.entries(paths).flatMap(([path, of]) =>
      Object.values(of).map((operation) => ({ path, operation })),
    );
    const names = operations.map(({ operation }) => operation["operationId"]);
    expect(new Set(names).size).toBe(names.length);
    for (const { path, operation } of operations) {
      const parameters = operation["parameters"] as { in: string; name: string; required: boolean }[];
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
    const schemas = Object.keys((document["components"] as { schemas: object }).schemas);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(references)).toEqual(new Set(schemas));
    expect(JSON.stringify(document)).not.toContain('"$schema"');
  });

  test("is a page that runs nothing and loads nothing from elsewhere, with an anchor for every error", async () => {
    const { gateway, url } = await served();
    const response = await gateway.fetch(new Request(`${url}/docs`));
    const page = await response.text();
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|\son\w+=|style="|https?:\/\//i);
    for (const code of Object.keys(ERROR_CODES)) expect(page).toContain(`id="${code}"`);
    for (const { path } of ROUTES) expect(page).toContain(path);
    const [, style = ""] = /href="([^"]+\.css)"/.exec(page) ?? [];
    const css = await gateway.fetch(new Request(url + style));
    expect(css.headers.get("content-type")).toMatch(/^text\/css/);
    expect(await css.text()).not.toMatch(/url\(|@import/);
  });

  test("is in docs/gateway.md: every route, and no other", () => {
    const named = [...DOCUMENT.matchAll(/`(GET|POST) (\/[\w/{}]*)`/g)].map(([, method, path]) => `${method} ${path}`);
    const routes = ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(routes.filter((route) => !named.includes(route))).toEqual([]);
    expect(named.filter((route) => !routes.includes(route))).toEqual([]);
  });
});

test("without a gateway, nothing that it stands on is loaded", () => {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ resolve: (specifier, context, next) => { const found = next(specifier, context); loaded.push(found.url); return found; } });
    const { Millrace, task } = await import(${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)});
    const app = new Millrace({ store: "memory:" });
    await app.worker({ tasks: [task("t", () => 1)] }).start();
    await (await app.client().send("t")).result();
    const before = loaded.filter((url) => url.includes("/node_modules/") || url.includes("/src/gateway/"));
    await app.gateway({ address: "127.0.0.1:0" });
    const after = loaded.filter((url) => url.includes("/node_modules/hono/"));
    await app.close();
    console.log(JSON.stringify({ before, after: after.length > 0 }));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ before: [], after: true });
});
