/**
 * Every limit of the code, with the words of docs/limits.md. The numbers are read from the sources: a constant is a limit if
 * its name begins with MAX_ or MIN_. One that has no row here stands in the last table, with the words of its comment.
 */
import ts from "@typescript/typescript6";
import { sourceFiles } from "../architecture/sources.ts";

export interface LimitConstant {
  /** "src/pki/files/pfx.ts MAX_PFX" */
  readonly place: string;
  readonly name: string;
  readonly path: string;
  readonly value: number;
  /** Its comment, in one line. */
  readonly comment: string;
}

type Unit = "bytes" | "bits" | "ms" | "s" | "";
/** What is limited, in which unit (none: a count), by which constant. */
export type Row = readonly [what: string, unit: Unit, path: string, name: string];

const NAME = /^#?((?:MAX|MIN)_[A-Z0-9_]+)$/;

/** The number that an initializer stands for; other constants of limits may be part of it. */
function numberOf(node: ts.Expression, known: ReadonlyMap<string, number>): number {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isParenthesizedExpression(node)) return numberOf(node.expression, known);
  if (ts.isIdentifier(node)) return known.get(node.text) ?? Number.NaN;
  if (!ts.isBinaryExpression(node)) return Number.NaN;
  const [left, right] = [numberOf(node.left, known), numberOf(node.right, known)];
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return left ** right;
    case ts.SyntaxKind.LessThanLessThanToken:
      return left * 2 ** right;
    default:
      return Number.NaN;
  }
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((comment) =>
      comment
        .getText()
        .replace(/^\/\*\*|\*\/$/g, "")
        .replace(/\n\s*\*/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .join(" ");
}

/** Every constant of `src` whose name begins with MAX_ or MIN_, in order of its place. */
export function limitConstants(): readonly LimitConstant[] {
  const found: { path: string; name: string; value: ts.Expression; comment: string }[] = [];
  for (const { path, tree } of sourceFiles("src")) {
    const walk = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) {
        const name = NAME.exec(node.name.getText(tree))?.[1];
        const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
        if (name !== undefined && node.initializer !== undefined)
          found.push({ path, name, value: node.initializer, comment: commentOf(holder) });
      }
      ts.forEachChild(node, walk);
    };
    walk(tree);
  }
  const known = new Map<string, number>();
  const exact = (value: ts.Expression): number => numberOf(value, known);
  for (let left = [...found]; left.length > 0; ) {
    for (const { name, value } of left)
      if (!Number.isNaN(exact(value))) known.set(name, exact(value));
    const rest = left.filter(({ value }) => Number.isNaN(exact(value)));
    if (rest.length === left.length) break;
    left = rest;
  }
  return found.map(({ path, name, value, comment }) => ({
    ...{ place: `${path} ${name}`, path, name, comment },
    value: exact(value),
  }));
}

const PKI = "src/pki";

