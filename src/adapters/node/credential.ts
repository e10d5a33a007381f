/**
 * A credential handle for one connection: the settings of its SecureContext with the connection's own callbacks.
 */
import * as sspi from "../../api/node.ts";
import { adapterLimits } from "../../protocol/limits.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
import { patienceOf } from "../../session/helper-time.ts";
import { tlsErrorOf } from "../../session/tls-errors.ts";
import { type SecureContext, sessionTicketKeys } from "./secure-context.ts";

export interface CredentialSettings {
  readonly role: "client" | "server";
  readonly context: SecureContext;
  readonly certificates: readonly sspi.CertContext[];
  /** Anchors for the peer's chain. */
  readonly roots: sspi.TrustStore | null;
  /** Server: keys for tickets; null: those of the context, or new ones. */
  readonly ticketKeys: Buffer | null;
  /** Milliseconds for what a callback or store promised; 0: no limit. */
  readonly helperTimeout: number;
  /** Server: the client is asked for a certificate. */
  readonly asksClient: boolean;
  /** The caller's, beside those of the credential. */
  readonly limits: sspi.SealwireOptions["limits"];
  readonly sealwire: sspi.SealwireOptions;
}

/** Helpers of the credential, as options and events of node:tls. */
const NAMES: Readonly<Record<string, string>> = {
  "sealwire.selectCredential": "SNICallback or a listener of OCSPRequest",
  "sealwire.verifyPeer": "checkServerIdentity",
  "sessionStore.get": "a listener of resumeSession",
  "sessionStore.set": "a listener of newSession",
};

/** What failed and was done without: a process warning. */
export function warn({ message }: Pick<sspi.HelperWarning, "message">): void {
  process.emitWarning(`${message}; the connection goes on without it`, {
    type: "SealwireWarning",
    code: "SEALWIRE_HELPER_FAILED",
  });
}

/** @throws TlsError */
export function acquireFor(settings: CredentialSettings): sspi.CredentialHandle {
  const { role, context, certificates, roots } = settings;
  const client = role === "client";
  const tls12 = client ? sspi.SP_PROT_TLS1_2_CLIENT : sspi.SP_PROT_TLS1_2_SERVER;
  const tls13 = client ? sspi.SP_PROT_TLS1_3_CLIENT : sspi.SP_PROT_TLS1_3_SERVER;
  const off =
    (context.versions.includes(TLS12) ? 0 : tls12) | (context.versions.includes(TLS13) ? 0 : tls13);
  const { status, credential, error } = sspi.acquireCredentialsHandle({
    package: sspi.UNISP_NAME,
    credentialUse: client ? sspi.SECPKG_CRED_OUTBOUND : sspi.SECPKG_CRED_INBOUND,
    authData: {
      dwVersion: sspi.SCH_CREDENTIALS_VERSION,
      paCred: certificates,
      hRootStore: roots,
      dwFlags:
        (context.crls === null ? 0 : sspi.SCH_CRED_REVOCATION_CHECK_CHAIN) |
        // What is given is sent, as by node:tls.
        (certificates.length === 0 ? 0 : sspi.SCH_SEND_ROOT_CERT),
      dwSessionLifespan: context.sessionLifespan,
      pTlsParameters: [{ grbitDisabledProtocols: off }],
      sealwire: {
        revocation: context.crls === null ? null : { crls: context.crls },
        cipherSuites: context.cipherSuites,
        preferClientCipherOrder: context.preferClientCipherOrder,
        supportedGroups: context.supportedGroups,
        signatureSchemes: context.signatureSchemes,
        encryptThenMac: context.operations.encryptThenMac,
        ...(context.operations.tickets ? {} : { ticketCount: 0 }),
        transparentPostHandshake: true,
        // A transport's chunks may be somebody else's memory.
        decryptToNewMemory: true,
        patience: patienceOf(settings.helperTimeout, NAMES),
        onWarning: warn,
        limits: { ...adapterLimits(!client, settings.asksClient), ...settings.limits },
        ...settings.sealwire,
      },
    },
  });
  if (credential === undefined) throw tlsErrorOf("AcquireCredentialsHandle", status, error);
  const keys = settings.ticketKeys ?? context.ticketKeys;
  if (!client && keys !== null) {
    const given = sessionTicketKeys(keys, context.sessionIdContext);
    const set = sspi.setCredentialsAttributes(
      credential,
      sspi.SECPKG_ATTR_SESSION_TICKET_KEYS,
      given,
    );
    if (set !== sspi.SEC_E_OK) throw tlsErrorOf("SetCredentialsAttributes", set, null);
  }
  return credential;
}
