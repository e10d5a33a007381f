/**
 * What OpenSSL's command line does beyond a plain session, against both our roles: tickets in a row, early data that is
 * not taken, renegotiation wished for and refused, reconnecting, names, protocols, certificates that are missing or bad,
 * fallback, padding, fragments. What OpenSSL reports is what counts.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { applicationProtocolsBuffer, certContextFromPem, lastError } from "../../src/api/node.ts";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { AlertDescription } from "../../src/protocol/alert.ts";
import { type ProtocolVersion, TLS12, TLS13, versionName } from "../../src/protocol/version.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import { SEC_E_ILLEGAL_MESSAGE, statusName } from "../../src/sspi/security-status.ts";
import { PumpError, type TlsSession } from "../support/exchange.ts";
import { type Identity, testAuthority } from "./certificates.ts";
import {
  type OpensslServer,
  opensslClient,
  opensslClientWith,
  opensslServer,
  trustingOptions,
  versionFlag,
} from "./openssl.ts";
import {
  type Connecting,
  connectOurs,
  factsOf,
  listenOurs,
  type OurServer,
  ourCredential,
  suitesOf,
} from "./ours.ts";
import { type Program, stopAll } from "./processes.ts";
import { linesOf, reversedLines } from "./test-peer.ts";

const VERSIONS: readonly ProtocolVersion[] = [TLS13, TLS12];
const DAYS_LATER = 60 * 24 * 3600 * 1000;

const authority = testAuthority();
const folder = mkdtempSync(join(tmpdir(), "sealwire-habits-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Waits for a fatal alert as OpenSSL reports what it received. */
const sawAlert = (program: Program, number: number): Promise<unknown> =>
  program.until(new RegExp(`SSL alert number ${number}\\b`));

interface OurSide {
  readonly sealwire?: SealwireOptions;
  readonly identities?: readonly (Identity | CertContext)[];
  readonly trust?: string;
  readonly connecting?: Omit<Connecting, "credential">;
}

/** Our server, which sends everything back. */
function ourServer(
  options: OurSide = {},
  also: (pump: TlsSession) => void = () => {},
): Promise<OurServer> {
  const credential = ourCredential({
    ...{ role: "server", identities: [authority.server("p256")] },
    ...options,
  });
  return listenOurs({ ...options.connecting, credential }, async (pump) => {
    await pump.handshake();
    also(pump);
    for (let data = await pump.read(); data !== null; data = await pump.read())
      await pump.write(data);
  });
}

/** A client of ours that trusts the authority. */
function ourClient(port: number, options: OurSide = {}): Promise<TlsSession> {
  const credential = ourCredential({ role: "client", trust: authority.pem, ...options });
  return connectOurs(port, { ...options.connecting, credential });
}

const withVersion = (version: ProtocolVersion): SealwireOptions => ({
  cipherSuites: suitesOf(version),
});

/** Sends a line through `s_client` and awaits it from our server. */
async function echoes(client: Program, text: string): Promise<void> {
  const mark = client.output().length;
  client.child.stdin?.write(`${text}\n`);
  await client.until(new RegExp(text), undefined, mark);
}

