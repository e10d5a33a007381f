/**
 * The SSPI functions for a security context, but for its handshake and its messages: the package is found by the
 * handle. None of them throws.
 */
import type { SettableContextAttributeValues } from "./attribute-values.ts";
import { inContext, recorded } from "./faults.ts";
import type { AttributeValue, ContextAttributeResult } from "./function-types.ts";
import { type ContextHandle, contextBinding, killHandle } from "./handles.ts";
import type { SECPKG_ATTR } from "./kinds.ts";
import { flag, readOptions } from "./option-shape.ts";
import type { SecBufferDesc } from "./sec-buffer.ts";
import type { ErrorReport } from "./security-package.ts";
import {
  SEC_E_INVALID_HANDLE,
  SEC_E_UNSUPPORTED_FUNCTION,
  type SECURITY_STATUS,
} from "./security-status.ts";

/** What setContextAttributes takes: those that have a value, and those without effect. */
type SettableAttribute =
  | keyof SettableContextAttributeValues
  | SECPKG_ATTR.UI_INFO
  | SECPKG_ATTR.EARLY_START
  | SECPKG_ATTR.USE_NCRYPT;

/**
 * Arms a control token (SDK: ApplyControlToken). The next call of `initializeSecurityContext` or
 * `acceptSecurityContext`, whatever its input, emits the record for it.
 *
 * To close: apply SCHANNEL_SHUTDOWN, call the handshake function, send its TOKEN, call {@link deleteSecurityContext}.
 *
 * ```ts
 * const shutdown = new SecBuffer(SECBUFFER_TOKEN, Uint8Array.of(SCHANNEL_SHUTDOWN, 0, 0, 0));
 * applyControlToken(context, new SecBufferDesc([shutdown]));
 * ```
 *
 * @param context - a context, established or not
 * @param input - exactly one TOKEN buffer of little-endian 32-bit numbers: SCHANNEL_SHUTDOWN (4 bytes); SCHANNEL_ALERT,
 *   the level and the alert's number (12 bytes); or SCHANNEL_SESSION and SSL_SESSION_* flags (8 bytes). It is read, not
 *   kept
 * @returns SEC_E_OK. SEC_E_INVALID_TOKEN: another number or type of buffers, or a token that is too short;
 *   SEC_E_UNSUPPORTED_FUNCTION: another token, SCHANNEL_RENEGOTIATE too; SEC_E_INTERNAL_ERROR: no descriptor was given,
 *   as Windows answers; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-applycontroltoken
 * @see https://learn.microsoft.com/windows/win32/secauthn/shutting-down-an-schannel-connection
 */
export function applyControlToken(
  context: ContextHandle | null | undefined,
  input: SecBufferDesc | null | undefined,
): SECURITY_STATUS {
  return inContext(context, (its, state) => its.applyControlToken(state, input ?? null), input);
}

/**
 * Completes a token that the last handshake call wrote, after SEC_I_COMPLETE_NEEDED or SEC_I_COMPLETE_AND_CONTINUE (SDK:
 * CompleteAuthToken). Of the packages here only Digest has such tokens.
 *
 * @param context - the context of that call
 * @param token - the output of that call, as it was sent; its memory stays the caller's
 * @returns SEC_E_OK. SEC_E_UNSUPPORTED_FUNCTION: the package completes its tokens itself, as Schannel does;
 *   SEC_E_OUT_OF_SEQUENCE: no token waits; SEC_E_INVALID_TOKEN: the buffers cannot be used; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-completeauthtoken
 */
export function completeAuthToken(
  context: ContextHandle | null | undefined,
  token: SecBufferDesc | null | undefined,
): SECURITY_STATUS {
  return inContext(
    context,
    (its, state) => its.completeAuthToken?.(state, token ?? null) ?? SEC_E_UNSUPPORTED_FUNCTION,
    token,
  );
}

/**
 * Reads an attribute of a context (SDK: QueryContextAttributes). The value has the type that belongs to the attribute.
 *
 * ```ts
 * const { status, value } = queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
 * ```
 *
 * @param context - a context, established or not
 * @param attribute - SECPKG_ATTR_* or SEALWIRE_ATTR_CONNECTION
 * @returns `status` SEC_E_OK and `value`, an object of its own with the members of the SDK's structure. Without a
 *   value: SEC_E_UNSUPPORTED_FUNCTION: there is no such attribute here, or not in this version of TLS;
 *   SEC_E_OUT_OF_SEQUENCE: not known yet; SEC_E_NO_CREDENTIALS: no certificate was shown; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/secauthn/querycontextattributes--schannel
 */
