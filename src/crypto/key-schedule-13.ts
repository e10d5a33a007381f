/**
 * The TLS 1.3 key schedule (RFC 8446 §7), held against the figure of §7.1: three stages, each advanced once. A stage that
 * was advanced is wiped and throws if it is used again.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { type CipherSuite, HASHES, type HashName } from "../protocol/cipher-suite.ts";
import { deriveSecret, emptyHash, expandLabel, expandLabelBytes, extract } from "./hkdf-label.ts";
import type { CryptoProvider } from "./provider.ts";
import type { TrafficKeys } from "./traffic-keys.ts";

const EMPTY = new Uint8Array(0);
const IV_LENGTH = 12;

/** What the three stages share: a secret that is gone once the stage was advanced. */
class Stage {
  protected readonly provider: CryptoProvider;
  protected readonly hash: HashName;
  #secret: Uint8Array | null;

  constructor(provider: CryptoProvider, hash: HashName, secret: Uint8Array) {
    this.provider = provider;
    this.hash = hash;
    this.#secret = secret;
  }

  protected derive(label: string, transcriptHash: Uint8Array): Uint8Array {
    if (this.#secret === null) throw new TypeError("this stage of the key schedule is over");
    return deriveSecret(this.provider, this.hash, this.#secret, label, transcriptHash);
  }

  /** Secret of the next stage: Extract(Derive-Secret(., "derived", ""), input). */
  protected advance(input: Uint8Array): Uint8Array {
    const salt = this.derive("derived", emptyHash(this.provider, this.hash));
    wipe(this.#secret);
    this.#secret = null;
    return extract(this.provider, this.hash, salt, input);
  }
}

export class EarlySecret extends Stage {
  /** @param psk the pre-shared key; null: none, zeros take its place */
  constructor(provider: CryptoProvider, hash: HashName, psk: Uint8Array | null) {
    const zeros = new Uint8Array(HASHES[hash].length);
    super(provider, hash, extract(provider, hash, zeros, psk ?? zeros));
  }

  binderKey(kind: "external" | "resumption"): Uint8Array {
    const label = kind === "external" ? "ext binder" : "res binder";
    return this.derive(label, emptyHash(this.provider, this.hash));
  }

  clientEarlyTrafficSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("c e traffic", transcriptHash);
  }

  earlyExporterSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("e exp master", transcriptHash);
  }

  /** @param sharedSecret of the (EC)DHE exchange; null: PSK alone */
  handshakeSecret(sharedSecret: Uint8Array | null): HandshakeSecret {
    const input = sharedSecret ?? new Uint8Array(HASHES[this.hash].length);
    return new HandshakeSecret(this.provider, this.hash, this.advance(input));
  }
}

export class HandshakeSecret extends Stage {
  /** @param transcriptHash ClientHello … ServerHello */
  clientHandshakeTrafficSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("c hs traffic", transcriptHash);
  }

  /** @param transcriptHash ClientHello … ServerHello */
  serverHandshakeTrafficSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("s hs traffic", transcriptHash);
  }

  mainSecret(): MainSecret {
    const zeros = new Uint8Array(HASHES[this.hash].length);
    return new MainSecret(this.provider, this.hash, this.advance(zeros));
  }
}

export class MainSecret extends Stage {
  /** @param transcriptHash ClientHello … server Finished */
  clientApplicationTrafficSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("c ap traffic", transcriptHash);
  }

  /** @param transcriptHash ClientHello … server Finished */
  serverApplicationTrafficSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("s ap traffic", transcriptHash);
  }

  /** @param transcriptHash ClientHello … server Finished */
  exporterSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("exp master", transcriptHash);
  }

  /** @param transcriptHash ClientHello … client Finished */
  resumptionMainSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("res master", transcriptHash);
  }
}

/** Key and IV of a traffic secret (§7.3). */
export function trafficKeys(
  provider: CryptoProvider,
  suite: CipherSuite,
  secret: Uint8Array,
): TrafficKeys {
  return {
    suite,
    key: expandLabel(provider, suite.hash, secret, "key", EMPTY, suite.cipher.keyLength),
    iv: expandLabel(provider, suite.hash, secret, "iv", EMPTY, IV_LENGTH),
    macKey: null,
    encryptThenMac: false,
  };
}

/** verify_data of Finished and of PSK binders (§4.4.4): as long as the hash. */
export function finishedVerifyData(
  provider: CryptoProvider,
  hash: HashName,
  baseSecret: Uint8Array,
  transcriptHash: Uint8Array,
): Uint8Array {
  const finishedKey = expandLabel(
    provider,
    hash,
    baseSecret,
    "finished",
    EMPTY,
    HASHES[hash].length,
  );
  return provider.hmac(hash, finishedKey, transcriptHash);
}

/** application_traffic_secret_N+1 (§7.2). */
export function nextTrafficSecret(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
): Uint8Array {
  return expandLabel(provider, hash, secret, "traffic upd", EMPTY, HASHES[hash].length);
}

/** PSK of a ticket (§4.6.1). */
export function resumptionPsk(
  provider: CryptoProvider,
  hash: HashName,
  resumptionMainSecret: Uint8Array,
  ticketNonce: Uint8Array,
): Uint8Array {
  return expandLabel(
    provider,
    hash,
    resumptionMainSecret,
    "resumption",
    ticketNonce,
    HASHES[hash].length,
  );
}

/** Exporter (§7.5): `length` bytes; no context is the same as an empty one. */
export function exportKeyingMaterial13(
  provider: CryptoProvider,
  hash: HashName,
  exporterSecret: Uint8Array,
  label: Uint8Array,
  context: Uint8Array | null,
  length: number,
): Uint8Array {
  const secret = expandLabelBytes(
    provider,
    hash,
    exporterSecret,
    label,
    emptyHash(provider, hash),
    HASHES[hash].length,
  );
  const contextHash = provider.digest(hash, context ?? EMPTY);
  return expandLabel(provider, hash, secret, "exporter", contextHash, length);
}
