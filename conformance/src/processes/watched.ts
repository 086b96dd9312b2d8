/** The same object, except that one of its methods does something first, and fails when that does. */
export function before<T extends object, Name extends keyof T & string>(
  target: T,
  method: Name,
  run: (...args: T[Name] extends (...args: infer Args) => unknown ? Args : never) => Promise<void> | void,
): T {
  return new Proxy(target, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name, inner);
      if (typeof value !== "function") return value;
      if (name !== method) return value.bind(inner);
      return async (...args: Parameters<typeof run>) => {
        await run(...args);
        return await value.apply(inner, args);
      };
    },
  });
}
