/** Deeper data is taken for a cycle. */
const depthMax = 200;

/** What about a value JSON would change or lose, in words; undefined when the value comes back as it was. */
export function jsonFlaw(value: unknown, path = "", depth = 0): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `${place(path)} is ${value}, which JSON has no number for`;
    case "object":
      return value === null ? undefined : flawInside(value, path, depth);
    default:
      return `${place(path)} is ${indefinite(typeof value)}, which JSON cannot hold`;
  }
}

function flawInside(value: object, path: string, depth: number): string | undefined {
  if (depth > depthMax) return `${place(path)} is nested deeper than ${depthMax} levels, or in a cycle`;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = jsonFlaw(value[i], `${path}.${i}`, depth + 1);
      if (flaw !== undefined) return flaw;
    }
    return undefined;
  }
  if (!isPlain(value))
    return `${place(path)} is of class ${className(value)}, which JSON would not bring back`;
  const entries: Readonly<Record<string, unknown>> = { ...value };
  for (const key of Object.keys(entries)) {
    const entry = entries[key];
    const flaw = entry === undefined ? undefined : jsonFlaw(entry, `${path}.${key}`, depth + 1);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return !("toJSON" in value);
}

function className(value: object): string {
  return value.constructor?.name ?? "unknown";
}

function place(path: string): string {
  return path === "" ? "the data" : path.slice(1);
}

function indefinite(kind: string): string {
  return kind === "undefined" ? kind : `a ${kind}`;
}
