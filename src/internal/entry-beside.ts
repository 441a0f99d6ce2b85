/**
 * The module of this name in the same folder, as source or built as the asking module is: the entry of a thread or process.
 *
 * @param asking URL of the asking module
 */
export function entryBeside(asking: string, name: string): URL {
  return new URL(`./${name}${asking.endsWith(".ts") ? ".ts" : ".js"}`, asking);
}
