/**
 * Microsoft's "Creating a Secure Connection Using Schannel" (client) and "Shutting Down an Schannel Connection", ported
 * step by step: sends one line, returns the answer. docs/schannel.md shows it beside the calls of those pages.
 */
import {
  acquireCredentialsHandle,
  applyControlToken,
  type ContextHandle,
  decryptMessage,
  deleteSecurityContext,
  encryptMessage,
  freeCredentialsHandle,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_CONFIDENTIALITY,
  ISC_REQ_STREAM,
  initializeSecurityContext,
  queryContextAttributes,
  SCHANNEL_SHUTDOWN,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_OK,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_RENEGOTIATE,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_TOKEN,
  SECPKG_ATTR_STREAM_SIZES,
  SECPKG_CRED_OUTBOUND,
  SecBuffer,
  SecBufferDesc,
  statusName,
  type TrustStore,
  UNISP_NAME,
} from "../src/entries/sspi-node.ts";
import { InputBuffer, Transport } from "./consumers/transport.ts";

const FLAGS = ISC_REQ_CONFIDENTIALITY | ISC_REQ_STREAM | ISC_REQ_ALLOCATE_MEMORY;

function check(what: string, status: number, ...fine: number[]): void {
  if (!fine.includes(status)) throw new Error(`${what}: ${statusName(status)}`);
}

/** Sends `line` to a server and returns the first line of its answer. */
export async function ask(
  address: { readonly host: string; readonly port: number },
  targetName: string,
  hRootStore: TrustStore,
  line: string,
): Promise<string> {
  // 1. AcquireCredentialsHandle
  const { status: acquired, credential = null } = acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: SECPKG_CRED_OUTBOUND,
    authData: { dwVersion: 5, hRootStore },
  });
  check("AcquireCredentialsHandle", acquired, SEC_E_OK);

  // 2. InitializeSecurityContext, until it returns SEC_E_OK
  const socket = await Transport.open(address.host, address.port);
  const received = new InputBuffer();
  let context: ContextHandle | null = null;
  const handshake = async (): Promise<void> => {
    for (let status = -1; status !== SEC_E_OK; ) {
      const token = new SecBuffer(SECBUFFER_TOKEN, received.memory.slice(0, received.used));
      const rest = new SecBuffer(SECBUFFER_EMPTY);
      const output = new SecBuffer(SECBUFFER_TOKEN);
      const answer = initializeSecurityContext({
        ...{ credential, context, targetName, contextReq: FLAGS },
        input: new SecBufferDesc([token, rest]),
        output: new SecBufferDesc([output]),
      });
      status = answer.status;
      context = answer.context ?? context;
      if (status !== SEC_E_INCOMPLETE_MESSAGE) {
        check("InitializeSecurityContext", status, SEC_E_OK, SEC_I_CONTINUE_NEEDED);
        socket.write(output.bytes);
        received.keepTail(rest.BufferType === SECBUFFER_EXTRA ? rest.cbBuffer : 0);
      }
      const wanting = status === SEC_E_INCOMPLETE_MESSAGE || received.used === 0;
      if (status !== SEC_E_OK && wanting) received.append((await socket.read()) ?? closedEarly());
    }
  };
  await handshake();

  // 3. QueryContextAttributes(SECPKG_ATTR_STREAM_SIZES) and EncryptMessage
  const { value: sizes } = queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
  const text = Buffer.from(`${line}\n`);
  const message = [
    new SecBuffer(SECBUFFER_STREAM_HEADER, new Uint8Array(sizes?.cbHeader ?? 0)),
    new SecBuffer(SECBUFFER_DATA, text),
    new SecBuffer(SECBUFFER_STREAM_TRAILER, new Uint8Array(sizes?.cbTrailer ?? 0)),
    new SecBuffer(SECBUFFER_EMPTY),
  ];
  check("EncryptMessage", encryptMessage(context, 0, new SecBufferDesc(message)), SEC_E_OK);
  for (const part of message) socket.write(part.bytes);

  // 4. DecryptMessage, until a line is there
  let answer = "";
  while (!answer.includes("\n")) {
    const buffers = [
      new SecBuffer(SECBUFFER_DATA, received.memory, received.used),
      ...[0, 0, 0].map(() => new SecBuffer(SECBUFFER_EMPTY)),
    ];
    const status = decryptMessage(context, new SecBufferDesc(buffers));
    if (status === SEC_E_INCOMPLETE_MESSAGE) {
      received.append((await socket.read()) ?? closedEarly());
      continue;
    }
    check("DecryptMessage", status, SEC_E_OK, SEC_I_RENEGOTIATE, SEC_I_CONTEXT_EXPIRED);
    const data = buffers.find((buffer) => buffer.BufferType === SECBUFFER_DATA);
    const extra = buffers.find((buffer) => buffer.BufferType === SECBUFFER_EXTRA);
    answer += Buffer.from(data?.bytes ?? []).toString();
    received.keepTail(extra?.cbBuffer ?? 0);
    if (status === SEC_I_RENEGOTIATE) await handshake();
    if (status === SEC_I_CONTEXT_EXPIRED) break;
  }

  // 5. ApplyControlToken(SCHANNEL_SHUTDOWN), InitializeSecurityContext, and the handles go
  const shutdown = new SecBuffer(SECBUFFER_TOKEN, Uint8Array.of(SCHANNEL_SHUTDOWN, 0, 0, 0));
  check("ApplyControlToken", applyControlToken(context, new SecBufferDesc([shutdown])), SEC_E_OK);
  const closing = new SecBuffer(SECBUFFER_TOKEN);
  initializeSecurityContext({
    ...{ credential, context, targetName, contextReq: FLAGS },
    output: new SecBufferDesc([closing]),
  });
  socket.write(closing.bytes);
  socket.end();
  deleteSecurityContext(context);
  freeCredentialsHandle(credential);
  return answer.split("\n")[0] ?? "";
}

function closedEarly(): never {
  throw new Error("the transport ended without close_notify");
}
