/**
 * The commands by name. Each is loaded when it is called, so that one does not pay for another.
 */
import type { Command } from "./command.ts";

export interface CommandRow {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly CommandRow[] = [
  {
    name: "demo",
    usage: "demo",
    summary: "watch TLS sessions with `openssl s_server` and `openssl s_client`, live",
    load: async () => (await import("./demo-command.ts")).demoCommand,
  },
  {
    name: "connect",
    usage: "connect HOST:PORT",
    summary: "talk to a server: stdin to the peer, the peer to stdout, facts to stderr",
    load: async () => (await import("./connect-command.ts")).connectCommand,
  },
  {
    name: "scan",
    usage: "scan HOST",
    summary: "what a server accepts: versions, suites, groups, signatures; its chain; a grade",
    load: async () => (await import("./scan-command.ts")).scanCommand,
  },
  {
    name: "serve",
    usage: "serve PORT",
    summary: "be a server: echo, or a page for browsers",
    load: async () => (await import("./serve-command.ts")).serveCommand,
  },
  {
    name: "verify",
    usage: "verify CHAIN.pem",
    summary: "would a handshake accept this certificate chain, and why (not)",
    load: async () => (await import("./verify-command.ts")).verifyCommand,
  },
  {
    name: "inspect",
    usage: "inspect FILE",
    summary: "explain TLS bytes field by field: a capture, records, hex; decrypted with a key log",
    load: async () => (await import("./inspect-command.ts")).inspectCommand,
  },
];
