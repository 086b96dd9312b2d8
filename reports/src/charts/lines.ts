import { markText } from "../pages/number-text.ts";
import { ink, labelsInside, svg } from "./chart.ts";

export interface Lines {
  readonly title: string;
  /** What the horizontal axis counts, such as `writers`. */
  readonly xName: string;
  readonly yName: string;
  /** Along the horizontal axis, at equal distances. */
  readonly xs: readonly string[];
  /** A value for each place; undefined where there is none. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[];
  readonly logarithmic?: boolean;
}

const size = { width: 760, height: 340 };

export function linesSvg({ title, xName, yName, xs, lines, logarithmic = false }: Lines): string {
  const isDense = xs.length > 30;
  return svg(
    {
      title: { text: title, textStyle: { color: ink, fontSize: 14 }, left: 0 },
      legend: { top: 30, left: 0, textStyle: { color: ink } },
      grid: { left: 8, right: 100, top: 92, bottom: 16, ...labelsInside },
      xAxis: {
        type: "category",
        name: xName,
        nameTextStyle: { color: ink },
        data: [...xs],
        axisLabel: { color: ink },
      },
      yAxis: {
        type: logarithmic ? "log" : "value",
        name: yName,
        nameTextStyle: { color: ink, align: "left" },
        axisLabel: { color: ink, formatter: markText },
        splitLine: { lineStyle: { color: ink, opacity: 0.2 } },
      },
      series: lines.map(({ name, values }) => ({
        type: "line",
        name,
        showSymbol: !isDense,
        data: values.map((value) => value ?? null),
      })),
    },
    size,
  );
}
