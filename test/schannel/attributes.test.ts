/**
 * Context attributes of real sessions, one by one (reference 5, 2.6), both versions where they differ.
 */
import { createHash, createHmac, X509Certificate } from "node:crypto";
import * as assert from "uvu/assert";
import { latin1 } from "../../src/bytes/text.ts";
import * as c from "../../src/schannel/constants.ts";
import * as a from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { timeStampToMilliseconds } from "../../src/sspi/time-stamp.ts";
import {
  CLIENT_IDENTITY,
  RSA_IDENTITY,
  RSA_PIN,
  SERVER_IDENTITY,
} from "../support/pinned-dependencies.ts";
import { rows } from "../support/rows.ts";
import {
  connected,
  credential,
  handshake,
  pair,
  Side,
  sspi,
  VERSIONS,
  versionOnly,
} from "../support/session-kit.ts";
import { is } from "../support/sspi-kit.ts";

const attributes = rows("schannel: attributes");

const SERVER_DER = SERVER_IDENTITY.chain[0] ?? new Uint8Array(0);
const SERVER = new X509Certificate(SERVER_DER);
/** Status of an attribute that is not there. */
const missing = (side: Side, attribute: number): number =>
  sspi.queryContextAttributes(side.handle, attribute).status;

for (const version of VERSIONS) {
  attributes.row("5 CONNECTION_INFO CONNECTION_INFO_EX X4 X1, 1.6 V1, 1.9 V1", version, () => {
    const { client, server } = connected(version);
    const old = version === "TLS 1.2";
    const info = client.value(a.SECPKG_ATTR_CONNECTION_INFO);
    assert.equal(info, {
      dwProtocol: old ? c.SP_PROT_TLS1_2_CLIENT : c.SP_PROT_TLS1_3_CLIENT,
      aiCipher: c.CALG_AES_256,
      dwCipherStrength: 256,
      aiHash: c.CALG_SHA_384,
      dwHashStrength: 0,
      aiExch: c.CALG_ECDH_EPHEM,
      dwExchStrength: 255,
    });
    assert.is(
      server.value(a.SECPKG_ATTR_CONNECTION_INFO).dwProtocol,
      old ? c.SP_PROT_TLS1_2_SERVER : c.SP_PROT_TLS1_3_SERVER,
    );
    const named = client.value(a.SECPKG_ATTR_CONNECTION_INFO_EX);
    assert.equal(
      [named.dwVersion, named.dwProtocol, named.szCipher, named.szHash, named.szExchange],
      [1, info.dwProtocol, "AES", "", "ECDH"],
    );
  });

  attributes.row("5 CIPHER_INFO X1 X2 X3 X4", version, () => {
    const { client } = connected(version);
    const info = client.value(a.SECPKG_ATTR_CIPHER_INFO);
    const old = version === "TLS 1.2";
    assert.equal(info, {
      dwVersion: 1,
      dwProtocol: old ? 0x0303 : 0x0304,
      dwCipherSuite: old ? 0xc02c : 0x1302,
      dwBaseCipherSuite: old ? 0xc02c : 0x1302,
      szCipherSuite: old ? "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" : "TLS_AES_256_GCM_SHA384",
      szCipher: "AES",
      dwCipherLen: 256,
      dwCipherBlockLen: 16,
      szHash: "",
      dwHashLen: 0,
      szExchange: "ECDH",
      dwMinExchangeLen: 0,
      dwMaxExchangeLen: 65_536,
      szCertificate: "ECDSA",
      dwKeyType: 0x1d,
    });
  });

  attributes.row("5 KEY_INFO LIFESPAN PACKAGE_INFO FLAGS NAMES AUTHORITY", version, () => {
    const { client, server } = connected(version);
    assert.equal(client.value(a.SECPKG_ATTR_KEY_INFO), {
      sSignatureAlgorithmName: "ECDSA",
      sEncryptAlgorithmName: "AES",
      KeySize: 256,
      SignatureAlgorithm: c.CALG_ECDSA,
      EncryptAlgorithm: c.CALG_AES_256,
    });
    const { tsStart, tsExpiry } = client.value(a.SECPKG_ATTR_LIFESPAN);
    assert.is(timeStampToMilliseconds(tsStart), Date.parse(SERVER.validFrom));
    assert.is(timeStampToMilliseconds(tsExpiry), Date.parse(SERVER.validTo));
    assert.is(client.value(a.SECPKG_ATTR_PACKAGE_INFO).PackageInfo.Name, c.UNISP_NAME);
    assert.is(client.value(a.SECPKG_ATTR_FLAGS).Flags, client.last.contextAttr);
    assert.is(client.value(a.SECPKG_ATTR_NAMES).sUserName, SERVER.subject);
    assert.is(client.value(a.SECPKG_ATTR_AUTHORITY).sAuthorityName, SERVER.issuer);
    is(missing(server, a.SECPKG_ATTR_NAMES), status.SEC_E_NO_CREDENTIALS);
    is(missing(server, a.SECPKG_ATTR_AUTHORITY), status.SEC_E_NO_CREDENTIALS);
  });

  attributes.row(
    "5 REMOTE_CERT_CONTEXT REMOTE_CERT_CHAIN REMOTE_CERTIFICATES LOCAL_CERT_CONTEXT ROOT_STORE, 8.2 P12, 2.6 A5",
    version,
    () => {
      const { client, server } = connected(version);
      for (const attribute of [
        a.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
        a.SECPKG_ATTR_REMOTE_CERT_CHAIN,
      ] as const) {
        const { pbCertEncoded, cbCertEncoded, hCertStore, dwCertEncodingType } =
          client.value(attribute);
        assert.equal([pbCertEncoded, cbCertEncoded], [SERVER_DER, SERVER_DER.length]);
        assert.equal([hCertStore[0], dwCertEncodingType], [SERVER_DER, c.X509_ASN_ENCODING]);
        is(missing(server, attribute), status.SEC_E_NO_CREDENTIALS);
      }
      const blob = client.value(a.SECPKG_ATTR_REMOTE_CERTIFICATES);
      assert.is(blob.cCertificates, 1);
      assert.is(blob.cbCertificateChain, 4 + SERVER_DER.length);
      assert.equal(blob.pbCertificateChain.subarray(4), SERVER_DER);
      assert.equal(server.value(a.SECPKG_ATTR_LOCAL_CERT_CONTEXT).pbCertEncoded, SERVER_DER);
      is(missing(client, a.SECPKG_ATTR_LOCAL_CERT_CONTEXT), status.SEC_E_NO_CREDENTIALS);
      assert.equal(client.value(a.SECPKG_ATTR_ROOT_STORE).hCertStore, [SERVER_DER]);
    },
  );

  attributes.row("5 APPLICATION_PROTOCOL NEGOTIATED_TLS_EXTENSIONS, 2.3 S10", version, () => {
    const connect = (ours: string[], theirs: string[]): Side => {
      const sides = pair(versionOnly(version), {}, { alpn: ours }, { alpn: theirs });
      handshake(sides.client, sides.server);
      is(sides.client.last.status, status.SEC_E_OK);
      return sides.client;
    };
    const agreed = connect(["h2"], ["h2"]);
    const protocol = agreed.value(a.SECPKG_ATTR_APPLICATION_PROTOCOL);
    assert.equal(
      [protocol.ProtoNegoStatus, protocol.ProtoNegoExt, protocol.ProtocolIdSize],
      [1, 2, 2],
    );
    assert.is(protocol.ProtocolId.length, 255);
    assert.equal(protocol.ProtocolId.subarray(0, 2), latin1("h2"));
    const { ExtensionsCount, Extensions } = agreed.value(a.SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS);
    assert.is(ExtensionsCount, Extensions.length);
    assert.ok(Extensions.includes(16));
    for (const [ours, theirs] of [
      [["h2"], []],
      [[], ["h2"]],
    ] as [string[], string[]][]) {
      const none = connect(ours, theirs).value(a.SECPKG_ATTR_APPLICATION_PROTOCOL);
      assert.equal([none.ProtoNegoStatus, none.ProtocolIdSize], [0, 0]);
    }
  });

  attributes.row("5 ISSUER_LIST_EX, 2.2 K2 K4, 6.5 V8", version, () => {
    const name = Uint8Array.of(0x30, 0);
    const begin = (server: object, contextReq = 0): Side => {
      const sides = pair(
        versionOnly(version),
        { sealwire: server },
        { contextReq },
        { contextReq: flags.ASC_REQ_MUTUAL_AUTH },
      );
      sides.server.receive(sides.client.step());
      sides.client.receive(sides.server.step());
      sides.client.step();
      return sides.client;
    };
    const asked = begin({ certificateAuthorities: [name] });
    is(asked.last.status, status.SEC_I_INCOMPLETE_CREDENTIALS);
    assert.equal(asked.value(a.SECPKG_ATTR_ISSUER_LIST_EX), { aIssuers: [name], cIssuers: 1 });
    assert.is(begin({}).value(a.SECPKG_ATTR_ISSUER_LIST_EX).cIssuers, 0);
    const supplied = begin({}, flags.ISC_REQ_USE_SUPPLIED_CREDS);
    assert.not.ok(status.isFailure(supplied.last.status));
    assert.is.not(supplied.last.status, status.SEC_I_INCOMPLETE_CREDENTIALS);
  });

  attributes.row("5 SUPPORTED_SIGNATURES", version, () => {
    const schemes = { sealwire: { signatureSchemes: [0x0403, 0x0804] } };
    const { server } = connected(version, schemes);
    const { cSignatureAndHashAlgorithms, pSignatureAndHashAlgorithms } = server.value(
      a.SECPKG_ATTR_SUPPORTED_SIGNATURES,
    );
    assert.is(cSignatureAndHashAlgorithms, 2);
    assert.equal(pSignatureAndHashAlgorithms, [0x0304, 0x0408]);
  });

  attributes.row("5 SESSION_INFO APP_DATA, 6.5 V1", version, () => {
    const handles = [credential("client", versionOnly(version)), credential("server")] as const;
    const left = latin1("left behind");
    for (const resumed of [0, 1]) {
      const client = new Side("client", handles[0]);
      const server = new Side("server", handles[1]);
      handshake(client, server);
      client.settle();
      const info = client.value(a.SECPKG_ATTR_SESSION_INFO);
      assert.is(info.dwFlags, resumed);
      assert.is(info.rgbSessionId.length, 32);
      if (version === "TLS 1.2") {
        assert.equal(info, server.value(a.SECPKG_ATTR_SESSION_INFO));
      }
      const found = client.value(a.SECPKG_ATTR_APP_DATA);
      assert.equal(found.pbAppData, resumed === 1 ? left : new Uint8Array(0));
      assert.is(found.cbAppData, found.pbAppData.length);
      const data = { dwFlags: 7, cbAppData: left.length, pbAppData: left };
      is(sspi.setContextAttributes(client.handle, a.SECPKG_ATTR_APP_DATA, data), 0);
      assert.equal(client.value(a.SECPKG_ATTR_APP_DATA), data);
    }
  });

  attributes.row(
    "5 KEYING_MATERIAL KEYING_MATERIAL_INPROC KEYING_MATERIAL_INFO, 2.6 A6",
    version,
    () => {
      const { client, server } = connected(version);
      is(missing(client, a.SECPKG_ATTR_KEYING_MATERIAL), status.SEC_E_OUT_OF_SEQUENCE);
      const info = {
        pszLabel: "EXPORTER-x",
        pbContextValue: latin1("context"),
        cbKeyingMaterial: 50,
      };
      for (const side of [client, server]) {
        is(sspi.setContextAttributes(side.handle, a.SECPKG_ATTR_KEYING_MATERIAL_INFO, info), 0);
      }
      const { cbKeyingMaterial, pbKeyingMaterial } = client.value(a.SECPKG_ATTR_KEYING_MATERIAL);
      assert.is(cbKeyingMaterial, 50);
      assert.equal(pbKeyingMaterial, server.value(a.SECPKG_ATTR_KEYING_MATERIAL).pbKeyingMaterial);
      assert.equal(client.value(a.SECPKG_ATTR_KEYING_MATERIAL_INPROC), {
        ...info,
        pbKeyingMaterial,
      });
    },
  );

  attributes.row("5 ENDPOINT_BINDINGS X6 X7", version, () => {
    const { client, server } = connected(version);
    const { BindingsLength, Bindings } = client.value(a.SECPKG_ATTR_ENDPOINT_BINDINGS);
    assert.is(BindingsLength, 32 + 21 + 32);
    assert.equal(Bindings.subarray(32, 53), latin1("tls-server-end-point:"));
    const hash = createHash("sha256").update(SERVER_DER).digest();
    assert.equal(Bindings.subarray(53), new Uint8Array(hash));
    assert.equal(server.value(a.SECPKG_ATTR_ENDPOINT_BINDINGS).Bindings, Bindings);
  });

  attributes.row(
    "5 CERT_CHECK_RESULT CERT_CHECK_RESULT_INPROC, 1.7 E_SCH_CRED_DEFERRED_CRED_VALIDATION",
    version,
    () => {
      const deferred = { dwFlags: c.SCH_CRED_DEFERRED_CRED_VALIDATION };
      for (const [auth, expected] of [
        [deferred, { dwChainErrorStatus: 0, hrVerifyChainStatus: status.SEC_E_OK }],
        [
          { ...deferred, hRootStore: RSA_PIN },
          { dwChainErrorStatus: 0x20, hrVerifyChainStatus: status.CERT_E_UNTRUSTEDROOT },
        ],
      ] as const) {
        const { client, server } = connected(version, auth);
        assert.equal(client.value(a.SECPKG_ATTR_CERT_CHECK_RESULT), expected);
        assert.equal(client.value(a.SECPKG_ATTR_CERT_CHECK_RESULT_INPROC), expected);
        is(missing(server, a.SECPKG_ATTR_CERT_CHECK_RESULT), status.SEC_E_NO_CREDENTIALS);
      }
    },
  );

  attributes.row(
    "5 STREAM_SIZES, 8.1 Q13",
    `${version}: the same at any time after the handshake`,
    () => {
      const { client, server } = connected(version);
      const sizes = client.value(a.SECPKG_ATTR_STREAM_SIZES);
      server.receive(client.seal(latin1("x")));
      is(server.open().code, status.SEC_E_OK);
      assert.equal(client.value(a.SECPKG_ATTR_STREAM_SIZES), sizes);
      assert.equal(server.value(a.SECPKG_ATTR_STREAM_SIZES), sizes);
      assert.is(sizes.cBuffers, 4);
    },
  );
}

