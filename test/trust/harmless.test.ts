/**
 * Words of a peer in messages: 5,000 bytes of them with control characters are put wherever they fit. Of each message at most 200
 * bytes are theirs, and no character in it is one that a terminal or a log obeys.
 */
import { once } from "node:events";
import { type AddressInfo, createServer as createPlainServer } from "node:net";
import type { PeerCertificate } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as node from "../../src/api/node.ts";
import { latin1, MAX_QUOTED, utf8 } from "../../src/bytes/text.ts";
import { connectCommand } from "../../src/cli/connect-command.ts";
import * as tls from "../../src/entries/node.ts";
import { overMessages, secure } from "../../src/entries/streams.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { runCommand } from "../cli/in-process.ts";
import { careless, closed, memoryPair } from "../node/kit.ts";
import {
  authorityExtensions,
  extension,
  makeCertificate,
  makeKey,
  NOON,
  nameConstraints,
  serverExtensions,
} from "../pki/certificate-maker.ts";
import { crlPoint, ocspPlace } from "../revocation/evidence-maker.ts";
import { CONVERSATIONS } from "../starttls/scripts.ts";
import { changeExtensions } from "../support/edits.ts";
import { messagesOf, recordsOf } from "../support/record-surgery.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const harmless = suite("messages with words of a peer");

/** Letters that stand nowhere in our own words, each with what a terminal obeys. */
const MARK = "qz";
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const KINDS: Readonly<Record<string, string>> = {
  "escape sequences": `${MARK}\x1b[`,
  "ends of lines": `${MARK}\r\n`,
  "bells and deletes": `${MARK}\x07\x7f`,
};
const SIZE = 5000;
const wordOf = (unit: string): string => unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);

/** @param unit what the words are made of, of which each has one mark */
function check(message: string, where: string, unit: string): void {
  const bytes = (message.split(MARK).length - 1) * utf8(unit).length;
  assert.ok(bytes <= MAX_QUOTED, `${where}: ${bytes} bytes: ${JSON.stringify(message)}`);
  assert.not.match(message, HARMFUL, `${where}: ${JSON.stringify(message)}`);
}

/** A value of any depth: each text in it. */
function checkAll(value: unknown, where: string, unit: string): void {
  if (typeof value === "string") check(value, where, unit);
  else if (Array.isArray(value)) for (const item of value) checkAll(item, where, unit);
  else if (value !== null && typeof value === "object" && !ArrayBuffer.isView(value))
    for (const [name, item] of Object.entries(value)) checkAll(item, `${where}.${name}`, unit);
}

const [rootKey, leafKey] = [makeKey("p256"), makeKey("p256")];
const HOST = "www.example.com";

