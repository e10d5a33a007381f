/**
 * What the quick tests against a real peer need of it: a server that reverses lines, a client that is fed and read.
 */

import type { CertContext } from "../../src/pki/cert-context.ts";
import type { ProtocolVersion } from "../../src/protocol/version.ts";
import type { Identity, KeyKind } from "./certificates.ts";

export interface PeerServer {
  readonly port: number;
  stop(): Promise<void>;
}

export interface WatchedServer extends PeerServer {
  /** Resolves when the peer says that it got an alert: "fatal handshake_failure". */
  saw(alert: string): Promise<void>;
}

export interface PeerClient {
  write(data: Uint8Array): Promise<void>;
  /** The next `length` bytes that the server sent. */
  read(length: number): Promise<Uint8Array>;
  saw(alert: string): Promise<void>;
  stop(): Promise<void>;
}

export interface TestPeer {
  readonly name: string;
  /** Kinds of certificates there are. */
  readonly kinds: readonly KeyKind[];
  /** PEM of the authority. */
  readonly trust: string;
  identity(kind: KeyKind): Identity | CertContext;
  /** A server that sends each line back reversed, for many connections. */
  reverser(kind: KeyKind): Promise<PeerServer>;
  /** A server that tells which alerts it gets. */
  server(version: ProtocolVersion): Promise<WatchedServer>;
  /** A client that offers one suite, and groups, the one to be used first. */
  client(port: number, suite: number, groups: readonly number[]): Promise<PeerClient>;
  /** A client that tells which alerts it gets. */
  watchedClient(port: number, version: ProtocolVersion): Promise<PeerClient>;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LINE_LENGTH = 1024;

/** Lines of 1024 bytes out of any bytes, which are not changed. */
export function linesOf(bytes: Uint8Array): Uint8Array {
  const lines = Uint8Array.from(bytes, (byte) =>
    byte === LINE_FEED || byte === CARRIAGE_RETURN ? 0 : byte,
  );
  for (let at = LINE_LENGTH - 1; at < lines.length; at += LINE_LENGTH) lines[at] = LINE_FEED;
  return lines;
}

/** What a reversing server answers: each line reversed, its end where it was. */
export function reversedLines(data: Uint8Array): Uint8Array {
  const reversed = Uint8Array.from(data);
  for (let from = 0; from < reversed.length; ) {
    const end = reversed.indexOf(LINE_FEED, from);
    if (end < 0) break;
    reversed.subarray(from, end).reverse();
    from = end + 1;
  }
  return reversed;
}
