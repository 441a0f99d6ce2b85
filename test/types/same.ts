/** True only when both are the very same type. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the comparison of two generic functions is the test
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only for what is true. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the parameter is all there is to it
export function same<_T extends true>(): void {}
