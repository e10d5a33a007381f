/**
 * The certificates given as `ca`, by which a chain that is sent is completed: OpenSSL does so, and servers are configured by it.
 */
import { X509Certificate } from "node:crypto";
import { textOfFile } from "../../bytes/text.ts";
import { bufferOver } from "./memory.ts";

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]{1,131072}-----END [A-Z0-9 ]{1,32}-----/g;
/** Certificates of a chain that is sent. */
const MAX_CHAIN = 100;

export class Issuers {
  readonly #certificates: readonly X509Certificate[];

  constructor(given: readonly (string | Uint8Array)[]) {
    this.#certificates = given.flatMap((one) => certificatesIn(textOf(one)));
  }

  /** PEM text of a chain, leaf first, with the issuers that it lacks, its root too, as OpenSSL sends it. */
  completed(pem: string): string {
    const chain = certificatesIn(pem);
    const added: string[] = [];
    let top = chain.at(-1);
    while (
      top !== undefined &&
      top.subject !== top.issuer &&
      chain.length + added.length < MAX_CHAIN
    ) {
      const issuer = this.#issuerOf(top);
      if (issuer === undefined || added.includes(issuer.toString())) break;
      added.push(issuer.toString());
      top = issuer;
    }
    return added.length === 0 ? pem : [pem, ...added].join("\n");
  }

  #issuerOf(certificate: X509Certificate): X509Certificate | undefined {
    return this.#certificates.find(
      (one) => certificate.checkIssued(one) && certificate.verify(one.publicKey),
    );
  }
}

function textOf(given: string | Uint8Array): string {
  return typeof given === "string" ? given : textOfFile(bufferOver(given));
}

function certificatesIn(text: string): readonly X509Certificate[] {
  return (text.match(CERTIFICATE) ?? []).flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      // What cannot be read is reported by the loader of `ca` or `cert`.
      return [];
    }
  });
}
