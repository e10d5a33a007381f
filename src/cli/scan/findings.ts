/**
 * What a scan finds: filled in as answers come; with its grade it is the JSON of the command.
 */
import type { Strength } from "./suites.ts";

/** From the best to the worst; T: the chain is not trusted, whatever the rest is. */
export const GRADES = ["A", "A-", "B", "C", "F", "T"] as const;
export type Grade = (typeof GRADES)[number];

export interface Reason {
  readonly grade: Grade;
  readonly text: string;
}

export interface Findings {
  target: string;
  versions: {
    code: number;
    name: string;
    accepted: boolean;
    /** What was answered instead, where it is not accepted. */
    answer: string | null;
  }[];
  suites: {
    version: string;
    /** Who chooses; null where there is one suite. */
    chosenBy: "server" | "client" | null;
    suites: {
      name: string;
      strength: Strength;
      why: string;
    }[];
  }[];
  /** In the server's order, by version. */
  groups: { readonly version: string; readonly names: readonly string[] }[];
  signatures: { readonly version: string; readonly names: readonly string[] }[];
  alpn: readonly string[];
  resumption: { readonly version: string; readonly resumed: boolean }[];
  /** Null: there is no TLS 1.2 to see it in. */
  tickets: boolean | null;
  secureRenegotiation: boolean | null;
  extendedMasterSecret: boolean | null;
  encryptThenMac: boolean | null;
  compression: boolean | null;
  fallbackScsv: boolean | null;
  primeBits: number | null;
  ocspStapled: boolean | null;
  chain: {
    subject: string | null;
    issuer: string | null;
    validTo: string | null;
    certificates: number;
    /** Null: no handshake of ours was finished, so that none was seen. */
    ok: boolean | null;
    message: string | null;
  };
  connections: number;
  /** What was not asked, and why. */
  notes: string[];
}

export interface ScanReport extends Findings {
  /** Null: the scan ended before everything was asked. */
  readonly grade: Grade | null;
  readonly reasons: readonly Reason[];
}

/** Nothing is known yet. */
export function noFindings(target: string): Findings {
  return {
    ...{ target, versions: [], suites: [], groups: [], signatures: [], alpn: [], resumption: [] },
    ...{ tickets: null, secureRenegotiation: null, extendedMasterSecret: null },
    ...{ encryptThenMac: null, compression: null, fallbackScsv: null, primeBits: null },
    ocspStapled: null,
    chain: {
      ...{ subject: null, issuer: null, validTo: null, certificates: 0, ok: null, message: null },
    },
    ...{ connections: 0, notes: [] },
  };
}
