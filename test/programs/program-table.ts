/**
 * The packages of this folder, what each is run against, and how it comes to a socket of ours. The documentation shows
 * it with the versions of the lock file.
 */
export const PROGRAMS: readonly (readonly [name: string, peer: string, ways: string])[] = [
  ["@grpc/grpc-js", "its own server", "swap"],
  ["@redis/client", "redis-server", "swap"],
  ["amqplib", "a server of the tests (AMQP 0-9-1)", "swap"],
  ["axios", "node's `https`", "`createConnection` of its `httpsAgent`, or swap"],
  ["basic-ftp", "vsftpd, which requires resumption for each transfer", "swap"],
  ["got", "node's `https`", "`createConnection` of its `agent.https`, or swap behind its import"],
  ["https-proxy-agent", "node's `https` through CONNECT", "swap"],
  ["imapflow", "Dovecot, imaps and STARTTLS", "swap"],
  ["ioredis", "redis-server", "swap"],
  ["kafkajs", "a broker of the tests", "`socketFactory`, or swap"],
  ["ldapts", "slapd, ldaps and StartTLS", "`createSecureConnection`, or swap"],
  ["mongodb", "a server of the tests", "swap"],
  ["mqtt", "mosquitto, with certificates and with keys", "swap"],
  ["mysql2", "MariaDB", "swap"],
  ["nats", "a server of the tests, TLS behind INFO and at once", "swap"],
  ["nodemailer", "smtp-server, TLS at once and STARTTLS", "swap"],
  ["pg", "PostgreSQL", "swap"],
  ["postgres", "PostgreSQL", "swap"],
  ["smtp-server", "nodemailer", "swap"],
  ["tedious", "a server of the tests: TDS 7.4 and 8", "`connector` (TDS 8), or swap"],
  ["undici", "node's `https`", "`connect` of its `Agent`, or swap"],
  ["ws", "itself", "`createConnection`, or swap; its server takes node's `http.Server`"],
];
