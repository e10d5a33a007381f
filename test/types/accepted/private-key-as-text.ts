/** PEM text is a private key, and null is none. */
import { certContextFromPem, selfSignedCertificate } from "sealwire";

const { certificatePem, privateKeyPem } = selfSignedCertificate({ names: ["localhost"] });
export const contexts = [
  certContextFromPem(certificatePem, privateKeyPem, "secret"),
  certContextFromPem(certificatePem + privateKeyPem, null, null),
];
