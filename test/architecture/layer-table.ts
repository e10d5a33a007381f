/**
 * The layers of `src`, as data: which one may import which, and the third parties of each. The layers test holds this
 * list, and the architecture page shows it. There are no exceptions beside it.
 */

export interface Layer {
  /** A folder of `src`. */
  readonly name: string;
  /** The layers below that its files may import. They may always import each other. */
  readonly imports: readonly string[];
  /** Modules of third parties, or of Node, by the start of their names; absent: none. */
  readonly packages?: readonly string[];
  /** False: its files need Node or the DOM, so that the core is compiled without it. Default: true. */
  readonly core?: boolean;
  /** What the layer is for. */
  readonly purpose: string;
}

const BASE = ["bytes", "protocol"];
const CRYPTO = [...BASE, "crypto"];

export const LAYERS: readonly Layer[] = [
  { name: "bytes", imports: [], purpose: "cursors over bytes, DER, text" },
  { name: "sspi", imports: [], purpose: "the functions, buffers, handles and statuses of SSPI" },
  { name: "protocol", imports: [], purpose: "numbers and names of TLS, limits, reasons" },
  { name: "legacy", imports: [], purpose: "old algorithms that no library brings: MD4 and RC4" },
  {
    name: "message",
    imports: ["bytes", "sspi"],
    purpose: "what security packages for messages have in common",
  },
  {
    name: "ntlm",
    imports: ["bytes", "sspi", "legacy", "message"],
    purpose: "the security package NTLM",
  },
  {
    name: "negotiate",
    imports: ["bytes", "sspi", "message", "ntlm"],
    purpose: "the security package Negotiate",
  },
  {
    name: "digest",
    imports: ["bytes", "sspi", "legacy", "message"],
    purpose: "the security package Digest, of SASL and of HTTP",
  },
  { name: "wire", imports: BASE, purpose: "messages and extensions as bytes" },
  { name: "crypto", imports: BASE, purpose: "the contract of providers, key schedules" },
  { name: "record", imports: CRYPTO, purpose: "records: frames, protection, sequence numbers" },
  { name: "handshake", imports: [...CRYPTO, "wire"], purpose: "one state per awaited message" },
  {
    name: "engine",
    imports: [...CRYPTO, "wire", "record", "handshake"],
    purpose: "a connection: bytes to states, flights to bytes",
  },
  {
    name: "pki",
    imports: [...CRYPTO, "handshake", "sspi", "legacy"],
    packages: ["node-forge"],
    purpose: "certificates: files, paths, revocation",
  },
  {
    name: "schannel",
    imports: [...CRYPTO, "handshake", "engine", "sspi", "pki"],
    purpose: "the security package: TLS behind the SSPI functions",
  },
  { name: "starttls", imports: [...BASE, "sspi"], purpose: "dialogues before TLS" },
  { name: "providers/wasm", imports: CRYPTO, purpose: "AEADs of RustCrypto in WebAssembly" },
  {
    name: "providers/native",
    imports: ["protocol", "crypto", "providers/wasm"],
    packages: ["node:"],
    core: false,
    purpose: "AEADs of Node's OpenSSL, by the optional package sealwire-native",
  },
  {
    name: "providers/node",
    imports: [...CRYPTO, "message", "providers/wasm", "providers/native"],
    packages: ["node:"],
    core: false,
    purpose: "node:crypto, and short records in WebAssembly",
  },
  {
    name: "providers/noble",
    imports: [...CRYPTO, "message", "providers/wasm"],
    packages: ["@noble/"],
    purpose: "the noble libraries, and AEADs in WebAssembly",
  },
  {
    name: "providers/webcrypto",
    imports: [...CRYPTO, "providers/noble", "providers/wasm"],
    packages: ["@noble/"],
    purpose: "WebCrypto, and noble for the rest",
  },
  {
    name: "api",
    imports: [
      "protocol",
      "crypto",
      "engine",
      "sspi",
      "pki",
      "schannel",
      "message",
      "ntlm",
      "negotiate",
      "digest",
      "providers/node",
      "providers/noble",
      "providers/webcrypto",
    ],
    packages: ["node:"],
    purpose: "the public functions over a provider",
  },
  {
    name: "session",
    imports: [...CRYPTO, "sspi", "schannel", "api"],
    purpose: "the sans-I/O session: the caller's loop",
  },
  {
    name: "adapters/streams",
    imports: ["bytes", "sspi", "starttls", "api", "session"],
    core: false,
    purpose: "WHATWG streams and messages",
  },
  {
    name: "adapters/node",
    imports: [...BASE, "sspi", "schannel", "starttls", "api", "session"],
    packages: ["node:"],
    core: false,
    purpose: "sockets as node:tls has them",
  },
  {
    name: "entries",
    imports: [
      "sspi",
      "message",
      "starttls",
      "providers/node",
      "providers/noble",
      "providers/webcrypto",
      "api",
      "session",
      "adapters/streams",
      "adapters/node",
    ],
    core: false,
    purpose: "what package.json exports: one file for each",
  },
  {
    name: "cli",
    imports: [
      ...CRYPTO,
      "wire",
      "record",
      "sspi",
      "pki",
      "starttls",
      "providers/node",
      "api",
      "session",
      "adapters/node",
    ],
    packages: ["node:"],
    core: false,
    purpose: "the command line",
  },
];

/** The layer of a file of `src`; undefined: it lies in none. */
export function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ name }) => path.startsWith(`src/${name}/`));
}
