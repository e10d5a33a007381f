/**
 * imapflow against Dovecot, over imaps and STARTTLS.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { DOVECOT_USER, dovecot } from "./servers.ts";

interface Client extends NodeJS.EventEmitter {
  connect(): Promise<void>;
  append(folder: string, letter: Buffer): Promise<unknown>;
  mailboxOpen(folder: string): Promise<{ exists: number }>;
  fetchOne(which: string, what: object): Promise<{ source: Buffer }>;
  mailboxDelete(folder: string): Promise<unknown>;
  mailboxCreate(folder: string): Promise<unknown>;
  logout(): Promise<void>;
}

const LETTER = Buffer.from(
  `From: one@example.com\r\nSubject: sealed\r\n\r\n${"All is well.\r\n".repeat(50_000)}`,
);
const ports = { imap: 0, imaps: 0 };

async function use(trust: Trust, scheme: keyof typeof ports): Promise<void> {
  const { ImapFlow } = program<{ ImapFlow: new (options: object) => Client }>("imapflow");
  const client = new ImapFlow({
    host: "localhost",
    port: ports[scheme],
    secure: scheme === "imaps",
    ...(scheme === "imap" ? { doSTARTTLS: true } : {}),
    auth: DOVECOT_USER,
    tls: trust,
    logger: false,
  });
  client.on("error", () => undefined);
  await client.connect();
  const folder = `sealed-${scheme}-${trust.maxVersion}`;
  await client.mailboxCreate(folder);
  await client.append(folder, LETTER);
  const { exists } = await client.mailboxOpen(folder);
  assert.is(exists, 1);
  const { source } = await client.fetchOne("1", { source: true });
  assert.ok(source.equals(LETTER));
  await client.mailboxDelete(folder);
  await client.logout();
}

const tests = overSealwire("imapflow", async () => {
  const server = await dovecot();
  Object.assign(ports, server.ports);
  return () => server.program.stop();
}, [
  { name: "imaps", use: (trust) => use(trust, "imaps") },
  { name: "STARTTLS", use: (trust) => use(trust, "imap") },
]);
tests.run();
