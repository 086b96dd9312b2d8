import type { Codec } from "./codec.ts";
import { InvalidDefinitionError } from "./errors.ts";

/** What is needed of a protobuf runtime: these functions of `@bufbuild/protobuf`. */
export interface ProtobufRuntime {
  // Each takes a message's description and something that depends on it: a relation that only the runtime's
  // own types can express.
  readonly create: (message: never, init: never) => unknown;
  readonly toBinary: (message: never, value: never) => Uint8Array;
  readonly fromBinary: (message: never, bytes: never) => unknown;
}

/**
 * Protobuf messages as payloads: `protobufCodec({ create, toBinary, fromBinary }, { MoneyDeposited:
 * MoneyDepositedSchema })`. Every event type needs a message. Recorded as `application/protobuf`.
 */
export function protobufCodec(
  { create, toBinary, fromBinary }: ProtobufRuntime,
  messages: Readonly<Record<string, object>>,
): Codec {
  const messageOf = (eventType: string): never => {
    const message = Object.hasOwn(messages, eventType) ? messages[eventType] : undefined;
    if (message !== undefined) return message as never;
    throw new InvalidDefinitionError(`The protobuf codec has no message for ${eventType}. Add it.`);
  };
  return {
    contentType: "application/protobuf",
    encode(eventType, data) {
      const message = messageOf(eventType);
      return toBinary(message, create(message, data as never) as never);
    },
    decoder(eventType) {
      const message = messageOf(eventType);
      return (payload) => fromBinary(message, payload as never);
    },
  };
}
