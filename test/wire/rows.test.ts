/**
 * The rows of the extensions: what a client leaves out, and which ClientHello a server of TLS 1.3 refuses. The tests are
 * made of the rows, so that a new extension has them too.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extensionName } from "../../src/protocol/extension-type.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";
import {
  EXTENSIONS,
  type Extensions,
  type ExtensionValues,
  offeredExtensions,
  requireExtensions13,
} from "../../src/wire/extensions/registry.ts";

const rows = suite("wire: the rows of the extensions");

const OFFERED = EXTENSIONS.filter(({ places }) => places.clientHello !== undefined);
/** Something for every member; its content does not matter here. */
const VALUES = Object.fromEntries(
  OFFERED.map(({ places }) => [places.clientHello?.member, true]),
) as unknown as ExtensionValues;
const ALL = OFFERED.map(({ type }) => type);

for (const { type, versions, places } of OFFERED) {
  const member = places.clientHello?.member;
  if (member === undefined) continue;
  for (const [offer, isIn] of [
    [{ tls12: true, tls13: false }, versions !== "TLS 1.3"],
    [{ tls12: false, tls13: true }, versions !== "TLS 1.2"],
    [{ tls12: true, tls13: true }, true],
  ] as const) {
    rows(
      `${extensionName(type)} is ${isIn ? "sent" : "left out"} with ${JSON.stringify(offer)}`,
      () => {
        assert.is(member in offeredExtensions(VALUES, offer), isIn);
      },
    );
  }
}

const hello = (types: readonly number[], hasPsk: boolean): Extensions =>
  ({ order: types, raw: [], ...(hasPsk ? { preSharedKey: {} } : {}) }) as unknown as Extensions;

function reasonOf(extensions: Extensions): string | null {
  try {
    requireExtensions13(extensions);
    return null;
  } catch (error) {
    return error instanceof TlsFailure ? error.reason : String(error);
  }
}

rows("a ClientHello of TLS 1.3 with every extension is complete", () => {
  assert.is(reasonOf(hello(ALL, true)), null);
});

for (const { type, required, requires } of OFFERED) {
  if (required !== undefined) {
    for (const hasPsk of [true, false]) {
      const refused = required === "always" || !hasPsk;
      rows(
        `a TLS 1.3 ClientHello without ${extensionName(type)} ${hasPsk ? "and with a PSK" : "and without a PSK"} is ${refused ? "refused" : "taken"}`,
        () => {
          const types = ALL.filter((other) => other !== type);
          assert.is(reasonOf(hello(types, hasPsk)), refused ? "MissingExtension" : null);
        },
      );
    }
  }
  if (requires === undefined) continue;
  rows(`${extensionName(type)} without ${extensionName(requires)} is refused`, () => {
    const types = ALL.filter((other) => other !== requires);
    assert.is(reasonOf(hello(types, true)), "MissingExtension");
  });
}

rows.run();
