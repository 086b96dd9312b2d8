import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { type Health, HealthCheckResponse_ServingStatus as Status, toConnectError } from "@leftfold/proto";
import type { OpenStreams } from "./open-streams.ts";
import type { ReadinessCheck } from "./readiness.ts";

export interface HealthOptions {
  readonly readiness: ReadinessCheck;
  readonly streams: OpenStreams;
  /** Full names of the services that can be asked about, beside the server as a whole. */
  readonly services: ReadonlySet<string>;
  /** Aborted when the server stops: its watchers are told, and then it ends. */
  readonly stopping: AbortSignal;
  /** How often a watcher's server looks whether its store still answers. */
  readonly watchMs: number;
}

/** `grpc.health.v1.Health`: all services are as healthy as the store behind them. */
export function healthService(options: HealthOptions): ServiceImpl<typeof Health> {
  const { streams, services } = options;
  const isKnown = (service: string): boolean => service === "" || services.has(service);
  return {
    async check({ service }) {
      if (!isKnown(service)) {
        throw new ConnectError(`there is no service ${JSON.stringify(service)} here`, Code.NotFound);
      }
      return { status: await servingStatus(options.readiness) };
    },
    watch: ({ service }, { signal }) =>
      streams.run(signal, (ended) => watch(options, isKnown(service), ended), { seesStop: true }),
  };
}

async function* watch(
  options: HealthOptions,
  isKnown: boolean,
  signal: AbortSignal,
): AsyncGenerator<{ status: Status }, void, undefined> {
  const { readiness, watchMs, stopping } = options;
  let last: Status | undefined;
  while (!signal.aborted) {
    const status = isKnown ? await servingStatus(readiness) : Status.SERVICE_UNKNOWN;
    if (status !== last) yield { status };
    last = status;
    if (stopping.aborted) throw toConnectError(stopping.reason);
    await readiness.pause(watchMs, signal);
  }
}

async function servingStatus(readiness: ReadinessCheck): Promise<Status> {
  return (await readiness.check()).ready ? Status.SERVING : Status.NOT_SERVING;
}
