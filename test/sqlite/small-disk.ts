import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of `megabytes` that can be filled up. */
export class SmallDisk implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "millrace-full-"));

  constructor(megabytes: number) {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.path]);
  }

  /** Takes all the room that is left, but for less than a page. */
  fill(): void {
    for (const bytes of [65_536, 4_096, 512]) {
      for (let number = 0; ; number += 1) {
        try {
          writeFileSync(join(this.path, `fill-${bytes}-${number}`), Buffer.alloc(bytes));
        } catch {
          break;
        }
      }
    }
  }

  empty(): void {
    execFileSync("find", [this.path, "-name", "fill-*", "-delete"]);
  }

  /** Mounts it again with another option, such as `ro`; refused by the system while a file on it is open for writing. */
  remount(option: string): void {
    execFileSync("mount", ["-o", `remount,${option}`, this.path]);
  }

  [Symbol.dispose](): void {
    execFileSync("umount", ["-l", this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Whether this user may mount one: root, and not in every container. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    using disk = new SmallDisk(1);
    unlinkSync(join(disk.path, "none"));
  } catch (error) {
    return error instanceof Error && Reflect.get(error, "code") === "ENOENT";
  }
  return false;
}
