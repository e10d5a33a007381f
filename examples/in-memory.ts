/**
 * A client and a server of the SSPI face in one process, with nothing between them but an array.
 *   node build/examples/in-memory.js
 */
import * as w from "../src/node-index.ts";

const { certificatePem, privateKeyPem } = w.selfSignedCertificate({ names: ["localhost"] });
const acquire = (credentialUse: number, own: object) =>
  w.acquireCredentialsHandle({
    ...{ package: w.UNISP_NAME, credentialUse, authData: { dwVersion: 5, ...own } },
  }).credential;
const trusting = { hRootStore: w.trustStoreFromPem(certificatePem) };
const owning = { paCred: [w.certContextFromPem(certificatePem, privateKeyPem)] };
const client: w.HandshakeArguments = { credential: acquire(w.SECPKG_CRED_OUTBOUND, trusting) };
const server: w.HandshakeArguments = { credential: acquire(w.SECPKG_CRED_INBOUND, owning) };

/** Both roles have the flag at the same bit. */
const ALLOCATE: number = w.ISC_REQ_ALLOCATE_MEMORY;

// ClientHello, the server's flight, Finished, a ticket, and the client has taken it.
let wire: Uint8Array = new Uint8Array(0);
for (let turn = 0; turn < 5; turn++) {
  const [side, call] =
    turn % 2 === 0 ? [client, w.initializeSecurityContext] : [server, w.acceptSecurityContext];
  const token = new w.SecBuffer(w.SECBUFFER_TOKEN);
  const input = [new w.SecBuffer(w.SECBUFFER_TOKEN, wire), new w.SecBuffer(w.SECBUFFER_EMPTY)];
  const { status, context, error } = call({
    ...{ ...side, targetName: "localhost", contextReq: ALLOCATE },
    ...{ input: new w.SecBufferDesc(input), output: new w.SecBufferDesc([token]) },
  });
  console.log(w.statusName(status), error?.message ?? `${token.cbBuffer} bytes to send`);
  side.context = context;
  wire = token.bytes;
}

// One record: the data is sealed where it lies, between room for the header and room for the trailer.
const text = Buffer.from("hello, sealed in place");
const sizes = w.queryContextAttributes(client.context, w.SECPKG_ATTR_STREAM_SIZES).value;
const { cbHeader = 0, cbTrailer = 0 } = sizes ?? {};
const record = new Uint8Array(cbHeader + text.length + cbTrailer);
record.set(text, cbHeader);
const parts = [
  new w.SecBuffer(w.SECBUFFER_STREAM_HEADER, record.subarray(0, cbHeader)),
  new w.SecBuffer(w.SECBUFFER_DATA, record.subarray(cbHeader, cbHeader + text.length)),
  new w.SecBuffer(w.SECBUFFER_STREAM_TRAILER, record.subarray(cbHeader + text.length)),
];
console.log(w.statusName(w.encryptMessage(client.context, 0, new w.SecBufferDesc(parts))));

const opened = [w.SECBUFFER_DATA, 0, 0, 0].map(
  (type) => new w.SecBuffer(type, type ? record : null),
);
console.log(w.statusName(w.decryptMessage(server.context, new w.SecBufferDesc(opened))));
console.log(String(Buffer.from(opened[1]?.bytes ?? [])));