attributes.row(
  "5 UNIQUE_BINDINGS X6 X8 X9",
  "tls-unique: 12 bytes in TLS 1.2, not defined in TLS 1.3",
  () => {
    const { client, server } = connected("TLS 1.2");
    const { BindingsLength, Bindings } = client.value(a.SECPKG_ATTR_UNIQUE_BINDINGS);
    assert.is(BindingsLength, 32 + 11 + 12);
    assert.equal(Bindings.subarray(32, 43), latin1("tls-unique:"));
    assert.equal(server.value(a.SECPKG_ATTR_UNIQUE_BINDINGS).Bindings, Bindings);
    is(
      missing(connected("TLS 1.3").client, a.SECPKG_ATTR_UNIQUE_BINDINGS),
      status.SEC_E_UNSUPPORTED_FUNCTION,
    );
  },
);

attributes.row("5 X5", "dwHashStrength of a CBC suite is in bits", () => {
  const sha1 = { hRootStore: RSA_PIN, sealwire: { cipherSuites: [0xc014] } };
  const rsa = { paCred: [RSA_IDENTITY], sealwire: { cipherSuites: [0xc014] } };
  const { client } = connected("TLS 1.2", sha1, rsa);
  const { aiHash, dwHashStrength } = client.value(a.SECPKG_ATTR_CONNECTION_INFO);
  assert.equal([aiHash, dwHashStrength], [c.CALG_SHA1, 160]);
  assert.is(client.value(a.SECPKG_ATTR_CIPHER_INFO).szHash, "SHA1");
  assert.is(client.value(a.SECPKG_ATTR_KEY_INFO).SignatureAlgorithm, c.CALG_RSA_SIGN);
});