export function queryContextAttributes<Attribute extends SECPKG_ATTR>(
  context: ContextHandle | null | undefined,
  attribute: Attribute,
): ContextAttributeResult<Attribute> {
  const binding = contextBinding(context);
  if (binding === null) return { status: SEC_E_INVALID_HANDLE };
  try {
    return binding.package.queryContextAttributes(
      binding.state,
      attribute,
    ) as ContextAttributeResult<Attribute>;
  } catch (error) {
    return { status: recorded(binding, error) };
  }
}

/**
 * Sets an attribute of a context (SDK: SetContextAttributes).
 *
 * @param context - a context, established or not
 * @param attribute - SECPKG_ATTR_APP_DATA or SECPKG_ATTR_KEYING_MATERIAL_INFO. SECPKG_ATTR_UI_INFO, _EARLY_START and
 *   _USE_NCRYPT are accepted and have no effect
 * @param value - the SDK's structure for the attribute; its bytes are copied
 * @returns SEC_E_OK. SEC_E_INVALID_PARAMETER: the value does not have that form, or the exporter cannot use it;
 *   SEC_E_UNSUPPORTED_FUNCTION: another attribute; SEC_E_INVALID_HANDLE
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-setcontextattributesw
 */
export function setContextAttributes<Attribute extends SettableAttribute>(
  context: ContextHandle | null | undefined,
  attribute: Attribute,
  value: AttributeValue<SettableContextAttributeValues, Attribute>,
): SECURITY_STATUS {
  return inContext(context, (its, state) =>
    its.setContextAttributes(state, attribute, value ?? null),
  );
}

/**
 * Deletes a context and wipes its keys (SDK: DeleteSecurityContext). Nothing is sent. To close the connection for the
 * peer, apply SCHANNEL_SHUTDOWN first. The handle is invalid afterwards.
 *
 * @param context - a context in any state
 * @returns SEC_E_OK; SEC_E_INVALID_HANDLE: it is not a context, or was deleted before
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-deletesecuritycontext
 */
export function deleteSecurityContext(context: ContextHandle | null | undefined): SECURITY_STATUS {
  const binding = contextBinding(context);
  if (binding === null || !context) return SEC_E_INVALID_HANDLE;
  killHandle(context);
  try {
    return binding.package.deleteSecurityContext(binding.state);
  } catch (error) {
    return recorded(binding, error);
  }
}

/**
 * Reports why the last call on a context failed (beyond Windows): the reason, a message, and the alerts that were sent
 * and received. Ten alerts share one SEC_E_ILLEGAL_MESSAGE; here they can be told apart. A first handshake call that
 * makes no context has the same report as its `error`.
 *
 * @param context - a context that was not deleted
 * @returns the report of the newest failure; null: no call has failed, or the handle is invalid
 */
export function lastError(context: ContextHandle | null | undefined): ErrorReport | null {
  const binding = contextBinding(context);
  if (binding === null) return null;
  try {
    return binding.fault ?? binding.package.lastError(binding.state);
  } catch (error) {
    recorded(binding, error);
    return binding.fault;
  }
}

/**
 * Arms an update of our sending keys (beyond Windows; TLS 1.3, KeyUpdate of RFC 8446 §4.6.3). The next call of the
 * handshake function emits the record; send it before any further application data.
 *
 * @param context - an established context of TLS 1.3
 * @param options - `requestPeer`: true also asks the peer to update its keys; default false
 * @returns SEC_E_OK. SEC_E_UNSUPPORTED_FUNCTION: TLS 1.2 has no KeyUpdate; SEC_E_OUT_OF_SEQUENCE: the handshake is not
 *   finished; SEC_E_CONTEXT_EXPIRED: our side is closed, or the context failed; SEC_E_INVALID_PARAMETER: an unknown
 *   option; SEC_E_INVALID_HANDLE
 */
export function requestKeyUpdate(
  context: ContextHandle | null | undefined,
  options?: { requestPeer?: boolean | null | undefined } | null,
): SECURITY_STATUS {
  return inContext(context, (its, state) => {
    const { requestPeer } = readOptions<{ requestPeer?: boolean }>(options ?? {}, {
      shape: { requestPeer: flag },
      path: "requestKeyUpdate()",
      nullIsAbsent: true,
    });
    return its.requestKeyUpdate(state, requestPeer ?? false);
  });
}

/**
 * Reports that the transport has ended (beyond Windows). Schannel leaves it to its callers to notice a stream that was
 * cut short (RFC 8446 §6.1); this function reports which it was.
 *
 * @param context - a context in any state
 * @returns SEC_E_OK: the peer had sent close_notify. SEC_E_MESSAGE_ALTERED: the stream was cut short, data may be
 *   missing, and the context has failed. SEC_E_CONTEXT_EXPIRED: the context had failed before. SEC_E_INVALID_HANDLE.
 *   During a handshake the status of the failure, as the handshake function would answer it
 */
export function endOfInput(context: ContextHandle | null | undefined): SECURITY_STATUS {
  return inContext(context, (its, state) => its.endOfInput(state));
}
