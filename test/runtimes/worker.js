/**
 * What an edge worker does with `sealwire/web` and `sealwire/client`: both ends of a session per version, over streams, with no Node about.
 */
import { secure as secureSmall } from "sealwire/client";
import { secure, selfSignedCertificate, TrustStore } from "sealwire/web";

const LENGTH = 100_000;

async function echo(version, secureClient) {
  const there = new TransformStream();
  const back = new TransformStream();
  const { certificate, privateKey } = selfSignedCertificate({ names: ["worker.test"] });
  const server = secure(
    { readable: there.readable, writable: back.writable },
    { role: "server", cert: { chain: [certificate], privateKey } },
  );
  const client = secureClient(
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
  const { cipherSuiteName, cipherTiers } = await client.opened;
  return { version, cipherSuiteName, cipherTiers, length, hasNode: typeof process !== "undefined" };
}

/** Facts of one session per client and version. */
export async function run() {
  const facts = [];
  for (const secureClient of [secure, secureSmall]) {
    facts.push(await echo("TLSv1.2", secureClient), await echo("TLSv1.3", secureClient));
  }
  return facts;
}
