/**
 * What the matrix needs of a peer: what it cannot do and why, a server for a cell, a client for a cell.
 */
import type { Cell } from "./cells.ts";
import type { Seen } from "./program-protocol.ts";

export type { Seen };

/** Bytes that go each way in a connection. */
export const LENGTH = 0x10000;

/** A peer's server that awaits connections of a cell. It may serve other cells too. */
export interface MatrixServer {
  readonly port: number;
  /** What to send. */
  data(): Uint8Array;
  /** What comes back for it. */
  answer(data: Uint8Array): Uint8Array;
  /** What the peer saw of the connection from our `localPort`; absent where it cannot tell. */
  seen?(localPort: number): Promise<Seen>;
  /** Makes the peer update its keys, in the middle of the data. */
  updateKeys?(): Promise<void>;
  /** The cell is over, well or not: ends what was started for it alone. */
  done(): Promise<void>;
}

export interface MatrixPeer {
  readonly name: string;
  /** Its versions, for the table. */
  readonly version: string;
  /** Why a cell cannot be run with this peer; empty: it can. */
  cannot(cell: Cell): readonly string[];
  serve(cell: Cell): Promise<MatrixServer>;
  /**
   * Connects to our server on `port`, twice with one session where the cell is about resumption, sends LENGTH bytes each
   * time and demands them back; tells what it saw of the last connection.
   */
  dial(cell: Cell, port: number): Promise<Seen>;
  stop(): Promise<void>;
}

/** Connections that a cell takes. */
export const connectionsOf = ({ feature }: Cell): number =>
  feature === "session id" || feature === "ticket" || feature === "psk" ? 2 : 1;

/** Protocols that both sides offer in the cells on ALPN; ours prefers the second. */
export const PEERS_PROTOCOLS: readonly string[] = ["first/1", "second/2"];
export const OUR_PROTOCOLS: readonly string[] = ["second/2", "third/3"];
export const AGREED_PROTOCOL = "second/2";
