/**
 * The cases of x509-limbo and BetterTLS in one form, as requests to `verifyChain`. Each limbo case runs under the profile
 * that it is written for: `webpki::` and the public sites of `online::` under webpki, all others under rfc5280.
 */
import { pemBlocks } from "../../src/pki/files/pem.ts";
import type { ProfileName } from "../../src/pki/path/profile.ts";
import { fixture } from "../support/data.ts";

export interface X509Case {
  readonly set: "x509-limbo" | "bettertls";
  readonly id: string;
  /** What the id begins with: "rfc5280", "webpki", "pathbuilding", … */
  readonly family: string;
  readonly features: readonly string[];
  readonly profile: ProfileName;
  /** DER. */
  readonly trusted: readonly Uint8Array[];
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly purpose: "server" | "client";
  readonly name: string | null;
  readonly time: Date | null;
  readonly maxDepth: number | null;
  readonly accepted: boolean;
}

interface PeerName {
  readonly kind: "DNS" | "IP" | "RFC822";
  readonly value: string;
}

interface LimboCase {
  readonly id: string;
  readonly features: readonly string[];
  readonly validation_kind: "SERVER" | "CLIENT";
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly expected_result: "SUCCESS" | "FAILURE";
  readonly expected_peer_name: PeerName | null;
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

interface BetterTlsFile {
  readonly certificates: readonly string[];
  readonly testcases: readonly {
    readonly id: string;
    readonly required_features: readonly string[];
    readonly trusted_certs: readonly number[];
    readonly untrusted_intermediates: readonly number[];
    readonly peer_certificate: number;
    readonly validation_time: string;
    readonly expected_result: "SUCCESS" | "FAILURE";
    readonly expected_peer_name: PeerName;
  }[];
}

const ders = (pem: string): Uint8Array[] => pemBlocks(pem).map((block) => block.der);

export function limboCases(): X509Case[] {
  const { testcases } = fixture<{ testcases: readonly LimboCase[] }>(
    "x509-limbo/limbo-dev.json.gz",
  );
  return testcases.map((item) => {
    const family = item.id.split("::")[0] ?? "";
    return {
      set: "x509-limbo",
      id: item.id,
      family,
      features: item.features,
      profile: family === "webpki" || family === "online" ? "webpki" : "rfc5280",
      trusted: item.trusted_certs.flatMap(ders),
      chain: [item.peer_certificate, ...item.untrusted_intermediates].flatMap(ders),
      crls: item.crls.flatMap(ders),
      purpose: item.validation_kind === "SERVER" ? "server" : "client",
      name: item.expected_peer_name?.value ?? null,
      time: item.validation_time === null ? null : new Date(item.validation_time),
      maxDepth: item.max_chain_depth,
      accepted: item.expected_result === "SUCCESS",
    };
  });
}

export function betterTlsCases(file: string): X509Case[] {
  const { certificates, testcases } = fixture<BetterTlsFile>(`bettertls/${file}`);
  const table = certificates.map((text) => new Uint8Array(Buffer.from(text, "base64")));
  const at = (index: number): Uint8Array => {
    const der = table[index];
    if (der === undefined) throw new RangeError(`there is no certificate ${index} in ${file}`);
    return der;
  };
  return testcases.map((item) => ({
    set: "bettertls",
    id: item.id,
    family: item.id.split("::")[1] ?? "",
    features: item.required_features,
    profile: "rfc5280",
    trusted: item.trusted_certs.map(at),
    chain: [item.peer_certificate, ...item.untrusted_intermediates].map(at),
    crls: [],
    purpose: "server",
    name: item.expected_peer_name.value,
    time: new Date(item.validation_time),
    maxDepth: null,
    accepted: item.expected_result === "SUCCESS",
  }));
}
