/**
 * pre_shared_key (RFC 8446 §4.2.11): identities and binders in ClientHello, where it comes last; the chosen index in
 * ServerHello.
 *   ClientHello: identities <2: identity <2> | obfuscated_ticket_age (4)> | binders <2: PskBinderEntry <1>>
 *   ServerHello: selected_identity (2)
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Codec, Extension } from "./extension.ts";

export interface PskIdentity {
  /** 1 to 65535 bytes. */
  readonly identity: Uint8Array;
  /** Milliseconds plus ticket_age_add, modulo 2^32. */
  readonly obfuscatedTicketAge: number;
}

export interface OfferedPsks {
  readonly identities: readonly PskIdentity[];
  /** 32 to 255 bytes each, one per identity (that there are as many is for the handshake to check). */
  readonly binders: readonly Uint8Array[];
}

export interface PreSharedKeyValues {
  readonly preSharedKey: OfferedPsks;
  readonly selectedIdentity: number;
}

/** Bytes of the shortest identity with its length and age. */
const MIN_IDENTITIES = 7;
const MIN_BINDER = 32;

/** Bytes that the binders take at the end of the message, the length of their list included. */
export function bindersLength(psks: OfferedPsks): number {
  return psks.binders.reduce((sum, binder) => sum + 1 + binder.length, 2);
}

const offered: Codec<OfferedPsks> = {
  shows: "psks",
  read(reader) {
    const list = reader.nested(2, "identities", MIN_IDENTITIES);
    const identities: PskIdentity[] = [];
    while (list.remaining > 0) {
      identities.push({
        identity: list.vector(2, "identity", 1),
        obfuscatedTicketAge: list.u32("obfuscated_ticket_age"),
      });
    }
    const proofs = reader.nested(2, "binders", 1 + MIN_BINDER);
    const binders: Uint8Array[] = [];
    while (proofs.remaining > 0) binders.push(proofs.vector(1, "binder", MIN_BINDER));
    return { identities, binders };
  },
  write(writer, { identities, binders }) {
    writer.vector(2, () => {
      for (const { identity, obfuscatedTicketAge } of identities) {
        writer.vector(2, identity).u32(obfuscatedTicketAge);
      }
    });
    writer.vector(2, () => {
      for (const binder of binders) writer.vector(1, binder);
    });
  },
};

const selected: Codec<number> = {
  shows: "index",
  read: (reader) => reader.u16("selected_identity"),
  write(writer, index) {
    writer.u16(index);
  },
};

export const preSharedKey: Extension<PreSharedKeyValues> = {
  type: ExtensionType.PreSharedKey,
  versions: "TLS 1.3",
  requires: ExtensionType.PskKeyExchangeModes,
  places: {
    clientHello: { member: "preSharedKey", codec: offered },
    serverHello: { member: "selectedIdentity", codec: selected },
  },
};
