/**
 * The SSPI functions over any set of security packages: finds the package by name or handle, checks what all packages
 * have in common, and is the safety net: whatever is thrown inside becomes SEC_E_INTERNAL_ERROR.
 * Knows no protocol.
 */
import type { SecPkgInfo } from "./attribute-values.ts";
import { encryptAll } from "./encrypt-all.ts";
import type {
  AcceptArguments,
  AcquireArguments,
  AcquireResult,
  ContextAttributeResult,
  CredentialAttributeResult,
  EstablishResult,
  Face,
  InitializeArguments,
} from "./face-types.ts";
import {
  type Binding,
  ContextHandle,
  CredentialHandle,
  contextBinding,
  credentialBinding,
  killHandle,
} from "./handles.ts";
import type {
  AnySecurityPackage,
  ErrorReport,
  EstablishAnswer,
  EstablishCall,
} from "./security-package.ts";
import {
  SEC_E_INTERNAL_ERROR,
  SEC_E_INVALID_HANDLE,
  SEC_E_OK,
  SEC_E_SECPKG_NOT_FOUND,
  type SECURITY_STATUS,
} from "./security-status.ts";

/** A handshake call with its handles resolved. */
interface Resolved {
  readonly package: AnySecurityPackage;
  readonly call: EstablishCall<object, object>;
  /** The caller's handle on a later call, else null. */
  readonly handle: ContextHandle | null;
  readonly binding: Binding | null;
}

/**
 * The functions of the face over `packages`.
 * @param packages in the order in which they are enumerated
 */
export function createFace(packages: readonly AnySecurityPackage[]): Face {
  return new SspiFace(packages);
}

class SspiFace implements Face {
  readonly #packages: readonly AnySecurityPackage[];

  constructor(packages: readonly AnySecurityPackage[]) {
    this.#packages = packages;
  }

  enumerateSecurityPackages = (): { status: SECURITY_STATUS; packages: SecPkgInfo[] } => ({
    status: SEC_E_OK,
    packages: this.#packages.map((item) => ({ ...item.info })),
  });

  querySecurityPackageInfo: Face["querySecurityPackageInfo"] = (packageName) => {
    const found = this.#find(packageName);
    if (found === undefined) return { status: SEC_E_SECPKG_NOT_FOUND };
    return { status: SEC_E_OK, packageInfo: { ...found.info } };
  };

  acquireCredentialsHandle = (call: AcquireArguments): AcquireResult => {
    try {
      const found = this.#find(call?.package);
      if (found === undefined) {
        return refused(
          SEC_E_SECPKG_NOT_FOUND,
          "UnknownPackage",
          `there is no security package named ${JSON.stringify(call?.package ?? null)}`,
        );
      }
      const answer = found.acquireCredentialsHandle({
        credentialUse: call.credentialUse ?? 0,
        authData: call.authData ?? null,
      });
      const { credential, ...rest } = answer;
      if (credential === undefined) return rest;
      const binding = { package: found, state: credential, fault: null };
      return { ...rest, credential: new CredentialHandle(binding) };
    } catch (error) {
      const report = faultOf(error);
      return { status: report.status, error: report };
    }
  };

  queryCredentialsAttributes = <Attribute extends number>(
    credential: CredentialHandle | null | undefined,
    attribute: Attribute,
  ): CredentialAttributeResult<Attribute> => {
    const binding = credentialBinding(credential);
    if (binding === null) return { status: SEC_E_INVALID_HANDLE };
    try {
      // The package's contract is one value per attribute, which the type of the face spells out.
      return binding.package.queryCredentialsAttributes(
        binding.state,
        attribute,
      ) as CredentialAttributeResult<Attribute>;
    } catch (error) {
      return { status: faultOf(error).status };
    }
  };

