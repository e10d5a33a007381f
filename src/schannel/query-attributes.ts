/**
 * QueryContextAttributes (reference 2.6, 5): one row per attribute. What Windows has and makes no sense here (account
 * mapping, DTLS-SRTP, token binding, UI) is SEC_E_UNSUPPORTED_FUNCTION.
 */
import { fromLatin1, latin1 } from "../bytes/text.ts";
import { TLS13 } from "../protocol/version.ts";
import type {
  ContextAttributeValues,
  SecPkgContext_ApplicationProtocol,
  SecPkgContext_KeyingMaterial,
  SecPkgContext_Lifespan,
  SecPkgContext_SessionInfo,
} from "../sspi/attribute-values.ts";
import * as attribute from "../sspi/attributes.ts";
import {
  MAX_PROTOCOL_ID_SIZE,
  SecApplicationProtocolNegotiationExt_ALPN,
  SecApplicationProtocolNegotiationExt_None,
  SecApplicationProtocolNegotiationStatus_None,
  SecApplicationProtocolNegotiationStatus_Success,
} from "../sspi/package-constants.ts";
import type { AttributeAnswer } from "../sspi/security-package.ts";
import {
  SEC_E_INVALID_PARAMETER,
  SEC_E_NO_CREDENTIALS,
  SEC_E_OK,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_UNSUPPORTED_FUNCTION,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import { timeStamp } from "../sspi/time-stamp.ts";
import { applicationDataOf } from "./application-data.ts";
import { endPointBindings, uniqueBindings } from "./bindings.ts";
import { certContext, certificatesBlob, validationResult } from "./certificate-attributes.ts";
import {
  cipherInfo,
  cipherTiers,
  connectionInfo,
  connectionInfoEx,
  keyInfo,
  type Negotiated,
} from "./cipher-attributes.ts";
import { SSL_SESSION_RECONNECT } from "./constants.ts";
import type { SchannelContext } from "./context.ts";
import { eapKeyBlock } from "./eap-key-block.ts";
import { exporterFault } from "./exporter.ts";
import { PACKAGE_INFO } from "./package-info.ts";

const SESSION_ID_LENGTH = 32;
const BUFFERS_PER_MESSAGE = 4;

/** A value, or the status that explains its absence. */
type Row<Value> = (context: SchannelContext) => Value | SECURITY_STATUS;
type Rows = { readonly [Key in keyof ContextAttributeValues]?: Row<ContextAttributeValues[Key]> };

const ROWS: Rows = {
  [attribute.SECPKG_ATTR_STREAM_SIZES]: ({ engine }) => {
    const sizes = engine.streamSizes();
    return {
      cbHeader: sizes.header,
      cbTrailer: sizes.trailer,
      cbMaximumMessage: sizes.maximumMessage,
      cBuffers: BUFFERS_PER_MESSAGE,
      cbBlockSize: sizes.blockLength,
    };
  },
  [attribute.SECPKG_ATTR_PACKAGE_INFO]: () => ({ PackageInfo: { ...PACKAGE_INFO } }),
  [attribute.SECPKG_ATTR_FLAGS]: ({ contextAttr }) => ({ Flags: contextAttr }),
  [attribute.SECPKG_ATTR_LIFESPAN]: lifespan,
  [attribute.SECPKG_ATTR_KEY_INFO]: (context) => withKeys(context, keyInfo),
  [attribute.SECPKG_ATTR_CONNECTION_INFO]: (context) => withKeys(context, connectionInfo),
  [attribute.SECPKG_ATTR_CONNECTION_INFO_EX]: (context) => withKeys(context, connectionInfoEx),
  [attribute.SECPKG_ATTR_CIPHER_INFO]: (context) => withKeys(context, cipherInfo),
  [attribute.SECPKG_ATTR_SESSION_INFO]: (context) => withKeys(context, sessionInfo),
  [attribute.SECPKG_ATTR_APPLICATION_PROTOCOL]: applicationProtocol,
  [attribute.SECPKG_ATTR_NEGOTIATED_TLS_EXTENSIONS]: (context) =>
    withKeys(context, ({ facts }) => ({
      ExtensionsCount: facts.negotiatedExtensions.length,
      Extensions: [...facts.negotiatedExtensions],
    })),
  [attribute.SECPKG_ATTR_UNIQUE_BINDINGS]: ({ engine: { facts } }) => {
    if (facts.version === TLS13) return SEC_E_UNSUPPORTED_FUNCTION;
    return facts.firstFinished === null
      ? SEC_E_OUT_OF_SEQUENCE
      : uniqueBindings(facts.firstFinished);
  },
  [attribute.SECPKG_ATTR_ENDPOINT_BINDINGS]: endPoint,
  [attribute.SECPKG_ATTR_REMOTE_CERT_CONTEXT]: ({ engine }) =>
    certContext(engine.facts.peerChain) ?? SEC_E_NO_CREDENTIALS,
  [attribute.SECPKG_ATTR_NAMES]: (context) => {
    const names = peerNames(context);
    return names === null ? SEC_E_NO_CREDENTIALS : { sUserName: names.subject };
  },
  [attribute.SECPKG_ATTR_AUTHORITY]: (context) => {
    const names = peerNames(context);
    return names === null ? SEC_E_NO_CREDENTIALS : { sAuthorityName: names.issuer };
  },
  [attribute.SECPKG_ATTR_REMOTE_CERT_CHAIN]: ({ engine: { facts } }) => {
    const path = facts.verdict?.ok === true ? facts.verdict.path : undefined;
    return certContext(path ?? facts.peerChain) ?? SEC_E_NO_CREDENTIALS;
  },
  [attribute.SECPKG_ATTR_REMOTE_CERTIFICATES]: ({ engine: { facts } }) =>
    facts.peerChain.length === 0 ? SEC_E_NO_CREDENTIALS : certificatesBlob(facts.peerChain),
  [attribute.SECPKG_ATTR_LOCAL_CERT_CONTEXT]: ({ engine }) =>
    certContext(engine.facts.ownCredential?.chain ?? []) ?? SEC_E_NO_CREDENTIALS,
  [attribute.SECPKG_ATTR_ROOT_STORE]: ({ credential: { environment, trust } }) => ({
    hCertStore: trust === null ? [] : [...environment.certificates.roots(trust)],
  }),
  [attribute.SECPKG_ATTR_ISSUER_LIST_EX]: ({ engine: { facts } }) => ({
    aIssuers: [...facts.certificateAuthorities],
    cIssuers: facts.certificateAuthorities.length,
  }),
  [attribute.SECPKG_ATTR_SUPPORTED_SIGNATURES]: ({ engine: { facts } }) => ({
    cSignatureAndHashAlgorithms: facts.peerSignatureSchemes.length,
    // The SDK has the signature in the high byte and the hash in the low one, the wire the other way round.
    pSignatureAndHashAlgorithms: facts.peerSignatureSchemes.map(
      (code) => ((code & 0xff) << 8) | (code >> 8),
    ),
  }),
  [attribute.SECPKG_ATTR_APP_DATA]: applicationDataOf,
  [attribute.SECPKG_ATTR_KEYING_MATERIAL]: keyingMaterial,
  [attribute.SECPKG_ATTR_KEYING_MATERIAL_INPROC]: (context) => {
    const material = keyingMaterial(context);
    return typeof material === "number"
      ? material
      : { pszLabel: "", ...context.keyingMaterialInfo, ...material };
  },
  [attribute.SECPKG_ATTR_EAP_KEY_BLOCK]: eapKeyBlock,
  [attribute.SECPKG_ATTR_CERT_CHECK_RESULT]: checkResult,
  [attribute.SECPKG_ATTR_CERT_CHECK_RESULT_INPROC]: checkResult,
  [attribute.SEALWIRE_ATTR_CONNECTION]: ({ engine: { facts }, helpers, configuration }) => ({
    version: facts.version,
    cipherSuite: facts.suite?.code ?? null,
    cipherTiers: cipherTiers(configuration.provider, facts.suite),
    group: facts.group?.code ?? null,
    peerSignatureScheme: facts.peerSignatureScheme?.code ?? null,
    ownSignatureScheme: facts.ownSignatureScheme?.code ?? null,
    helloRetryRequest: facts.helloRetryRequest,
    resumed: facts.resumed,
    preSharedKeyIdentity: facts.pskIdentity?.slice() ?? null,
    extendedMasterSecret: facts.extendedMasterSecret,
    encryptThenMac: facts.encryptThenMac,
    secureRenegotiation: facts.secureRenegotiation,
    serverName: facts.serverName,
    alpnProtocol: facts.alpnProtocol,
    peerOcspResponse: facts.peerOcspResponse,
    sessionTicket: facts.ticket,
    clientFinished: facts.clientFinished?.slice() ?? null,
    serverFinished: facts.serverFinished?.slice() ?? null,
    warnings: [...helpers.warnings],
  }),
};

const BY_NUMBER: ReadonlyMap<number, Row<unknown>> = new Map(
  Object.entries(ROWS).map(([number, row]) => [Number(number), row as Row<unknown>]),
);

/** The value of an attribute, or the status that explains its absence. */
export function queryContextAttributes(context: SchannelContext, number: number): AttributeAnswer {
  const value = BY_NUMBER.get(number)?.(context) ?? SEC_E_UNSUPPORTED_FUNCTION;
  return typeof value === "number" ? { status: value } : { status: SEC_E_OK, value };
}

/** Attributes that need negotiated keys are out of sequence before. */
function withKeys<Value>(
  context: SchannelContext,
  make: (negotiated: Negotiated) => Value,
): Value | SECURITY_STATUS {
  const { facts } = context.engine;
  if (facts.version === null || facts.suite === null || facts.exporter === null) {
    return SEC_E_OUT_OF_SEQUENCE;
  }
  const { role } = context;
  const { version, suite } = facts;
  return make({ role, version, suite, facts, serverKeyBits: serverKeyBits(context) });
}

function serverKeyBits(context: SchannelContext): number {
  const { facts } = context.engine;
  if (facts.suite?.keyExchange !== "rsa") return 0;
  if (context.role === "server") return facts.ownCredential?.key.bits ?? 0;
  const [leaf] = facts.peerChain;
  return leaf === undefined ? 0 : context.configuration.readLeaf(leaf).publicKey.bits;
}

function lifespan(context: SchannelContext): SecPkgContext_Lifespan | SECURITY_STATUS {
  const leaf = context.engine.facts.peerChain[0] ?? context.engine.facts.ownCredential?.chain[0];
  if (leaf === undefined) return SEC_E_NO_CREDENTIALS;
  const { notBefore, notAfter } = context.configuration.readLeaf(leaf);
  return { tsStart: timeStamp(notBefore), tsExpiry: timeStamp(notAfter) };
}

/** Subject and issuer of the peer's certificate as text, or null if it sent none. */
function peerNames(context: SchannelContext): { subject: string; issuer: string } | null {
  const [leaf] = context.engine.facts.peerChain;
  return leaf === undefined ? null : context.credential.environment.certificates.names(leaf);
}

function sessionInfo({ facts }: Negotiated): SecPkgContext_SessionInfo {
  const rgbSessionId = new Uint8Array(SESSION_ID_LENGTH);
  const cbSessionId = Math.min(facts.sessionId.length, SESSION_ID_LENGTH);
  rgbSessionId.set(facts.sessionId.subarray(0, cbSessionId));
  return { dwFlags: facts.resumed ? SSL_SESSION_RECONNECT : 0, cbSessionId, rgbSessionId };
}

function applicationProtocol({ engine }: SchannelContext): SecPkgContext_ApplicationProtocol {
  const { alpnProtocol } = engine.facts;
  const name = alpnProtocol === null ? new Uint8Array(0) : latin1(alpnProtocol);
  const ProtocolId = new Uint8Array(MAX_PROTOCOL_ID_SIZE);
  ProtocolId.set(name);
  return {
    ProtoNegoStatus:
      alpnProtocol === null
        ? SecApplicationProtocolNegotiationStatus_None
        : SecApplicationProtocolNegotiationStatus_Success,
    ProtoNegoExt:
      alpnProtocol === null
        ? SecApplicationProtocolNegotiationExt_None
        : SecApplicationProtocolNegotiationExt_ALPN,
    ProtocolIdSize: name.length,
    ProtocolId,
  };
}

/**
 * tls-server-end-point. RFC 5929 §4.1 leaves it undefined where the signature has no hash beside it (Ed25519, Ed448,
 * ML-DSA): SEC_E_UNSUPPORTED_FUNCTION, as for MD2 and SHA-3, which are not built.
 */
function endPoint(context: SchannelContext): ReturnType<typeof endPointBindings> | SECURITY_STATUS {
  const { facts } = context.engine;
  if (facts.exporter === null) return SEC_E_OUT_OF_SEQUENCE;
  const { certificates } = context.credential;
  // A resumed session does not identify the server's original certificate, unless there is only one.
  const own = facts.ownCredential ?? (certificates.length === 1 ? (certificates[0] ?? null) : null);
  const certificate = context.role === "client" ? facts.peerChain[0] : own?.chain[0];
  if (certificate === undefined) return SEC_E_NO_CREDENTIALS;
  const { signatureHash } = context.configuration.readLeaf(certificate);
  if (signatureHash === null) return SEC_E_UNSUPPORTED_FUNCTION;
  return endPointBindings(context.configuration.provider, certificate, signatureHash);
}

/** RFC 5705, RFC 8446 §7.5, with the label, context and length that KEYING_MATERIAL_INFO set. */
function keyingMaterial(context: SchannelContext): SecPkgContext_KeyingMaterial | SECURITY_STATUS {
  const { keyingMaterialInfo: info, engine } = context;
  const { exporter } = engine.facts;
  if (info === null || exporter === null) return SEC_E_OUT_OF_SEQUENCE;
  // The information may have been set before the version was known.
  const fault = exporterFault(engine.facts, {
    label: info.pszLabel,
    contextLength: info.pbContextValue?.length ?? 0,
    length: info.cbKeyingMaterial,
  });
  if (fault !== null) {
    return context.refused(SEC_E_INVALID_PARAMETER, "BadExporterRequest", fault);
  }
  const material = exporter(
    latin1(info.pszLabel),
    info.pbContextValue ?? null,
    info.cbKeyingMaterial,
  );
  return { cbKeyingMaterial: material.length, pbKeyingMaterial: material };
}

function checkResult(
  context: SchannelContext,
): ReturnType<typeof validationResult> | SECURITY_STATUS {
  const { peerChain, verdict } = context.engine.facts;
  if (peerChain.length === 0) return SEC_E_NO_CREDENTIALS;
  // Manual validation: the chain was not verified.
  if (verdict === null || !context.verifier.judges) return SEC_E_UNSUPPORTED_FUNCTION;
  return validationResult((verdict.ok ? verdict.deferred : undefined) ?? verdict);
}

/**
 * Gives the ALPN protocol as text, one character per byte (beyond Windows).
 * @param value - the value of SECPKG_ATTR_APPLICATION_PROTOCOL
 * @returns its name; null: none was chosen
 */
export function applicationProtocolName(value: SecPkgContext_ApplicationProtocol): string | null {
  if (value.ProtoNegoStatus !== SecApplicationProtocolNegotiationStatus_Success) return null;
  return fromLatin1(value.ProtocolId.subarray(0, value.ProtocolIdSize));
}
