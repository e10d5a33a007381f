/**
 * The name of a peer: what SNI says, and what the certificate is checked for.
 */
import { isIP } from "node:net";
import { asciiHost, comparedName } from "../../protocol/host-name.ts";

/** A host name in ASCII. One that cannot be mapped stays as it is, and is refused by the SSPI functions. */
export function asciiPeerName(name: string): string {
  return asciiHost(name) ?? name;
}

/** An address has no SNI, however it is written: with brackets, a zone, a period at the end. */
export function isAddress(name: string): boolean {
  return isIP(comparedName(name) ?? "") !== 0;
}
