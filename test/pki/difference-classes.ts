/**
 * The classes of differences between us, OpenSSL and Go that are understood: who sees it differently, why, and how such a
 * case is told. The words of a case are what the generator did to its certificates.
 */
import type { Answer } from "./judges.ts";

export interface Difference {
  readonly peer: "Go" | "OpenSSL";
  /** Null: accepted; else our reason and message. */
  readonly ours: Answer;
  readonly theirs: Answer;
  readonly words: readonly string[];
}

export interface DifferenceClass {
  readonly name: string;
  readonly who: string;
  readonly why: string;
  readonly fits: (difference: Difference) => boolean;
}

const says = (answer: Answer, pattern: RegExp): boolean => answer !== null && pattern.test(answer);

/** We refuse, they accept. */
const stricter =
  (peers: readonly Difference["peer"][], pattern: RegExp) =>
  ({ peer, ours, theirs }: Difference): boolean =>
    peers.includes(peer) && theirs === null && says(ours, pattern);

/** We accept, they refuse. */
const laxer =
  (peers: readonly Difference["peer"][], pattern: RegExp, word?: RegExp) =>
  ({ peer, ours, theirs, words }: Difference): boolean =>
    peers.includes(peer) &&
    ours === null &&
    says(theirs, pattern) &&
    (word === undefined || words.some((one) => word.test(one)));

const GO = ["Go"] as const;
const OPENSSL = ["OpenSSL"] as const;
const BOTH = ["Go", "OpenSSL"] as const;

export const DIFFERENCES: readonly DifferenceClass[] = [
  {
    name: "weak RSA keys",
    who: "Go and OpenSSL accept",
    why: "we refuse RSA keys below 2,048 bits everywhere; `openssl verify` does so only from security level 2 on",
    fits: stricter(BOTH, /RSA key of .* has 1024 bits/),
  },
  {
    name: "SHA-1",
    who: "OpenSSL accepts",
    why: "we refuse signatures with SHA-1, as Go does; `openssl verify` only from security level 1 on",
    fits: stricter(OPENSSL, /signed with .* SHA-1/),
  },
  {
    name: "names of issuers",
    who: "Go refuses",
    why: "RFC 5280 §7.1 compares names without regard to case, spaces and string type; Go compares bytes",
    fits: laxer(GO, /./, /issuerInCapitals/),
  },
  {
    name: "directory name constraints",
    who: "Go refuses",
    why: "Go does not know constraints on directory names and refuses them where they are critical",
    fits: laxer(GO, /./, /Directory$/),
  },
  {
    name: "policies",
    who: "older Go accepts or refuses",
    why: "the policies of RFC 5280 §6.1 are checked by us; Go does so from 1.24 on and refused critical ones before, OpenSSL does when it is asked to",
    fits: (difference) =>
      stricter(GO, /a policy is required/)(difference) ||
      laxer(GO, /./, /:(policyRequired|anyPolicyInhibited)/)(difference),
  },
  {
    name: "mailboxes under a host",
    who: "Go accepts",
    why: "a constraint `example.com` on e-mail is for mailboxes of that host alone (RFC 5280 §4.2.1.10); Go adds its subdomains",
    fits: stricter(GO, /the name "me@sub\.example\.com" is not permitted/),
  },
  {
    name: "wildcards under exclusions",
    who: "older Go and OpenSSL accept",
    why: "a wildcard that could stand for an excluded or an unpermitted host is refused by us (CVE-2025-61727)",
    fits: stricter(BOTH, /the name "\*\..*" is (excluded|not permitted)/),
  },
  {
    name: "unknown kinds of leaf keys",
    who: "Go accepts",
    why: "Go's path validation does not look at a leaf's key of a kind it does not know; no handshake could use it",
    fits: stricter(GO, /^UnsupportedCertificateKey/),
  },
  {
    name: "one path only",
    who: "OpenSSL refuses",
    why: "OpenSSL follows one path and does not come back when it turns out bad; we and Go try the others",
    fits: laxer(OPENSSL, /error \d+ at/, /^(twin|crossed)$/),
  },
  {
    name: "any purpose, and authorities as leaves",
    who: "OpenSSL refuses",
    why: "anyExtendedKeyUsage stands for any purpose in RFC 5280 §4.2.1.12; the key usage of an authority that is sent as a leaf is the handshake's to ask",
    fits: laxer(OPENSSL, /error 26 at/, /forAnything|leaf:authority/),
  },
  {
    name: "key usage of the leaf",
    who: "Go and OpenSSL accept",
    why: "`verifyChain` asks for digitalSignature as a handshake does; Go never looks at a leaf's key usage, and OpenSSL takes keyEncipherment too, for the key exchange of old",
    fits: stricter(BOTH, /the key usage of .* does not allow what a handshake does/),
  },
  {
    name: "authority key identifiers",
    who: "OpenSSL refuses",
    why: "a wrong authorityKeyIdentifier is a hint for path building, not a rule of RFC 5280 §6; the signature decides",
    fits: laxer(OPENSSL, /error (20|30) at/, /wrongAuthorityKey|mutant/),
  },
  {
    name: "the last second",
    who: "OpenSSL refuses",
    why: "notAfter belongs to the validity (RFC 5280 §4.1.2.5)",
    fits: laxer(OPENSSL, /error 10 at/, /lastSecond/),
  },
  {
    name: "common names",
    who: "OpenSSL accepts",
    why: "without a DNS name in subjectAltName OpenSSL falls back to the common name; RFC 9525 forbids it",
    fits: stricter(OPENSSL, /is for no DNS name/),
  },
  {
    name: "names with a trailing period",
    who: "Go and OpenSSL refuse",
    why: "a period at the end of a DNS name in a certificate means that it is absolute, which every name there is; browsers and node:tls accept it",
    fits: laxer(BOTH, /error 62 at|certificate is valid for .*\./, /trailingDot/),
  },
  {
    name: "partial wildcards",
    who: "OpenSSL accepts",
    why: "`w*.example.com` is not a wildcard for browsers or for RFC 9525 §6.3",
    fits: stricter(OPENSSL, /is for [a-z]+\*\./),
  },
  {
    name: "malformed constraints",
    who: "OpenSSL accepts",
    why: "an address range whose mask has gaps, or a DNS constraint that is not a name, is refused by us as by Go",
    fits: stricter(OPENSSL, /the name constraint .* is not well formed/),
  },
  {
    name: "roots without basic constraints",
    who: "OpenSSL accepts",
    why: "OpenSSL takes any self-signed certificate of the store as an authority; we accept only those of version 1, which cannot have the extension",
    fits: stricter(OPENSSL, /is not a certification authority/),
  },
  {
    name: "strict reading",
    who: "Go or OpenSSL accept",
    why: "we refuse input that is not DER, or not a value of the extension's type, even where its value is not used",
    fits: stricter(BOTH, /^MalformedCertificate/),
  },
  {
    name: "parts that are not used",
    who: "Go or OpenSSL refuse",
    why: "Go parses URIs and CRL distribution points and knows fewer string types and alphabets of names, whose bytes it compares; OpenSSL reads the qualifiers of policies and every attribute of a name. Path validation needs none of it",
    fits: laxer(
      BOTH,
      /Could not read certificate|signed by unknown authority|cannot parse (URI|rfc822Name|dnsName)|invalid CRL distribution|invalid RDNSequence|invalid (certificate )?policy|error 42 at/,
      /mutant/,
    ),
  },
];
