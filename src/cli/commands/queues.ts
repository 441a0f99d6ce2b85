import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { STATES, paintOf } from "../state-style.ts";
import { type Cell, table } from "../table.ts";
import { terminal } from "../terminal.ts";
import { visible } from "../visible.ts";

export const queues: CommandDeclaration = {
  usage: "queues",
  summary: "Show every queue that has jobs or is paused, with their number by state",
  flags: [],
  examples: [
    ["millrace queues", "a table of queues and states"],
    ["millrace queues --json", "for a program"],
  ],
  run: (_words, flags) =>
    withExisting(flags, async (client) => {
      const found = await client.queues();
      if (flags.has("json")) {
        printJson({ queues: found });
        return EXIT.ok;
      }
      if (found.length === 0) {
        terminal.tell(terminal.paintNote("dim", "no jobs"));
        return EXIT.ok;
      }
      const states = STATES.filter((state) => found.some(({ counts }) => counts[state] !== undefined));
      const rows = found.map(({ queue, paused, counts }): Cell[] => [
        { text: `${visible(queue)}${paused === true ? " (paused)" : ""}`, paint: "bold" },
        ...states.map((state): Cell => {
          const count = counts[state] ?? 0;
          return { text: count.toLocaleString("en"), paint: count === 0 ? "dim" : paintOf(state) };
        }),
      ]);
      const columns = [
        { title: "QUEUE", least: 8 },
        ...states.map((state) => ({ title: state.toUpperCase(), align: "right" as const })),
      ];
      for (const line of table(columns, rows)) terminal.print(line);
      return EXIT.ok;
    }),
};
