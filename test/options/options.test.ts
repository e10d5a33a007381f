/**
 * Every option of every function that takes an object: a slip of the pen, each wrong type and a getter that throws are refused
 * by name, and nothing stays open. The options are read from the descriptions that the functions use themselves.
 */

import { PassThrough } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MESSAGE_OPTIONS, SECURE_OPTIONS } from "../../src/adapters/streams/option-shapes.ts";
import * as sealwire from "../../src/api/node.ts";
import { negotiateStartTls as negotiateNode } from "../../src/entries/node.ts";
import * as session from "../../src/entries/session-node.ts";
import * as web from "../../src/entries/streams.ts";
import { SELF_SIGNED } from "../../src/pki/make-certificate.ts";
import { CHAIN_REQUEST } from "../../src/pki/path/chain-request.ts";
import { CONSTRAINTS } from "../../src/pki/path/trust-constraints.ts";
import * as shapes from "../../src/schannel/credential-shapes.ts";
import { CREATE_SESSION_OPTIONS } from "../../src/session/create-session.ts";
import { CREDENTIAL_OPTIONS } from "../../src/session/option-shapes.ts";
import type { Kind } from "../../src/sspi/option-shape.ts";

/** What a call made of its options: null, taken; else the words of the refusal. */
type Call = (options: unknown) => Promise<string | null>;

interface Subject {
  readonly name: string;
  readonly options: Readonly<Record<string, Kind>>;
  /** Options with which the call is not refused. */
  readonly valid: object;
  readonly call: Call;
}

const own = sealwire.selfSignedCertificate({ names: ["localhost"] });
const certContext = sealwire.certContextFromPem(own.certificatePem, own.privateKey);
const trust = sealwire.trustStoreFromPem(own.certificatePem);

const thrown =
  (call: (options: never) => unknown): Call =>
  async (options) => {
    try {
      await call(options as never);
      return null;
    } catch (error) {
      assert.instance(error, sealwire.TlsError);
      return (error as Error).message;
    }
  };

const UNKNOWN = sealwire.SEC_E_UNKNOWN_CREDENTIALS;

/** A result of the SSPI functions. */
const answered =
  (call: (options: never) => { status: number; error?: { message: string } }): Call =>
  async (options) => {
    const { status, error } = call(options as never);
    // The SDK's answer to a structure of an unknown version.
    if (status === sealwire.SEC_E_INVALID_PARAMETER || status === UNKNOWN) {
      assert.ok(error, "a refusal has a report");
      return error?.message ?? "";
    }
    return null;
  };

const acquire = (authData: object): ReturnType<typeof sealwire.acquireCredentialsHandle> =>
  sealwire.acquireCredentialsHandle({
    package: sealwire.UNISP_NAME,
    credentialUse: sealwire.SECPKG_CRED_OUTBOUND,
    authData: authData as never,
  });

const sealwireMember = (member: string): Call =>
  answered((options) => acquire({ dwVersion: 5, sealwire: { [member]: options } }));

/** A transport that is looked at afterwards. */
function overTransport(call: (transport: web.ByteStreams, options: never) => unknown): Call {
  return async (options) => {
    const transport = {
      readable: new ReadableStream<Uint8Array>(),
      writable: new WritableStream<Uint8Array>(),
    };
    const words = await thrown((given) => {
      const made = call(transport, given) as Partial<web.SecureStreams> | undefined;
      made?.opened?.catch(() => {});
      void made?.close?.().catch(() => {});
    })(options);
    if (words !== null) {
      assert.not(transport.readable.locked, "the readable stays locked");
      assert.not(transport.writable.locked, "the writable stays locked");
    }
    return words;
  };
}

const outbound = acquire({ dwVersion: 5, hRootStore: trust }).credential;
const inbound = sealwire.acquireCredentialsHandle({
  package: sealwire.UNISP_NAME,
  credentialUse: sealwire.SECPKG_CRED_INBOUND,
  authData: { dwVersion: 5, paCred: [certContext] },
}).credential;
const anything: Kind = (value) => value;

