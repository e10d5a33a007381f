/**
 * Arguments beside node:tls: each option and argument with a value of each kind. What is compared is whether the value is
 * taken, and the class and code of the error.
 */
import { PassThrough } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type * as ours from "../../src/entries/node.ts";
import { LIBRARIES, NODE, OWN } from "./kit.ts";
import { ARGUMENT_DIFFERENCES, type ArgumentDifference } from "./node-tls-table.ts";

const tests = suite("node: arguments are taken and refused as by node:tls");

type Library = typeof ours;

const VALUES: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["false", false],
  ["true", true],
  ["0", 0],
  ["1", 1],
  ["-1", -1],
  ["an empty string", ""],
  ["a word", "word"],
  ["an empty array", []],
  ["an object", {}],
  ["a function", () => undefined],
];

const CONTEXT_OPTIONS = [
  ...["ca", "cert", "key", "pfx", "crl", "passphrase", "ciphers", "ecdhCurve", "sigalgs"],
  ...["dhparam", "minVersion", "maxVersion", "secureProtocol", "sessionIdContext", "ticketKeys"],
  ...["sessionTimeout", "secureOptions", "honorCipherOrder"],
];
const SERVER_OPTIONS = [
  ...["requestCert", "rejectUnauthorized", "ALPNProtocols", "ALPNCallback", "SNICallback"],
  ...["handshakeTimeout", "pskCallback", "pskIdentityHint", "enableTrace"],
];
const CLIENT_OPTIONS = [
  ...["servername", "checkServerIdentity", "session", "minDHSize", "ALPNProtocols", "pskCallback"],
  ...["lookup", "timeout", "socket", "secureContext", "host", "port"],
];

/** How a call ended: "taken", or the kind and code of the error. */
type Outcome = string;

function outcomeOf(call: () => unknown): Outcome {
  try {
    call();
    return "taken";
  } catch (error) {
    const kind =
      error instanceof TypeError
        ? "TypeError"
        : error instanceof RangeError
          ? "RangeError"
          : "Error";
    return `${kind} ${(error as { code?: string }).code}`;
  }
}

interface Program {
  /** The function and the option, or the method. */
  readonly name: string;
  readonly value: string;
  readonly call: (tls: Library, later: (closable: Closable) => void) => unknown;
}

interface Closable {
  destroy(): unknown;
}

/** One program: what `call` does with a value. */
function program(
  name: string,
  call: (tls: Library, value: unknown, later: (closable: Closable) => void) => unknown,
  [words, value]: readonly [string, unknown],
): Program {
  return { name, value: words, call: (tls, later) => call(tls, value, later) };
}

const inSocket =
  (method: string) => (tls: Library, value: unknown, later: (closable: Closable) => void) => {
    const socket = new tls.TLSSocket(new PassThrough(), { isServer: false });
    socket.on("error", () => undefined);
    later(socket);
    return (socket as unknown as Record<string, (value: unknown) => unknown>)[method]?.(value);
  };
const inServer = (method: string) => (tls: Library, value: unknown) => {
  const server = tls.createServer(OWN);
  return (server as unknown as Record<string, (value: unknown) => unknown>)[method]?.(value);
};

const programs = VALUES.flatMap((value) => [
  ...CONTEXT_OPTIONS.map((option) =>
    program(
      `createSecureContext({ ${option} })`,
      (tls, given) => tls.createSecureContext({ [option]: given }),
      value,
    ),
  ),
  ...SERVER_OPTIONS.map((option) =>
    program(
      `createServer({ ${option} })`,
      (tls, given) => tls.createServer({ ...OWN, [option]: given } as ours.ServerOptions),
      value,
    ),
  ),
  ...CLIENT_OPTIONS.map((option) =>
    program(
      `connect({ ${option} })`,
      (tls, given, later) => {
        const socket = tls.connect({
          // A name that is never found, so that nothing is dialled.
          ...{ port: 9, host: "nowhere.invalid", lookup: () => undefined },
          [option]: given,
        } as ours.ConnectOptions);
        socket.on("error", () => undefined);
        later(socket);
      },
      value,
    ),
  ),
  ...["setServername", "setMaxSendFragment", "setSession", "renegotiate", "setEncoding"].map(
    (method) => program(`socket.${method}()`, inSocket(method), value),
  ),
  ...["setTicketKeys", "setSecureContext", "addContext"].map((method) =>
    program(`server.${method}()`, inServer(method), value),
  ),
  program("createServer()", (tls, given) => tls.createServer(given as ours.ServerOptions), value),
  program(
    "convertALPNProtocols()",
    (tls, given) => tls.convertALPNProtocols(given as never, {} as never),
    value,
  ),
  program(
    "new TLSSocket()",
    (tls, given, later) => {
      const socket = new tls.TLSSocket(given as never, { isServer: false });
      socket.on("error", () => undefined);
      later(socket);
    },
    value,
  ),
]);

/** How ours differs from node's; null: it does not. */
function difference(here: Outcome, there: Outcome): ArgumentDifference["kind"] | null {
  if (here === there) return null;
  if (there === "taken") return "refused here";
  return here === "taken" ? "taken here" : "another error";
}

const found = new Map<string, Set<string>>();
const DECLARED = new Map(
  ARGUMENT_DIFFERENCES.filter(
    ({ since = 0, until = Number.POSITIVE_INFINITY }) => NODE >= since && NODE <= until,
  ).map((row) => [`${row.name}, ${row.kind}`, row]),
);

for (const { name, value, call } of programs) {
  tests(`${name}: ${value} is taken or refused as there, or the difference is documented`, () => {
    const opened: Closable[] = [];
    const [here = "", there = ""] = LIBRARIES.map(([, library]) =>
      outcomeOf(() => call(library, (closable) => opened.push(closable))),
    );
    for (const closable of opened) closable.destroy();
    const kind = difference(here, there);
    if (kind === null) return;
    const row = `${name}, ${kind}`;
    found.set(row, (found.get(row) ?? new Set()).add(value));
    assert.ok(DECLARED.has(row), `${row}: here ${here}, node:tls ${there}`);
  });
}

tests("every documented difference of arguments exists", () => {
  assert.equal(
    [...DECLARED.keys()].filter((row) => !found.has(row)),
    [],
  );
});

tests.run();
