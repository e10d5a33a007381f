/**
 * The SSPI functions over any set of security packages: finds the package by name or handle, checks what all packages
 * have in common, and is the safety net: whatever is thrown inside becomes SEC_E_INTERNAL_ERROR.
 * Knows no protocol.
 */
import type { SecPkgInfo } from "./attribute-values.ts";
import { initialize, initializeAsync } from "./establish.ts";
import type {
  AcceptingFace,
  AcquireArguments,
  AcquireResult,
  ContextAttributeResult,
  CredentialAttributeResult,
  Face,
} from "./face-types.ts";
import { faultOf, recorded, refused } from "./faults.ts";
import {
  type ContextHandle,
  CredentialHandle,
  contextBinding,
  credentialBinding,
  killHandle,
} from "./handles.ts";
import {
  anything,
  flag,
  type Hints,
  readOptions,
  type Shape,
  text,
  whole,
} from "./option-shape.ts";
import type { SecBufferDesc } from "./sec-buffer.ts";
import type { AnySecurityPackage } from "./security-package.ts";
import {
  SEC_E_INVALID_HANDLE,
  SEC_E_OK,
  SEC_E_SECPKG_NOT_FOUND,
  type SECURITY_STATUS,
} from "./security-status.ts";

const ACQUIRE_ARGUMENTS: Shape<AcquireArguments> = {
  package: text,
  credentialUse: whole,
  authData: anything,
};
/** The SDK's names of the parameters. */
const ACQUIRE_HINTS: Hints = {
  pszPackage: "the member is package",
  fCredentialUse: "the member is credentialUse",
  pAuthData: "the member is authData",
};

/** The functions of the face, but for those that are made apart, because not everybody needs them. */
export type InitiatingFace = Omit<Face, keyof AcceptingFace | "encryptAll">;

/**
 * The functions of the face over `packages`, but for those of `establish.ts` that accept, and of `encrypt-all.ts`.
 * @param packages in the order in which they are enumerated
 */
export function createFace(packages: readonly AnySecurityPackage[]): InitiatingFace {
  return new SspiFace(packages);
}

class SspiFace implements InitiatingFace {
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
      const {
        package: name,
        credentialUse,
        authData,
      } = readOptions<AcquireArguments>(call ?? {}, {
        shape: ACQUIRE_ARGUMENTS,
        hints: ACQUIRE_HINTS,
        path: "acquireCredentialsHandle()",
        nullIsAbsent: true,
      });
      const found = this.#find(name);
      if (found === undefined) {
        return refused(
          SEC_E_SECPKG_NOT_FOUND,
          "UnknownPackage",
          `there is no security package named ${JSON.stringify(name ?? null)}; there are ${this.#packages.map(({ info }) => JSON.stringify(info.Name)).join(", ")}`,
        );
      }
      const answer = found.acquireCredentialsHandle({
        credentialUse: credentialUse ?? 0,
        authData: authData ?? null,
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

  initializeSecurityContext: Face["initializeSecurityContext"] = initialize;
  initializeSecurityContextAsync: Face["initializeSecurityContextAsync"] = initializeAsync;

  encryptMessage: Face["encryptMessage"] = (context, fQOP, message, messageSeqNo = 0) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.encryptMessage(binding.state, fQOP, message ?? null, messageSeqNo);
    } catch (error) {
      return recorded(binding, error, message);
    }
  };

  decryptMessage: Face["decryptMessage"] = (context, message, messageSeqNo = 0) => {
    const binding = contextBinding(context);
    if (binding === null) return SEC_E_INVALID_HANDLE;
    try {
      return binding.package.decryptMessage(binding.state, message ?? null, messageSeqNo);
    } catch (error) {
      return recorded(binding, error, message);
    }
  };

  applyControlToken: Face["applyControlToken"] = (context, input) =>
    inContext(context, (its, state) => its.applyControlToken(state, input ?? null), input);

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

  setContextAttributes: Face["setContextAttributes"] = (context, attribute, value) =>
    inContext(context, (its, state) => its.setContextAttributes(state, attribute, value ?? null));

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

  makeSignature: Face["makeSignature"] = (context, fQOP, message, messageSeqNo = 0) =>
    inContext(
      context,
      (its, state) => its.makeSignature(state, fQOP, message ?? null, messageSeqNo),
      message,
    );

  verifySignature: Face["verifySignature"] = (context, message, messageSeqNo = 0) =>
    inContext(
      context,
      (its, state) => its.verifySignature(state, message ?? null, messageSeqNo),
      message,
    );

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

  requestKeyUpdate: Face["requestKeyUpdate"] = (context, options) =>
    inContext(context, (its, state) => {
      const { requestPeer } = readOptions<{ requestPeer?: boolean }>(options ?? {}, {
        shape: { requestPeer: flag },
        path: "requestKeyUpdate()",
        nullIsAbsent: true,
      });
      return its.requestKeyUpdate(state, requestPeer ?? false);
    });

  endOfInput: Face["endOfInput"] = (context) =>
    inContext(context, (its, state) => its.endOfInput(state));

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

/** A call on a context by the package that it belongs to; what is thrown inside is kept. */
function inContext(
  context: ContextHandle | null | undefined,
  call: (its: AnySecurityPackage, state: object) => SECURITY_STATUS,
  message?: SecBufferDesc | null,
): SECURITY_STATUS {
  const binding = contextBinding(context);
  if (binding === null) return SEC_E_INVALID_HANDLE;
  try {
    return call(binding.package, binding.state);
  } catch (error) {
    return recorded(binding, error, message);
  }
}
