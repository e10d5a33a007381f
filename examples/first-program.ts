/**
 * The first program, an HTTPS client: node:net moves bytes, and the SSPI functions turn them into TLS.
 *   node build/examples/first-program.js HOST PORT AUTHORITY.pem
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import * as w from "../src/entries/sspi-node.ts";

const [host = "", port = "", authority = ""] = process.argv.slice(2);
const hRootStore = w.trustStoreFromPem(readFileSync(authority, "utf8"));
const authData: w.SCH_CREDENTIALS = {
  dwVersion: 5,
  hRootStore,
  sealwire: { transparentPostHandshake: true },
};
const use = { package: w.UNISP_NAME, credentialUse: w.SECPKG_CRED_OUTBOUND, authData };
const { credential } = w.acquireCredentialsHandle(use);
const call = { credential, targetName: host, contextReq: w.ISC_REQ_ALLOCATE_MEMORY };
const socket = connect(Number(port), host);

const token = new w.SecBuffer(w.SECBUFFER_TOKEN);
const output = new w.SecBufferDesc([token]);
const { context } = w.initializeSecurityContext({ ...call, output }); // makes the ClientHello
socket.write(token.bytes);

let secure = false;
let bytes: Uint8Array = new Uint8Array(0);
for await (const chunk of socket) {
  bytes = Buffer.concat([bytes, chunk]);
  while (bytes.length > 0) {
    const first = new w.SecBuffer(secure ? w.SECBUFFER_DATA : w.SECBUFFER_TOKEN, bytes);
    const input = new w.SecBufferDesc([first, ...[1, 2, 3].map(() => new w.SecBuffer(0))]);
    const { status } = secure
      ? { status: w.decryptMessage(context, input) }
      : w.initializeSecurityContext({ ...call, context, input, output });
    if (status === w.SEC_E_INCOMPLETE_MESSAGE) break; // the rest is on its way
    if (!secure) socket.write(token.bytes);
    if (status >= 0x80000000) throw new Error(w.lastError(context)?.message);
    const find = (type: number) => input.pBuffers.find(({ BufferType }) => BufferType === type);
    process.stdout.write(find(w.SECBUFFER_DATA)?.bytes ?? "");
    bytes = bytes.subarray(bytes.length - (find(w.SECBUFFER_EXTRA)?.cbBuffer ?? 0));
    if (status === w.SEC_I_CONTEXT_EXPIRED) socket.end(); // the peer's close_notify
    if (status === w.SEC_E_OK && !secure) {
      secure = true;
      send(`GET / HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    }
  }
}

function send(text: string): void {
  const { value } = w.queryContextAttributes(context, w.SECPKG_ATTR_STREAM_SIZES);
  const header = new w.SecBuffer(w.SECBUFFER_STREAM_HEADER, new Uint8Array(value?.cbHeader ?? 0));
  const data = new w.SecBuffer(w.SECBUFFER_DATA, Buffer.from(text));
  const trailer = new w.SecBuffer(
    w.SECBUFFER_STREAM_TRAILER,
    new Uint8Array(value?.cbTrailer ?? 0),
  );
  w.encryptMessage(context, 0, new w.SecBufferDesc([header, data, trailer]));
  for (const part of [header, data, trailer]) socket.write(part.bytes);
}
