/** Milliseconds of the one clock that all processes of a machine share and nobody sets; fractional. */
export function moment(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
