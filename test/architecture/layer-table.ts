/**
 * Which layer may import which, as data: the layers test holds it, the architecture page shows it.
 */

/** For each layer the layers below that it may import; its own files always. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  sspi: [],
  protocol: ["bytes"],
  wire: ["bytes", "protocol"],
  crypto: ["bytes", "protocol"],
  record: ["bytes", "protocol", "crypto"],
  handshake: ["bytes", "protocol", "crypto", "wire"],
  engine: ["bytes", "protocol", "crypto", "wire", "record", "handshake"],
  pki: ["bytes", "protocol", "crypto", "wire", "handshake", "sspi"],
  // `TrustStore` as a type: credentials hold one.
  schannel: ["bytes", "protocol", "crypto", "wire", "handshake", "engine", "sspi", "pki"],
  // Exchanges before TLS: of `protocol` they know what a host name is, so that any transport and any TLS can use them.
  starttls: ["bytes", "protocol", "sspi"],
  "providers/node": ["bytes", "protocol", "crypto"],
  "providers/portable": ["bytes", "protocol", "crypto"],
  "providers/web": ["bytes", "protocol", "crypto", "providers/portable"],
  "providers/subtle": ["bytes", "protocol", "crypto", "providers/portable"],
  wiring: ["protocol", "crypto", "engine", "schannel", "sspi", "pki"],
  face: ["sspi", "wiring"],
  transports: ["bytes", "protocol", "sspi", "wiring", "face", "starttls"],
  friendly: ["sspi", "wiring", "transports", "starttls"],
  cli: [
    "bytes",
    "protocol",
    "crypto",
    "wire",
    "record",
    "sspi",
    "pki",
    "wiring",
    "face",
    "friendly",
    "transports",
    "starttls",
  ],
};
