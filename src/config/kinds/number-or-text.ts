/** Digits are a number; what else a text may be is for the check to say. */
export function numberOrText(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
