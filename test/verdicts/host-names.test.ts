/**
 * One table of names as callers write them, over every place that takes the name of a host: all give the same answer. What is not
 * ASCII is mapped to its A-labels or refused before anything is compared or sent.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { PeerCertificate } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NamedContexts } from "../../src/adapters/node/sni.ts";
import { certContextFromPem, TrustStore, verifyChain } from "../../src/api/node.ts";
import { connectCommand } from "../../src/cli/connect-command.ts";
import { verifyCommand } from "../../src/cli/verify-command.ts";
import * as small from "../../src/entries/client.ts";
import {
  checkServerIdentity,
  createSecureContext,
  createServer,
  type SecureSocketOptions,
  startTlsLmtp,
  startTlsSmtp,
  startTlsXmpp,
} from "../../src/entries/node.ts";
import * as web from "../../src/entries/streams.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import type { StartTls } from "../../src/starttls/dialogue.ts";
import { temporaryFolder } from "../cli/command.ts";
import { runCommand } from "../cli/in-process.ts";
import { careless, memoryPair } from "../node/kit.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { acquire, functionsOf, SspiSession, SspiSide } from "../support/sspi-session.ts";
import { linked } from "../web/web-kit.ts";

/**
 * A name as it is written, and the SNI with which the certificate below is accepted for it; "address": accepted without SNI; null:
 * refused.
 */
const NAMES: readonly (readonly [written: string, sni: string | null])[] = [
  ["www.example.com", "www.example.com"],
  ["WWW.Example.COM", "www.example.com"],
  ["www.example.com.", "www.example.com"],
  ["www.example.com..", null],
  [".www.example.com", null],
  ["www..example.com", null],
  [".", null],
  ["bücher.example", "xn--bcher-kva.example"],
  ["BÜCHER.Example", "xn--bcher-kva.example"],
  ["bu\u0308cher.example", "xn--bcher-kva.example"],
  ["bücher.example.", "xn--bcher-kva.example"],
  ["xn--bcher-kva.example", "xn--bcher-kva.example"],
  ["XN--BCHER-KVA.example", "xn--bcher-kva.example"],
  ["xn--BCHER-kva.EXAMPLE.", "xn--bcher-kva.example"],
  ["b%C3%BCcher.example", null],
  ["www。example。com", "www.example.com"],
  ["www．example｡com", "www.example.com"],
  ["ｗｗｗ.example.com", "www.example.com"],
  ["www.ex\u00adample.com", "www.example.com"],
  ["a.wild.example.com", "a.wild.example.com"],
  ["ä.wild.example.com", "xn--4ca.wild.example.com"],
  ["a。b.wild.example.com", null],
  ["a.b.wild.example.com", null],
  [".wild.example.com", null],
  ["*.wild.example.com", null],
  ["a_b.example.com", "a_b.example.com"],
  ["www.example.com\0", null],
  ["www.example.com\0.evil.test", null],
  ["ä\0.wild.example.com", null],
  ["w w.example.com", null],
  [" www.example.com", null],
  ["ä b.wild.example.com", null],
  ["ä/b.wild.example.com", null],
  ["ä@b.wild.example.com", null],
  ["a/b.wild.example.com", null],
  ["a\u00a0b.wild.example.com", null],
  ["\ud800.wild.example.com", null],
  [`${"ü".repeat(64)}.wild.example.com`, null],
  [`${"a".repeat(64)}.wild.example.com`, null],
  ["[www.example.com]", null],
  ["www.example.com:443", null],
  ["192.0.2.1", "address"],
  ["192.0.2.1.", "address"],
  ["[192.0.2.1]", "address"],
  ["192.0.2.2", null],
  ["１９２.0.2.1", null],
  ["192。0.2.1", null],
  ["192.0.2.01", null],
  ["0xc0.0.2.1", null],
  ["3221225985", null],
  ["2001:db8::1", "address"],
  ["2001:DB8:0::0001", "address"],
  ["[2001:db8::1]", "address"],
  ["2001:db8::1%eth0", "address"],
  ["[2001:db8::1%eth0]", "address"],
  ["2001:db8::2", null],
  ["[2001:db8::1", null],
];

