/** Has a list worked through a step at a time; answers are in the order given. */
export async function inSteps<I, A>(
  items: readonly I[],
  most: number,
  work: (step: readonly I[]) => Promise<readonly A[]>,
): Promise<readonly A[]> {
  const answers: A[] = [];
  for (let from = 0; from < items.length; from += most) {
    for (const answer of await work(items.slice(from, from + most))) answers.push(answer);
  }
  return answers;
}
