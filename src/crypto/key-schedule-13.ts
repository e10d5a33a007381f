/**
 * The TLS 1.3 key schedule (RFC 8446 §7), held against the figure of §7.1: three stages, each advanced once. A stage
 * that was advanced is wiped and throws if it is used again.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import { type CipherSuite, HASHES, type HashName } from "../protocol/cipher-suite.ts";
import { deriveSecret, expandLabel, expandLabelBytes, extract } from "./hkdf-label.ts";
import type { CryptoProvider } from "./provider.ts";
import type { TrafficKeys } from "./traffic-keys.ts";

const EMPTY = new Uint8Array(0);
const IV_LENGTH = 12;
/** Labels that go with lengths which are not ours to choose. */
const RESUMPTION = latin1("resumption");
const EXPORTER = latin1("exporter");

/** What is the same in every handshake without PSK, computed once per provider and hash. */
interface Constants {
  readonly emptyHash: Uint8Array;
  readonly zeros: Uint8Array;
  /** Early secret of no PSK. */
  readonly earlySecret: Uint8Array;
  /** Salt that the handshake secret is extracted with when there is no PSK. */
  readonly handshakeSalt: Uint8Array;
}

const CONSTANTS = new WeakMap<CryptoProvider, Map<HashName, Constants>>();

function constants(provider: CryptoProvider, hash: HashName): Constants {
  let ofProvider = CONSTANTS.get(provider);
  if (ofProvider === undefined) {
    ofProvider = new Map();
    CONSTANTS.set(provider, ofProvider);
  }
  const known = ofProvider.get(hash);
  if (known !== undefined) return known;
  const emptyHash = provider.digest(hash, EMPTY);
  const zeros = new Uint8Array(HASHES[hash].length);
  const earlySecret = extract(provider, hash, zeros, zeros);
  const handshakeSalt = deriveSecret(provider, hash, earlySecret, "derived", emptyHash);
  const made = { emptyHash, zeros, earlySecret, handshakeSalt };
  ofProvider.set(hash, made);
  return made;
}

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

  /** Has the secret overwritten with the others of a connection, whatever becomes of the stage. */
  keepIn(keeper: { keep(secret: Uint8Array): Uint8Array }): this {
    if (this.#secret !== null) keeper.keep(this.#secret);
    return this;
  }

  protected derive(label: string, transcriptHash: Uint8Array): Uint8Array {
    if (this.#secret === null) throw new TypeError("this stage of the key schedule is over");
    return deriveSecret(this.provider, this.hash, this.#secret, label, transcriptHash);
  }

  /** Salt of the next stage: Derive-Secret(., "derived", ""). */
  protected derivedSalt(): Uint8Array {
    return this.derive("derived", constants(this.provider, this.hash).emptyHash);
  }

  /** Secret of the next stage; this one is over. */
  protected advance(salt: Uint8Array, input: Uint8Array): Uint8Array {
    if (this.#secret === null) throw new TypeError("this stage of the key schedule is over");
    wipe(this.#secret);
    this.#secret = null;
    return extract(this.provider, this.hash, salt, input);
  }
}

export class EarlySecret extends Stage {
  readonly #hasPsk: boolean;

  /** @param psk the pre-shared key; null: none, zeros take its place */
  constructor(provider: CryptoProvider, hash: HashName, psk: Uint8Array | null) {
    const { zeros, earlySecret } = constants(provider, hash);
    super(provider, hash, psk === null ? earlySecret.slice() : extract(provider, hash, zeros, psk));
    this.#hasPsk = psk !== null;
  }

  binderKey(kind: "external" | "resumption"): Uint8Array {
    const label = kind === "external" ? "ext binder" : "res binder";
    return this.derive(label, constants(this.provider, this.hash).emptyHash);
  }

  clientEarlyTrafficSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("c e traffic", transcriptHash);
  }

  earlyExporterSecret(transcriptHash: Uint8Array): Uint8Array {
    return this.derive("e exp master", transcriptHash);
  }

  /** @param sharedSecret of the (EC)DHE exchange; null: PSK alone */
  handshakeSecret(sharedSecret: Uint8Array | null): HandshakeSecret {
    const { zeros, handshakeSalt } = constants(this.provider, this.hash);
    const salt = this.#hasPsk ? this.derivedSalt() : handshakeSalt;
    const secret = this.advance(salt, sharedSecret ?? zeros);
    if (this.#hasPsk) wipe(salt);
    return new HandshakeSecret(this.provider, this.hash, secret);
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
    const { zeros } = constants(this.provider, this.hash);
    const salt = this.derivedSalt();
    const secret = this.advance(salt, zeros);
    wipe(salt);
    return new MainSecret(this.provider, this.hash, secret);
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
  const verifyData = provider.hmac(hash, finishedKey, transcriptHash);
  wipe(finishedKey);
  return verifyData;
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
  return expandLabelBytes(
    provider,
    hash,
    resumptionMainSecret,
    RESUMPTION,
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
    constants(provider, hash).emptyHash,
    HASHES[hash].length,
  );
  const contextHash = provider.digest(hash, context ?? EMPTY);
  const exported = expandLabelBytes(provider, hash, secret, EXPORTER, contextHash, length);
  wipe(secret);
  return exported;
}