/** P_hash of RFC 5246 §5, written apart from ours. */
function expand(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const mac = (...parts: Uint8Array[]): Buffer =>
    parts.reduce((m, part) => m.update(part), createHmac(hash, secret)).digest();
  let made = Buffer.alloc(0);
  for (let block = mac(seed); made.length < length; block = mac(block)) {
    made = Buffer.concat([made, mac(block, seed)]);
  }
  return new Uint8Array(made.subarray(0, length));
}

attributes.row(
  "5 EAP_KEY_BLOCK",
  "128 and 64 bytes, by the PRF over master secret and randoms",
  () => {
    const lines: string[] = [];
    const sides = pair({
      ...versionOnly("TLS 1.2"),
      sealwire: { keyLog: (line: string) => lines.push(line) },
    });
    const hello = sides.client.step();
    sides.server.receive(hello);
    const flight = sides.server.step();
    sides.client.receive(flight);
    sides.server.receive(sides.client.step());
    sides.client.receive(sides.server.step());
    sides.client.step();
    is(sides.client.last.status, status.SEC_E_OK);
    const random = (bytes: Uint8Array): Uint8Array => bytes.subarray(11, 43);
    const seed = new Uint8Array(
      Buffer.concat([latin1("client EAP encryption"), random(hello), random(flight)]),
    );
    const master = new Uint8Array(Buffer.from(lines[0]?.split(" ")[2] ?? "", "hex"));
    assert.is(master.length, 48);
    const block = sides.client.value(a.SECPKG_ATTR_EAP_KEY_BLOCK);
    assert.equal(block.rgbKeys, expand("sha384", master, seed, 128));
    assert.equal(block.rgbIVs, expand("sha384", new Uint8Array(0), seed, 64));
    assert.equal(sides.server.value(a.SECPKG_ATTR_EAP_KEY_BLOCK), block);
    is(
      missing(connected("TLS 1.3").client, a.SECPKG_ATTR_EAP_KEY_BLOCK),
      status.SEC_E_UNSUPPORTED_FUNCTION,
    );
  },
);

