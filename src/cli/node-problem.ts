/** Equal to `engines.node` in package.json; a test holds the two together. */
export const NODE_RANGE = "^22.22.3 || ^24.15.0 || >=26.0.0";

/** The oldest release of each line that will do. */
const OLDEST = [
  [22, 22, 3],
  [24, 15, 0],
] as const;
const NEWEST_MAJOR = 26;

/** What is wrong with this version of Node, in a sentence; `undefined` when it will do. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  if (major >= NEWEST_MAJOR) return undefined;
  const fits = OLDEST.some(
    ([line, leastMinor, leastPatch]) =>
      major === line && (minor > leastMinor || (minor === leastMinor && patch >= leastPatch)),
  );
  if (fits) return undefined;
  return `millrace needs Node ${NODE_RANGE}, and this is ${version}. Install a current release of Node 22, 24 or 26 (https://nodejs.org)`;
}
