import type { BaseKind } from "../bases/base.ts";
import { SYSTEMS, type SystemEntry } from "../systems/catalog.ts";
import { workloadNamed } from "../workloads/catalog.ts";
import { type Result, figureOf } from "./result.ts";
import { shown } from "./shown.ts";

/** What a chart shows: one panel each, all of them rates. */
const PANELS = [
  ["send-one", "perSecond"],
  ["send-100", "perSecond"],
  ["send-bulk", "perSecond"],
  ["drain-1", "perSecond"],
  ["drain-10", "perSecond"],
  ["drain-100", "perSecond"],
  ["produce-and-work", "outPerSecond"],
] as const;

const COLUMNS = 2;
const PANEL_WIDTH = 400;
const GUTTER = 40;
const NAME_WIDTH = 160;
const BAR_WIDTH = 170;
const BAR_HEIGHT = 16;
const ROW_HEIGHT = 22;
const TITLE_HEIGHT = 30;
const PANEL_GAP = 18;

// Colours that can be read on white and on near black; a reader's own scheme chooses the better set.
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 13px; }
  .name { text-anchor: end; }
  .millrace { fill: #0969da; }
  .peer { fill: #8c959f; }
  .limit { fill: none; stroke: #8c959f; stroke-dasharray: 3 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .millrace { fill: #4493f8; }
    .peer { fill: #6e7681; }
    .limit { stroke: #6e7681; }
  }`;

interface Bar {
  readonly system: SystemEntry;
  readonly value: number;
}

interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** The rates of the systems on one base as an SVG; `undefined` if the result has none. */
export function chart(result: Result, base: BaseKind): string | undefined {
  const panels = PANELS.map(([workload, figure]): Panel => {
    const bars = SYSTEMS.filter((system) => system.base === base).map((system) => ({
      system,
      value: figureOf(result, { system: system.name, workload, figure }),
    }));
    return { title: workloadNamed(workload).title, bars: bars.filter(({ value }) => !Number.isNaN(value)) };
  }).filter(({ bars }) => bars.length > 0);
  if (panels.length === 0) return undefined;
  const height = TITLE_HEIGHT + Math.max(...panels.map(({ bars }) => bars.length)) * ROW_HEIGHT + PANEL_GAP;
  const [wide, high] = [COLUMNS * PANEL_WIDTH + GUTTER, Math.ceil(panels.length / COLUMNS) * height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img">`,
    `<title>Jobs per second on ${base}; more is better</title>`,
    `<style>${STYLE}\n</style>`,
    ...panels.map((panel, at) => {
      const [x, y] = [(at % COLUMNS) * (PANEL_WIDTH + GUTTER), Math.floor(at / COLUMNS) * height];
      return `<g transform="translate(${x} ${y})">\n${drawn(panel)}\n</g>`;
    }),
    "</svg>",
    "",
  ].join("\n");
}

function drawn({ title, bars }: Panel): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.flatMap(({ system: { name, kind }, value }, at) => {
    const y = TITLE_HEIGHT + at * ROW_HEIGHT;
    const width = most === 0 ? 0 : Math.max(1, Math.round((value / most) * BAR_WIDTH));
    const line = y + BAR_HEIGHT - 4;
    return [
      `<text class="name" x="${NAME_WIDTH - 8}" y="${line}">${name}</text>`,
      `<rect class="${kind}" x="${NAME_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="2"/>`,
      `<text x="${NAME_WIDTH + width + 6}" y="${line}">${shown(value)}</text>`,
    ];
  });
  return [`<text class="title" x="0" y="18">${title}, jobs/s</text>`, ...rows].join("\n");
}
