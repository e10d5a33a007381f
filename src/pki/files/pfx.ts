/**
 * PFX files (PKCS#12, RFC 7292): what Windows, Java, OpenSSL and browsers write, old and new; with a MAC by the
 * function of PKCS#12 or by PBMAC1 (RFC 9579). Files that are signed instead of MACed, or encrypted to a key, are
 * refused.
 *
 * PFX { version 3, authSafe, macData { mac, macSalt, iterations } }; authSafe is a list of data or encrypted data, each
 * of which holds bags: keys, encrypted keys, certificates, or bags again.
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import { equalConstantTime } from "../../bytes/constant-time.ts";
import { contextTag, DerReader, DerTag } from "../../bytes/der.ts";
import type { CryptoProvider } from "../../crypto/provider.ts";
import { HASHES, type HashName } from "../../protocol/cipher-suite.ts";
import { OID_SHA1, OID_SHA256, OID_SHA384, OID_SHA512 } from "../../protocol/object-identifiers.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { berToDer, joinedOctets } from "./ber.ts";
import { asFile, foundIn, kindOfDer } from "./given-file.ts";
import {
  deriveKey,
  Pkcs12Purpose,
  pkcs12Key,
  readHmac,
  readIterations,
  unsupported,
} from "./key-derivation.ts";
import { LEGACY_NOT_LOADED, loadLegacyFormats } from "./legacy-library.ts";
import { decryptWithPassphrase, type Passphrase, passphraseOf } from "./password-encryption.ts";
import { decryptKey } from "./unlock.ts";

export interface PfxContent {
  /** DER, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
  /** PKCS#8, DER, in the order of the file. */
  readonly privateKeys: readonly Uint8Array[];
}

/** Bytes of the largest file. */
const MAX_PFX = 4 * 1024 * 1024;
/** Bags in bags. */
const MAX_NESTING = 4;
const MAX_BAGS = 1024;

const CONTENT_DATA = "1.2.840.113549.1.7.1";
const CONTENT_ENCRYPTED = "1.2.840.113549.1.7.6";
const BAG_KEY = "1.2.840.113549.1.12.10.1.1";
const BAG_ENCRYPTED_KEY = "1.2.840.113549.1.12.10.1.2";
const BAG_CERTIFICATE = "1.2.840.113549.1.12.10.1.3";
const BAG_OF_BAGS = "1.2.840.113549.1.12.10.1.6";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const OID_PBMAC1 = "1.2.840.113549.1.5.14";

const MAC_HASHES: Readonly<Record<string, HashName>> = {
  [OID_SHA1]: "sha1",
  [OID_SHA256]: "sha256",
  [OID_SHA384]: "sha384",
  [OID_SHA512]: "sha512",
};

/**
 * Opens a PFX.
 * @param passphrase null: none was given
 * @throws TlsError WrongPassphrase, MalformedPfx, UnsupportedEncryption
 */
export async function readPfx(
  provider: CryptoProvider,
  pfx: Uint8Array,
  passphrase: string | null,
): Promise<PfxContent> {
  try {
    return openPfx(provider, pfx, passphrase);
  } catch (error) {
    if (!(error instanceof TlsError) || error.reason !== LEGACY_NOT_LOADED) throw error;
    await loadLegacyFormats();
    return openPfx(provider, pfx, passphrase);
  }
}

/** As `readPfx`, where the legacy library is loaded or not needed. */
export function openPfx(
  provider: CryptoProvider,
  pfx: Uint8Array,
  passphrase: string | null,
): PfxContent {
  try {
    if (pfx.length > MAX_PFX) throw new DecodeError(`more than ${MAX_PFX} bytes`);
    const file = asFile(pfx, "the PFX");
    if (typeof file === "string" || kindOfDer(file) === "a certificate") {
      throw new DecodeError(foundIn(file));
    }
    const outer = new DerReader(berToDer(file));
    const fields = outer.sequence();
    outer.end();
    if (fields.smallInteger() !== 3) throw new DecodeError("it is not of version 3");
    const safe = readData(fields.sequence());
    const given =
      fields.peek() === null
        ? passphraseOf(passphrase)
        : checked(provider, fields, safe, passphrase);
    const found = { certificates: [], privateKeys: [] };
    const list = new DerReader(berToDer(safe)).sequence();
    const reader = new BagReader(provider, given, found);
    while (list.peek() !== null) reader.content(list.sequence());
    return found;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new TlsError(`the PFX cannot be read: ${error.message}`, {
      reason: "MalformedPfx",
      cause: error,
    });
  }
}

/** Content of a ContentInfo of type data. */
function readData(info: DerReader): Uint8Array {
  const type = info.objectIdentifier();
  if (type !== CONTENT_DATA)
    unsupported(`a PFX with content of type ${type} (signed, or for a key)`);
  return explicitOctets(info);
}

function explicitOctets(reader: DerReader): Uint8Array {
  const wrapped = new DerReader(reader.element(contextTag(0)));
  return wrapped.element(DerTag.OctetString);
}

