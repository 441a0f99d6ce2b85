import { mkdir, stat } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Millrace's folder in the user's cache directory, made if it is missing. A user without a home, such as `nobody`, gets
 * one in the directory for temporary files.
 */
export async function cacheFolder(): Promise<string> {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  try {
    return await made(join(cache, "millrace"));
  } catch {
    const user = process.getuid?.() ?? 0;
    const folder = await made(join(tmpdir(), `millrace-cache-${user}`));
    // Programs are run from it: nobody else may have put them there.
    if ((await stat(folder)).uid !== user) throw new Error(`${folder} belongs to another user`);
    return folder;
  }
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}
