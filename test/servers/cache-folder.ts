import { mkdir, stat } from "node:fs/promises";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/**
 * Millrace's folder in the user's cache directory, made if it is missing. Root's is the system's, as what is run from it
 * may run as another user. A user without a home, such as `nobody`, has it in the directory for temporary files.
 */
export async function cacheFolder(): Promise<string> {
  const user = userInfo().uid;
  const cache = process.env["XDG_CACHE_HOME"] ?? (user === 0 ? "/var/cache" : join(homedir(), ".cache"));
  try {
    return await made(join(cache, "millrace"), user);
  } catch {
    return made(join(tmpdir(), `millrace-cache-${user}`), user);
  }
}

async function made(folder: string, user: number): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  // Programs are run from it: nobody else may have put them there.
  if ((await stat(folder)).uid !== user) throw new Error(`${folder} belongs to another user`);
  return folder;
}
