import { Code, type HandlerContext } from "@connectrpc/connect";
import type { ServerReflectionRequest, ServerReflectionRequestV1Alpha } from "@leftfold/proto";
import type { DescriptorIndex } from "./descriptor-index.ts";
import type { OpenStreams } from "./open-streams.ts";

type Request = ServerReflectionRequest | ServerReflectionRequestV1Alpha;

type Answer =
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string } }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | { case: "errorResponse"; value: { errorCode: Code; errorMessage: string } };

interface Response<Q extends Request> {
  validHost: string;
  originalRequest: Q;
  messageResponse: Answer;
}

/** What either version of gRPC server reflection is made of. */
export interface ReflectionService {
  serverReflectionInfo<Q extends Request>(
    requests: AsyncIterable<Q>,
    context: HandlerContext,
  ): AsyncGenerator<Response<Q>, void, undefined>;
}

/**
 * gRPC server reflection, for tools that know only an address. Versions `v1` and `v1alpha` differ in their
 * name alone, so this implements both.
 */
export function reflectionService(index: DescriptorIndex, streams: OpenStreams): ReflectionService {
  return {
    serverReflectionInfo: (requests, { signal }) => streams.run(signal, () => answerAll(index, requests)),
  };
}

async function* answerAll<Q extends Request>(
  index: DescriptorIndex,
  requests: AsyncIterable<Q>,
): AsyncGenerator<Response<Q>, void, undefined> {
  for await (const originalRequest of requests) {
    const messageResponse = answer(index, originalRequest.messageRequest);
    yield { validHost: originalRequest.host, originalRequest, messageResponse };
  }
}

function answer(index: DescriptorIndex, question: Request["messageRequest"]): Answer {
  switch (question.case) {
    case "listServices": {
      const service = index.serviceNames.map((name) => ({ name }));
      return { case: "listServicesResponse", value: { service } };
    }
    case "fileByFilename":
      return filesOr(index.byFilename(question.value), `file ${question.value}`);
    case "fileContainingSymbol":
      return filesOr(index.bySymbol(question.value), `symbol ${question.value}`);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = question.value;
      return notFound(`extension ${extensionNumber} of ${containingType}`);
    }
    case "allExtensionNumbersOfType":
      // Nothing here has extensions, but for a type that exists that is an answer.
      return index.hasMessage(question.value)
        ? { case: "allExtensionNumbersResponse", value: { baseTypeName: question.value } }
        : notFound(`type ${question.value}`);
    case undefined:
      return failure(Code.InvalidArgument, "the request asks nothing");
  }
}

function filesOr(fileDescriptorProto: Uint8Array[] | undefined, what: string): Answer {
  return fileDescriptorProto === undefined
    ? notFound(what)
    : { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function notFound(what: string): Answer {
  return failure(Code.NotFound, `there is no ${what} here`);
}

function failure(errorCode: Code, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
