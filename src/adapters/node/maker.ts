/**
 * What those who make a SecureSocket give to it beside options.
 */
import type * as sspi from "../../api/node.ts";

/** What a server gives to the sockets that it makes, beside options. */
export interface ServerSide<Socket> {
  readonly ticketKeys: Buffer;
  readonly sessions: (socket: Socket) => sspi.SealwireOptions["sessionStore"];
  readonly stapled:
    | ((
        context: sspi.CertContext,
        socket: Socket,
        failed: (error: Error) => void,
      ) => Promise<sspi.CertContext>)
    | null;
}

/** What `connect` gives to the socket that it makes, beside options. */
export interface ClientSide {
  /** Members of the error if the connection ends before it is secure, as in node. */
  readonly target: object;
}

/** Who made a socket; null: the program, by `new`. */
export type Maker<Socket> = ServerSide<Socket> | ClientSide | null;
