import { styleText } from "node:util";
import type { Posting } from "./api-client.ts";

/** Where a line goes. */
export type Say = (line: string) => void;

/** How the tour looks: numbered steps, and below each the requests and what came back. */
export class Screen {
  readonly #say: Say;
  #steps = 0;

  constructor(say: Say) {
    this.#say = say;
  }

  step(title: string): void {
    this.#say("");
    this.#say(styleText("bold", `${++this.#steps}. ${title}`));
  }

  line(text: string): void {
    this.#say(`   ${text}`);
  }

  asked(method: string, path: string, sent: Posting | undefined): void {
    this.line(
      `${styleText("cyan", method.padEnd(4))} ${shortened(path)}${sent ? ` ${shown(sent.body)}` : ""}`,
    );
    for (const [name, value] of Object.entries(sent?.headers ?? {})) this.line(`     ${name}: ${value}`);
  }

  answered({ status, statusText }: Response, more = ""): void {
    const color = status < 400 ? "green" : "red";
    this.line(`  → ${styleText(color, `${status} ${statusText}`)}  ${more}`.trimEnd());
  }

  /** Numbers to the right, text to the left. */
  table(rows: readonly (readonly (string | number)[])[]): void {
    const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => `${row[i]}`.length))) ?? [];
    for (const row of rows) {
      const cells = row.map((cell, i) => {
        const width = widths[i] ?? 0;
        return typeof cell === "number" ? `${cell}`.padStart(width) : cell.padEnd(width);
      });
      this.line(`    ${cells.join("  ")}`.trimEnd());
    }
  }

  note(text: string): void {
    this.line(`    ${styleText("dim", text)}`);
  }

  links({ next, previous }: { readonly next?: string | undefined; readonly previous?: string | undefined }) {
    if (previous !== undefined) this.note(`previous: ${shortened(previous)}`);
    if (next !== undefined) this.note(`next: ${shortened(next)}`);
  }
}

/** As one would type it. */
export function shown(body: unknown): string {
  return JSON.stringify(body)
    .replaceAll(/([,:])(?=["{[\d-])/g, "$1 ")
    .replace("{", "{ ")
    .replace("}", " }");
}

/** Cursors are long, and nothing to look at. */
function shortened(path: string): string {
  return path.replaceAll(/(after|before)=([^&]{4})[^&]+/g, "$1=$2…");
}
