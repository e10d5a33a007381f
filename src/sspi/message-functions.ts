/**
 * The SSPI functions for messages: the package is found by the context's handle. None of them throws, and none copies
 * the caller's bytes but `encryptAll`.
 */

import { SECPKG_ATTR_STREAM_SIZES } from "./attributes.ts";
import {
  SECBUFFER_DATA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
} from "./buffer-types.ts";
import { queryContextAttributes } from "./context-functions.ts";
import { inContext, recorded } from "./faults.ts";
import type { EncryptAllResult } from "./function-types.ts";
import { type ContextHandle, contextBinding } from "./handles.ts";
import type { SECQOP } from "./kinds.ts";
import { SecBuffer, SecBufferDesc } from "./sec-buffer.ts";
import { SEC_E_INVALID_HANDLE, SEC_E_OK, type SECURITY_STATUS } from "./security-status.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * Encrypts one message in place (SDK: EncryptMessage).
 *
 * `message` holds STREAM_HEADER, one DATA and STREAM_TRAILER in this order, or TOKEN, DATA, TOKEN; an EMPTY buffer may
 * follow. The plaintext in DATA becomes ciphertext in the caller's memory. `cbBuffer` of the header and of the trailer
 * become the bytes that were written. The record on the wire is header, data and trailer, each with its `cbBuffer`
 * bytes. If they are adjacent views of one ArrayBuffer, the record is one piece. Ask for SECPKG_ATTR_STREAM_SIZES to
 * size the buffers, or use {@link encryptAll}.
 *
 * ```ts
 * const memory = new Uint8Array(cbHeader + data.length + cbTrailer);
 * memory.set(data, cbHeader);
 * const end = cbHeader + data.length;
 * const header = new SecBuffer(SECBUFFER_STREAM_HEADER, memory.subarray(0, cbHeader));
 * const body = new SecBuffer(SECBUFFER_DATA, memory.subarray(cbHeader, end));
 * const trailer = new SecBuffer(SECBUFFER_STREAM_TRAILER, memory.subarray(end));
 * if (encryptMessage(context, 0, new SecBufferDesc([header, body, trailer])) === SEC_E_OK) {
 *   send(memory.subarray(0, end + trailer.cbBuffer));
 * }
 * ```
 *
 * @param context - an established context
 * @param fQOP - 0 for application data. SECQOP_WRAP_OOB_DATA makes an alert: DATA holds its level (1 or 2) and its
 *   description, two bytes
 * @param message - the buffers. Their memory stays the caller's and is written only on success. DATA has at most
 *   `cbMaximumMessage` bytes
 * @param messageSeqNo - ignored by Schannel, which counts records itself; default 0
 * @returns SEC_E_OK. SEC_E_INVALID_HANDLE; SEC_E_QOP_NOT_SUPPORTED: `fQOP` is another value; SEC_E_INVALID_TOKEN: the
 *   buffers do not have the form above; SEC_E_BUFFER_TOO_SMALL: the header or the trailer is too short;
 *   SEC_E_ENCRYPT_FAILURE: DATA is too long, or the key has protected as many records as it may; SEC_E_OUT_OF_SEQUENCE:
 *   the handshake, or an exchange after it, is not finished; SEC_E_CONTEXT_EXPIRED: our side is closed, or the context
 *   failed
 * @see https://learn.microsoft.com/windows/win32/secauthn/encryptmessage--schannel
 */
export function encryptMessage(
  context: ContextHandle | null | undefined,
  fQOP: SECQOP,
  message: SecBufferDesc | null | undefined,
  messageSeqNo = 0,
): SECURITY_STATUS {
  const binding = contextBinding(context);
  if (binding === null) return SEC_E_INVALID_HANDLE;
  try {
    return binding.package.encryptMessage(binding.state, fQOP, message ?? null, messageSeqNo);
  } catch (error) {
    return recorded(binding, error, message);
  }
}

/**
 * Decrypts exactly one record in place (SDK: DecryptMessage).
 *
 * `message` holds one DATA with the received bytes and at least three EMPTY buffers. On SEC_E_OK DATA has become
 * STREAM_HEADER, and the EMPTY buffers DATA, STREAM_TRAILER and, if more bytes came, EXTRA: all are views of the
 * caller's memory. Call again with the bytes of EXTRA. DATA may be empty.
 *
 * @param context - an established context
 * @param message - the buffers. The memory of DATA stays the caller's; its ciphertext is overwritten with plaintext,
 *   unless the credential has `sealwire.decryptToNewMemory`
 * @param messageSeqNo - ignored by Schannel; default 0
 * @returns SEC_E_OK: one record was decrypted. SEC_E_INCOMPLETE_MESSAGE: nothing was changed but two buffers, which are
 *   MISSING with the number of bytes wanted; call again with more. SEC_I_RENEGOTIATE: the peer wants a handshake
 *   message to be answered (a ticket or a key update of TLS 1.3, a HelloRequest of TLS 1.2); give the bytes of EXTRA to
 *   `initializeSecurityContext` or `acceptSecurityContext`. SEC_I_CONTEXT_EXPIRED: the peer sent close_notify.
 *   SEC_E_MESSAGE_ALTERED: the authentication tag is wrong. SEC_E_DECRYPT_FAILURE, SEC_E_ILLEGAL_MESSAGE and the status
 *   of a fatal alert: the context has failed, see {@link lastError}. SEC_E_CONTEXT_EXPIRED: the context was closed or
 *   failed before, or SEC_I_RENEGOTIATE is unanswered. SEC_E_OUT_OF_SEQUENCE: the handshake is not finished.
 *   SEC_E_INVALID_TOKEN: the buffers do not have the form above. SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/secauthn/decryptmessage--schannel
 */
