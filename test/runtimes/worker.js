/**
 * What an edge worker does with `sealwire/web`: both ends of a session per version, over streams, with no Node about.
 */
import { secure, selfSignedCertificate, TrustStore } from "sealwire/web";

const LENGTH = 100_000;

async function echo(version) {
  const there = new TransformStream();
  const back = new TransformStream();
  const { certificate, privateKey } = selfSignedCertificate({ names: ["worker.test"] });
  const server = secure(
    { readable: there.readable, writable: back.writable },
    { role: "server", cert: { chain: [certificate], privateKey } },
  );
  const client = secure(
    { readable: back.readable, writable: there.writable },
    { serverName: "worker.test", ca: new TrustStore([certificate]), versions: [version] },
  );
  const echoing = server.readable.pipeTo(server.writable);
  const writer = client.writable.getWriter();
  const sending = writer.write(new Uint8Array(LENGTH)).then(() => writer.close());
  let length = 0;
  const reader = client.readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    length += next.value.length;
  await Promise.all([echoing, sending, client.closed, server.closed]);
  const { cipherSuiteName } = await client.opened;
  return { version, cipherSuiteName, length, hasNode: typeof process !== "undefined" };
}

/** Facts of one session per version. */
export async function run() {
  return [await echo("TLSv1.2"), await echo("TLSv1.3")];
}
