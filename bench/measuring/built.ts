import type * as sources from "../../src/index.ts";

/** Millrace as it is published: to read sources, Node loads a compiler, which takes 40 MiB, and forks take longer for it. */
export const millrace = (await import(new URL("../../dist/index.js", import.meta.url).href)) as typeof sources;
