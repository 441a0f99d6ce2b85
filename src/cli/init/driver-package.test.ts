import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DRIVERS } from "../../app/drivers.ts";
import { driverPackage } from "./driver-package.ts";

const { peerDependencies } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  peerDependencies: Record<string, string>;
};

test("every package that a driver may need is known by its schemes, in the range that package.json says", () => {
  const needed = [...DRIVERS.keys()].map((scheme) => driverPackage(`${scheme}:x`)).filter((each) => each !== undefined);
  expect(Object.fromEntries(needed.map(({ name, range }) => [name, range]))).toEqual(peerDependencies);
  expect([driverPackage("sqlite:./a.db"), driverPackage("redis+sentinel://h")?.name]).toEqual([undefined, "ioredis"]);
});
