/**
 * Certificates for the peers, made on the spot by `openssl`: one authority and, for each kind of key, a server's and a
 * client's certificate. Files live in a temporary folder until the process ends.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type KeyKind = "p256" | "p384" | "p521" | "rsa" | "rsa-pss" | "ed25519" | "ed448";

export const KEY_KINDS: readonly KeyKind[] = [
  ...(["p256", "p384", "p521", "rsa", "rsa-pss", "ed25519", "ed448"] as const),
];

/** What `openssl genpkey` is told for each kind of key. */
const GENERATE: Readonly<Record<KeyKind, readonly string[]>> = {
  p256: ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  rsa: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  "rsa-pss": ["RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
  ed25519: ["ED25519"],
  ed448: ["ED448"],
};

/** Name in every server certificate, beside 127.0.0.1. */
export const SERVER_NAME = "localhost";

export interface Identity {
  /** Paths of PEM files. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Contents of the files. */
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  readonly file: string;
  readonly pem: string;
  server(kind: KeyKind): Identity;
  client(kind: KeyKind): Identity;
  /** The file of a DER OCSPResponse that calls a certificate of ours good. */
  ocspFile(identity: Identity): string;
  /** Contents of that file. */
  ocspResponse(identity: Identity): Uint8Array;
}

let authority: Authority | null = null;

/** The authority of this process. */
export function testAuthority(): Authority {
  authority ??= makeAuthority();
  return authority;
}

function openssl(...parameters: string[]): string {
  return execFileSync("openssl", parameters, { stdio: "pipe", encoding: "utf8" });
}

function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-interop-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "authority.pem");
  const keyFile = join(folder, "authority.key");
  openssl(
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", keyFile, "-out", file, "-days", "30", "-subj", "/CN=Sealwire Test Authority"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  );
  const made = new Map<string, Identity>();
  const identity = (kind: KeyKind, usage: "serverAuth" | "clientAuth"): Identity => {
    const name = `${kind}-${usage}`;
    const found = made.get(name) ?? issue(folder, name, kind, usage);
    made.set(name, found);
    return found;
  };
  const responses = new Map<Identity, string>();
  const ocspFile = (about: Identity): string => {
    const found = responses.get(about) ?? respond(folder, file, keyFile, about);
    responses.set(about, found);
    return found;
  };
  return {
    file,
    ocspFile,
    ocspResponse: (about) => new Uint8Array(readFileSync(ocspFile(about))),
    pem: readFileSync(file, "utf8"),
    server: (kind) => identity(kind, "serverAuth"),
    client: (kind) => identity(kind, "clientAuth"),
  };
}

function issue(
  folder: string,
  name: string,
  kind: KeyKind,
  usage: "serverAuth" | "clientAuth",
): Identity {
  const path = (ending: string): string => join(folder, `${name}.${ending}`);
  openssl("genpkey", "-algorithm", ...GENERATE[kind], "-out", path("key"));
  const subject = usage === "serverAuth" ? SERVER_NAME : "client.test";
  openssl("req", "-new", "-key", path("key"), "-subj", `/CN=${subject}`, "-out", path("csr"));
  // Only RSA keys can encipher keys; some peers insist.
  const keyUsage = kind === "rsa" ? "digitalSignature,keyEncipherment" : "digitalSignature";
  const extensions = [
    "basicConstraints=critical,CA:FALSE",
    `keyUsage=critical,${keyUsage}`,
    `extendedKeyUsage=${usage}`,
    `subjectAltName=DNS:${subject},IP:127.0.0.1`,
  ];
  writeFileSync(path("ext"), extensions.join("\n"));
  openssl(
    ...["x509", "-req", "-in", path("csr"), "-CA", join(folder, "authority.pem")],
    ...["-CAkey", join(folder, "authority.key"), "-CAcreateserial", "-days", "30"],
    ...["-extfile", path("ext"), "-out", path("pem")],
  );
  return {
    certificateFile: path("pem"),
    keyFile: path("key"),
    certificate: readFileSync(path("pem"), "utf8"),
    key: readFileSync(path("key"), "utf8"),
  };
}

/** An OCSP response of the authority itself: the certificate is good. */
function respond(folder: string, authority: string, key: string, about: Identity): string {
  const { certificateFile } = about;
  const serial = openssl("x509", "-in", certificateFile, "-noout", "-serial").trim().slice(7);
  const index = `${certificateFile}.index`;
  writeFileSync(index, `V\t391231235959Z\t\t${serial}\tunknown\t/CN=${SERVER_NAME}\n`);
  writeFileSync(`${index}.attr`, "unique_subject = no\n");
  const request = join(folder, "ocsp.request");
  const response = `${certificateFile}.ocsp`;
  openssl(
    ...["ocsp", "-issuer", authority, "-cert", certificateFile, "-no_nonce", "-reqout", request],
  );
  openssl(
    ...["ocsp", "-index", index, "-CA", authority, "-rsigner", authority, "-rkey", key],
    ...["-ndays", "20", "-reqin", request, "-respout", response],
  );
  return response;
}
