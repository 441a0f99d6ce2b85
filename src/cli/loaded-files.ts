import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** Marks a worker that another process restarts on changes. */
export const WATCHED = "MILLRACE_WATCHED";

/** What a watched worker tells the process that watches it. */
export interface LoadedFile {
  readonly loaded: string;
}

/** In a worker that is watched: tells the watching process of every module it loads, and stops when that process is gone. */
export function tellOfLoadedFiles(): void {
  if (process.env[WATCHED] === undefined || process.send === undefined) return;
  registerHooks({
    load(url, context, next) {
      if (url.startsWith("file:") && !url.includes("/node_modules/")) {
        process.send?.({ loaded: fileURLToPath(url) } satisfies LoadedFile);
      }
      return next(url, context);
    },
  });
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
