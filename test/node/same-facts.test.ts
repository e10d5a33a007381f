/**
 * What sockets tell of certificates, keys and suites beside node:tls: with keys of each kind, chains, extensions, before, in
 * and after the connection.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DetailedPeerCertificate } from "node:tls";
import { suite } from "uvu";
import type * as ours from "../../src/entries/node.ts";
import { NODE, OWN } from "./kit.ts";
import { type Stage, sameAsNode, scenario } from "./same-as-node.ts";

const facts = suite("node: what sockets tell is what node's tell");

const EXTENSIONS = `
[leaf]
basicConstraints = CA:false
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth, 1.2.3.4.5
subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1, URI:http://a.example/, email:a@b.example, otherName:1.2.3;UTF8:name
authorityInfoAccess = OCSP;URI:http://ocsp.example/, caIssuers;URI:http://ca.example/ca.crt
[middle]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
`;
const KINDS: Readonly<Record<string, readonly string[]>> = {
  rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  "P-256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "P-521": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  Ed25519: ["-algorithm", "ED25519"],
};

/** Root, intermediate and a leaf of each kind, made by openssl. */
function made(): { root: string; middle: string; leaves: Readonly<Record<string, typeof OWN>> } {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-facts-"));
  const openssl = (...words: string[]): void => {
    execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  };
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  const issue = (name: string, subject: string, by: string | null, section: string): void => {
    const words = ["req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`];
    openssl(...words);
    const signer =
      by === null ? ["-signkey", `${name}.key`] : ["-CA", `${by}.crt`, "-CAkey", `${by}.key`];
    const files = [
      "-in",
      `${name}.csr`,
      "-out",
      `${name}.crt`,
      "-days",
      "30",
      "-set_serial",
      "0x80aa",
    ];
    openssl("x509", "-req", ...files, ...signer, "-extfile", "extensions", "-extensions", section);
  };
  try {
    writeFileSync(join(folder, "extensions"), EXTENSIONS);
    for (const name of ["root", "middle"])
      openssl("genpkey", ...(KINDS["P-256"] ?? []), "-out", `${name}.key`);
    issue("root", "/C=DE/O=Root, Inc./CN=root", null, "middle");
    issue("middle", "/C=DE/OU=one/OU=two/CN=middle", "root", "middle");
    const leaves = Object.entries(KINDS).map(([kind, words]) => {
      openssl("genpkey", ...words, "-out", `${kind}.key`);
      issue(kind, "/C=DE/ST=A/L=B/O=C/OU=D/CN=leaf/emailAddress=e@f.example", "middle", "leaf");
      return [kind, { cert: file(`${kind}.crt`) + file("middle.crt"), key: file(`${kind}.key`) }];
    });
    return {
      root: file("root.crt"),
      middle: file("middle.crt"),
      leaves: Object.fromEntries(leaves),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { root, leaves } = made();

/** A certificate object without its loops: how long the chain of issuers is, and whether it ends in itself. */
function told(stage: Stage, party: string, certificate: object | null | undefined): void {
  let depth = 0;
  for (
    let one = certificate as Partial<DetailedPeerCertificate> | null | undefined;
    one;
    one = one.issuerCertificate
  ) {
    const { issuerCertificate, raw, pubkey, ...rest } = one;
    const bytes = [raw, pubkey].map((value) => value && Buffer.from(value).toString("hex"));
    stage.tell(party, JSON.stringify(Object.keys(rest).sort()));
    stage.tell(party, JSON.stringify(rest), bytes);
    if (issuerCertificate === one) {
      stage.tell(party, "its own issuer");
      break;
    }
    if (++depth > 5) break;
  }
  stage.tell(party, "depth", depth);
}

const certificates = Object.keys(KINDS).map((kind) =>
  scenario(`a certificate with a key ${kind}`, async (stage) => {
    const own = leaves[kind] ?? OWN;
    const { port } = await stage.serve({ ...own, requestCert: true, ca: root }, (socket) => {
      stage.tell("server", socket.authorized, socket.authorizationError);
      // A server of Node 24 has no issuers of a client's certificate.
      told(stage, "server", socket.getPeerCertificate(NODE !== 24));
      told(stage, "server", socket.getCertificate());
      stage.tell("server", socket.getX509Certificate()?.fingerprint256);
      socket.end("x");
    });
    const client = stage.dial(port, { ca: root, ...own });
    client.on("secureConnect", () => {
      for (const detailed of [false, true])
        told(stage, "client", client.getPeerCertificate(detailed));
      told(stage, "client", client.getCertificate());
      const x509 = client.getPeerX509Certificate();
      stage.tell("client", x509?.subject, x509?.issuer, x509?.fingerprint512, x509?.ca);
      stage.tell("client", x509?.issuerCertificate?.subject);
      stage.tell("client", client.getX509Certificate()?.fingerprint256);
      stage.tell("client", client.getProtocol());
      client.end();
    });
    client.resume();
    await stage.closed();
  }),
);

/** Every question to a socket. */
function asked(stage: Stage, party: string, socket: ours.SecureSocket, when: string): void {
  const ask = (name: string, call: () => unknown): void =>
    stage.try(party, `${when}: ${name}`, call);
  ask("getPeerCertificate", () => JSON.stringify(socket.getPeerCertificate())?.slice(0, 20));
  ask("getPeerX509Certificate", () => socket.getPeerX509Certificate()?.subject);
  ask("getCertificate", () => JSON.stringify(socket.getCertificate())?.slice(0, 20));
  ask("getX509Certificate", () => socket.getX509Certificate()?.subject);
  ask("getCipher", () => typeof socket.getCipher()?.name);
  // Since Node 22 two ends agree on X25519MLKEM768, of which node reports nothing; Node 24 dies of the question before the
  // handshake.
  if (NODE < 22) ask("getEphemeralKeyInfo", () => socket.getEphemeralKeyInfo());
  ask("getSharedSigalgs", () => socket.getSharedSigalgs()?.length > 0);
  ask("isSessionReused", () => socket.isSessionReused());
  ask("setMaxSendFragment", () => socket.setMaxSendFragment(1024));
  ask("setMaxSendFragment 0", () => socket.setMaxSendFragment(0));
  ask("setMaxSendFragment 16385", () => socket.setMaxSendFragment(16385));
  ask("exportKeyingMaterial", () => socket.exportKeyingMaterial(10, "x").length);
  ask("disableRenegotiation", () => socket.disableRenegotiation());
  ask("address", () => typeof socket.address());
}

const moments = [
  scenario("questions before the handshake", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    asked(stage, "client", client, "dialled");
    client.destroy();
  }),
  scenario("questions while it is open", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      asked(stage, "server", socket, "open");
      socket.resume();
    });
    const client = stage.dial(port);
    await once(client, "secureConnect");
    asked(stage, "client", client, "open");
    client.end();
    await stage.closed();
  }),
  scenario(
    "questions after the close",
    async (stage) => {
      const { port } = await stage.serve({}, (socket) => socket.resume());
      const client = stage.dial(port);
      await once(client, "secureConnect");
      client.end();
      await stage.closed();
      const ask = (name: string, call: () => unknown): void => stage.try("asked", name, call);
      ask("getPeerCertificate", () => client.getPeerCertificate()?.subject.CN);
      ask("getPeerX509Certificate", () => client.getPeerX509Certificate()?.subject);
      ask("getCertificate", () => client.getCertificate());
      ask("getX509Certificate", () => client.getX509Certificate());
      ask("getCipher", () => client.getCipher()?.version);
      ask("getProtocol", () => client.getProtocol());
      ask("getSharedSigalgs", () => client.getSharedSigalgs()?.length > 0);
      ask("isSessionReused", () => client.isSessionReused());
      ask("setMaxSendFragment", () => client.setMaxSendFragment(1024));
      ask("exportKeyingMaterial", () => client.exportKeyingMaterial(10, "x").length);
      ask("authorized", () => client.authorized);
    },
    (version) => ({
      asked: [
        ["getPeerCertificate", "localhost"],
        ["getPeerX509Certificate", "CN=localhost"],
        ["getCertificate", null],
        ["getX509Certificate", undefined],
        ["getCipher", version],
        ["getProtocol", version],
        ["getSharedSigalgs", false],
        ["isSessionReused", false],
        ["setMaxSendFragment", true],
        ["exportKeyingMaterial", "throws", { error: "ERR_TLS_INVALID_STATE" }],
        ["authorized", true],
      ],
    }),
  ),
];

