import { beforeEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../src/drivers/sqlite/open-database.ts";
import { StoreFileError } from "../../src/index.ts";
import { Folder } from "./files.ts";

const mount = { type: 0 };

vi.mock("node:fs", async (importOriginal) => {
  return { ...(await importOriginal<object>()), statfsSync: () => mount };
});

beforeEach(() => {
  mount.type = 0;
});

test.each([
  ["NFS", 0x69_69],
  ["CIFS", 0xff_53_4d_42],
  ["SMB2", 0xfe_53_4d_42],
  ["9p", 0x01_02_19_97],
  ["Ceph", 0x00_c3_64_00],
])("a file on %s is refused, and not made", (name, type) => {
  using folder = new Folder();
  mount.type = type;
  const open = (): unknown => openDatabase({ path: folder.file(), namespace: "millrace", durability: "full" });
  expect(open).toThrow(StoreFileError);
  expect(open).toThrow(new RegExp(`network file system \\(${name}\\).*Put the file on a local disk`));
  mount.type = 0xef_53;
  expect(() => openDatabase({ path: folder.file(), namespace: "millrace", durability: "full" }).close()).not.toThrow();
});
