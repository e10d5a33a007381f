/**
 * The anchors of connections that name none: what getCACertificates tells, and what setDefaultCACertificates changes. The
 * file puts the defaults back, because they are the process's.
 */
import { once } from "node:events";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type CaCertificatesType,
  getCACertificates,
  setDefaultCACertificates,
  type TlsError,
} from "../../src/entries/node.ts";
import { careless, dial, errorOf, OWN, withServer } from "./kit.ts";

const roots = suite("node: default roots");

const der = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, "");

roots("the bundled ones are node's, and the default unless others are chosen", () => {
  const bundled = getCACertificates("bundled");
  assert.equal(bundled.map(der), tls.rootCertificates.map(der));
  if (!process.env["NODE_EXTRA_CA_CERTS"]) {
    assert.equal(getCACertificates(), bundled);
    assert.equal(getCACertificates("extra"), []);
  }
  assert.match(bundled[0] ?? "", /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----/);
});

roots(
  "what is chosen counts for contexts without `ca`, until something else is chosen",
  async () => {
    const before = getCACertificates();
    await withServer(
      {},
      (socket) => careless(socket.resume()),
      async (port) => {
        const refused = dial(port, { ca: undefined });
        assert.is((await errorOf(refused)).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
        try {
          for (const certificate of [OWN.cert, Buffer.from(OWN.cert)]) {
            setDefaultCACertificates([certificate]);
            assert.equal(getCACertificates().map(der), [der(OWN.cert)]);
            const client = dial(port, { ca: undefined });
            await once(client, "secureConnect");
            assert.is(client.authorized, true);
            client.destroy();
          }
          setDefaultCACertificates([]);
          const nobody = dial(port, { ca: undefined });
          assert.is((await errorOf(nobody)).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
        } finally {
          setDefaultCACertificates(before);
        }
      },
    );
    assert.equal(getCACertificates(), before);
  },
);

roots("what is no certificate, or no type, is refused and changes nothing", () => {
  const before = getCACertificates();
  for (const [given, code] of [
    ["text", "ERR_INVALID_ARG_TYPE"],
    [[1], "ERR_INVALID_ARG_TYPE"],
    [[OWN.cert, "text"], "ERR_CRYPTO_OPERATION_FAILED"],
  ] as const) {
    assert.throws(
      () => setDefaultCACertificates(given as never),
      (error: TlsError) => error.code === code,
    );
  }
  assert.equal(getCACertificates(), before);
  for (const [type, code] of [
    ["others", "ERR_INVALID_ARG_VALUE"],
    [1, "ERR_INVALID_ARG_TYPE"],
  ] as const) {
    assert.throws(
      () => getCACertificates(type as unknown as CaCertificatesType),
      (error: TlsError) => error.code === code,
    );
  }
});

roots.run();
