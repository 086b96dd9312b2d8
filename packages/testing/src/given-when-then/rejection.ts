import type { Rejection } from "@leftfold/event-sourcing";
import { renderValue } from "./diff/render-value.ts";
import type { Shown } from "./scenario-failure.ts";

/** A rejection in lines, with or without its detail. */
export function shownRejection({ code, detail }: Omit<Rejection, "kind">, withDetail: boolean): Shown {
  const [first, ...others] = withDetail && detail !== undefined ? renderValue(detail) : [];
  return {
    value: withDetail ? { rejection: code, detail } : { rejection: code },
    lines: [`rejected: ${code}${first === undefined ? "" : ` ${first}`}`, ...others],
  };
}