/** Names in the certificate that nobody may be accepted for are there as well: what is compared as it is would fit. */
const IN_CERTIFICATE = [
  ...["dns:www.example.com", "dns:xn--bcher-kva.example", "dns:*.wild.example.com"],
  ...["dns:a_b.example.com", "ip:192.0.2.1", "ip:2001:db8::1"],
  ...[
    "dns:w w.example.com",
    "dns: www.example.com",
    "dns:.www.example.com",
    "dns:www..example.com",
  ],
  ...["dns:3221225985", "dns:0xc0.0.2.1", "dns:192.0.2.01", "dns:192.0.2.2", "dns:."],
  ...["dns:b%C3%BCcher.example", "dns:[www.example.com]", "dns:www.example.com:443"],
];

const [ROOT_KEY, LEAF_KEY] = [makeKey("p256"), makeKey("p256")];
const ROOT = makeCertificate({
  ...{ subject: "Root", issuer: "Root", key: ROOT_KEY, signer: ROOT_KEY },
  extensions: authorityExtensions(ROOT_KEY, ROOT_KEY),
});
const LEAF = makeCertificate({
  ...{ subject: "Leaf", issuer: "Root", key: LEAF_KEY, signer: ROOT_KEY },
  extensions: serverExtensions(ROOT_KEY, ...IN_CERTIFICATE),
});
const OWN = {
  cert: toPem("CERTIFICATE", LEAF),
  key: LEAF_KEY.secret.export({ format: "pem", type: "pkcs8" }).toString(),
};
const CA = toPem("CERTIFICATE", ROOT);

/** An answer in the words of the table. */
type Answer = string | null;
const accepted = (sni: unknown): string => (sni ? String(sni) : "address");

const functions = functionsOf(nodeProvider);
const paCred = [certContextFromPem(OWN.cert, OWN.key)];

function byContext(targetName: string): Answer {
  const session = new SspiSession(
    new SspiSide(
      functions,
      "client",
      acquire(functions, "client", { hRootStore: new TrustStore([ROOT]) }),
      {
        targetName,
      },
    ),
    new SspiSide(functions, "server", acquire(functions, "server", { paCred })),
  );
  session.handshake();
  if (!session.client.ready || !session.server.ready) return null;
  const { value } = functions.queryContextAttributes(
    session.server.handle,
    attribute.SEALWIRE_ATTR_CONNECTION,
  );
  return accepted(value?.serverName);
}

/** A client of `sealwire/node`, named before or after it was made. */
async function bySocket(options: SecureSocketOptions, name: string | null = null): Promise<Answer> {
  const { client, server } = memoryPair({ ca: CA, ...options }, OWN);
  careless(client, server);
  try {
    if (name !== null) client.setServername(name);
    const seen = once(server, "secure").then(
      () => server.servername,
      () => "the server failed",
    );
    const opened = await Promise.race([
      once(client, "secure").then(() => true),
      once(client, "close").then(() => false),
    ]).catch(() => false);
    return opened ? accepted(await seen) : null;
  } finally {
    client.destroy();
    server.destroy();
  }
}

async function byStreams(
  { secure, TrustStore: Store }: Pick<typeof web, "secure" | "TrustStore">,
  serverName: string,
): Promise<Answer> {
  const [left, right] = linked();
  const over = new AbortController();
  const { signal } = over;
  const privateKey = new Uint8Array(LEAF_KEY.secret.export({ format: "der", type: "pkcs8" }));
  const server = web.secure(right, { role: "server", cert: { chain: [LEAF], privateKey }, signal });
  const ends: Promise<unknown>[] = [server.opened, server.closed];
  let answer: Answer = null;
  try {
    const client = secure(left, { serverName, ca: new Store([ROOT]), signal });
    ends.push(client.closed);
    await client.opened;
    answer = accepted((await server.opened).serverName);
  } catch {
    // Refused.
  }
  over.abort();
  await Promise.allSettled(ends);
  return answer;
}

