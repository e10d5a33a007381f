/**
 * `pskCallback` and `pskIdentityHint` of node:tls in both roles: what the callback answers becomes the external PSKs of the credential. In TLS
 * 1.2 they count where `ciphers` names PSK suites, as in node. Identities and hints are UTF-8, as there.
 */

import type { SealwireOptions } from "../../api/common.ts";
import { cipherSuite } from "../../protocol/cipher-suite.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
import { invalidOption, nodeError } from "./node-error.ts";
import type { SecureContext } from "./secure-context.ts";
import { errorOf, isPromised } from "./thrown.ts";

/** A client's key for this connection. */
export interface PskAnswer {
  /** At least 16 bytes. */
  readonly psk: NodeJS.ArrayBufferView;
  readonly identity: string;
}

/**
 * Client. `hint` is null before the hello, for TLS 1.3, and where a server of TLS 1.2 gives none. Null answers: there is no
 * key; TLS 1.3 goes on with certificates, in TLS 1.2 the handshake fails.
 * @param hint - the server's, or null
 */
export type ClientPskCallback = (hint: string | null) => PskAnswer | null | undefined;
/**
 * Server. Null answers: the identity is not known. In TLS 1.3 the next one is asked for, then certificates count; in TLS 1.2
 * the handshake fails.
 * @param socket - the connection
 * @param identity - as the client sent it, UTF-8
 */
export type ServerPskCallback<Socket> = (
  socket: Socket,
  identity: string,
) => NodeJS.ArrayBufferView | null | undefined;

/** Bytes of an identity hint, as OpenSSL has it. */
const MAX_HINT = 256;

type Suites = Pick<SecureContext, "versions" | "cipherSuites">;

/** The versions that take such keys: TLS 1.3 has suites for them always, TLS 1.2 if they are named. */
function takesKeys({ versions, cipherSuites }: Suites, version: number): boolean {
  if (!versions.some((one) => one === version)) return false;
  const named = (cipherSuites ?? []).map((code) => cipherSuite(code));
  return version === TLS13
    ? cipherSuites === null || named.some((row) => row?.version === TLS13 && row.hash === "sha256")
    : named.some((row) => row?.authentication === "psk");
}

/**
 * A client's keys.
 * @param failed told what the callback throws amid the handshake, before that fails
 * @throws TlsError if the answer for TLS 1.3 is none, or neither version takes keys
 */
export function clientKeys(
  callback: ClientPskCallback,
  suites: Suites,
  failed: (error: Error) => void,
): Pick<SealwireOptions, "preSharedKey" | "preSharedKeyForHint"> {
  const [tls12, tls13] = [takesKeys(suites, TLS12), takesKeys(suites, TLS13)];
  if (!tls12 && !tls13) {
    invalidOption("pskCallback needs TLS 1.3 with a suite for SHA-256, or PSK suites in `ciphers`");
  }
  const forHint: SealwireOptions["preSharedKeyForHint"] = (hint) =>
    telling(failed, () => keyOf(callback(hint === null ? null : Buffer.from(hint).toString())));
  return {
    preSharedKey: tls13 ? keyOf(callback(null)) : null,
    preSharedKeyForHint: tls12 ? forHint : null,
  };
}

function keyOf(answer: ReturnType<ClientPskCallback>): SealwireOptions["preSharedKey"] {
  if (answer == null) return null;
  if (typeof answer.identity !== "string") {
    isPromised(answer);
    invalidOption("pskCallback must answer with an identity that is a string");
  }
  return { identity: Buffer.from(answer.identity), key: bytesOf(answer.psk) };
}

/**
 * A server's keys.
 * @param hint for clients of TLS 1.2
 * @param failed told what the callback throws, before the handshake fails
 */
export function serverKeys<Socket>(
  callback: ServerPskCallback<Socket>,
  socket: Socket,
  hint: string | null,
  suites: Suites,
  failed: (error: Error) => void,
): Pick<SealwireOptions, "selectPreSharedKey" | "preSharedKeyHint"> {
  const bytes = hint === null ? null : Buffer.from(hint);
  if (bytes !== null && bytes.length > MAX_HINT) hintTooLong(bytes.length);
  return {
    selectPreSharedKey: (identity) =>
      telling(failed, () => {
        const psk = callback(socket, Buffer.from(identity).toString());
        return psk == null ? null : { key: bytesOf(psk) };
      }),
    preSharedKeyHint: takesKeys(suites, TLS12) ? bytes : null,
  };
}

/** As in node, where each connection fails of it. Versions before 24 misspell the code. */
function hintTooLong(length: number): never {
  const word = Number.parseInt(process.versions.node, 10) < 24 ? "IDENTIY" : "IDENTITY";
  throw nodeError(
    "Failed to set PSK identity hint",
    `ERR_TLS_PSK_SET_${word}_HINT_FAILED`,
    `pskIdentityHint has ${length} bytes; at most ${MAX_HINT} are possible`,
  );
}

function telling<T>(failed: (error: Error) => void, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    failed(errorOf(error));
    throw error;
  }
}

function bytesOf(view: NodeJS.ArrayBufferView): Uint8Array {
  if (!ArrayBuffer.isView(view)) {
    isPromised(view);
    invalidOption("pskCallback must answer with a key that is a Buffer, TypedArray or DataView");
  }
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
