"""A client that is made of nothing but the .proto files: appends, reads and follows, and prints what it got as JSON.

Usage: python_client.py FOLDER_OF_THE_GENERATED_CODE HOST:PORT
"""

import json
import os
import sys

import grpc

sys.path.append(sys.argv[1])
# The generated health protocol lies in a folder of the name of the package that was just imported.
grpc.__path__.append(os.path.join(sys.argv[1], "grpc"))

from grpc.health.v1 import health_pb2, health_pb2_grpc
from leftfold.eventstore.v1 import append_pb2, event_pb2
from leftfold.eventstore.v1 import event_store_service_pb2 as service
from leftfold.eventstore.v1 import event_store_service_pb2_grpc as service_grpc

TENANT = "python"


def an_append(expected, events):
    proposed = [
        event_pb2.ProposedEvent(
            event_type="Opened", content_type="text/plain", payload=text.encode(), tags=["t"], metadata={"k": "v"}
        )
        for text in events
    ]
    aggregate = append_pb2.AggregateAppend(
        aggregate_type="Account", aggregate_id="größer", expected=expected, events=proposed
    )
    return append_pb2.AppendRequest(tenant_id=TENANT, appends=[aggregate])


def main(address):
    channel = grpc.insecure_channel(address)
    store = service_grpc.EventStoreServiceStub(channel)
    no_stream = append_pb2.ExpectedNonce(no_stream=append_pb2.ExpectedNonce.NoStream())
    told = {}

    answer = store.Append(an_append(no_stream, ["a", "b"]), timeout=10)
    told["append"] = [answer.first_global_nonce, answer.last_global_nonce, answer.aggregates[0].aggregate_nonce]

    batch = service.AppendBatchRequest(
        appends=[an_append(append_pb2.ExpectedNonce(exact=2), ["c"]), an_append(no_stream, ["d"])]
    )
    outcomes = store.AppendBatch(batch, timeout=10).outcomes
    told["batch"] = [outcome.WhichOneof("outcome") for outcome in outcomes]
    told["batchFailure"] = outcomes[1].failed.detail.code

    try:
        store.Append(an_append(no_stream, ["e"]), timeout=10)
    except grpc.RpcError as error:
        details = dict(error.trailing_metadata())["grpc-status-details-bin"]
        told["conflict"] = [error.code().name, error.details(), b"concurrency-conflict" in details]

    read = store.ReadAll(service.ReadAllRequest(tenant_id=TENANT), timeout=10)
    told["readAll"] = [[e.global_nonce, e.payload.decode(), e.metadata["k"]] for r in read for e in r.events]

    request = service.ReadStreamRequest(
        tenant_id=TENANT,
        aggregate_type="Account",
        aggregate_id="größer",
        direction=service.DIRECTION_BACKWARDS,
        max_count=2,
    )
    told["readStream"] = [e.aggregate_nonce for r in store.ReadStream(request, timeout=10) for e in r.events]

    followed = []
    subscription = store.Subscribe(service.SubscribeRequest(tenant_id=TENANT, after=1), timeout=30)
    for message in subscription:
        kind = message.WhichOneof("message")
        if kind == "batch":
            followed += [event.global_nonce for event in message.batch.events]
            if followed[-1] == 4:
                break
        elif kind == "caught_up":
            store.Append(an_append(append_pb2.ExpectedNonce(any=append_pb2.ExpectedNonce.Any()), ["f"]), timeout=10)
    subscription.cancel()
    told["subscribe"] = followed

    told["head"] = store.GetHead(service.GetHeadRequest(tenant_id=TENANT), timeout=10).global_nonce
    health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=10)
    told["health"] = health_pb2.HealthCheckResponse.ServingStatus.Name(health.status)
    json.dump(told, sys.stdout)


main(sys.argv[2])
