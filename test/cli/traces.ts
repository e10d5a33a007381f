/**
 * The recorded connections of OpenSSL in `fixtures/openssl-traces`: records of both sides with the key log.
 */
import { fixture } from "../support/data.ts";

export interface TraceRecord {
  readonly from: "client" | "server";
  /** Hex, header included. */
  readonly record: string;
}

export interface TraceConnection {
  readonly keylog: readonly string[];
  readonly records: readonly TraceRecord[];
}

export interface Trace {
  readonly id: string;
  readonly connections: readonly TraceConnection[];
}

export const TRACES: readonly Trace[] = fixture<{ traces: Trace[] }>(
  "openssl-traces/traces.json.gz",
).traces;

/** Every connection with the name of its scenario and its number. */
export const CONNECTIONS: readonly { name: string; connection: TraceConnection }[] = TRACES.flatMap(
  ({ id, connections }) =>
    connections.map((connection, index) => ({ name: `${id}, ${index}`, connection })),
);