/** Each table of the document: rows by name of the block. */
export const LIMIT_ROWS: Readonly<Record<string, readonly Row[]>> = {
  "limits-before": [
    ["content of a record", "bytes", "src/protocol/limits.ts", "MAX_PLAINTEXT"],
    ["body of a record, TLS 1.3", "bytes", "src/protocol/limits.ts", "MAX_CIPHERTEXT_13"],
    ["body of a record, TLS 1.2", "bytes", "src/protocol/limits.ts", "MAX_CIPHERTEXT_12"],
    [
      "ClientHello, servers of `sealwire/node` and `sealwire/web`",
      ...(["bytes", "src/protocol/limits.ts", "MAX_FACE_SERVER_MESSAGE"] as const),
    ],
    [
      "input of one handshake call; the rest is left to the next call",
      ...(["bytes", "src/schannel/handshake-call.ts", "MAX_INPUT"] as const),
    ],
    [
      "refused early data that is skipped",
      ...(["bytes", "src/engine/receive.ts", "MAX_EARLY_DATA_SKIPPED"] as const),
    ],
    ["session id", "bytes", "src/wire/hello-lengths.ts", "MAX_SESSION_ID_LENGTH"],
    ["name in server_name", "bytes", "src/wire/extensions/server-name.ts", "MAX_NAME"],
    ["ALPN name", "bytes", "src/sspi/package-constants.ts", "MAX_PROTOCOL_ID_SIZE"],
    [
      "identities of pre_shared_key that a server tries",
      ...(["", "src/handshake/server/tls13/find-psk.ts", "MAX_IDENTITIES"] as const),
    ],
    [
      "binder, at least",
      ...(["bytes", "src/wire/extensions/pre-shared-key.ts", "MIN_BINDER"] as const),
    ],
    [
      "prime of a DHE group, at least",
      ...([
        "bits",
        "src/handshake/client/tls12/expect-server-key-exchange.ts",
        "MIN_DHE_BITS",
      ] as const),
    ],
    [
      "prime of a DHE group, at most",
      ...([
        "bits",
        "src/handshake/client/tls12/expect-server-key-exchange.ts",
        "MAX_DHE_BITS",
      ] as const),
    ],
    ["answers of STARTTLS together", "bytes", "src/starttls/dialogue.ts", "MAX_BYTES"],
    ["answer of an LDAP server", "bytes", "src/starttls/ldap.ts", "MAX_RESPONSE"],
    ["greeting of a MySQL server", "bytes", "src/starttls/mysql.ts", "MAX_GREETING"],
    [
      "time for a function of the caller's that has to answer, by default",
      ...(["ms", "src/session/helper-time.ts", "MAX_HELPER_TIME"] as const),
    ],
    [
      "time for a function of the caller's that need not answer",
      ...(["ms", "src/session/helper-time.ts", "MAX_OPTIONAL_TIME"] as const),
    ],
  ],
  "limits-certificates": [
    ["a certificate", "bytes", `${PKI}/certificate.ts`, "MAX_CERTIFICATE"],
    [
      "certificates beside the leaf that are looked at",
      ...(["", `${PKI}/path/chain-verifier.ts`, "MAX_INTERMEDIATES"] as const),
    ],
    ["certificates of a path, by default", "", `${PKI}/path/chain-verifier.ts`, "MAX_DEPTH"],
    [
      "steps of the search for a path (CPU): a candidate takes 1, a signature 50, a hundred comparisons of name constraints 1",
      ...(["", `${PKI}/path/work-budget.ts`, "MAX_PATH_STEPS"] as const),
    ],
    ["paths that a refusal keeps", "", `${PKI}/path/path-search.ts`, "MAX_ATTEMPTS"],
    ["RSA modulus that is read, at least", "bits", "src/crypto/key-encoding.ts", "MIN_RSA_BITS"],
    ["RSA modulus, at most", "bits", "src/crypto/key-encoding.ts", "MAX_RSA_BITS"],
    ["public exponent of RSA", "bits", "src/crypto/key-encoding.ts", "MAX_RSA_EXPONENT_BITS"],
    [
      "RSA modulus of a certificate in a path, at least",
      ...(["bits", `${PKI}/path/path-checks.ts`, "MIN_RSA_BITS"] as const),
    ],
    ["an OCSP response", "bytes", `${PKI}/revocation/ocsp-response.ts`, "MAX_OCSP_RESPONSE"],
    ["answers of an OCSP response", "", `${PKI}/revocation/ocsp-response.ts`, "MAX_ANSWERS"],
    ["certificates in it", "", `${PKI}/revocation/ocsp-response.ts`, "MAX_CERTIFICATES"],
    ["a revocation list", "bytes", `${PKI}/revocation/crl.ts`, "MAX_CRL"],
  ],
  "limits-after": [
    [
      "records under one AES-GCM key; a KeyUpdate comes before, in TLS 1.2 the connection ends",
      ...(["", "src/protocol/cipher-suite.ts", "MAX_GCM_RECORDS"] as const),
    ],
    [
      "unread answers, `sealwire/node`",
      ...(["bytes", "src/adapters/node/tls-stream.ts", "MAX_UNREAD_ANSWERS"] as const),
    ],
    [
      "unread answers, `sealwire/web` (pieces)",
      ...(["", "src/adapters/streams/stream-session.ts", "MAX_WAITING_ANSWERS"] as const),
    ],
    [
      "renegotiations that the adapters refuse before they end the connection",
      ...(["", "src/session/tls-session.ts", "MAX_REFUSED_RENEGOTIATIONS"] as const),
    ],
    [
      "lifetime of a ticket",
      ...(["s", "src/wire/new-session-ticket.ts", "MAX_TICKET_LIFETIME"] as const),
    ],
    ["tickets that one key seals", "", "src/handshake/ticket.ts", "MAX_TICKETS_PER_KEY"],
    ["state in a ticket", "bytes", "src/handshake/ticket.ts", "MAX_TICKET_STATE"],
    [
      "messages that wait to be read, `overMessages` (`receiveLimit`)",
      ...(["bytes", "src/adapters/streams/messages.ts", "MAX_UNREAD"] as const),
    ],
    [
      "bytes that wait to be sent, `overMessages` (`sendHighWaterMark`)",
      ...(["bytes", "src/adapters/streams/messages.ts", "MAX_UNSENT"] as const),
    ],
    [
      "bytes that are still taken while a connection ends, `sealwire/web`",
      ...(["bytes", "src/adapters/streams/stream-session.ts", "MAX_DROPPED"] as const),
    ],
    [
      "plaintext that is sealed at once, `sealwire/node`",
      ...(["bytes", "src/adapters/node/tls-stream.ts", "MAX_FLUSH"] as const),
    ],
    ["warnings that a connection keeps", "", "src/schannel/helpers.ts", "MAX_WARNINGS"],
  ],
  "limits-memory": [
    ["sessions of the default store", "", "src/handshake/session-store.ts", "MAX_SESSIONS"],
    [
      "tickets that a client remembers as taken",
      ...(["", "src/handshake/client/take-session.ts", "MAX_TAKEN"] as const),
    ],
    ["parsed certificates", "", `${PKI}/certificate.ts`, "MAX_CACHED_CERTIFICATES"],
    ["parsed names", "", `${PKI}/distinguished-name.ts`, "MAX_CACHED_NAMES"],
    ["verdicts of one leaf", "", `${PKI}/path/verdict-cache.ts`, "MAX_PER_LEAF"],
    ["names of one verdict", "", `${PKI}/path/verdict-cache.ts`, "MAX_NAMES"],
    ["revocation lists of a credential", "", `${PKI}/revocation/crl-set.ts`, "MAX_LISTS"],
    [
      "OCSP responses of a credential",
      ...(["", `${PKI}/revocation/revocation-verifier.ts`, "MAX_RESPONSES"] as const),
    ],
    ["public keys of node:crypto", "", "src/providers/node/key-cache.ts", "MAX_KEYS"],
    [
      "signatures that WebCrypto checked",
      "",
      "src/providers/webcrypto/public-key.ts",
      "MAX_ANSWERS",
    ],
    ["object identifiers", "", "src/bytes/der.ts", "MAX_KNOWN"],
    ["signature algorithms", "", `${PKI}/signature-algorithm.ts`, "MAX_RECENT"],
  ],
  "limits-messages": [
    ["of a peer or a file, in one message", "bytes", "src/bytes/text.ts", "MAX_QUOTED"],
    ["of a PSK identity or hint", "bytes", "src/handshake/pre-shared-key.ts", "MAX_SHOWN_NAME"],
    ["of a certificate's name", "bytes", `${PKI}/distinguished-name.ts`, "MAX_SHORT_NAME"],
    ["of a list of a certificate's names", "bytes", `${PKI}/path/host-name.ts`, "MAX_NAME_LIST"],
    ["of a list of a certificate's words", "bytes", `${PKI}/path/path-checks.ts`, "MAX_NAME_LIST"],
    ["paths", "", `${PKI}/path/explanation.ts`, "MAX_SHOWN_PATHS"],
    ["faults of a path", "", `${PKI}/path/explanation.ts`, "MAX_SHOWN_PROBLEMS"],
    [
      "text of an error thrown by the caller's function (characters)",
      ...(["", "src/schannel/helpers.ts", "MAX_TEXT"] as const),
    ],
  ],
  "limits-files": [
    ["a private key", "bytes", `${PKI}/files/key-file.ts`, "MAX_KEY"],
    ["a PFX file", "bytes", `${PKI}/files/pfx.ts`, "MAX_PFX"],
    ["bags of a PFX file", "", `${PKI}/files/pfx.ts`, "MAX_BAGS"],
    ["bags in bags", "", `${PKI}/files/pfx.ts`, "MAX_NESTING"],
    ["elements in one another, BER", "", `${PKI}/files/ber.ts`, "MAX_DEPTH"],
    ["elements of a BER file", "", `${PKI}/files/ber.ts`, "MAX_ELEMENTS"],
    ["iterations of PBKDF2 (CPU)", "", `${PKI}/files/key-derivation.ts`, "MAX_ITERATIONS"],
    [
      "iterations of the older functions (CPU)",
      ...(["", `${PKI}/files/key-derivation.ts`, "MAX_OLD_ITERATIONS"] as const),
    ],
    [
      "blocks of 128 bytes of scrypt (memory, and CPU)",
      ...(["", `${PKI}/files/key-derivation.ts`, "MAX_SCRYPT_BLOCKS"] as const),
    ],
    ["a text that may be a path (characters)", "", `${PKI}/files/given-file.ts`, "MAX_PATH"],
  ],
};

/** "64 KiB", "2,048 bits", "120 s" */
export function quantity(value: number, unit: Unit): string {
  const number = (of: number): string => of.toLocaleString("en-US");
  if (unit === "ms") return value % 1000 === 0 ? `${number(value / 1000)} s` : `${value} ms`;
  if (unit === "s") return value % 86_400 === 0 ? `${value / 86_400} days` : `${number(value)} s`;
  if (unit !== "bytes") return unit === "" ? number(value) : `${number(value)} ${unit}`;
  if (value >= 1 << 20 && value % (1 << 20) === 0) return `${number(value >> 20)} MiB`;
  if (value >= 4096 && value % 1024 === 0) return `${number(value >> 10)} KiB`;
  return `${number(value)} bytes`;
}
