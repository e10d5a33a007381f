/**
 * The public names of the STARTTLS kit: the same in `sealwire/node` and `sealwire/web`. Each negotiator takes and gives
 * bytes; `negotiateStartTls` of either entry plays one over its kind of transport.
 */
export type { StartTls, StartTlsReason, StartTlsStep } from "./starttls/dialogue.ts";
export { startTlsFtp } from "./starttls/ftp.ts";
export { startTlsLdap } from "./starttls/ldap.ts";
export { startTlsImap, startTlsPop3, startTlsSmtp } from "./starttls/mail.ts";
export { type MysqlOptions, startTlsMysql } from "./starttls/mysql.ts";
export { startTlsPostgres } from "./starttls/postgres.ts";
export {
  START_TLS_PROTOCOLS,
  type StartTlsProtocol,
  startTlsProtocol,
} from "./starttls/protocols.ts";
export {
  startTlsTds,
  TDS_PACKET_SIZE,
  TDS8_PROTOCOL,
  TdsHandshake,
  type Unwrapped,
} from "./starttls/tds.ts";
export { startTlsXmpp } from "./starttls/xmpp.ts";
