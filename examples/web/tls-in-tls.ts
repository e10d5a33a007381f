/**
 * TLS in TLS: a client reaches a server through a relay that has TLS of its own, as one reaches an HTTPS site through
 * an HTTPS proxy. The relay opens the outer session and sees only the records of the inner one.
 * Run it with `node build/examples/web/tls-in-tls.js`.
 */
import {
  type ByteStreams,
  secure,
  selfSignedCertificate,
  TrustStore,
} from "../../src/entries/streams.ts";

function pipe(): [ByteStreams, ByteStreams] {
  const there = new TransformStream<Uint8Array, Uint8Array>();
  const back = new TransformStream<Uint8Array, Uint8Array>();
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

function identity(name: string) {
  const { certificate, privateKey } = selfSignedCertificate({ names: [name] });
  return { cert: { chain: [certificate], privateKey }, ca: new TrustStore([certificate]) };
}

const relay = identity("relay.example");
const server = identity("server.example");

const [clientSide, relaySide] = pipe();
const [relayBack, serverSide] = pipe();

// The relay: the outer session ends here, and what is in it goes on to the server as it is.
const outerEnd = secure(relaySide, { role: "server", cert: relay.cert });
let first: Uint8Array | null = null;
const watched = outerEnd.readable.pipeThrough(
  new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, onwards) {
      first ??= bytes.slice(0, 5);
      onwards.enqueue(bytes);
    },
  }),
);
const relaying = Promise.allSettled([
  watched.pipeTo(relayBack.writable),
  relayBack.readable.pipeTo(outerEnd.writable),
]);

const inner = secure(serverSide, { role: "server", cert: server.cert });
const echoing = inner.readable.pipeTo(inner.writable);

const outer = secure(clientSide, { serverName: "relay.example", ca: relay.ca });
await outer.opened;
// A session is a pair of byte streams, so it is a transport for another one.
const client = secure(outer, {
  serverName: "server.example",
  ca: server.ca,
  versions: ["TLSv1.2"],
});
await client.opened;

const writer = client.writable.getWriter();
await writer.write(new TextEncoder().encode("through both"));
await writer.close();
const text = await new Response(client.readable).text();
console.log(`the server answered: ${text}`);
console.log(`the relay saw a record: ${first?.[0] === 22 && first[1] === 3}`);
await Promise.all([echoing, client.closed, inner.closed]);
await outer.close();
await relaying;
console.log("closed, inside and outside");
