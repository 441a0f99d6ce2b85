import { ERROR_CODES } from "../../errors/index.ts";
import type { OpenApi, Operation } from "../openapi.ts";
import { html } from "./html.ts";

/** The document of the gateway as a page for people, with everything in it: no script, no other server. */
export function docsPage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(tag));
    return html`<h2>${tag}</h2>
      ${own.map(({ path, method, operation }) => article(path, method, operation))}`;
  });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title}</title>
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <h1>${info.title}</h1>
        <p>
          ${info.description}
          <span class="faint">Version ${info.version}. <a href="/openapi.json">OpenAPI 3.1</a></span>
        </p>
        <p>
          Changes are asked for with <code>Content-Type: application/json</code>. Where the gateway has tokens, send one
          as <code>Authorization: Bearer mlr_…</code>.
        </p>
        ${sections}
        <h2>Schemas</h2>
        ${Object.entries(components.schemas).map(
          ([name, schema]) =>
            html`<article id="${name}">
              <h3>${name}</h3>
              ${json(schema)}
            </article>`,
        )}
        <h2>Errors</h2>
        <p>Every error is an <code>application/problem+json</code> document with one of these codes.</p>
        <table>
          <tr>
            <th>Code</th>
            <th>Again later?</th>
            <th>Meaning</th>
          </tr>
          ${Object.entries(ERROR_CODES).map(
            ([code, { retryable, meaning }]) =>
              html`<tr id="${code}">
                <td><code>${code}</code></td>
                <td>${retryable ? "yes" : "no"}</td>
                <td>${meaning}</td>
              </tr>`,
          )}
        </table>
      </body>
    </html>`.text;
}

function article(path: string, method: string, operation: Operation): ReturnType<typeof html> {
  const [security] = operation.security;
  const [scope] = security?.["token"] ?? [];
  const takes = operation.requestBody?.content["application/json"]?.schema;
  return html`<article id="${operation.operationId}">
    <h3>
      <code><span class="method">${method.toUpperCase()}</span> ${path}</code>
    </h3>
    <p>
      ${operation.summary}. ${operation.description ?? ""}
      <span class="faint">${scope === undefined ? "" : `Scope: ${scope}.`}</span>
    </p>
    ${operation.parameters.length === 0 ? "" : json(operation.parameters)}
    ${
      takes === undefined
        ? ""
        : html`<details>
            <summary>Body</summary>
            ${json(takes)}
          </details>`
    }
    <details>
      <summary>Answers</summary>
      ${json(operation.responses)}
    </details>
  </article>`;
}

function json(value: object): ReturnType<typeof html> {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}
