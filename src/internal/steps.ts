/** A list, so many at a time: no call is to be long because its list is. */
export function* stepsOf<T>(items: readonly T[], most: number): Generator<readonly T[], void, undefined> {
  for (let from = 0; from < items.length; from += most) yield items.slice(from, from + most);
}

/** Has a list worked through a step at a time; answers are in the order given. */
export async function inSteps<I, A>(
  items: readonly I[],
  most: number,
  work: (step: readonly I[]) => Promise<readonly A[]>,
): Promise<readonly A[]> {
  const answers: A[] = [];
  for (const step of stepsOf(items, most)) for (const answer of await work(step)) answers.push(answer);
  return answers;
}

/** Has up to `limit` of something done, so many at a time, until there is no more. Returns how many. */
export async function upTo(limit: number, most: number, work: (most: number) => Promise<number>): Promise<number> {
  let done = 0;
  while (done < limit) {
    const step = Math.min(most, limit - done);
    const now = await work(step);
    done += now;
    if (now < step) break;
  }
  return done;
}
