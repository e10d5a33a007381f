/**
 * basic-ftp against vsftpd, which refuses a data connection that does not resume the session of the control connection.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust, temporary } from "./kit.ts";
import { vsftpd } from "./servers.ts";

interface Client {
  access(options: object): Promise<unknown>;
  list(): Promise<{ name: string; size: number }[]>;
  uploadFrom(source: Readable, name: string): Promise<unknown>;
  downloadTo(target: Writable, name: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  close(): void;
}

const FILE = Buffer.alloc(3 * 2 ** 20 + 17, "sealwire ");
const ports = { explicit: 0, implicit: 0 };
let folder = "";

const use =
  (kind: keyof typeof ports) =>
  async (trust: Trust): Promise<void> => {
    const { Client: FtpClient } = program<{ Client: new (timeoutMs: number) => Client }>(
      "basic-ftp",
    );
    const client = new FtpClient(10_000);
    try {
      await client.access({
        host: "localhost",
        port: ports[kind],
        user: "anonymous",
        password: "tester@localhost",
        secure: kind === "implicit" ? "implicit" : true,
        secureOptions: { ...trust, servername: "localhost" },
      });
      await client.uploadFrom(Readable.from([FILE]), "sealed");
      assert.ok(readFileSync(join(folder, "sealed")).equals(FILE));
      const [entry] = await client.list();
      assert.equal([entry?.name, entry?.size], ["sealed", FILE.length]);
      const chunks: Buffer[] = [];
      const target = new Writable({
        write(chunk: Buffer, _encoding, done) {
          chunks.push(chunk);
          done();
        },
      });
      await client.downloadTo(target, "sealed");
      assert.ok(Buffer.concat(chunks).equals(FILE));
      await client.remove("sealed");
    } finally {
      client.close();
    }
  };

const tests = overSealwire(
  "basic-ftp",
  async () => {
    folder = mkdtempSync(join(temporary(), "ftp-"));
    const explicit = await vsftpd(folder, false);
    const implicit = await vsftpd(folder, true);
    Object.assign(ports, { explicit: explicit.port, implicit: implicit.port });
    return async () => {
      await explicit.program.stop();
      await implicit.program.stop();
    };
  },
  // The control connection, and one for each of upload, list and download.
  [
    { name: "AUTH TLS", use: use("explicit"), resumed: [false, true, true, true] },
    { name: "implicit TLS", use: use("implicit"), resumed: [false, true, true, true] },
  ],
);

tests.run();