/** The passphrase in the form for which the MAC is right: without any and with an empty one are not the same. */
function checked(
  provider: CryptoProvider,
  fields: DerReader,
  safe: Uint8Array,
  text: string | null,
): Passphrase {
  const encoded = fields.element(DerTag.Sequence);
  const forms =
    text === null || text === "" ? [passphraseOf(""), passphraseOf(null)] : [passphraseOf(text)];
  const right = forms.find((form) => macFits(provider, new DerReader(encoded), safe, form));
  if (right !== undefined) return right;
  throw new TlsError("the PFX cannot be opened: the passphrase is wrong, or the file damaged", {
    reason: text === null ? "PassphraseRequired" : "WrongPassphrase",
  });
}

function macFits(
  provider: CryptoProvider,
  data: DerReader,
  safe: Uint8Array,
  passphrase: Passphrase,
): boolean {
  const info = data.sequence();
  const algorithm = info.sequence();
  const wanted = info.element(DerTag.OctetString);
  const salt = data.element(DerTag.OctetString);
  const oid = algorithm.objectIdentifier();
  if (oid === OID_PBMAC1)
    return pbmac1Fits(provider, algorithm.sequence(), safe, wanted, passphrase);
  const iterations = data.peek() === null ? 1 : readIterations(data);
  const hash = MAC_HASHES[oid] ?? unsupported(`a MAC with the hash ${oid}`);
  const { length } = HASHES[hash];
  const purpose = Pkcs12Purpose.Mac;
  const key = pkcs12Key(provider, hash, passphrase.pkcs12, salt, iterations, purpose, length);
  return equalConstantTime(provider.hmac(hash, key, safe), wanted);
}

/** RFC 9579: salt and iterations beside the algorithm mean nothing, and the length of the key has to be named. */
function pbmac1Fits(
  provider: CryptoProvider,
  parameters: DerReader,
  safe: Uint8Array,
  wanted: Uint8Array,
  passphrase: Passphrase,
): boolean {
  const derivation = parameters.sequence();
  const hash = readHmac(parameters.sequence());
  const key = deriveKey(provider, derivation, passphrase.utf8, HASHES[hash].length, true);
  return equalConstantTime(provider.hmac(hash, key, safe), wanted);
}

class BagReader {
  readonly #provider: CryptoProvider;
  readonly #passphrase: Passphrase;
  readonly #found: { readonly certificates: Uint8Array[]; readonly privateKeys: Uint8Array[] };
  #bags = 0;

  constructor(
    provider: CryptoProvider,
    passphrase: Passphrase,
    found: { readonly certificates: Uint8Array[]; readonly privateKeys: Uint8Array[] },
  ) {
    this.#provider = provider;
    this.#passphrase = passphrase;
    this.#found = found;
  }

  /** One ContentInfo of the list. */
  content(info: DerReader): void {
    const type = info.objectIdentifier();
    if (type === CONTENT_DATA) this.#safe(explicitOctets(info), 1);
    else if (type === CONTENT_ENCRYPTED) this.#safe(this.#decrypted(info), 1);
    else unsupported(`a PFX with content of type ${type}`);
  }

  #decrypted(info: DerReader): Uint8Array {
    const data = new DerReader(info.element(contextTag(0))).sequence();
    data.smallInteger();
    const encrypted = data.sequence();
    encrypted.objectIdentifier();
    const algorithm = encrypted.sequence();
    const { tag, content } = encrypted.next();
    const bytes = tag === contextTag(0) ? joinedOctets(content) : content;
    return decryptWithPassphrase(this.#provider, algorithm, bytes, this.#passphrase);
  }

  #safe(encoded: Uint8Array, depth: number): void {
    if (depth > MAX_NESTING) throw new DecodeError("bags are nested too deeply");
    const list = new DerReader(berToDer(encoded)).sequence();
    while (list.peek() !== null) {
      if (++this.#bags > MAX_BAGS) throw new DecodeError(`more than ${MAX_BAGS} bags`);
      this.#bag(list.sequence(), depth);
    }
  }

  /** CRLs and secrets are ignored, and so are names and other attributes. */
  #bag(fields: DerReader, depth: number): void {
    const type = fields.objectIdentifier();
    const value = new DerReader(fields.element(contextTag(0)));
    switch (type) {
      case BAG_KEY:
        this.#found.privateKeys.push(value.next().encoded.slice());
        return;
      case BAG_ENCRYPTED_KEY:
        this.#found.privateKeys.push(
          decryptKey(this.#provider, value.sequence(), this.#passphrase),
        );
        return;
      case BAG_CERTIFICATE: {
        const certificate = value.sequence();
        if (certificate.objectIdentifier() !== X509_CERTIFICATE) return;
        this.#found.certificates.push(explicitOctets(certificate).slice());
        return;
      }
      case BAG_OF_BAGS:
        this.#safe(value.next().encoded, depth + 1);
    }
  }
}