const keys = [
  scenario("exportKeyingMaterial: equal at both ends, and its arguments", async (stage) => {
    let theirs: ours.SecureSocket | null = null;
    const { port } = await stage.serve({}, (socket) => {
      theirs = socket;
      socket.resume();
    });
    const client = stage.dial(port);
    await once(client, "secureConnect");
    while (theirs === null) await new Promise((resolve) => setImmediate(resolve));
    const far = theirs as ours.SecureSocket;
    for (const context of [undefined, Buffer.alloc(0), Buffer.from("context")]) {
      const [one, two] = [client, far].map((end) => end.exportKeyingMaterial(40, "label", context));
      stage.tell("both", one?.equals(two ?? Buffer.alloc(0)), Buffer.isBuffer(one), one?.length);
    }
    for (const given of [
      [],
      ["x"],
      [-1, "label"],
      [0, "label"],
      [1.5, "label"],
      [2 ** 32, "label"],
      [10],
      [10, 1],
      [10, "label", "context"],
      [10, "label", 1],
      [10, "label", null],
    ]) {
      stage.try("client", `export ${JSON.stringify(given)}`, () => {
        (client.exportKeyingMaterial as (...given: unknown[]) => Buffer)(...given);
      });
    }
    client.end();
    await stage.closed();
  }),
  scenario("getCipher and getEphemeralKeyInfo of each suite and group", async (stage) => {
    const suites =
      stage.version === "TLSv1.3"
        ? ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"]
        : [
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-RSA-CHACHA20-POLY1305",
            "ECDHE-RSA-AES256-SHA384",
            "AES128-SHA",
            "ECDHE-RSA-AES128-SHA256",
          ];
    const groups = ["X25519", "P-256", "P-384", "P-521"];
    for (const [i, ciphers] of suites.entries()) {
      const { port } = await stage.serve(
        { ...leaves["rsa"], ciphers, ecdhCurve: groups.join(":") },
        (socket) => socket.end(),
      );
      const client = stage.dial(port, { ca: root, ciphers, ecdhCurve: groups[i % groups.length] });
      client.on("secureConnect", () => {
        // As JSON: of no ephemeral key, newer versions of Node have the members, and they are undefined.
        stage.tell("client", client.getCipher(), JSON.stringify(client.getEphemeralKeyInfo()));
      });
      client.resume();
      await stage.closed();
    }
  }),
  scenario("getSharedSigalgs", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      stage.tell("server", socket.getSharedSigalgs().sort());
      socket.end();
    });
    const client = stage.dial(port, { sigalgs: "ECDSA+SHA256:rsa_pss_rsae_sha256:RSA+SHA512" });
    client.on("secureConnect", () => stage.tell("client", client.getSharedSigalgs()));
    client.resume();
    await stage.closed();
  }),
  scenario("keylog: the words, on both sides", async (stage) => {
    const { port, server } = await stage.serve({}, (socket) => socket.end());
    const lines: string[][] = [[], []];
    const words = (line: Buffer): string => {
      const [label, random, secret] = line.toString().split(" ");
      return `${label} ${random?.length} ${secret?.length} ${line.at(-1)}`;
    };
    server.on("keylog", (line: Buffer, socket: unknown) => {
      lines[0]?.push(`${words(line)} ${socket instanceof stage.tls.TLSSocket}`);
    });
    const client = stage.dial(port);
    client.on("keylog", (line: Buffer) => lines[1]?.push(words(line)));
    client.resume();
    await stage.closed();
    for (const party of lines) stage.tell("keys", party.sort());
  }),
  scenario("renegotiate: its arguments", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    await once(client, "secureConnect");
    for (const given of [[], [null], ["x", () => undefined], [{}, "x"], [{}, null]]) {
      stage.try("client", JSON.stringify(given), () => {
        (client.renegotiate as (...given: unknown[]) => unknown)(...given);
      });
    }
    client.end();
    await stage.closed();
  }),
  scenario("setSession and setServername: their arguments", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      socket.resume();
    });
    const client = stage.dial(port);
    for (const wrong of [undefined, null, 1, {}]) {
      stage.try("client", `setServername ${wrong}`, () => client.setServername(wrong as never));
    }
    await once(client, "secureConnect");
    client.end();
    await stage.closed();
  }),
];

sameAsNode(facts, [...certificates, ...moments, ...keys]);

facts.run();
