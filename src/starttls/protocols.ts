/**
 * The protocols of the kit by name: for a command line, or a program that reads the name from a configuration.
 */
import type { StartTls } from "./dialogue.ts";
import { startTlsFtp } from "./ftp.ts";
import { startTlsIrc } from "./irc.ts";
import { startTlsLdap } from "./ldap.ts";
import { startTlsImap, startTlsLmtp, startTlsPop3, startTlsSmtp } from "./mail.ts";
import { startTlsMysql } from "./mysql.ts";
import { startTlsNntp } from "./nntp.ts";
import { startTlsPostgres } from "./postgres.ts";
import { startTlsSieve } from "./sieve.ts";
import { startTlsTds, TDS_PACKET_SIZE, TDS8_PROTOCOL } from "./tds.ts";
import { startTlsXmpp } from "./xmpp.ts";

/** A protocol of the kit. */
export interface StartTlsProtocol {
  /** Its name, e.g. "smtp". */
  readonly name: string;
  /** Where its servers listen by default. */
  readonly port: number;
  /**
   * Makes the exchange before TLS, given the name of the server for protocols that send it; null: TLS begins at once.
   */
  readonly negotiate: ((domain: string) => StartTls) | null;
  /** ALPN name that it demands, or null. */
  readonly alpn: string | null;
  /** The handshake travels in frames: see `TdsHandshake`. Its servers speak TLS 1.2 at most. */
  readonly framed: boolean;
  /** Largest fragment that servers like, or null for any. */
  readonly maxSendFragment: number | null;
}

const plain = (
  name: string,
  port: number,
  negotiate: (domain: string) => StartTls,
): StartTlsProtocol => ({
  name,
  port,
  negotiate,
  alpn: null,
  framed: false,
  maxSendFragment: null,
});

/** Every protocol of the kit. */
export const START_TLS_PROTOCOLS: readonly StartTlsProtocol[] = [
  plain("smtp", 25, () => startTlsSmtp()),
  plain("lmtp", 24, () => startTlsLmtp()),
  plain("imap", 143, () => startTlsImap()),
  plain("pop3", 110, () => startTlsPop3()),
  plain("sieve", 4190, () => startTlsSieve()),
  plain("nntp", 119, () => startTlsNntp()),
  plain("irc", 6667, () => startTlsIrc()),
  plain("ftp", 21, () => startTlsFtp()),
  plain("ldap", 389, () => startTlsLdap()),
  plain("xmpp", 5222, (domain) => startTlsXmpp(domain)),
  plain("postgres", 5432, () => startTlsPostgres()),
  plain("mysql", 3306, () => startTlsMysql()),
  {
    ...plain("tds", 1433, () => startTlsTds()),
    framed: true,
    maxSendFragment: TDS_PACKET_SIZE,
  },
  {
    ...plain("tds8", 1433, () => startTlsTds()),
    negotiate: null,
    alpn: TDS8_PROTOCOL,
    maxSendFragment: TDS_PACKET_SIZE,
  },
];

/**
 * Finds a protocol of the kit.
 * @param name - e.g. "smtp"
 * @returns the protocol; undefined: the name is unknown
 */
export function startTlsProtocol(name: string): StartTlsProtocol | undefined {
  return START_TLS_PROTOCOLS.find((protocol) => protocol.name === name);
}
