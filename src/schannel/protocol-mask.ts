/**
 * SP_PROT_* masks to protocol versions and back (reference 1.6, 2.1, 6.1).
 */
import { type ProtocolVersion, TLS12, TLS13 } from "../protocol/version.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_ALGORITHM_MISMATCH } from "../sspi/security-status.ts";
import * as constants from "./constants.ts";

type Side = "client" | "server";

/** The bit of each version that is built, by side; highest first. */
const BITS: readonly {
  readonly version: ProtocolVersion;
  readonly client: number;
  readonly server: number;
}[] = [
  {
    version: TLS13,
    client: constants.SP_PROT_TLS1_3_CLIENT,
    server: constants.SP_PROT_TLS1_3_SERVER,
  },
  {
    version: TLS12,
    client: constants.SP_PROT_TLS1_2_CLIENT,
    server: constants.SP_PROT_TLS1_2_SERVER,
  },
];

/** All bits of a side: every second one. */
const SIDE_BITS: Readonly<Record<Side, number>> = { client: 0xaaaaaaaa, server: 0x55555555 };

const DTLS_BITS =
  constants.SP_PROT_DTLS1_0_SERVER |
  constants.SP_PROT_DTLS1_0_CLIENT |
  constants.SP_PROT_DTLS1_2_SERVER |
  constants.SP_PROT_DTLS1_2_CLIENT;

/** PCT 1.0 to TLS 1.3, both sides. */
const STREAM_BITS = 0x00003fff;

/** All versions that are built, highest first. */
export const ALL_VERSIONS: readonly ProtocolVersion[] = BITS.map((row) => row.version);

/** The one bit of a version on a side. */
export function protocolBit(version: ProtocolVersion, side: Side): number {
  const row = BITS.find((item) => item.version === version);
  return row === undefined ? 0 : row[side];
}

/** The mask of versions on a side. */
export function protocolMask(versions: readonly ProtocolVersion[], side: Side): number {
  return versions.reduce((mask, version) => mask | protocolBit(version, side), 0);
}

/**
 * Versions that a positive list (grbitEnabledProtocols) leaves; 0 is the default.
 * Refuses with SEC_E_ALGORITHM_MISMATCH a mask without a bit for the side, or with TLS and DTLS bits.
 */
export function enabledVersions(mask: number, side: Side): readonly ProtocolVersion[] {
  if (mask === 0) return ALL_VERSIONS;
  if ((mask & SIDE_BITS[side]) === 0) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "NoProtocolForDirection",
      `grbitEnabledProtocols ${hex(mask)} has no bit for a ${side}`,
    );
  }
  if ((mask & DTLS_BITS) !== 0 && (mask & STREAM_BITS) !== 0) {
    refuse(
      SEC_E_ALGORITHM_MISMATCH,
      "MixedProtocols",
      `grbitEnabledProtocols ${hex(mask)} mixes TLS with DTLS`,
    );
  }
  return ALL_VERSIONS.filter((version) => (mask & protocolBit(version, side)) !== 0);
}

/** Versions that a negative list (grbitDisabledProtocols) leaves. */
export function versionsWithout(mask: number, side: Side): readonly ProtocolVersion[] {
  return ALL_VERSIONS.filter((version) => (mask & protocolBit(version, side)) === 0);
}

function hex(mask: number): string {
  return `0x${(mask >>> 0).toString(16).padStart(8, "0")}`;
}
