/**
 * Keys of one direction, on their way from the handshake, which derives them, to the record layer, which uses them.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";

export interface TrafficKeys {
  readonly suite: CipherSuite;
  /** `suite.cipher.keyLength` bytes. */
  readonly key: Uint8Array;
  /** TLS 1.3 and ChaCha20: 12 bytes; TLS 1.2 AES-GCM: the 4 bytes of implicit nonce; CBC: empty. */
  readonly iv: Uint8Array;
  /** CBC suites: HMAC key, as long as the hash; else null. */
  readonly macKey: Uint8Array | null;
  /** CBC suites: RFC 7366 was negotiated. */
  readonly encryptThenMac: boolean;
}

/** Overwrites the keys, once the record layer has its copy. */
export function wipeTrafficKeys({ key, iv, macKey }: TrafficKeys): void {
  wipe(key, iv, macKey);
}