attributes.row("5 UI_INFO EARLY_START USE_NCRYPT, 2.6 A1 A3", "what can be set, and null", () => {
  const { client } = connected("TLS 1.3");
  const set = (attribute: number, value: unknown): number =>
    sspi.setContextAttributes(client.handle, attribute, value);
  for (const attribute of [
    a.SECPKG_ATTR_UI_INFO,
    a.SECPKG_ATTR_EARLY_START,
    a.SECPKG_ATTR_USE_NCRYPT,
  ]) {
    is(set(attribute, {}), status.SEC_E_OK);
  }
  is(set(a.SECPKG_ATTR_APP_DATA, null), status.SEC_E_INVALID_PARAMETER);
  is(set(a.SECPKG_ATTR_KEYING_MATERIAL_INFO, null), status.SEC_E_INVALID_PARAMETER);
  for (const attribute of [
    a.SECPKG_ATTR_CLIENT_CERT_POLICY,
    a.SECPKG_ATTR_EAP_PRF_INFO,
    a.SECPKG_ATTR_DTLS_MTU,
  ]) {
    is(set(attribute, {}), status.SEC_E_UNSUPPORTED_FUNCTION);
  }
  for (const attribute of [
    ...[a.SECPKG_ATTR_SIZES, a.SECPKG_ATTR_NEGOTIATION_INFO, a.SECPKG_ATTR_ACCESS_TOKEN],
    ...[a.SECPKG_ATTR_MAPPED_CRED_ATTR, a.SECPKG_ATTR_SRTP_PARAMETERS, a.SECPKG_ATTR_TOKEN_BINDING],
    ...[a.SECPKG_ATTR_ISSUER_LIST, a.SECPKG_ATTR_CC_POLICY_RESULT, 0x9999],
  ])
    is(missing(client, attribute), status.SEC_E_UNSUPPORTED_FUNCTION);
});

