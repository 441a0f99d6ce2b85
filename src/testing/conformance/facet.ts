import assert from "node:assert/strict";
import type { Check } from "./check.ts";
import type { Harness, Offer, Opened } from "./harness.ts";

type AddCheck<D> = (sentence: string, body: (opened: Opened<D>) => Promise<void>, ...needs: readonly Offer[]) => Check;

/** Makes checks of one facet: each opens a driver of its own, and closes it whatever happens. */
export function facet<D>(name: string, harness: Harness<D>): AddCheck<D> {
  return (sentence, body, ...needs) => {
    const missing = needs.find((offer) => !harness.offers.includes(offer));
    return {
      name: `${name}: ${sentence}`,
      facet: name,
      ...(missing !== undefined && { skip: `the driver does not offer ${missing}` }),
      run: async (): Promise<void> => {
        assert.ok(missing === undefined, `this check needs a driver that offers ${missing}`);
        const opened = await harness.open();
        try {
          await body(opened);
        } catch (error) {
          // The check's own verdict comes first; what closing says of a broken driver would hide it.
          await opened.close().catch(() => undefined);
          throw error;
        }
        await opened.close();
      },
    };
  };
}
