/**
 * The options that the functions for streams take, for the check of what callers give.
 */
import { SESSION_HINTS, SESSION_OPTIONS } from "../../session/option-shapes.ts";
import {
  bytes,
  count,
  duration,
  readOptions,
  type Shape,
  withFunctions,
} from "../../sspi/option-shape.ts";
import type { MessageOptions } from "./messages.ts";
import type { SecureOptions } from "./option-types.ts";

export const SECURE_OPTIONS: Shape<SecureOptions> = /* @__PURE__ */ (() => ({
  ...SESSION_OPTIONS,
  signal: withFunctions("addEventListener", "removeEventListener"),
  leftover: bytes,
  highWaterMark: count,
  handshakeTimeout: duration,
  closeTimeout: duration,
}))();

export const MESSAGE_OPTIONS: Shape<MessageOptions> = /* @__PURE__ */ (() => ({
  maxMessageSize: duration,
  sendHighWaterMark: duration,
  receiveLimit: duration,
}))();

/** @throws TlsError UnknownOption, WrongOption, OptionThatThrows */
export function secureOptions(given: SecureOptions, path: string): SecureOptions {
  return readOptions(given, { shape: SECURE_OPTIONS, hints: SESSION_HINTS, path });
}

/** As `secureOptions`, for a transport of messages. */
export function messageOptions(given: MessageOptions): MessageOptions {
  return readOptions(given, { shape: MESSAGE_OPTIONS, path: "overMessages()" });
}