attributes.row("2.6 A2", "a deleted context: SEC_E_INVALID_HANDLE", () => {
  const { client } = connected("TLS 1.3");
  sspi.deleteSecurityContext(client.handle);
  is(missing(client, a.SECPKG_ATTR_STREAM_SIZES), status.SEC_E_INVALID_HANDLE);
  is(
    sspi.setContextAttributes(client.handle, a.SECPKG_ATTR_UI_INFO, {}),
    status.SEC_E_INVALID_HANDLE,
  );
});

attributes.row(
  "2.3 S7 S12",
  "client certificates: attribute, lifespan and expiry are those of the peer",
  () => {
    const sides = pair(
      { paCred: [CLIENT_IDENTITY] },
      { sealwire: { ticketCount: 0 } },
      {},
      { contextReq: flags.ASC_REQ_MUTUAL_AUTH },
    );
    handshake(sides.client, sides.server);
    const certificate = new X509Certificate(CLIENT_IDENTITY.chain[0] ?? new Uint8Array(0));
    assert.is(
      sides.server.last.expiry && timeStampToMilliseconds(sides.server.last.expiry),
      Date.parse(certificate.validTo),
    );
    assert.is(
      sides.client.last.expiry && timeStampToMilliseconds(sides.client.last.expiry),
      Date.parse(SERVER.validTo),
    );
    assert.is(connected("TLS 1.3").server.last.expiry, 0x7fffffffffffffffn);
  },
);

attributes.run();
