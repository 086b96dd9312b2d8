const service = "leftfold.eventstore.v1.EventStoreService";
const question = '{"tenantId":"demo"}';

/**
 * Commands for a shell that append an event and read it back, for people who meet the server for the first
 * time.
 */
export function tryIt(url: string): string {
  return `Append an event; its payload, any bytes, stands in base64:

  curl -s ${url}/${service}/Append \\
    -H 'content-type: application/json' \\
    -d '{"tenantId":"demo","appends":[{"aggregateType":"Account","aggregateId":"1","expected":{"any":{}},
         "events":[{"eventType":"Opened","contentType":"application/json","payload":"eyJvd25lciI6IkFkYSJ9"}]}]}'

Read the log:

  printf '${envelopeForPrintf(question)}' | curl -s ${url}/${service}/ReadAll \\
    -H 'content-type: application/connect+json' --data-binary @- | tail -c +6

The same with grpcurl, which asks the server for the rest:

  grpcurl -plaintext -d '${question}' ${new URL(url).host} ${service}/ReadAll
`;
}

/** A message of Connect's streaming protocol: flags and length, as octal escapes, and the JSON. */
function envelopeForPrintf(json: string): string {
  return `\\0\\0\\0\\0\\${json.length.toString(8)}${json}`;
}
