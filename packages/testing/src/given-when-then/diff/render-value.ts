/** What fits into one line, counted without its indentation. */
const lineCharsMax = 72;
const depthMax = 50;

/**
 * A value in lines, as one would write it in TypeScript. Equal values have equal lines and other values other
 * lines, so that a diff of them is empty for equal values only. Keys are sorted; a property that is undefined
 * counts as absent, as in JSON.
 */
export function renderValue(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== "object" || value === null) return [renderScalar(value)];
  if (depth > depthMax) return ["…"];
  if (value instanceof Date)
    return [`Date ${Number.isNaN(value.getTime()) ? "invalid" : value.toISOString()}`];
  if (ArrayBuffer.isView(value)) return [`${nameOf(value)} ${hex(value)}`];
  if (value instanceof Error) return [`${value.name} ${JSON.stringify(value.message)}`];
  if (value instanceof Map) return block(`${nameOf(value)} {`, renderMap(value, depth), "}");
  if (Array.isArray(value))
    return block(
      "[",
      value.map((element) => renderValue(element, depth + 1)),
      "]",
    );
  if (value instanceof Set) {
    return block(
      `${nameOf(value)} [`,
      Array.from(value, (element) => renderValue(element, depth + 1)),
      "]",
    );
  }
  return block(`${prefixOf(value)}{`, renderProperties(value, depth), "}");
}

function renderScalar(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "function":
      return `function ${value.name}`;
    default:
      return Object.is(value, -0) ? "-0" : String(value);
  }
}

function renderProperties(value: object, depth: number): readonly (readonly string[])[] {
  return Object.entries(value)
    .filter(([, property]) => property !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, property]) => prefixed(`${renderKey(key)}: `, renderValue(property, depth + 1)));
}

function renderMap(map: ReadonlyMap<unknown, unknown>, depth: number): readonly (readonly string[])[] {
  return Array.from(map, ([key, value]) =>
    prefixed(`${renderValue(key, depth + 1).join(" ")} => `, renderValue(value, depth + 1)),
  );
}

function renderKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function prefixed(prefix: string, [first = "", ...others]: readonly string[]): readonly string[] {
  return [prefix + first, ...others];
}

/** In one line where that is short, and one entry after another otherwise. */
function block(open: string, entries: readonly (readonly string[])[], close: string): readonly string[] {
  if (entries.length === 0) return [open + close];
  const isFlat = entries.every((lines) => lines.length === 1);
  const padding = close === "}" ? " " : "";
  const line = `${open}${padding}${entries.join(", ")}${padding}${close}`;
  if (isFlat && line.length <= lineCharsMax) return [line];
  const inner = entries.flatMap((lines) =>
    lines.map((text, i) => `  ${text}${i === lines.length - 1 ? "," : ""}`),
  );
  return [open, ...inner, close];
}

function prefixOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? "" : `${nameOf(value)} `;
}

function nameOf(value: object): string {
  return value.constructor?.name || "Object";
}

function hex({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