/** What an exchange before TLS says of a name. */
function said(exchange: (name: string) => StartTls, greeting: string, pattern: RegExp) {
  return (name: string): Answer => {
    try {
      const started = exchange(name);
      const steps = [started.start(), started.receive(Buffer.from(greeting))];
      const text = steps
        .map((step) => Buffer.from(step.state === "failed" ? [] : step.output).toString("latin1"))
        .join("");
      return pattern.exec(text)?.[1] ?? "nothing was said";
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  };
}

const folder = temporaryFolder();
const [chainFile, caFile] = [join(folder, "chain.pem"), join(folder, "ca.pem")];
writeFileSync(chainFile, OWN.cert);
writeFileSync(caFile, CA);

const hosts = suite("verdicts: names of hosts");

/** SNI is not seen where no handshake is made. */
const withoutSni = (answer: Answer): boolean => answer !== null;

for (const [written, expected] of NAMES) {
  const shown = JSON.stringify(written).slice(0, 50);
  const is = (answer: Answer, place: string): void => assert.is(answer, expected, place);

  hosts(`${shown} is ${expected === null ? "refused" : `accepted as ${expected}`}`, async () => {
    const verdict = verifyChain({
      ...{ chain: [LEAF], trust: new TrustStore([ROOT]), name: written, purpose: "server" },
      time: NOON,
    });
    assert.is(verdict.ok, withoutSni(expected), `verifyChain: ${verdict.message}`);
    is(byContext(written), "initializeSecurityContext");
    is(await bySocket({ servername: written }), "servername");
    is(await bySocket({ servername: undefined, host: written }), "host");
    is(await bySocket({}, written), "setServername");
    is(await byStreams(web, written), "sealwire/web");
    is(await byStreams(small, written), "sealwire/client");
  });

  hosts(`${shown}: checkServerIdentity says the same`, async () => {
    let cert: PeerCertificate | null = null;
    let host = "";
    const { client, server } = memoryPair(
      {
        ...{ ca: CA, servername: "www.example.com" },
        checkServerIdentity: (name, certificate) => {
          host = name;
          cert = certificate;
          return undefined;
        },
      },
      OWN,
    );
    careless(client, server);
    await once(client, "secure");
    client.destroy();
    server.destroy();
    assert.is(host, "www.example.com");
    const error = checkServerIdentity(written, cert as unknown as PeerCertificate);
    assert.is(error === undefined, withoutSni(expected), error?.message);
    const { code } = (error ?? {}) as { code?: string };
    assert.is(code, expected === null ? "ERR_TLS_CERT_ALTNAME_INVALID" : undefined);
  });

  // What is not a name by itself; the others are names of somebody, whom the certificate does not name.
  const isName = expected !== null && expected !== "address";
  if (isName) {
    hosts(`${shown}: a server that has a context for it finds it`, () => {
      const contexts = new NamedContexts();
      const own = createSecureContext({});
      contexts.add(written, own);
      assert.is(contexts.find(expected), own);
      assert.is(contexts.find(`not-${expected}`), null);
    });
  }

  if (expected === null || isName) {
    const places = [
      ["XMPP", said(startTlsXmpp, "", /to='([^']*)'/)],
      ["SMTP", said(startTlsSmtp, "220 x\r\n", /EHLO (.*)\r\n/)],
      ["LMTP", said(startTlsLmtp, "220 x\r\n", /LHLO (.*)\r\n/)],
    ] as const;
    hosts(`${shown}: exchanges before TLS say it in ASCII or not at all`, () => {
      for (const [place, of] of places) {
        const answer = of(written);
        if (isName) assert.is(answer?.toLowerCase().replace(/\.$/, ""), expected, place);
        else assert.match(answer ?? "", /^[\x21-\x7e]*$/, place);
      }
    });
  }
}

hosts("`sealwire verify --name` says the same", async () => {
  for (const [written, expected] of NAMES) {
    const parameters = [chainFile, "--ca", caFile, `--name=${written}`];
    const { status, error } = await runCommand(verifyCommand, parameters);
    assert.is(status === 0, withoutSni(expected), `${written}: ${status} ${error}`);
  }
});

hosts("`sealwire connect --servername` says the same", async () => {
  const server = createServer(OWN, (socket) => {
    careless(socket);
    socket.end(accepted(socket.servername));
  });
  careless(server);
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [written, expected] of NAMES) {
    const parameters = [place, "--ca", caFile, `--servername=${written}`];
    const { status, stdout, error } = await runCommand(connectCommand, parameters);
    assert.is(status === 0 ? stdout : null, expected, `${written}: ${status} ${error}`);
  }
  server.close();
});

hosts.run();
