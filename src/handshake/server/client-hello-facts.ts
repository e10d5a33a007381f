/**
 * What the caller is shown of a ClientHello where it chooses: `selectCredential`, `selectProtocol`.
 */
import type { ClientHello } from "../../wire/client-hello.ts";
import type { ClientHelloFacts } from "../peer-identity.ts";

/** The facts of `hello`, in memory of their own. */
export function clientHelloFacts(hello: ClientHello): ClientHelloFacts {
  const { extensions } = hello;
  return {
    serverName: extensions.serverName ?? null,
    alpnProtocols: extensions.alpn ?? [],
    cipherSuites: hello.cipherSuites,
    signatureSchemes: extensions.signatureAlgorithms ?? [],
    supportedGroups: extensions.supportedGroups ?? [],
    supportedVersions: extensions.supportedVersions ?? [hello.legacyVersion],
    certificateAuthorities: (extensions.certificateAuthorities ?? []).map((name) => name.slice()),
  };
}
