/** Where a server listens. */
export interface BindAddr {
  /**
   * A name or an address; `0.0.0.0` and `::` mean every interface. An IPv6 address stands here without
   * brackets.
   */
  readonly host: string;
  /** 0 for any port that is free. */
  readonly port: number;
}

export const defaultBindAddr = "0.0.0.0:50051";

/** What a bind address may look like, for messages. */
export const bindAddrForms =
  "host:port such as 0.0.0.0:50051 or [::1]:50051, the port from 0 (any free one) to 65535";

const shape = /^(?:\[([0-9a-fA-F:.]+(?:%\w+)?)\]|([^\s:[\]]+)):(\d{1,5})$/;

/** Takes `host:port` or `[v6]:port` apart; undefined when the text is neither. */
export function parseBindAddr(text: string): BindAddr | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const port = Number(match[3]);
  return port > 65_535 ? undefined : { host: match[1] ?? match[2]!, port };
}

/**
 * Whether a server that listens there can be reached from other machines, whatever this one's addresses are.
 */
export function isEveryInterface({ host }: BindAddr): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** The URL under which this machine reaches a server that listens there. */
export function urlOf({ host, port }: BindAddr): string {
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
