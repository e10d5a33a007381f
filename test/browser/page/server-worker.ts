/**
 * A worker that is a TLS server: tells its certificate, is given a port, and echoes.
 */
import { overMessages, secure, selfSignedCertificate } from "../../../src/entries/streams.ts";

const { certificate, privateKey } = selfSignedCertificate({ names: ["worker"] });
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<MessagePort>) => void;
  postMessage(message: Uint8Array): void;
};

scope.onmessage = ({ data: port }) => {
  const cert = { chain: [certificate], privateKey };
  const session = secure(overMessages(port), { role: "server", cert });
  void session.readable.pipeTo(session.writable);
};
scope.postMessage(certificate);
