/**
 * PFX files (PKCS#12, RFC 7292) through node-forge, which knows the old schemes as well as PBES2. Imported only when such a
 * file is read.
 */
import type forge from "node-forge";
import { fromLatin1, latin1 } from "../bytes/text.ts";
import { TlsError } from "../sspi/tls-error.ts";

export interface PfxContent {
  /** DER, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array | null;
}

/**
 * Opens a PFX.
 * @param pfx DER
 * @throws TlsError wrong passphrase, or no PFX
 */
export async function readPfx(pfx: Uint8Array, passphrase: string): Promise<PfxContent> {
  const { default: library } = await import("node-forge");
  const file = open(library, pfx, passphrase);
  const bags = file.safeContents.flatMap((content) => content.safeBags);
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = library.pki.oids;
  const certificates: Uint8Array[] = [];
  let privateKey: Uint8Array | null = null;
  for (const bag of bags) {
    if (bag.type === certBag) certificates.push(certificateOf(library, bag));
    if (bag.type === keyBag || bag.type === pkcs8ShroudedKeyBag) {
      privateKey ??= keyOf(library, bag);
    }
  }
  return { certificates, privateKey };
}

function open(library: typeof forge, pfx: Uint8Array, passphrase: string): forge.pkcs12.Pkcs12Pfx {
  try {
    return library.pkcs12.pkcs12FromAsn1(library.asn1.fromDer(fromLatin1(pfx)), passphrase);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const wrong = /mac could not be verified|invalid password/i.test(text);
    throw new TlsError(
      wrong
        ? "the PFX cannot be opened: the passphrase is wrong"
        : `the PFX cannot be read: ${text}`,
      { reason: wrong ? "WrongPassphrase" : "MalformedCertificate", cause: error },
    );
  }
}

function certificateOf(library: typeof forge, bag: forge.pkcs12.Bag): Uint8Array {
  // Certificates with keys that forge does not know come as ASN.1 only.
  const node = bag.cert ? library.pki.certificateToAsn1(bag.cert) : bag.asn1;
  return latin1(library.asn1.toDer(node).getBytes());
}

function keyOf(library: typeof forge, bag: forge.pkcs12.Bag): Uint8Array {
  const node = bag.key
    ? library.pki.wrapRsaPrivateKey(library.pki.privateKeyToAsn1(bag.key))
    : bag.asn1;
  return latin1(library.asn1.toDer(node).getBytes());
}