  setCredentialsAttributes: Face["setCredentialsAttributes"] = (credential, attribute, value) => {
    const binding = credentialBinding(credential);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.setCredentialsAttributes(binding.state, attribute, value ?? null);
    } catch (error) {
      return faultOf(error).status;
    }
  };

  freeCredentialsHandle: Face["freeCredentialsHandle"] = (credential) => {
    const binding = credentialBinding(credential);
    if (binding === null || !credential) return SEC_E_INVALID_HANDLE;
    killHandle(credential);
    try {
      return binding.package.freeCredentialsHandle(binding.state);
    } catch (error) {
      return faultOf(error).status;
    }
  };

  initializeSecurityContext = (call: InitializeArguments): EstablishResult => {
    const resolved = resolve(call, call?.targetName ?? null);
    if ("status" in resolved) return resolved;
    try {
      return result(resolved, resolved.package.initializeSecurityContext(resolved.call));
    } catch (error) {
      return faulty(resolved, error);
    }
  };

  acceptSecurityContext = (call: AcceptArguments): EstablishResult => {
    const resolved = resolve(call, null);
    if ("status" in resolved) return resolved;
    try {
      return result(resolved, resolved.package.acceptSecurityContext(resolved.call));
    } catch (error) {
      return faulty(resolved, error);
    }
  };

  initializeSecurityContextAsync = async (call: InitializeArguments): Promise<EstablishResult> => {
    const resolved = resolve(call, call?.targetName ?? null);
    if ("status" in resolved) return resolved;
    try {
      const answer = await resolved.package.initializeSecurityContextAsync(resolved.call);
      return result(resolved, answer);
    } catch (error) {
      return faulty(resolved, error);
    }
  };

  acceptSecurityContextAsync = async (call: AcceptArguments): Promise<EstablishResult> => {
    const resolved = resolve(call, null);
    if ("status" in resolved) return resolved;
    try {
      const answer = await resolved.package.acceptSecurityContextAsync(resolved.call);
      return result(resolved, answer);
    } catch (error) {
      return faulty(resolved, error);
    }
  };

  encryptMessage: Face["encryptMessage"] = (context, fQOP, message, messageSeqNo = 0) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.encryptMessage(binding.state, fQOP, message ?? null, messageSeqNo);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  decryptMessage: Face["decryptMessage"] = (context, message, messageSeqNo = 0) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.decryptMessage(binding.state, message ?? null, messageSeqNo);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  applyControlToken: Face["applyControlToken"] = (context, input) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.applyControlToken(binding.state, input ?? null);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  queryContextAttributes = <Attribute extends number>(
    context: ContextHandle | null | undefined,
    attribute: Attribute,
  ): ContextAttributeResult<Attribute> => {
    const binding = contextBinding(context);
    if (binding === null) return { status: SEC_E_INVALID_HANDLE };
    try {
      return binding.package.queryContextAttributes(
        binding.state,
        attribute,
      ) as ContextAttributeResult<Attribute>;
    } catch (error) {
      return { status: recorded(binding, error) };
    }
  };

  setContextAttributes: Face["setContextAttributes"] = (context, attribute, value) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.setContextAttributes(binding.state, attribute, value ?? null);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  deleteSecurityContext: Face["deleteSecurityContext"] = (context) => {
    const binding = contextBinding(context);
    if (binding === null || !context) return SEC_E_INVALID_HANDLE;
    killHandle(context);
    try {
      return binding.package.deleteSecurityContext(binding.state);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  makeSignature: Face["makeSignature"] = (context, fQOP, message, messageSeqNo = 0) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.makeSignature(binding.state, fQOP, message ?? null, messageSeqNo);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  verifySignature: Face["verifySignature"] = (context, message, messageSeqNo = 0) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.verifySignature(binding.state, message ?? null, messageSeqNo);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  lastError: Face["lastError"] = (context) => {
    const binding = contextBinding(context);
    if (binding === null) return null;
    try {
      return binding.fault ?? binding.package.lastError(binding.state);
    } catch (error) {
      recorded(binding, error);
      return binding.fault;
    }
  };

  requestKeyUpdate: Face["requestKeyUpdate"] = (context, options) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.requestKeyUpdate(binding.state, options?.requestPeer ?? false);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  endOfInput: Face["endOfInput"] = (context) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.endOfInput(binding.state);
    } catch (error) {
      return recorded(binding, error);
    }
  };

  encryptAll: Face["encryptAll"] = (context, data) => encryptAll(this, context, data);

  #find(name: string | null | undefined): AnySecurityPackage | undefined {
    if (typeof name !== "string") return undefined;
    const wanted = name.toLowerCase();
    return this.#packages.find(
      (item) =>
        item.info.Name.toLowerCase() === wanted ||
        item.aliases.some((alias) => alias.toLowerCase() === wanted),
    );
  }
}

/** Handles and absent arguments of a handshake call made plain, or the refusal. */
function resolve(call: AcceptArguments, targetName: string | null): Resolved | EstablishResult {
  const credential = call?.credential ?? null;
  const context = call?.context ?? null;
  const fromCredential = credentialBinding(credential);
  const fromContext = contextBinding(context);
  const binding = fromContext ?? fromCredential;
  const dead =
    (credential !== null && fromCredential === null) || (context !== null && fromContext === null);
  if (dead || binding === null) {
    return {
      ...refused(
        SEC_E_INVALID_HANDLE,
        "InvalidHandle",
        dead
          ? "the credential or the context is no handle, or it was deleted"
          : "neither a credential nor a context was given",
      ),
      contextAttr: 0,
    };
  }
  if (fromCredential !== null && fromCredential.package !== binding.package) {
    return {
      ...refused(
        SEC_E_INVALID_HANDLE,
        "ForeignCredential",
        `the credential is of ${fromCredential.package.info.Name}, the context of ${binding.package.info.Name}`,
      ),
      contextAttr: 0,
    };
  }
  return {
    package: binding.package,
    handle: context,
    binding: fromContext,
    call: {
      credential: fromCredential?.state ?? null,
      context: fromContext?.state ?? null,
      targetName,
      contextReq: call.contextReq ?? 0,
      input: call.input ?? null,
      output: call.output ?? null,
    },
  };
}

/** The package's answer with its context inside a handle: the caller's own one on later calls. */
function result(resolved: Resolved, answer: EstablishAnswer<object>): EstablishResult {
  const { context, ...rest } = answer;
  if (resolved.handle !== null) return { ...rest, context: resolved.handle };
  if (context === undefined) return rest;
  const binding = { package: resolved.package, state: context, fault: null };
  return { ...rest, context: new ContextHandle(binding) };
}

function faulty(resolved: Resolved, error: unknown): EstablishResult {
  const report = faultOf(error);
  if (resolved.binding !== null) resolved.binding.fault = report;
  const refusal = { status: report.status, contextAttr: 0, error: report };
  return resolved.handle === null ? refusal : { ...refusal, context: resolved.handle };
}

function refused(
  status: SECURITY_STATUS,
  reason: string,
  message: string,
): { status: SECURITY_STATUS; error: ErrorReport } {
  return { status, error: { status, reason, message } };
}

/** Keeps a fault of our own for `lastError`; returns its status. */
function recorded(binding: Binding, error: unknown): SECURITY_STATUS {
  binding.fault = faultOf(error);
  return binding.fault.status;
}

/** What is reported of an exception, which never should have come this far. */
function faultOf(error: unknown): ErrorReport {
  const text = error instanceof Error ? error.message : String(error);
  return {
    status: SEC_E_INTERNAL_ERROR,
    reason: "InternalError",
    message: `internal error: ${text}`,
  };
}
