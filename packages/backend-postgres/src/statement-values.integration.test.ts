import { expect, it } from "vitest";
import { literals } from "./statement-values.ts";
import { Workbench } from "./testing/workbench.ts";

it("writes any text so that PostgreSQL reads the same, whatever backslashes mean to it", async () => {
  await using workbench = await Workbench.migrated();
  const lane = workbench.lane();
  const texts = [
    "",
    "o'clock",
    "''",
    "\\",
    "\\'",
    "'\\",
    "a\\nb",
    "\\\\x00",
    "'; drop table x; --",
    "größer ✓ 🎈",
    "$1",
    "E'",
  ];
  for (const setting of ["on", "off"]) {
    await lane.unsafe(`set standard_conforming_strings = ${setting}`);
    const rows = await lane.unsafe(`select ${texts.map((text) => literals.add(text)).join(", ")}`).values();
    expect(rows[0]).toEqual(texts);
    const [numbers] = await lane
      .unsafe(`select ${literals.add(7n)}::bigint, ${literals.add(-2)}::int`)
      .values();
    expect(numbers).toEqual(["7", -2]);
  }
});
