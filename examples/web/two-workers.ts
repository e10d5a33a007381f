/**
 * TLS over a MessagePort between two workers: the thread that forwards the messages (here the main thread, which made
 * the ports) cannot read them. In a page `new Worker(…)` and `onmessage` take the places of Node's names; the rest is
 * the same. Run it with `node build/examples/web/two-workers.js`.
 */
import { fileURLToPath } from "node:url";
import {
  isMainThread,
  type MessagePort as NodePort,
  parentPort,
  Worker,
  workerData,
} from "node:worker_threads";
import {
  overMessages,
  secure,
  selfSignedCertificate,
  TrustStore,
} from "../../src/entries/streams.ts";

/** What each worker is started with; only the server has the key. */
interface Work {
  readonly role: "client" | "server";
  readonly port: MessagePort;
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array | null;
}

const NAME = "worker.internal";

async function main(): Promise<void> {
  const { certificate, privateKey } = selfSignedCertificate({ names: [NAME] });
  const { port1, port2 } = new MessageChannel();
  const ports = { client: port1, server: port2 };
  const start = (role: Work["role"]): Promise<void> => {
    const key = role === "server" ? privateKey : null;
    const work: Work = { role, port: ports[role], certificate, privateKey: key };
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: work,
      transferList: [ports[role] as unknown as NodePort],
    });
    worker.on("message", (line) => console.log(`${role}: ${line}`));
    return new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
  };
  await Promise.all([start("server"), start("client")]);
}

const say = (line: string): void => parentPort?.postMessage(line);

async function serve({ port, certificate, privateKey }: Work): Promise<void> {
  const cert = { chain: [certificate], privateKey };
  const session = secure(overMessages(port), { role: "server", cert });
  await session.opened;
  await session.readable.pipeTo(session.writable);
  await session.closed;
  say("echoed everything, closed");
}

async function ask({ port, certificate }: Work): Promise<void> {
  const ca = new TrustStore([certificate]);
  const session = secure(overMessages(port), { serverName: NAME, ca });
  const { cipherSuiteName } = await session.opened;
  say(`secure: ${cipherSuiteName}`);
  const writer = session.writable.getWriter();
  const sending = writer.write(new Uint8Array(1 << 20)).then(() => writer.close());
  let received = 0;
  const reader = session.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    received += value.length;
  }
  await sending;
  await session.closed;
  say(`${received} bytes came back, closed`);
}

if (isMainThread) await main();
else {
  const work = workerData as Work;
  await (work.role === "server" ? serve(work) : ask(work));
}
