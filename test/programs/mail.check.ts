/**
 * nodemailer to smtp-server: STARTTLS on a connection that carried plaintext, and TLS from the first byte.
 */
import { once } from "node:events";
import type { Server } from "node:net";
import { text } from "node:stream/consumers";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OWN, VERSIONS } from "../node/kit.ts";
import { inVersion, listening, program, type SwappedName, swapped, type Version } from "./kit.ts";

interface Mailer {
  createTransport(options: object): {
    sendMail(mail: object): Promise<{ accepted: string[] }>;
    close(): void;
  };
}
interface SmtpServer extends NodeJS.EventEmitter {
  readonly server: Server;
  close(done: () => void): void;
}
interface Smtp {
  SMTPServer: new (options: object) => SmtpServer;
}

const LETTER = "All is well.\r\n".repeat(5000);
const mail = suite("programs: mail");

for (const version of VERSIONS) {
  for (const secure of [false, true]) {
    for (const library of ["node:tls", "sealwire/node"]) {
      mail(`${secure ? "TLS at once" : "STARTTLS"}, ${version}, the server with ${library}`, () =>
        letterArrives(version, secure, library === "node:tls" ? ["connect"] : undefined),
      );
    }
  }
}

async function letterArrives(
  version: Version,
  secure: boolean,
  names: readonly SwappedName[] | undefined,
): Promise<void> {
  const { createTransport } = program<Mailer>("nodemailer");
  const { SMTPServer } = program<Smtp>("smtp-server");
  const letters: string[] = [];
  const made = await swapped(async () => {
    const server = new SMTPServer({
      ...OWN,
      ...inVersion(version),
      secure,
      authOptional: true,
      onData: (stream: NodeJS.ReadableStream, session: { secure: boolean }, done: () => void) => {
        assert.is(session.secure, true);
        text(stream).then((letter) => {
          letters.push(letter);
          done();
        }, done);
      },
    });
    server.on("error", () => undefined);
    const port = await listening(server.server);
    const transport = createTransport({
      host: "127.0.0.1",
      port,
      secure,
      requireTLS: true,
      tls: { ca: OWN.cert, servername: "localhost", ...inVersion(version) },
    });
    const { accepted } = await transport.sendMail({
      from: "one@example.com",
      to: "two@example.com",
      subject: "sealed",
      text: LETTER,
    });
    assert.equal(accepted, ["two@example.com"]);
    transport.close();
    const over = once(server.server, "close");
    server.close(() => undefined);
    await over;
  }, names);
  assert.is(made.length, 1);
  assert.is(made[0]?.getProtocol(), version);
  assert.is(letters.length, 1);
  assert.ok((letters[0]?.match(/All is well\./g)?.length ?? 0) === 5000);
}

mail.run();
