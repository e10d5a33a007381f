/**
 * Addresses as people write them: HOST:PORT, [IPv6]:PORT, a port alone, a host alone, a URL.
 */
import { isIPv6 } from "node:net";
import { UsageError } from "./cli-error.ts";
import { printable } from "./terminal.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Target extends Address {
  /** Name of a protocol that is spoken before TLS, where a URL says so. */
  readonly starttls: string | null;
}

/** Ports of URLs; those of --starttls protocols are known there. */
const PORTS: Readonly<Record<string, number>> = {
  https: 443,
  wss: 443,
  tls: 443,
  ssl: 443,
  smtps: 465,
  imaps: 993,
  pop3s: 995,
  ldaps: 636,
  ftps: 990,
  nntps: 563,
  ircs: 6697,
  amqps: 5671,
  mqtts: 8883,
  rediss: 6379,
  sips: 5061,
};
/** Schemes of protocols that begin in plaintext. */
const STARTTLS_SCHEMES: Readonly<Record<string, string>> = {
  smtp: "smtp",
  lmtp: "lmtp",
  sieve: "sieve",
  imap: "imap",
  pop3: "pop3",
  ldap: "ldap",
  ftp: "ftp",
  xmpp: "xmpp",
  nntp: "nntp",
  irc: "irc",
  postgres: "postgres",
  postgresql: "postgres",
  mysql: "mysql",
};

/**
 * Reads a target. @param portOf the port of a protocol that is spoken before TLS
 * @throws UsageError that says which part is wrong
 */
export function parseTarget(
  text: string,
  defaultHost: string,
  defaultPort: number,
  portOf: (starttls: string) => number | undefined,
): Target {
  const [, scheme, rest = ""] = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/(.*)$/.exec(text) ?? [];
  if (scheme === undefined)
    return { ...parseAddress(text, defaultHost, defaultPort), starttls: null };
  const name = scheme.toLowerCase();
  const starttls = STARTTLS_SCHEMES[name] ?? null;
  const port = starttls === null ? PORTS[name] : portOf(starttls);
  if (port === undefined)
    throw new UsageError(
      `"${printable(text)}": the scheme ${name} is not known; write HOST:PORT, or one of ${[...Object.keys(PORTS), ...Object.keys(STARTTLS_SCHEMES)].join(", ")}`,
    );
  // The path and the user of a URL do not matter to TLS.
  const authority = (rest.split(/[/?#]/, 1)[0] ?? "").replace(/^.*@/, "");
  return { ...parseAddress(authority, defaultHost, port), starttls };
}

/** "HOST:PORT", "[IPv6]:PORT", "PORT", or a host alone. @throws UsageError that says which part is wrong */
export function parseAddress(text: string, defaultHost: string, defaultPort: number): Address {
  const refuse = (why: string): never => {
    throw new UsageError(
      `"${printable(text)}" is not an address: ${why}; write HOST:PORT, e.g. example.com:443`,
    );
  };
  if (/^\d+$/.test(text)) return { host: defaultHost, port: portOf(text, refuse) };
  if (isIPv6(text)) return { host: text, port: defaultPort };
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) {
    const [, host = "", port] = bracketed;
    if (!isIPv6(host)) refuse(`"${printable(host)}" is not an IPv6 address`);
    return { host, port: port === undefined ? defaultPort : portOf(port, refuse) };
  }
  const parts = text.split(":");
  if (parts.length > 2)
    refuse("it has several colons (an IPv6 address with a port stands in brackets: [::1]:443)");
  const [host = "", port] = parts;
  if (host === "") refuse("the host is missing");
  if (/[^A-Za-z0-9._\-\u0080-\uffff]/.test(host)) refuse(`"${printable(host)}" is not a host name`);
  return { host, port: port === undefined ? defaultPort : portOf(port, refuse) };
}

function portOf(text: string, refuse: (why: string) => never): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 0xffff)
    refuse(`the port "${printable(text)}" is not a number up to 65535`);
  return Number(text);
}

/** "HOST:PORT", with brackets where there have to be. */
export function addressText({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
