/**
 * The public names of the STARTTLS kit: the same in `sealwire/node` and `sealwire/web`. Each negotiator takes and gives
 * bytes; `negotiateStartTls` of either entry plays one over its kind of transport.
 */
export type { StartTls, StartTlsReason, StartTlsStep } from "./dialogue.ts";
export { startTlsFtp } from "./ftp.ts";
export { startTlsIrc } from "./irc.ts";
export { startTlsLdap } from "./ldap.ts";
export { startTlsImap, startTlsLmtp, startTlsPop3, startTlsSmtp } from "./mail.ts";
export { type MysqlOptions, startTlsMysql } from "./mysql.ts";
export { startTlsNntp } from "./nntp.ts";
export { startTlsPostgres } from "./postgres.ts";
export {
  START_TLS_PROTOCOLS,
  type StartTlsProtocol,
  startTlsProtocol,
} from "./protocols.ts";
export { startTlsSieve } from "./sieve.ts";
export {
  startTlsTds,
  TDS_PACKET_SIZE,
  TDS8_PROTOCOL,
  TdsHandshake,
  type Unwrapped,
} from "./tds.ts";
export { startTlsXmpp } from "./xmpp.ts";
