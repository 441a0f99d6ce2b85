import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Document, document, documents, exists } from "./documents.ts";

/** Links of a document to files of the repository: `[text](target)`, without what is in code. */
function links({ path, text }: Document): { readonly target: string; readonly anchor: string | undefined }[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/i.test(link))
    .map((link) => {
      const [file = "", anchor] = link.split("#");
      return { target: file === "" ? path : join(dirname(path), file).replaceAll("\\", "/"), anchor };
    });
}

/** The anchor that a forge makes of a heading. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("links of the documents", () => {
  for (const each of documents()) {
    test(`${each.path} links to what is there`, () => {
      const broken = links(each).filter(({ target, anchor }) => {
        if (!exists(target)) return true;
        return anchor !== undefined && target.endsWith(".md") && !anchors(document(target).text).includes(anchor);
      });
      expect(broken).toEqual([]);
    });
  }
});
