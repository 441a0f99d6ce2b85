import assert from "node:assert/strict";
import type { Presence } from "../../../contracts/presence.ts";
import { DELAY_MS, LONG_MS, MARGIN_MS } from "../bounds.ts";
import type { Check } from "../check.ts";
import { demanded } from "../demanded.ts";
import { facet } from "../facet.ts";
import type { Harness, Opened } from "../harness.ts";

interface Announceable {
  readonly presence?: Presence;
}

/** Workers that announce themselves. */
export function presenceChecks<D extends Announceable>(harness: Harness<D>): readonly Check[] {
  const check = facet("presence", harness);
  const board = (sentence: string, body: (presence: Presence, opened: Opened<D>) => Promise<void>): Check =>
    check(sentence, (opened) => body(demanded(opened.driver.presence, "driver.presence"), opened), "presence");
  return [
    board("who announced themselves is present, with what they said last", async (presence, opened) => {
      assert.deepEqual(await presence.present(), []);
      await presence.announce("one", "first", LONG_MS);
      await presence.announce("two", "«ünï» 漢字 \u{1f600}\n", LONG_MS);
      const [before] = (await presence.present()).filter(({ name }) => name === "one");
      await opened.advance(DELAY_MS);
      await presence.announce("one", "second", LONG_MS);
      const present = [...(await presence.present())].toSorted((a, b) => (a.name < b.name ? -1 : 1));
      assert.deepEqual(
        present.map(({ name, about }) => [name, about]),
        [
          ["one", "second"],
          ["two", "«ünï» 漢字 \u{1f600}\n"],
        ],
      );
      assert.ok(
        before !== undefined && (present[0]?.seenAt ?? 0) > before.seenAt,
        "seenAt is of the last announcement",
      );
    }),

    board("who says nothing more is gone after `liveMs`, and no earlier", async (presence, opened) => {
      await presence.announce("short", "", DELAY_MS);
      await presence.announce("long", "", LONG_MS);
      assert.equal((await presence.present()).length, 2);
      await opened.advance(DELAY_MS + MARGIN_MS);
      assert.deepEqual(
        (await presence.present()).map(({ name }) => name),
        ["long"],
      );
    }),

    board("who leaves is gone at once; leaving can be repeated", async (presence) => {
      await presence.announce("one", "", LONG_MS);
      await presence.announce("two", "", LONG_MS);
      for (let time = 0; time < 2; time += 1) {
        await presence.leave("one");
        assert.deepEqual(
          (await presence.present()).map(({ name }) => name),
          ["two"],
        );
      }
    }),

    check(
      "another connection sees the same",
      async (opened) => {
        const other = demanded((await demanded(opened.second, "harness.second")()).presence, "driver.presence");
        await demanded(opened.driver.presence, "driver.presence").announce("one", "here", LONG_MS);
        assert.deepEqual(
          (await other.present()).map(({ name, about }) => [name, about]),
          [["one", "here"]],
        );
        await other.leave("one");
        assert.deepEqual(await opened.driver.presence?.present(), []);
      },
      "presence",
      "connections",
    ),
  ];
}
