/**
 * The five handshakes of RFC 8448 with every intermediate value. All bytes are hex; all use TLS_AES_128_GCM_SHA256.
 */
import { type CipherSuite, cipherSuite } from "../../src/protocol/cipher-suite.ts";
import { fixture } from "./data.ts";

export type Sender = "client" | "server";

export interface TraceMessage {
  readonly type: string;
  readonly from: Sender;
  readonly bytes: string;
  readonly transcript_hash_after: string | null;
}

export interface TraceRecord {
  readonly from: Sender;
  readonly type: "handshake" | "application_data" | "alert" | "change_cipher_spec";
  readonly epoch: string;
  /** Name in `traffic_keys`; absent where nothing protects the record. */
  readonly key?: string;
  readonly seq?: number;
  readonly payload: string;
  readonly record: string;
}

export interface KeyShareKey {
  readonly group: string;
  readonly private: string;
  readonly public: string;
}

export interface Trace {
  readonly id: string;
  readonly psk: string | null;
  readonly ecdhe_shared_secret: string;
  readonly key_share_keys: Readonly<Record<Sender, readonly KeyShareKey[]>>;
  readonly handshake_messages: readonly TraceMessage[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly traffic_keys: Readonly<
    Record<string, { readonly secret: string; readonly key: string; readonly iv: string }>
  >;
  readonly records: readonly TraceRecord[];
}

export const RFC8448: readonly Trace[] = fixture<{ readonly traces: readonly Trace[] }>(
  "rfc8448/traces.json.gz",
).traces;

/** The suite of all five. */
export const RFC8448_SUITE: CipherSuite = (() => {
  const suite = cipherSuite(0x1301);
  if (suite === undefined) throw new Error("TLS_AES_128_GCM_SHA256 is not built");
  return suite;
})();
