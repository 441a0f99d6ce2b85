import { statfsSync } from "node:fs";
import { availableParallelism, cpus, platform, release, tmpdir, totalmem } from "node:os";

/** What a result was measured on. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  /** What files and servers' data are written to. */
  readonly disk: string;
}

/** As Linux numbers them. On one that is memory, durability costs nothing and means nothing. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: "ext4",
  0x58465342: "xfs",
  0x9123683e: "btrfs",
  0x794c7630: "overlay",
  0x01021994: "tmpfs, which is memory",
};

export function thisMachine(): Machine {
  return {
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    disk: FILE_SYSTEMS[statfsSync(tmpdir()).type] ?? "another file system",
  };
}
