/** Where the value of a setting comes from. */
export type Source =
  | { readonly kind: "default" }
  | { readonly kind: "flag"; readonly flag: string }
  | { readonly kind: "environment"; readonly variable: string }
  | {
      readonly kind: "file";
      readonly file: string;
      /** From 1. */
      readonly line: number;
      readonly column: number;
      /** As it is written there: kingtask's keys are not ours. */
      readonly key: string;
    }
  | { readonly kind: "kingtask"; readonly file: string };

/** A source in a few words. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "default":
      return "default";
    case "flag":
      return source.flag;
    case "environment":
      return `$${source.variable}`;
    case "file":
      return `${source.file}:${source.line}:${source.column}`;
    case "kingtask":
      return `${source.file}, as a file of kingtask`;
  }
}
