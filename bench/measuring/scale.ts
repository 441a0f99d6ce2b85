/** How much is measured: everything, or enough to see that it runs. */
export class Scale {
  readonly quick: boolean;

  constructor(quick: boolean) {
    this.quick = quick;
  }

  /** A number of jobs; a tenth of it when quick. */
  jobs(full: number): number {
    return this.quick ? full / 10 : full;
  }

  /** A time that is spent in any case, milliseconds; three tenths of it when quick. */
  ms(full: number): number {
    return this.quick ? full * 0.3 : full;
  }
}
