/**
 * The end of a side's flight in TLS 1.2 and the beginning of the other's, for both roles (RFC 5246 §7.1, §7.4.9).
 */
import { encodeFinished } from "../wire/finished.ts";
import type { Flight } from "./flight.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import type { Secrets12 } from "./secrets-12.ts";
import {
  CHANGE_CIPHER_SPEC,
  type HandshakeMessage,
  type HandshakeState,
  type Next,
} from "./state.ts";

type Role = "client" | "server";

/** ChangeCipherSpec, our keys, Finished. Returns its verify_data. */
export function sendFinished12(
  role: Role,
  context: HandshakeContext,
  secrets: Secrets12,
  flight: Flight,
): Uint8Array {
  flight.changeCipherSpec();
  flight.installWriteKeys(secrets.keys[role]);
  const verifyData = secrets.verifyData(role);
  context.send(encodeFinished(verifyData), flight);
  return verifyData;
}

/** Awaits the peer's ChangeCipherSpec: what follows is under its keys. */
export class ExpectChangeCipherSpec implements HandshakeState {
  readonly name: string;
  readonly expects: readonly number[] = [CHANGE_CIPHER_SPEC];
  readonly #peer: Role;
  readonly #secrets: Secrets12;
  readonly #next: HandshakeState;

  /** @param next awaits the peer's Finished */
  constructor(role: Role, secrets: Secrets12, next: HandshakeState) {
    this.name = `${role}12.ExpectChangeCipherSpec`;
    this.#peer = role === "client" ? "server" : "client";
    this.#secrets = secrets;
    this.#next = next;
  }

  handle(_message: HandshakeMessage, flight: Flight): Next {
    flight.installReadKeys(this.#secrets.keys[this.#peer]);
    return this.#next;
  }
}
