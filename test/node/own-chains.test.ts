/**
 * What `ca` and `pfx` do beside naming anchors, as in node:tls: they complete the chain that is sent, a PFX's authorities are
 * trusted, and an intermediate certificate alone is no anchor unless `allowPartialTrustChain` says so.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type * as ours from "../../src/entries/node.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  keyUsage,
  makeCertificate,
} from "../pki/certificate-maker.ts";
import * as make from "../revocation/evidence-maker.ts";
import { LIBRARIES, listening } from "./kit.ts";

const tests = suite("node: the chain of ca and pfx");

const pem = (der: Uint8Array): string => toPem("CERTIFICATE", der);
const KEY = make.serverKey.secret.export({ format: "pem", type: "pkcs8" }) as string;
const LEAF = pem(make.server);
const MIDDLE = pem(make.middle);
const ROOT = pem(make.root);
const CLIENT = pem(
  makeCertificate({
    ...{ subject: "Client", issuer: "Middle", key: make.serverKey, signer: make.middleKey },
    serial: Uint8Array.of(3),
    extensions: [
      keyUsage(0x80),
      extendedKeyUsage(OID.clientAuth),
      authorityKeyIdentifier(make.middleKey),
    ],
  }),
);

interface Seen {
  /** Subjects, the leaf first. */
  readonly server: readonly string[];
  readonly client: readonly string[];
  readonly authorized: boolean;
  readonly error: string | null;
  readonly clientAuthorized: boolean;
}

/** Everything that a certificate leads to, as the peer was told. */
function path(socket: ours.SecureSocket): readonly string[] {
  const names: string[] = [];
  let at = socket.getPeerCertificate(true);
  while (at?.subject !== undefined) {
    names.push(String(at.subject.CN));
    if (at.issuerCertificate === at) break;
    at = at.issuerCertificate;
  }
  return names;
}

async function meet(
  tls: typeof ours,
  server: ours.ServerOptions,
  client: ours.ConnectOptions,
): Promise<Seen> {
  const listener = tls.createServer({ rejectUnauthorized: false, ...server });
  const accepted = once(listener, "secureConnection") as Promise<[ours.SecureSocket]>;
  const port = await listening(listener);
  const socket = tls.connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", rejectUnauthorized: false },
    checkServerIdentity: () => undefined,
    ...client,
  });
  await once(socket, "secureConnect");
  const [other] = await accepted;
  other.on("error", () => undefined);
  const seen = {
    server: path(socket),
    client: path(other),
    authorized: socket.authorized,
    error: socket.authorizationError as string | null,
    clientAuthorized: other.authorized,
  };
  socket.destroy();
  other.destroy();
  listener.close();
  return seen;
}

async function sameAsNode(server: ours.ServerOptions, client: ours.ConnectOptions): Promise<Seen> {
  const seen: Seen[] = [];
  for (const [, tls] of LIBRARIES) seen.push(await meet(tls, server, client));
  const [here, node] = seen as [Seen, Seen];
  assert.equal(here, node);
  return here;
}

tests("ca completes the chain of a server that has its leaf alone", async () => {
  const server = { key: KEY, cert: LEAF, ca: [MIDDLE, ROOT] };
  const seen = await sameAsNode(server, { ca: ROOT });
  assert.is(seen.authorized, true);
  assert.equal(seen.server, ["Server", "Middle", "Root"]);
});

tests("ca with an intermediate alone completes the chain as far as it goes", async () => {
  const seen = await sameAsNode({ key: KEY, cert: LEAF, ca: MIDDLE }, { ca: ROOT });
  assert.is(seen.authorized, true);
});

tests("ca completes the chain of a client", async () => {
  const server = { key: KEY, cert: LEAF + MIDDLE, ca: ROOT, requestCert: true };
  const seen = await sameAsNode(server, { key: KEY, cert: CLIENT, ca: [ROOT, MIDDLE] });
  assert.is(seen.clientAuthorized, true);
});

tests("an intermediate certificate alone in ca is no anchor", async () => {
  const server = { key: KEY, cert: LEAF + MIDDLE };
  const refused = await sameAsNode(server, { ca: MIDDLE });
  assert.is(refused.authorized, false);
  assert.is(refused.error, "UNABLE_TO_GET_ISSUER_CERT");
  const both = await sameAsNode(server, { ca: [MIDDLE, ROOT] });
  assert.is(both.authorized, true);
});

tests("allowPartialTrustChain makes an intermediate certificate in ca an anchor", async () => {
  const options = { ca: MIDDLE, allowPartialTrustChain: true } as ours.ConnectOptions;
  for (const [library, tls] of LIBRARIES) {
    const seen = await meet(tls, { key: KEY, cert: LEAF + MIDDLE }, options);
    assert.is(seen.authorized, true, library);
  }
});

tests("the authorities of a PFX are trusted, and its chain is sent", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-pfx-"));
  const file = (name: string): string => join(folder, name);
  try {
    writeFileSync(file("leaf.pem"), CLIENT);
    writeFileSync(file("more.pem"), MIDDLE + ROOT);
    writeFileSync(file("key.pem"), KEY);
    const made = ["-export", "-in", file("leaf.pem"), "-inkey", file("key.pem")];
    const rest = ["-certfile", file("more.pem"), "-out", file("a.pfx"), "-passout", "pass:pw"];
    execFileSync("openssl", ["pkcs12", ...made, ...rest]);
    const own = { pfx: readFileSync(file("a.pfx")), passphrase: "pw" };
    const server = { ...own, requestCert: true };
    const seen = await sameAsNode(server, own);
    assert.is(seen.clientAuthorized, true);
    assert.equal(seen.client, ["Client", "Middle", "Root"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

tests.run();
