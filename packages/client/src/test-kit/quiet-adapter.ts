import { vi } from "vitest";

/**
 * Keeps Connect's server side from reporting calls that a test broke off: it writes them to the console and
 * knows no other place for them. Everything else is still written.
 */
export function quietAdapter(): void {
  const { console } = globalThis;
  if (vi.isMockFunction(console.error)) return;
  const write = console.error.bind(console);
  vi.spyOn(console, "error").mockImplementation((...message: unknown[]) => {
    if (!String(message[0]).startsWith("handler for rpc")) write(...message);
  });
}