/** A refused handshake: the status' name, the alert received if any. */
async function refused(handshake: Promise<unknown>): Promise<PumpError> {
  try {
    await handshake;
  } catch (error) {
    if (error instanceof PumpError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const sessions = suite("openssl: tickets and sessions");

sessions("s_client takes two tickets in a row and resumes", async () => {
  const resumed: boolean[] = [];
  const server = await ourServer({ sealwire: { ticketCount: 2 } }, (pump) =>
    resumed.push(factsOf(pump).resumed),
  );
  const file = join(folder, "session-13");
  const first = opensslClient(server.port, "-tls1_3", ...trustingOptions(), "-sess_out", file);
  await echoes(first, "through the first");
  first.child.stdin?.end("Q\n");
  await first.ended();
  assert.match(first.output(), /New Session Ticket arrived[\s\S]*New Session Ticket arrived/);
  const second = opensslClient(server.port, ...trustingOptions(), "-sess_in", file);
  await second.until(/Reused, TLSv1\.3/);
  await echoes(second, "through the second");
  await second.stop();
  assert.equal(resumed, [false, true]);
  server.close();
});

sessions("s_server sends two tickets in a row, and each resumes", async () => {
  const server = await opensslServer([authority.server("p256")], "-rev", "-tls1_3");
  const credential = ourCredential({ role: "client", trust: authority.pem });
  for (const [index, resumed] of [false, true, true].entries()) {
    const pump = await connectOurs(server.port, { credential });
    await reverse(pump);
    assert.is(factsOf(pump).resumed, resumed, `connection ${index}`);
    assert.ok(pump.postHandshakeMessages >= (resumed ? 1 : 2), "tickets");
    await pump.shutdown();
    pump.close();
  }
  await server.stop();
});

sessions("s_client -reconnect resumes five times", async () => {
  const server = await ourServer({ sealwire: withVersion(TLS12) });
  const client = opensslClient(server.port, "-tls1_2", "-reconnect", ...trustingOptions());
  await client.until(/(Reused, TLSv1\.2[\s\S]*){5}/);
  await echoes(client, "after all");
  await client.stop();
  server.close();
});

sessions("early data is not taken, and the connection goes on", async () => {
  const giver = await opensslServer([authority.server("p256")], "-tls1_3", "-early_data");
  const file = join(folder, "session-early");
  const first = opensslClient(giver.port, ...trustingOptions(), "-sess_out", file);
  giver.child.stdin?.write("behind the tickets\n");
  await first.until(/behind the tickets/);
  first.child.stdin?.end("Q\n");
  await first.ended();
  await giver.stop();
  const early = join(folder, "early");
  writeFileSync(early, "too early\n");
  for (const retry of [false, true]) {
    const server = await ourServer({
      sealwire: retry ? { supportedGroups: [0x0018] } : {},
    });
    const client = opensslClient(
      server.port,
      ...trustingOptions(),
      ...["-sess_in", file, "-early_data", early],
    );
    await client.until(/Early data was rejected/);
    await echoes(client, "in good time");
    assert.not.match(client.output(), /too early/);
    await client.stop();
    server.close();
  }
});

sessions.after(stopAll);
sessions.run();

/** A few lines through `s_server -rev`. */
async function reverse(pump: TlsSession): Promise<void> {
  const data = linesOf(randomBytes(4096));
  await pump.write(data);
  assert.ok(equalBytes(await pump.readExactly(data.length), reversedLines(data)), "the bytes");
}

const renegotiations = suite("openssl: renegotiation");

renegotiations("R of s_client is refused with no_renegotiation", async () => {
  for (const legacy of [[], ["-legacy_renegotiation"]]) {
    const server = await ourServer({ sealwire: withVersion(TLS12) });
    const client = opensslClient(server.port, "-tls1_2", "-msg", ...legacy, ...trustingOptions());
    await client.until(/Verify return code/);
    client.child.stdin?.write("R\n");
    await client.until(/<<< .*Alert \[.*\], warning no_renegotiation/);
    await client.stop();
    server.close();
  }
});

renegotiations("R of s_client is granted with allowRenegotiation", async () => {
  const server = await ourServer({
    sealwire: { ...withVersion(TLS12), allowRenegotiation: true },
  });
  const client = opensslClient(server.port, "-tls1_2", "-msg", ...trustingOptions());
  await client.until(/Verify return code/);
  await echoes(client, "before");
  const mark = client.output().length;
  client.child.stdin?.write("R\n");
  await client.until(/RENEGOTIATING[\s\S]*<<< .*Finished/, undefined, mark);
  await echoes(client, "after");
  await client.stop();
  server.close();
});

renegotiations("HelloRequest of s_server: we renegotiate", async () => {
  const server = await opensslServer([authority.server("p256")], "-tls1_2", "-msg");
  const pump = await ourClient(server.port);
  await pump.write(new TextEncoder().encode("before\n"));
  await server.until(/before\n/);
  server.child.stdin?.write("r\n");
  await delivered(pump, server, "told\n", />>> .*HelloRequest[\s\S]*<<< .*Finished/);
  await pump.write(new TextEncoder().encode("after\n"));
  await server.until(/after\n/);
  await pump.shutdown();
  pump.close();
  await server.stop();
});

/** Reads a line of the server, which comes behind what `pattern` tells of. */
async function delivered(
  pump: TlsSession,
  server: OpensslServer,
  line: string,
  pattern: RegExp,
): Promise<void> {
  const reading = pump.readExactly(line.length);
  await server.until(pattern);
  server.child.stdin?.write(line);
  assert.is(Buffer.from(await reading).toString(), line);
}

renegotiations("HelloRequest of s_server: refused by the caller", async () => {
  const server = await opensslServer([authority.server("p256")], "-tls1_2", "-msg");
  const pump = await ourClient(server.port, { connecting: { refuseRenegotiation: true } });
  const reading = refused(pump.read());
  server.child.stdin?.write("r\n");
  await server.until(/<<< .*Alert \[.*\], warning no_renegotiation/);
  // OpenSSL insists and ends the session.
  assert.is((await reading).status, SEC_E_ILLEGAL_MESSAGE);
  await server.stop();
  pump.destroy();
});

renegotiations.after(stopAll);
renegotiations.run();

const names = suite("openssl: names, protocols, versions");

names("selectCredential chooses by the name that s_client sends", async () => {
  const chosen: Readonly<Record<string, Identity>> = {
    "rsa.test": authority.server("rsa"),
    "ed25519.test": authority.server("ed25519"),
  };
  const server = await ourServer({
    sealwire: {
      selectCredential: async ({ serverName }) => {
        const own = chosen[serverName ?? ""];
        return own === undefined ? null : certContextFromPem(own.certificate, own.key);
      },
    },
  });
  for (const version of VERSIONS)
    for (const [name, type] of [
      ["rsa.test", "RSA-PSS"],
      ["ed25519.test", "ED25519"],
      ["other.test", "ECDSA"],
    ] as const) {
      const client = opensslClient(server.port, versionFlag(version), "-servername", name);
      await client.until(new RegExp(`Peer signature type: ${type}`, "i"));
      await client.stop();
    }
  server.close();
});

names("protocols that have nothing in common", async () => {
  for (const version of VERSIONS) {
    const server = await ourServer({
      connecting: { alpn: applicationProtocolsBuffer(["h2"]).bytes },
    });
    const client = opensslClient(server.port, versionFlag(version), "-alpn", "other");
    const error = await refused(server.next());
    assert.is(statusName(error.status), "SEC_E_APPLICATION_PROTOCOL_MISMATCH");
    await sawAlert(client, AlertDescription.no_application_protocol);
    await client.stop();
    server.close();
  }
});

names("a fallback that is none of ours", async () => {
  const server = await ourServer();
  const client = opensslClient(server.port, "-tls1_2", "-fallback_scsv");
  await refused(server.next());
  await sawAlert(client, AlertDescription.inappropriate_fallback);
  await client.stop();
  // Where TLS 1.2 is the best there is, it is no fallback.
  const old = await ourServer({ sealwire: withVersion(TLS12) });
  const content = opensslClient(old.port, "-tls1_2", "-fallback_scsv", ...trustingOptions());
  await content.until(/Verify return code: 0/);
  await echoes(content, "as it should be");
  await content.stop();
  server.close();
  old.close();
});

names("no version in common", async () => {
  for (const [ours, theirs] of [
    [TLS13, TLS12],
    [TLS12, TLS13],
  ] as const) {
    const server = await ourServer({ sealwire: withVersion(ours) });
    const client = opensslClient(server.port, versionFlag(theirs));
    const error = await refused(server.next());
    assert.is(statusName(error.status), "SEC_E_UNSUPPORTED_FUNCTION");
    await sawAlert(client, AlertDescription.protocol_version);
    await client.stop();
    server.close();
  }
});

names("a client without the extended master secret", async () => {
  const config = join(folder, "no-ems.cnf");
  writeFileSync(
    config,
    "openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\nOptions = -ExtendedMasterSecret\n",
  );
  const facts: (boolean | null)[] = [];
  const server = await ourServer({ sealwire: withVersion(TLS12) }, (pump) =>
    facts.push(factsOf(pump).extendedMasterSecret),
  );
  const options = ["-tls1_2", ...trustingOptions()];
  const client = opensslClientWith({ OPENSSL_CONF: config }, server.port, ...options);
  await client.until(/Extended master secret: no/);
  await echoes(client, "all the same");
  await client.stop();
  server.close();
  const strict = await ourServer({
    sealwire: { ...withVersion(TLS12), extendedMasterSecret: "require" },
  });
  const refusedClient = opensslClientWith({ OPENSSL_CONF: config }, strict.port, ...options);
  await refused(strict.next());
  await sawAlert(refusedClient, AlertDescription.handshake_failure);
  await refusedClient.stop();
  strict.close();
  assert.equal(facts, [false]);
});

names.after(stopAll);
names.run();

const certificates = suite("openssl: certificates that will not do");

for (const version of VERSIONS) {
  const title = versionName(version);
  const missing =
    version === TLS13 ? AlertDescription.certificate_required : AlertDescription.handshake_failure;

  certificates(`${title}: a client's certificate is missing`, async () => {
    const server = await ourServer({
      trust: authority.pem,
      sealwire: { requireClientCertificate: true },
    });
    const client = opensslClient(server.port, versionFlag(version), ...trustingOptions());
    await refused(server.next());
    await sawAlert(client, missing);
    await client.stop();
    server.close();
  });

  for (const [what, sealwire, alert, status] of [
    [
      "expired",
      { clock: () => Date.now() + DAYS_LATER },
      AlertDescription.certificate_expired,
      "SEC_E_CERT_EXPIRED",
    ],
    ["of an unknown authority", {}, AlertDescription.unknown_ca, "SEC_E_UNTRUSTED_ROOT"],
  ] as const) {
    const trust = what === "expired" ? authority.pem : authority.server("rsa").certificate;

    certificates(`${title}: a client's certificate is ${what}`, async () => {
      const server = await ourServer({
        ...{ trust, sealwire: { ...sealwire, requireClientCertificate: true } },
      });
      const own = authority.client("p256");
      const client = opensslClient(
        server.port,
        ...[versionFlag(version), ...trustingOptions()],
        ...["-cert", own.certificateFile, "-key", own.keyFile],
      );
      const error = await refused(server.next());
      assert.is(statusName(error.status), status);
      await sawAlert(client, alert);
      await client.stop();
      server.close();
    });

    certificates(`${title}: a server's certificate is ${what}`, async () => {
      const server = await opensslServer([authority.server("p256")], versionFlag(version));
      const error = await refused(ourClient(server.port, { trust, sealwire }));
      assert.is(statusName(error.status), status);
      await sawAlert(server, alert);
      await server.stop();
    });
  }

  certificates(`${title}: a server's certificate is for another name`, async () => {
    const server = await opensslServer([authority.server("p256")], versionFlag(version));
    const error = await refused(
      ourClient(server.port, { connecting: { targetName: "other.test" } }),
    );
    assert.is(statusName(error.status), "SEC_E_WRONG_PRINCIPAL");
    await sawAlert(server, AlertDescription.bad_certificate);
    await server.stop();
  });

  certificates(`${title}: a server's certificate is for clients`, async () => {
    const server = await opensslServer([authority.client("p256")], versionFlag(version));
    const error = await refused(
      ourClient(server.port, { connecting: { targetName: "client.test" } }),
    );
    assert.is(statusName(error.status), "SEC_E_CERT_WRONG_USAGE");
    await sawAlert(server, AlertDescription.unsupported_certificate);
    await server.stop();
  });

  certificates(`${title}: s_client does not trust ours`, async () => {
    let received = "";
    const server = await listenOurs(
      { credential: ourCredential({ role: "server", identities: [authority.server("p256")] }) },
      async (pump) => {
        try {
          await pump.handshake();
          await pump.read();
        } catch (error) {
          received = lastError(pump.context)?.alertReceived?.name ?? "";
          throw error;
        }
      },
    );
    const client = opensslClient(
      server.port,
      ...[versionFlag(version), "-verify_return_error"],
      ...["-CAfile", authority.server("rsa").certificateFile],
    );
    const error = await refused(server.next());
    assert.is(received, "unknown_ca");
    assert.is(statusName(error.status), "SEC_E_UNTRUSTED_ROOT");
    await client.stop();
    server.close();
  });
}

certificates.after(stopAll);
certificates.run();

const habits = suite("openssl: padding, fragments, extensions");

for (const [title, options] of [
  ["records padded to 512 bytes", ["-record_padding", "512"]],
  ["no middlebox compatibility", ["-no_middlebox"]],
  ["small fragments", ["-max_send_frag", "512"]],
] as const) {
  habits(`${title}, of s_client`, async () => {
    const server = await ourServer();
    const client = opensslClient(server.port, "-tls1_3", ...options, ...trustingOptions());
    await client.until(/Verify return code: 0/);
    await echoes(client, "x".repeat(3000));
    await client.stop();
    server.close();
  });

  habits(`${title}, of s_server`, async () => {
    const server = await opensslServer([authority.server("p256")], "-rev", "-tls1_3", ...options);
    const pump = await ourClient(server.port);
    await reverse(pump);
    await pump.shutdown();
    pump.close();
    await server.stop();
  });
}

habits("s_client with extensions that we do not know", async () => {
  const server = await ourServer();
  for (const version of VERSIONS) {
    const client = opensslClient(
      server.port,
      ...[versionFlag(version), ...trustingOptions()],
      ...["-enable_pha", "-maxfraglen", "512", "-serverinfo", "1234,51966"],
      ...["-use_srtp", "SRTP_AES128_CM_SHA1_80"],
      ...(version === TLS12 ? ["-nextprotoneg", "old"] : []),
    );
    await client.until(/Verify return code: 0/);
    await echoes(client, "for all that");
    await client.stop();
  }
  server.close();
});

habits.after(stopAll);
habits.run();