for (const [kind, ascii] of Object.entries(KINDS)) {
  const WORD = wordOf(ascii);
  const wide = `${ascii}\u202e`;
  const NAME = wordOf(wide);
  const root = makeCertificate({
    ...{ subject: NAME, issuer: NAME, key: rootKey, signer: rootKey },
    extensions: authorityExtensions(rootKey, rootKey),
  });
  const leaf = (...extensions: readonly Uint8Array[]): Uint8Array =>
    makeCertificate({
      ...{ subject: NAME, issuer: NAME, key: leafKey, signer: rootKey },
      extensions,
    });
  const names = (...list: readonly string[]): Uint8Array[] => serverExtensions(rootKey, ...list);
  const middle = makeCertificate({
    ...{ subject: `${NAME} 2`, issuer: NAME, key: leafKey, signer: rootKey },
    extensions: [
      ...authorityExtensions(leafKey, rootKey),
      nameConstraints([`dns:${WORD}`, `email:${WORD}`], [`uri:${WORD}`, `dns:example.com`]),
    ],
  });
  const below = makeCertificate({
    ...{ subject: NAME, issuer: `${NAME} 2`, key: leafKey, signer: leafKey },
    extensions: serverExtensions(leafKey, `dns:${HOST}`, `dns:${WORD}`, `uri:${WORD}`),
  });
  const chains: Readonly<Record<string, readonly Uint8Array[]>> = {
    "a DNS name": [leaf(...names(`dns:${WORD}`))],
    "a name in UTF-8": [leaf(...names(`utf8-dns:${NAME}`))],
    "an e-mail address, a URI": [leaf(...names(`email:${WORD}`, `uri:${WORD}`))],
    "a directory name": [leaf(...names(`cn:${NAME}`))],
    constraints: [below, middle],
    "an unknown issuer": [below],
    "places of revocation": [
      leaf(...names(`dns:${HOST}`), crlPoint(`http://${WORD}`), ocspPlace(`http://${WORD}`)),
    ],
    "an unknown critical extension": [
      leaf(...names(`dns:${HOST}`), extension("1.2.3.4", true, latin1(WORD))),
    ],
    "no certificate": [latin1(WORD)],
  };
  const stores = {
    plain: new node.TrustStore([root]),
    limited: new node.TrustStore([root], "basic", { names: ["example.org"] }),
  };
  for (const [what, chain] of Object.entries(chains))
    harmless(`${kind} in ${what}: the verdict and its faults`, () => {
      for (const [store, trust] of Object.entries(stores))
        for (const profile of ["basic", "rfc5280", "webpki"] as const) {
          const verdict = node.verifyChain({
            ...{ chain, trust, profile, name: HOST, purpose: "server", time: NOON },
            ...{ revocationCheck: "chain", ocspResponse: latin1(WORD) },
          });
          assert.is(verdict.ok, false);
          checkAll([verdict.message, verdict.faults], `${store} ${profile}`, ascii);
        }
    });

  harmless(`${kind} in evidence of revocation: the verdict or the error`, () => {
    const [chain] = [chains["places of revocation"] ?? []];
    for (const crls of [
      [latin1(WORD)],
      [`-----BEGIN X509 CRL-----\n${WORD}\n-----END X509 CRL-----`],
    ]) {
      let said: unknown;
      try {
        said = node.verifyChain({
          chain,
          trust: stores.plain,
          purpose: "server",
          time: NOON,
          crls,
        });
      } catch (error) {
        said = { message: (error as Error).message };
      }
      const { message, faults } = said as { message?: string; faults?: unknown };
      assert.type(message, "string");
      checkAll([message, faults], "CRL", ascii);
    }
  });

  for (const version of [TLS12, TLS13])
    harmless(`${kind} in ALPN names of a client, ${version.toString(16)}: lastError`, () => {
      const functions = functionsOf(nodeProvider);
      const alpn = Array.from({ length: 25 }, () => WORD.slice(0, 200));
      const session = new SspiSession(
        new SspiSide(functions, "client", acquire(functions, "client", versionOnly(version)), {
          alpn,
        }),
        new SspiSide(functions, "server", acquire(functions, "server"), { alpn: ["h2"] }),
      );
      session.handshake();
      assert.is(session.server.error?.reason, "NoCommonApplicationProtocol");
      for (const side of [session.client, session.server]) {
        checkAll(side.error, side.role, ascii);
      }
    });

  harmless(`${kind} in the ALPN name of a server: lastError`, () => {
    const functions = functionsOf(nodeProvider);
    const ALPN = 16;
    const session = new SspiSession(
      new SspiSide(functions, "client", acquire(functions, "client", versionOnly(TLS12)), {
        alpn: ["h2"],
      }),
      new SspiSide(functions, "server", acquire(functions, "server"), { alpn: ["h2"] }),
      (bytes, from, flight) => {
        if (from === "client" || flight > 1) return bytes;
        const [record = bytes] = recordsOf(bytes);
        const [hello = bytes] = messagesOf(record.subarray(RECORD_HEADER_LENGTH));
        const name = [...latin1(WORD.slice(0, 200))];
        const list = [0, name.length + 1, name.length, ...name];
        const changed = changeExtensions(hello, (all) =>
          all.map((one) => (one.type === ALPN ? { ...one, data: Uint8Array.from(list) } : one)),
        );
        return Uint8Array.of(22, 3, 3, changed.length >> 8, changed.length & 0xff, ...changed);
      },
    );
    session.handshake();
    assert.is(session.client.error?.reason, "UnofferedApplicationProtocol");
    checkAll(session.client.error, "client", ascii);
  });

  harmless(`${kind} in ALPN names: the errors and events of sealwire/node`, async () => {
    const ALPNProtocols = Array.from({ length: 25 }, () => WORD.slice(0, 200));
    const answers: tls.SecureSocketOptions[] = [
      { ALPNProtocols: ["h2"] },
      { ALPNCallback: () => "h2" },
      { ALPNCallback: () => undefined },
    ];
    for (const options of answers) {
      const { client, server } = memoryPair({ ALPNProtocols }, options);
      const errors: Error[] = [];
      for (const end of [client, server]) end.on("error", (error) => errors.push(error));
      await Promise.all([closed(client), closed(server)]);
      assert.ok(errors.length > 0);
      checkAll(
        errors.map(({ message }) => message),
        "error",
        ascii,
      );
    }
  });

  harmless(`${kind} in a certificate: authorizationError and checkServerIdentity`, async () => {
    const own = makeCertificate({
      ...{ subject: NAME, issuer: NAME, key: rootKey, signer: rootKey },
      extensions: serverExtensions(rootKey, `dns:${WORD}`, `email:${WORD}`),
    });
    const { client, server } = memoryPair(
      { servername: HOST, rejectUnauthorized: false },
      {
        cert: toPem("CERTIFICATE", own),
        key: rootKey.secret.export({ format: "pem", type: "pkcs8" }).toString(),
      },
    );
    careless(client, server);
    await once(client, "secure");
    const { authorizationError } = client as unknown as { authorizationError: unknown };
    checkAll(String(authorizationError), "authorizationError", ascii);
    const cert = client.getPeerCertificate() as PeerCertificate;
    const error = tls.checkServerIdentity(HOST, cert) as Error & { reason: string };
    checkAll([error.message, error.reason], "checkServerIdentity", ascii);
    client.destroy();
    server.destroy();
  });

  /** Lines that servers could say, with a long word in them. */
  const lines = [
    "220 W\r\n",
    "500 W\r\n",
    "220-W\r\n500 W\r\n",
    "* BYE W\r\n",
    "-ERR W\r\n",
    "W\r\n",
  ];
  for (const { name, create } of CONVERSATIONS)
    harmless(`${kind} in what a server of ${name} says: the failure of STARTTLS`, () => {
      for (const line of [...lines, "<failure W/>", "<stream:stream W>", WORD]) {
        const dialogue = create();
        let step = dialogue.start();
        if (step.state === "more") step = dialogue.receive(latin1(line.replaceAll("W", WORD)));
        if (step.state === "failed") check(step.message, line.slice(0, 20), ascii);
      }
    });

  harmless(`${kind} in what a server says instead of TLS: the command line`, async () => {
    const server = createPlainServer((socket) => {
      careless(socket);
      socket.end(Buffer.from(`${MARK}${WORD}`, "latin1"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const more of [
      [],
      ["--starttls", "smtp"],
      ["--starttls", "imap"],
      ["--starttls", "xmpp"],
    ]) {
      const { error, stderr } = await runCommand(connectCommand, [
        place,
        "--timeout",
        "5",
        ...more,
      ]);
      assert.ok(error instanceof Error, more.join());
      checkAll([(error as Error).message, stderr.replaceAll("\n", " ")], more.join(), ascii);
    }
    server.close();
  });

  harmless(`${kind} in the reason of a closed WebSocket: the error of the session`, async () => {
    const channel = Object.assign(new EventTarget(), {
      ...{ readyState: 1, binaryType: "arraybuffer", bufferedAmount: 0 },
      send: () => undefined,
      close: () => undefined,
    });
    const session = secure(overMessages(channel as never), {
      ...{ serverName: HOST, ca: stores.plain },
    });
    const ends = [session.opened, session.closed].map((end) =>
      end.then(
        () => null,
        (error: unknown) => error as Error,
      ),
    );
    const over = Object.assign(new Event("close"), { wasClean: false, code: 1011, reason: WORD });
    channel.readyState = 3;
    channel.dispatchEvent(over);
    for (const error of await Promise.all(ends)) {
      if (error !== null) check(error.message, "close", ascii);
    }
  });

  harmless(`${kind} in a PSK identity: lastError of a TLS 1.2 server`, () => {
    const functions = functionsOf(nodeProvider);
    const preSharedKey = { identity: latin1(WORD), key: new Uint8Array(32).fill(7) };
    const cipherSuites = [0xd001];
    const session = new SspiSession(
      new SspiSide(
        functions,
        "client",
        acquire(functions, "client", {
          sealwire: { preSharedKey, cipherSuites },
          ...versionOnly(TLS12),
        }),
      ),
      new SspiSide(
        functions,
        "server",
        acquire(functions, "server", {
          sealwire: { selectPreSharedKey: () => null, cipherSuites },
        }),
      ),
    );
    session.handshake();
    assert.match(session.server.error?.message ?? "", /identity/);
    checkAll(session.server.error, "server", ascii);
  });
}

harmless(
  "thousands of suites, groups and schemes of a client are quoted with at most 200 bytes",
  () => {
    const functions = functionsOf(nodeProvider);
    for (const [type, reason] of [
      [10, "groups"],
      [13, "schemes"],
      [43, "versions"],
      [null, "suites"],
    ] as const)
      for (const version of [TLS12, TLS13]) {
        const client = new SspiSide(
          functions,
          "client",
          acquire(functions, "client", versionOnly(version)),
        );
        const server = new SspiSide(functions, "server", acquire(functions, "server"));
        const [record = new Uint8Array(0)] = recordsOf(client.step());
        const [hello = record] = messagesOf(record.subarray(RECORD_HEADER_LENGTH));
        const codes = Array.from({ length: type === 43 ? 120 : 2500 }, (_, i) => [
          0x5a,
          i & 0xff,
        ]).flat();
        const size = codes.length;
        const changed =
          type === null
            ? withSuites(hello, codes)
            : changeExtensions(hello, (all) =>
                all.map((one) =>
                  one.type === type
                    ? {
                        ...one,
                        data: Uint8Array.from(
                          type === 43 ? [size, ...codes] : [size >> 8, size & 0xff, ...codes],
                        ),
                      }
                    : one,
                ),
              );
        server.receive(
          Uint8Array.of(22, 3, 1, changed.length >> 8, changed.length & 0xff, ...changed),
        );
        server.step();
        const message = server.error?.message ?? "";
        if (type === 43 && version === TLS12) continue;
        assert.ok(server.failed, `${reason} ${version}`);
        assert.ok(message.length < 500, `${reason}: ${message}`);
        assert.ok(message.split("0x5a").length - 1 <= MAX_QUOTED / 6, message);
      }
  },
);

/** A ClientHello with other suites. */
function withSuites(hello: Uint8Array, codes: readonly number[]): Uint8Array {
  const at = 4 + 2 + 32 + 1 + (hello[38] ?? 0);
  const old = ((hello[at] ?? 0) << 8) | (hello[at + 1] ?? 0);
  const body = [
    ...hello.subarray(4, at),
    ...[codes.length >> 8, codes.length & 0xff, ...codes],
    ...hello.subarray(at + 2 + old),
  ];
  return Uint8Array.of(1, 0, body.length >> 8, body.length & 0xff, ...body);
}

harmless.run();
