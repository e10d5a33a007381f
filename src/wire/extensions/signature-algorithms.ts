/**
 * signature_algorithms and signature_algorithms_cert (RFC 8446 §4.2.3; RFC 5246 §7.4.1.4.1 for the pairs of TLS 1.2).
 *   supported_signature_algorithms <2: SignatureScheme (2)>
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Content, Extension } from "./extension.ts";
import { u16Numbers } from "./number-lists.ts";

export interface SignatureAlgorithmsValues {
  readonly signatureAlgorithms: readonly number[];
  readonly signatureAlgorithmsCert: readonly number[];
}

const codec = u16Numbers("supported_signature_algorithms", "schemes");

const handshake: Content<SignatureAlgorithmsValues> = {
  member: "signatureAlgorithms",
  codec,
};
const certificates: Content<SignatureAlgorithmsValues> = {
  member: "signatureAlgorithmsCert",
  codec,
};

export const signatureAlgorithms: Extension<SignatureAlgorithmsValues> = {
  type: ExtensionType.SignatureAlgorithms,
  versions: "both",
  required: "without PSK",
  places: { clientHello: handshake, certificateRequest: handshake },
};

export const signatureAlgorithmsCert: Extension<SignatureAlgorithmsValues> = {
  type: ExtensionType.SignatureAlgorithmsCert,
  versions: "both",
  places: { clientHello: certificates, certificateRequest: certificates },
};
