/**
 * pre_shared_key (RFC 8446 §4.2.11): identities and binders in ClientHello, where it comes last; the chosen index in
 * ServerHello.
 */
import type { Codec } from "./extension.ts";

export interface PskIdentity {
  readonly identity: Uint8Array;
  /** Milliseconds plus ticket_age_add, modulo 2^32. */
  readonly obfuscatedTicketAge: number;
}

export interface OfferedPsks {
  readonly identities: readonly PskIdentity[];
  readonly binders: readonly Uint8Array[];
}

const MIN_BINDER = 32;

/** Bytes that the binders take at the end of the message, the length of their list included. */
export function bindersLength(psks: OfferedPsks): number {
  return psks.binders.reduce((sum, binder) => sum + 1 + binder.length, 2);
}

export const preSharedKey: Codec<OfferedPsks> = {
  read(reader) {
    const list = reader.nested(2, "identities", 7);
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

export const selectedIdentity: Codec<number> = {
  read: (reader) => reader.u16("selected_identity"),
  write: (writer, index) => void writer.u16(index),
};
