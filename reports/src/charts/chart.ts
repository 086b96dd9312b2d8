import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, TitleComponent, LegendComponent, SVGRenderer]);

/** The size of a chart, in CSS pixels. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** Grey that is read on white and on black, as pages are shown in both. */
export const ink = "#808691";
export const colors: readonly string[] = [
  "#3b82f6",
  "#f59e0b",
  "#10b981",
  "#ef4444",
  "#8b5cf6",
  "#06b6d4",
  "#a3a3a3",
  "#b45309",
];

/** Counts the axes' labels into the room that a grid takes. */
export const labelsInside = { outerBoundsMode: "same", outerBoundsContain: "axisLabel" } as const;

/** A chart as an SVG. The same options give the same text, so that a page that did not change is not written anew. */
export function svg(options: EChartsCoreOption, { width, height }: ChartSize): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ animation: false, color: [...colors], textStyle: { color: ink }, ...options });
    return `${withStableNames(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose();
  }
}

/** The renderer counts its charts, and names its classes and clip paths by that. */
function withStableNames(text: string): string {
  const names = new Map<string, string>();
  return text.replaceAll(/\bzr\d+-[\w-]+/g, (name) => {
    const stable = names.get(name) ?? `c${names.size}`;
    names.set(name, stable);
    return stable;
  });
}
