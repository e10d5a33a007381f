/**
 * A client and a server that use the SSPI functions in one process and exchange bytes through an array.
 *   node build/examples/in-memory.js
 */
import * as w from "../src/entries/sspi-node.ts";

const { certificatePem, privateKeyPem } = w.selfSignedCertificate({ names: ["localhost"] });
const outbound = w.acquireCredentialsHandle({
  package: w.UNISP_NAME,
  credentialUse: w.SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, hRootStore: w.trustStoreFromPem(certificatePem) },
});
const inbound = w.acquireCredentialsHandle({
  package: w.UNISP_NAME,
  credentialUse: w.SECPKG_CRED_INBOUND,
  authData: { dwVersion: 5, paCred: [w.certContextFromPem(certificatePem, privateKeyPem)] },
});
const client: w.InitializeArguments = {
  credential: outbound.credential,
  targetName: "localhost",
  contextReq: w.ISC_REQ_ALLOCATE_MEMORY,
};
const server: w.AcceptArguments = {
  credential: inbound.credential,
  contextReq: w.ASC_REQ_ALLOCATE_MEMORY,
};

// The client and the server take turns: ClientHello, the server's flight, Finished, a ticket, nothing.
let wire: Uint8Array = new Uint8Array(0);
for (let turn = 0; turn < 5; turn++) {
  const token = new w.SecBuffer(w.SECBUFFER_TOKEN);
  const buffers = {
    input: new w.SecBufferDesc([
      new w.SecBuffer(w.SECBUFFER_TOKEN, wire),
      new w.SecBuffer(w.SECBUFFER_EMPTY),
    ]),
    output: new w.SecBufferDesc([token]),
  };
  const side = turn % 2 === 0 ? client : server;
  const { status, context, error } =
    side === client
      ? w.initializeSecurityContext({ ...client, ...buffers })
      : w.acceptSecurityContext({ ...server, ...buffers });
  console.log(w.statusName(status), error?.message ?? `${token.cbBuffer} bytes to send`);
  side.context = context;
  wire = token.bytes;
}

// The client encrypts the data in place, between space for the header and space for the trailer.
const text = Buffer.from("hello, sealed in place");
const sizes = w.queryContextAttributes(client.context, w.SECPKG_ATTR_STREAM_SIZES).value;
const { cbHeader = 0, cbTrailer = 0 } = sizes ?? {};
const record = new Uint8Array(cbHeader + text.length + cbTrailer);
record.set(text, cbHeader);
const message = new w.SecBufferDesc([
  new w.SecBuffer(w.SECBUFFER_STREAM_HEADER, record.subarray(0, cbHeader)),
  new w.SecBuffer(w.SECBUFFER_DATA, record.subarray(cbHeader, cbHeader + text.length)),
  new w.SecBuffer(w.SECBUFFER_STREAM_TRAILER, record.subarray(cbHeader + text.length)),
]);
console.log(w.statusName(w.encryptMessage(client.context, 0, message)));

// The server decrypts the record in place. decryptMessage sets the type and the range of each buffer.
const opened = [
  new w.SecBuffer(w.SECBUFFER_DATA, record),
  new w.SecBuffer(w.SECBUFFER_EMPTY),
  new w.SecBuffer(w.SECBUFFER_EMPTY),
  new w.SecBuffer(w.SECBUFFER_EMPTY),
];
console.log(w.statusName(w.decryptMessage(server.context, new w.SecBufferDesc(opened))));
console.log(String(Buffer.from(opened[1]?.bytes ?? [])));
