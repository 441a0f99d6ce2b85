/** What piscina's threads run. */
export async function noop(): Promise<void> {}
