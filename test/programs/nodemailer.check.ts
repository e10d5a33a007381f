/**
 * nodemailer to smtp-server: STARTTLS on a connection that carried plaintext, and TLS from the first byte. The server is
 * with node:tls, or with ours.
 */
import { once } from "node:events";
import type { Server } from "node:net";
import { text } from "node:stream/consumers";
import * as assert from "uvu/assert";
import { OWN } from "../node/kit.ts";
import { listening, overSealwire, program, swapped, type Trust } from "./kit.ts";
import { USER } from "./own-server.ts";

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

type Answer = (error: Error | null, known: object) => void;

const LETTER = "All is well.\r\n".repeat(5000);

let letters: string[] = [];

function smtpServer(secure: boolean): SmtpServer {
  const { SMTPServer } = program<Smtp>("smtp-server");
  const server = new SMTPServer({
    ...OWN,
    secure,
    onAuth: (auth: { username: string; password: string }, _session: object, done: Answer) => {
      const known = auth.username === USER.name && auth.password === USER.password;
      done(known ? null : new Error("a stranger"), { user: USER.name });
    },
    onData: (stream: NodeJS.ReadableStream, session: { secure: boolean }, done: () => void) => {
      assert.is(session.secure, true);
      text(stream).then((letter) => {
        letters.push(letter);
        done();
      }, done);
    },
  });
  // A client that does not trust it.
  server.on("error", () => undefined);
  return server;
}

async function send(trust: Trust, port: number, secure: boolean): Promise<void> {
  const { createTransport } = program<Mailer>("nodemailer");
  const transport = createTransport({
    host: "127.0.0.1",
    port,
    secure,
    requireTLS: true,
    auth: { user: USER.name, pass: USER.password },
    tls: { servername: "localhost", ...trust },
  });
  letters = [];
  try {
    const { accepted } = await transport.sendMail({
      from: "one@example.com",
      to: "two@example.com",
      subject: "sealed",
      text: LETTER,
    });
    assert.equal(accepted, ["two@example.com"]);
    assert.is(letters.length, 1);
    assert.is(letters[0]?.match(/All is well\./g)?.length, 5000);
  } finally {
    transport.close();
  }
}

/** TLS at once or not, the server's library, and its port. */
const KINDS = [false, true].flatMap((secure) =>
  (["node:tls", "sealwire/node"] as const).map((library) => ({ secure, library, port: 0 })),
);

const tests = overSealwire(
  "nodemailer",
  async () => {
    const servers: SmtpServer[] = [];
    for (const kind of KINDS) {
      const make = async (): Promise<void> => {
        const server = smtpServer(kind.secure);
        kind.port = await listening(server.server);
        servers.push(server);
      };
      await (kind.library === "node:tls" ? make() : swapped(make));
    }
    return async () => {
      for (const server of servers) {
        const over = once(server.server, "close");
        server.close(() => undefined);
        await over;
      }
    };
  },
  KINDS.map((kind) => ({
    name: `${kind.secure ? "TLS at once" : "STARTTLS"}, the server with ${kind.library}`,
    // The server takes its class for sockets from node:tls too, when a client comes.
    ...(kind.library === "node:tls" ? { names: ["connect"] as const } : {}),
    use: (trust) => send(trust, kind.port, kind.secure),
  })),
);
tests.run();