export function decryptMessage(
  context: ContextHandle | null | undefined,
  message: SecBufferDesc | null | undefined,
  messageSeqNo = 0,
): SECURITY_STATUS {
  const binding = contextBinding(context);
  if (binding === null) return SEC_E_INVALID_HANDLE;
  try {
    return binding.package.decryptMessage(binding.state, message ?? null, messageSeqNo);
  } catch (error) {
    return recorded(binding, error, message);
  }
}

/**
 * Encrypts any amount of data as records (beyond Windows). EncryptMessage refuses what exceeds `cbMaximumMessage`; this
 * function is the loop around it.
 *
 * @param context - an established context
 * @param data - plaintext of any length; it is copied and not changed. Empty data makes no record
 * @returns `records`: new memory that is the caller's, to be sent even if `status` is a failure; `consumed`: how many
 *   bytes of `data` are in them; `status`: SEC_E_OK, or the status of the {@link encryptMessage} call that stopped the
 *   loop
 */
export function encryptAll(
  context: ContextHandle | null | undefined,
  data: Uint8Array,
): EncryptAllResult {
  const { status, value: sizes } = queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
  if (sizes === undefined) return { status, records: NO_BYTES, consumed: 0 };
  const { cbHeader, cbTrailer, cbMaximumMessage } = sizes;
  const count = Math.ceil(data.length / cbMaximumMessage);
  const memory = new Uint8Array(data.length + count * (cbHeader + cbTrailer));
  let end = 0;
  for (let consumed = 0; consumed < data.length; ) {
    const part = data.subarray(consumed, consumed + cbMaximumMessage);
    const dataStart = end + cbHeader;
    const dataEnd = dataStart + part.length;
    memory.set(part, dataStart);
    const header = new SecBuffer(SECBUFFER_STREAM_HEADER, memory.subarray(end, dataStart));
    const body = new SecBuffer(SECBUFFER_DATA, memory.subarray(dataStart, dataEnd));
    const trailer = new SecBuffer(
      SECBUFFER_STREAM_TRAILER,
      memory.subarray(dataEnd, dataEnd + cbTrailer),
    );
    const code = encryptMessage(context, 0, new SecBufferDesc([header, body, trailer]));
    if (code !== SEC_E_OK) return { status: code, records: memory.subarray(0, end), consumed };
    end = dataEnd + trailer.cbBuffer;
    consumed += part.length;
  }
  return { status: SEC_E_OK, records: memory.subarray(0, end), consumed: data.length };
}

/**
 * Signs a message without encrypting it (SDK: MakeSignature). Schannel does not have it: the answer is
 * SEC_E_UNSUPPORTED_FUNCTION, as on Windows. It is for other packages.
 *
 * @param context - an established context
 * @param fQOP - quality of protection, of the package
 * @param message - the buffers; their memory stays the caller's
 * @param messageSeqNo - number of the message, where the package counts messages; default 0
 * @returns SEC_E_UNSUPPORTED_FUNCTION; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-makesignature
 */
export function makeSignature(
  context: ContextHandle | null | undefined,
  fQOP: SECQOP,
  message: SecBufferDesc | null | undefined,
  messageSeqNo = 0,
): SECURITY_STATUS {
  return inContext(
    context,
    (its, state) => its.makeSignature(state, fQOP, message ?? null, messageSeqNo),
    message,
  );
}

/**
 * Verifies a signature of MakeSignature (SDK: VerifySignature). Schannel does not have it: the answer is
 * SEC_E_UNSUPPORTED_FUNCTION, as on Windows. It is for other packages.
 *
 * @param context - an established context
 * @param message - the buffers; their memory stays the caller's
 * @param messageSeqNo - number of the message, where the package counts messages; default 0
 * @returns SEC_E_UNSUPPORTED_FUNCTION; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-verifysignature
 */
export function verifySignature(
  context: ContextHandle | null | undefined,
  message: SecBufferDesc | null | undefined,
  messageSeqNo = 0,
): SECURITY_STATUS {
  return inContext(
    context,
    (its, state) => its.verifySignature(state, message ?? null, messageSeqNo),
    message,
  );
}

/**
 * Reports how the last message that {@link decryptMessage} or {@link verifySignature} accepted was protected (beyond
 * Windows, which has the parameter pfQOP).
 *
 * @param context - an established context
 * @returns 0: encrypted, or nothing was decrypted yet, or the handle is invalid; SECQOP_WRAP_NO_ENCRYPT: signed only
 */
export function lastQop(context: ContextHandle | null | undefined): SECQOP {
  const binding = contextBinding(context);
  if (binding === null) return 0;
  try {
    return binding.package.lastQop?.(binding.state) ?? 0;
  } catch (error) {
    recorded(binding, error);
    return 0;
  }
}
