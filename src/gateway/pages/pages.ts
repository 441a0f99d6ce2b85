import { readFileSync } from "node:fs";
import type { Hono } from "hono";
import { demandHost } from "../guards/allowed-hosts.ts";
import { openApi } from "../openapi.ts";
import type { Route } from "../route.ts";
import { docsPage } from "./docs-page.ts";

/** Nothing but the page's own style is loaded, nothing is run, and nobody may frame it. */
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the description of the routes: for programs at `/openapi.json`, for people at `/docs`. */
export function servePages(api: Hono, routes: readonly Route[], version: string, hosts: ReadonlySet<string>): void {
  const document = openApi(routes, version);
  const files: readonly (readonly [path: string, type: string, content: string])[] = [
    ["/openapi.json", "application/json", JSON.stringify(document)],
    ["/docs", "text/html; charset=utf-8", docsPage(document)],
    ["/docs/style.css", "text/css; charset=utf-8", readFileSync(new URL("./style.css", import.meta.url), "utf8")],
  ];
  for (const [path, type, content] of files) {
    api.get(path, (context) => {
      demandHost(context.req.raw.headers.get("host") ?? new URL(context.req.url).host, hosts);
      return context.body(content, 200, {
        "content-type": type,
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      });
    });
  }
}
