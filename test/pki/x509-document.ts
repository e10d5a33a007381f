/**
 * The text of `docs/x509.md`, around the tables that the checks count. Nothing in it changes from run to run.
 */
import { DIFFERENCES } from "./difference-classes.ts";

export interface X509Score {
  readonly limbo: string;
  readonly limboFamilies: string;
  readonly limboFeatures: string;
  readonly betterFamilies: string;
  readonly betterFeatures: string;
  readonly skipped: string;
  readonly table: (head: readonly string[], rows: readonly (readonly string[])[]) => string;
}

/** Figures of the README beside the vectors: all 208 cases of x509-limbo, run in 2026. */
const OTHERS_LIMBO: readonly (readonly string[])[] = [
  ["pyca/cryptography 50.0.2", "148", "13", "0", "47"],
  ["OpenSSL 3.0.22", "145", "47", "6", "10"],
  ["rustls-webpki (known divergences, 2026-08)", "133", "53", "5", "17"],
  ["Go 1.19 crypto/x509", "124", "55", "5", "24"],
  ["GnuTLS 3.7.9 certtool", "106", "58", "20", "24"],
  ["pkijs 4.0.0 chain engine with a plain name match", "122", "79", "2", "5 (hang)"],
];

/** Of the README beside the vectors: exactly the 1,876 cases that are run here. */
const OTHERS_BETTERTLS: readonly (readonly string[])[] = [
  ["Go 1.19 crypto/x509", "0", "0"],
  ["pyca/cryptography 50", "0", "0"],
  ["OpenSSL 3.0", "16 of 52", "41 of 1,824 (22 are warnings)"],
  ["pkijs 4.0.0 chain engine", "36 of 52 (20 hang)", "0"],
];

export function x509Document(score: X509Score): string {
  const { table } = score;
  return `# Certificate validation, measured

Written by \`npm run test:x509\`; do not edit. The cases are x509-limbo (C2SP, Apache-2.0: 136 of its 208) and BetterTLS
(Netflix, Apache-2.0: 1,876), through \`verifyChain\`, which is the validation of the handshake. Each limbo case runs under
the profile that it is written for: \`webpki::\` and \`online::\` under \`webpki\`, the others under \`rfc5280\`; BetterTLS runs
under \`rfc5280\`. Both providers come to the same verdicts. No case may take more than 5,500 steps of work (a step is one
look at an issuer; a signature is worth fifty): the bound replaces a time limit and is the same on every machine.

## x509-limbo

${score.limbo}

${score.limboFamilies}

${score.limboFeatures}

What other validators make of all 208 cases:

${table(["validator", "pass", "false accept", "false reject", "skipped or hang"], OTHERS_LIMBO)}

## BetterTLS

${score.betterFamilies}

${score.betterFeatures}

Wrong answers of other validators on the same cases:

${table(["validator", "path building", "name constraints"], OTHERS_BETTERTLS)}

## Skipped

${score.skipped}

Wildcards over public suffixes (\`*.co.uk\`) are refused under \`webpki\` as far as \`isPublicSuffix\` of the request knows
them; without it only what has one label is one. The Public Suffix List itself is not part of the package.

## Where OpenSSL and Go see it differently

\`npm run test:x509\` also judges thousands of chains, made by a generator with a fixed seed out of certificates of our own
writer and of OpenSSL, by \`verifyChain\` (profile \`basic\`), by \`openssl verify\` and by Go's crypto/x509. A difference that
belongs to none of these classes fails the run.

${table(
  ["class", "who", "why"],
  DIFFERENCES.map(({ name, who, why }) => [name, who, why]),
)}

## Profiles

${table(
  ["profile", "for", "rules"],
  [
    [
      "`basic`",
      "private authorities; the default of a store made from PEM",
      "path validation alone (RFC 5280 §6)",
    ],
    [
      "`rfc5280`",
      "certificates that follow the RFC strictly",
      "also what §4 demands of certificates",
    ],
    [
      "`webpki`",
      "public names; the default of the runtime's bundled roots",
      "also the Baseline Requirements, §7.1",
    ],
  ],
)}

In all of them: RSA keys of at least 2,048 bits, no SHA-1 or MD5, no unknown critical extension, names in subjectAltName
only. The bundled roots were chosen by their program: where a store's own profile applies, the form of its roots is not
held against them (five of today's would fail); a profile that is asked for by name is applied to roots as well.
`;
}