const FUNCTIONS: readonly Subject[] = [
  {
    name: "acquireCredentialsHandle",
    options: { package: anything, credentialUse: anything, authData: anything },
    valid: { package: "Schannel", credentialUse: 2 },
    call: answered((options) => sealwire.acquireCredentialsHandle(options)),
  },
  {
    name: "createClientSession()",
    options: CREATE_SESSION_OPTIONS,
    valid: { serverName: "localhost" },
    call: thrown((options) => session.createClientSession(options)),
  },
  {
    name: "createServerSession()",
    options: CREATE_SESSION_OPTIONS,
    valid: { cert: own.certificatePem, key: own.privateKey },
    call: thrown((options) => session.createServerSession(options)),
  },
  {
    name: "SCH_CREDENTIALS",
    options: shapes.SCH_CREDENTIALS_MEMBERS,
    valid: { dwVersion: 5 },
    call: answered(acquire),
  },
  {
    name: "SCHANNEL_CRED",
    options: shapes.SCHANNEL_CRED_MEMBERS,
    valid: { dwVersion: 4 },
    call: answered(acquire),
  },
  {
    name: "TLS_PARAMETERS",
    options: shapes.PARAMETERS,
    valid: {},
    call: answered((options) => acquire({ dwVersion: 5, pTlsParameters: [options] })),
  },
  {
    name: "CRYPTO_SETTINGS",
    options: shapes.SETTINGS,
    valid: { eAlgorithmUsage: 1, strCngAlgId: "AES" },
    call: answered((options) =>
      acquire({ dwVersion: 5, pTlsParameters: [{ pDisabledCrypto: [options] }] }),
    ),
  },
  {
    name: "CertContext",
    options: { chain: anything, privateKey: anything, ocspResponse: anything },
    valid: { chain: certContext.chain, privateKey: own.privateKey },
    call: answered((options) => acquire({ dwVersion: 5, paCred: [options] })),
  },
  {
    name: "sealwire",
    options: shapes.SEALWIRE_OPTIONS,
    valid: {},
    call: answered((options) => acquire({ dwVersion: 5, sealwire: options })),
  },
  {
    name: "sealwire.limits",
    options: shapes.LIMITS,
    valid: {},
    call: sealwireMember("limits"),
  },
  {
    name: "sealwire.revocation",
    options: shapes.REVOCATION,
    valid: {},
    call: sealwireMember("revocation"),
  },
  {
    name: "sealwire.preSharedKey",
    options: shapes.PRE_SHARED_KEY,
    valid: { identity: Uint8Array.of(1), key: new Uint8Array(32) },
    call: sealwireMember("preSharedKey"),
  },
  {
    name: "initializeSecurityContext",
    options: {
      ...{ credential: anything, context: anything, targetName: anything },
      ...{ contextReq: anything, input: anything, output: anything },
    },
    valid: { credential: outbound, contextReq: sealwire.ISC_REQ_ALLOCATE_MEMORY },
    call: answered((options) => sealwire.initializeSecurityContext(options)),
  },
  {
    name: "acceptSecurityContext",
    options: {
      ...{ credential: anything, context: anything },
      ...{ contextReq: anything, input: anything, output: anything },
    },
    valid: { credential: inbound, contextReq: sealwire.ASC_REQ_ALLOCATE_MEMORY },
    call: answered((options) => sealwire.acceptSecurityContext(options)),
  },
  {
    name: "verifyChain",
    options: CHAIN_REQUEST,
    valid: { chain: [own.certificate], trust, purpose: "server" },
    call: async (options) => {
      const { status, message } = sealwire.verifyChain(options as never);
      return status === sealwire.SEC_E_INVALID_PARAMETER ? (message ?? "") : null;
    },
  },
  {
    name: "selfSignedCertificate",
    options: SELF_SIGNED,
    valid: { names: ["localhost"] },
    call: thrown((options) => sealwire.selfSignedCertificate(options)),
  },
  {
    name: "constraints of trustStoreFromPem",
    options: CONSTRAINTS,
    valid: {},
    call: thrown((options) => sealwire.trustStoreFromPem(own.certificatePem, "basic", options)),
  },
  {
    name: "secure",
    options: SECURE_OPTIONS,
    valid: { serverName: "localhost" },
    call: overTransport((transport, options) => web.secure(transport, options)),
  },
  {
    name: "startTls",
    options: SECURE_OPTIONS,
    valid: { serverName: "localhost", leftover: new Uint8Array(0) },
    call: overTransport((transport, options) => web.startTls(transport, options)),
  },
  {
    name: "acquireCredentials",
    options: CREDENTIAL_OPTIONS,
    valid: {},
    call: thrown((options) => web.acquireCredentials(options)),
  },
  {
    name: "overMessages",
    options: MESSAGE_OPTIONS,
    valid: {},
    call: thrown((options) => web.overMessages({ send: () => {}, onmessage: null }, options)),
  },
  {
    name: "startTlsMysql",
    options: { capabilities: anything, collation: anything },
    valid: {},
    call: thrown((options) => web.startTlsMysql(options)),
  },
  {
    name: "negotiateStartTls of sealwire/web",
    options: { timeout: anything, signal: anything },
    valid: { timeout: 1 },
    call: negotiated((options) =>
      web.negotiateStartTls(
        { readable: new ReadableStream(), writable: new WritableStream() },
        web.startTlsImap(),
        options as never,
      ),
    ),
  },
  {
    name: "negotiateStartTls of sealwire/node",
    options: { timeout: anything, signal: anything },
    valid: { timeout: 1 },
    call: negotiated((options) =>
      negotiateNode(new PassThrough(), web.startTlsImap(), options as never),
    ),
  },
];

