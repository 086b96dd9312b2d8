import { markText, numberText } from "../pages/number-text.ts";
import { colors, ink, svg } from "./chart.ts";

export interface Bars {
  readonly title: string;
  /** What a bar's length means, such as `events/s`. */
  readonly unit: string;
  /** From top to bottom. */
  readonly bars: readonly { readonly name: string; readonly value: number; readonly ours: boolean }[];
  /** For values that differ by orders of magnitude. */
  readonly logarithmic?: boolean;
}

const width = 760;

/** Horizontal bars, ours in a color of their own. */
export function barsSvg({ title, unit, bars, logarithmic = false }: Bars): string {
  const fromBelow = bars.toReversed();
  return svg(
    {
      title: { text: title, textStyle: { color: ink, fontSize: 14 }, left: 0 },
      grid: { left: 220, right: 90, top: 36, bottom: 24 },
      xAxis: {
        type: logarithmic ? "log" : "value",
        name: unit,
        nameTextStyle: { color: ink },
        axisLabel: { color: ink, formatter: markText },
        splitLine: { lineStyle: { color: ink, opacity: 0.2 } },
      },
      yAxis: { type: "category", data: fromBelow.map(({ name }) => name), axisLabel: { color: ink } },
      series: [
        {
          type: "bar",
          barWidth: "60%",
          label: {
            show: true,
            position: "right",
            color: ink,
            formatter: ({ value }: { value: number }) => numberText(value),
          },
          data: fromBelow.map(({ value, ours }) => ({
            value,
            itemStyle: { color: ours ? colors[0] : colors[6] },
          })),
        },
      ],
    },
    { width, height: 80 + bars.length * 30 },
  );
}
