/**
 * ApplyControlToken (reference 2.7) and requestKeyUpdate: they only arm; the next handshake call emits.
 */
import { AlertDescription, AlertLevel } from "../protocol/alert.ts";
import { TLS13 } from "../protocol/version.ts";
import { bufferType, SECBUFFER_TOKEN } from "../sspi/buffer-types.ts";
import type { SecBufferDesc } from "../sspi/sec-buffer.ts";
import {
  SEC_E_CONTEXT_EXPIRED,
  SEC_E_INTERNAL_ERROR,
  SEC_E_INVALID_TOKEN,
  SEC_E_OK,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_UNSUPPORTED_FUNCTION,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import {
  SCHANNEL_ALERT,
  SCHANNEL_SESSION,
  SCHANNEL_SHUTDOWN,
  SSL_SESSION_DISABLE_RECONNECTS,
  SSL_SESSION_ENABLE_RECONNECTS,
} from "./constants.ts";
import type { SchannelContext } from "./context.ts";
import { checkedBytes } from "./handshake-buffers.ts";

/** Lengths of SCHANNEL_ALERT_TOKEN, SCHANNEL_SESSION_TOKEN and of the token type alone. */
const ALERT_TOKEN_LENGTH = 12;
const SESSION_TOKEN_LENGTH = 8;
const TOKEN_TYPE_LENGTH = 4;

/** Arms a shutdown or an alert, or switches resumption of this session on or off. */
export function applyControlToken(
  context: SchannelContext,
  input: SecBufferDesc | null,
): SECURITY_STATUS {
  // So Windows answers, and nothing else, to a null descriptor.
  if (input === null) {
    return context.refused(
      SEC_E_INTERNAL_ERROR,
      "NoControlToken",
      "no buffer descriptor was given",
    );
  }
  const [buffer] = input.pBuffers;
  const token = buffer === undefined ? null : checkedBytes(buffer);
  const shaped =
    input.pBuffers.length === 1 &&
    buffer !== undefined &&
    bufferType(buffer.BufferType) === SECBUFFER_TOKEN;
  if (!shaped || token === null) {
    return refusedToken(context, "exactly one TOKEN buffer is expected");
  }
  const view = new DataView(token.buffer, token.byteOffset, token.byteLength);
  const type = token.length < TOKEN_TYPE_LENGTH ? null : view.getUint32(0, true);
  switch (type) {
    case SCHANNEL_SHUTDOWN:
      context.armed = {
        kind: "alert",
        level: AlertLevel.Warning,
        description: AlertDescription.close_notify,
      };
      return SEC_E_OK;
    case SCHANNEL_ALERT:
      if (token.length < ALERT_TOKEN_LENGTH) {
        return refusedToken(context, "SCHANNEL_ALERT_TOKEN has 12 bytes");
      }
      return armAlert(context, view.getUint32(4, true), view.getUint32(8, true));
    case SCHANNEL_SESSION:
      if (token.length < SESSION_TOKEN_LENGTH) {
        return refusedToken(context, "SCHANNEL_SESSION_TOKEN has 8 bytes");
      }
      return applySession(context, view.getUint32(4, true));
    default:
      return context.refused(
        SEC_E_UNSUPPORTED_FUNCTION,
        "UnknownControlToken",
        "SCHANNEL_SHUTDOWN, SCHANNEL_ALERT and SCHANNEL_SESSION are the control tokens that work",
      );
  }
}

/** Arms a KeyUpdate (RFC 8446 §4.6.3). */
export function requestKeyUpdate(context: SchannelContext, requestPeer: boolean): SECURITY_STATUS {
  const { engine } = context;
  if (engine.failure !== null || engine.writeClosed) return SEC_E_CONTEXT_EXPIRED;
  if (!engine.connected) {
    return context.refused(
      SEC_E_OUT_OF_SEQUENCE,
      "HandshakeNotFinished",
      "keys can be updated once the handshake is finished",
    );
  }
  if (engine.facts.version !== TLS13) {
    return context.refused(
      SEC_E_UNSUPPORTED_FUNCTION,
      "NoKeyUpdate",
      "TLS 1.2 has no KeyUpdate; it would renegotiate",
    );
  }
  // An alert that was armed before stays: it closes the connection or answers the peer.
  const { armed } = context;
  if (armed?.kind !== "alert") {
    context.armed = { kind: "key-update", requestPeer: requestPeer || armed?.requestPeer === true };
  }
  return SEC_E_OK;
}

function armAlert(context: SchannelContext, level: number, description: number): SECURITY_STATUS {
  if ((level !== AlertLevel.Warning && level !== AlertLevel.Fatal) || description > 0xff) {
    return refusedToken(context, `alert level ${level}, number ${description} cannot be sent`);
  }
  context.armed = { kind: "alert", level, description };
  return SEC_E_OK;
}

function applySession(context: SchannelContext, flags: number): SECURITY_STATUS {
  if ((flags & SSL_SESSION_DISABLE_RECONNECTS) !== 0) context.engine.setResumable(false);
  else if ((flags & SSL_SESSION_ENABLE_RECONNECTS) !== 0) context.engine.setResumable(true);
  return SEC_E_OK;
}

function refusedToken(context: SchannelContext, what: string): SECURITY_STATUS {
  return context.refused(SEC_E_INVALID_TOKEN, "BadControlToken", what);
}