/** The exchange itself ends by its time limit. */
function negotiated(call: (options: unknown) => Promise<unknown>): Call {
  return async (options) => {
    try {
      // A limit that was taken may be longer than this test, or none.
      await Promise.race([call(options), new Promise((resolve) => setTimeout(resolve, 10))]);
    } catch (error) {
      const { reason, message } = error as { reason?: string; message: string };
      return reason === "StartTlsTimeout" ? null : message;
    }
    return null;
  };
}

/** One value of each type; each option refuses some of them and takes some. */
const VALUES: readonly unknown[] = [
  ...["", "word", 0, -1, 1.5, Number.NaN, true, false, 1n, Symbol("s")],
  ...[[], [1], [null], {}, new Date(Number.NaN), Uint8Array.of(1), () => {}, new Map(), /x/],
];

const tests = suite("options");

for (const { name, options, valid, call } of FUNCTIONS) {
  const names = Object.keys(options);

  tests(`${name}: valid options are taken`, async () => {
    assert.is(await call(valid), null);
  });

  tests(`${name}: each misspelled option is refused with the right name`, async () => {
    for (const option of names) {
      const slip = `${option.slice(0, -1)}${option.endsWith("x") ? "y" : "x"}`;
      if (names.includes(slip)) continue;
      const words = (await call({ ...valid, [slip]: 1 })) ?? `${slip} was taken`;
      assert.match(words, `${slip} is not an option`);
      // A short name has no neighbour that a slip could be told from.
      if (option.length > 3) assert.match(words, /did you mean \w+\?$/);
    }
  });

  tests(`${name}: an option of another case is refused with the right name`, async () => {
    for (const option of names) {
      const other = option.toUpperCase();
      if (names.includes(other)) continue;
      const words = (await call({ ...valid, [other]: 1 })) ?? `${other} was taken`;
      assert.match(words, `did you mean ${option}?`);
    }
  });

  tests(`${name}: an unknown option that is undefined is ignored`, async () => {
    assert.is(await call({ ...valid, somethingElse: undefined }), null);
  });

  tests(`${name}: an option that is absent and one that is undefined are the same`, async () => {
    for (const option of names) {
      if (option in valid) continue;
      assert.is(await call({ ...valid, [option]: undefined }), null, option);
    }
  });

  tests(`${name}: a getter that throws is named with its error`, async () => {
    for (const option of [...names, "unknownOption"]) {
      const given = { ...valid };
      Object.defineProperty(given, option, {
        enumerable: true,
        get: () => {
          throw new RangeError("the getter's own words");
        },
      });
      const words = (await call(given)) ?? `${option} was taken`;
      assert.match(words, `${option} cannot be read: the getter's own words`);
    }
  });

  tests(`${name}: a wrong type is refused by name, with what was given`, async () => {
    for (const option of names) {
      for (const value of VALUES) {
        const words = await call({ ...valid, [option]: value });
        if (words === null) continue;
        // What has the right type and cannot be used is refused in words of its own.
        if (refuses(options[option] as Kind, value)) assert.match(words, option);
        assert.not.match(words, /internal error|is not a function|undefined \(reading|Cannot read/);
      }
    }
  });

  tests(`${name}: each option whose kind is known refuses values of other types`, async () => {
    for (const [option, kind] of Object.entries(options)) {
      const refusing = VALUES.filter((value) => refuses(kind, value));
      for (const value of refusing) {
        const words = await call({ ...valid, [option]: value });
        assert.type(words, "string", `${option} took ${String(value)}`);
      }
    }
  });

  tests(`${name}: what is not an object is refused`, async () => {
    for (const value of [5, "options", true, [], Uint8Array.of(1)]) {
      const words = await call(value);
      assert.type(words, "string", String(value));
      assert.match(words ?? "", /must be an object/);
    }
  });
}

function refuses(kind: Kind, value: unknown): boolean {
  try {
    kind(value, "option");
    return false;
  } catch {
    return true;
  }
}

tests("statusName and isFailure refuse what is not a status", () => {
  for (const value of [undefined, null, Number.NaN, "0", 1.5, 2 ** 32, {}]) {
    assert.throws(() => sealwire.statusName(value as never), /takes a SECURITY_STATUS/);
    assert.throws(() => sealwire.isFailure(value as never), /takes a SECURITY_STATUS/);
  }
  assert.is(sealwire.statusName(-2146893048), "SEC_E_INVALID_TOKEN");
  assert.ok(sealwire.isFailure(-2146893048));
  assert.not(sealwire.isFailure(sealwire.SEC_I_CONTINUE_NEEDED));
});

tests.run();
