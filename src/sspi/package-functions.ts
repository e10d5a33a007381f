/**
 * The SSPI functions over a set of security packages. Those that need the list of packages are made here; the others
 * find the package by a handle and are the same in every set. Knows no protocol.
 */
import type { SecPkgInfo } from "./attribute-values.ts";
import type * as ofContexts from "./context-functions.ts";
import type * as ofCredentials from "./credential-functions.ts";
import { faultOf, refused } from "./faults.ts";
import type {
  AcceptArguments,
  AcceptResult,
  AcquireArguments,
  AcquireResult,
  AuthDataFor,
  CredentialTypes,
  KnownNames,
  PackageName,
} from "./function-types.ts";
import { CredentialHandle } from "./handles.ts";
import type * as ofHandshakes from "./handshake-functions.ts";
import type { SECPKG_CRED } from "./kinds.ts";
import type * as ofMessages from "./message-functions.ts";
import { anything, type Hints, readOptions, type Shape, text, whole } from "./option-shape.ts";
import { type AddedPackage, type AnySecurityPackage, PACKAGE } from "./security-package.ts";
import {
  SEC_E_CANNOT_INSTALL,
  SEC_E_INVALID_PARAMETER,
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

type ContextFunctions = typeof ofContexts;
type CredentialFunctions = typeof ofCredentials;
type MessageFunctions = typeof ofMessages;
type ClientFunctions = Pick<
  typeof ofHandshakes,
  "initializeSecurityContext" | "initializeSecurityContextAsync"
>;

/** The functions that need nothing but a handle. */
interface HandleFunctions
  extends ContextFunctions,
    CredentialFunctions,
    MessageFunctions,
    ClientFunctions {}

/** The functions that need the list of packages. */
export interface PackageFunctions<Types extends CredentialTypes = CredentialTypes> {
  /**
   * Lists the security packages (SDK: EnumerateSecurityPackages).
   *
   * @returns `status` SEC_E_OK, and `packages`: a new object for each
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-enumeratesecuritypackagesw
   */
  enumerateSecurityPackages(): { status: SECURITY_STATUS; packages: SecPkgInfo[] };
  /**
   * Describes one security package (SDK: QuerySecurityPackageInfo).
   *
   * @param packageName - its name, without regard to case: UNISP_NAME, SCHANNEL_NAME or DEFAULT_TLS_SSP_NAME
   * @returns `status` SEC_E_OK and `packageInfo`, a new object; SEC_E_SECPKG_NOT_FOUND
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querysecuritypackageinfow
   */
  querySecurityPackageInfo(packageName: string | null | undefined): {
    status: SECURITY_STATUS;
    packageInfo?: SecPkgInfo;
  };
  /**
   * Makes a credential: what one side of many connections has in common (SDK: AcquireCredentialsHandle). It owns the
   * sessions that later connections resume; keep it for all of them.
   *
   * @param call - `package`, `credentialUse` (SECPKG_CRED_OUTBOUND for clients, _INBOUND for servers, _BOTH) and
   *   `authData`. The structure is read once, so later changes of the object have no effect; the bytes of certificates
   *   are not copied. Without `authData` an outbound credential has the defaults, and trusts no certificate
   * @returns `status` SEC_E_OK, `credential` and `expiry`, the end of its certificate. A failure has `error`, which
   *   names the fault: SEC_E_SECPKG_NOT_FOUND, SEC_E_NO_CREDENTIALS, SEC_E_UNKNOWN_CREDENTIALS,
   *   SEC_E_INVALID_PARAMETER, SEC_E_ALGORITHM_MISMATCH, SEC_E_UNSUPPORTED_FUNCTION
   * @see https://learn.microsoft.com/windows/win32/secauthn/acquirecredentialshandle--schannel
   */
  acquireCredentialsHandle<Name extends string = string, Use extends SECPKG_CRED = SECPKG_CRED>(
    call: AcquireArguments<
      AuthDataFor<Types, Use, Name>,
      Name & PackageName<KnownNames<Types>, Name>,
      Use
    >,
  ): AcquireResult;
  /**
   * Adds a security package to those of this entry, for the whole process (SDK: AddSecurityPackage). In Node `sealwire`
   * has all packages from the start; other entries have Schannel, so that a bundle holds only what is added:
   *
   * ```ts
   * import { ntlm } from "sealwire/packages";
   * addSecurityPackage(ntlm);
   * ```
   *
   * @param added - a value of `sealwire/packages`
   * @returns SEC_E_OK, also where the same package was added before. SEC_E_CANNOT_INSTALL: another package has this
   *   name; SEC_E_INVALID_PARAMETER: the value is not a package
   * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-addsecuritypackagew
   */
  addSecurityPackage(added: AddedPackage): SECURITY_STATUS;
}

/** The functions that only a server needs. */
export interface AcceptingFunctions {
  /**
   * Takes the next step of a server's handshake (SDK: AcceptSecurityContext): reads the client's bytes and gives those
   * to send. Call it until it answers SEC_E_OK. The buffers and statuses are those of `initializeSecurityContext`, with
   * ASC_REQ_* flags.
   *
   * @param call - `credential` (inbound), `context` (from the second call on), `contextReq` (ASC_REQ_*), `input` and
   *   `output`. The first call has the client's first bytes as input
   * @returns `status`, `context`, `contextAttr` (ASC_RET_*), `expiry` and, for a failure, `error`
   * @see https://learn.microsoft.com/windows/win32/secauthn/acceptsecuritycontext--schannel
   */
  acceptSecurityContext(call: AcceptArguments): AcceptResult;
  /**
   * As `acceptSecurityContext`, but waits where a key, a callback or a store answers with a promise (beyond Windows).
   * It never answers SEC_I_ASYNC_CALL_PENDING.
   *
   * @param call - as for `acceptSecurityContext`; the buffers belong to the call until the promise is settled
   * @returns a promise of the same result; it never rejects
   */
  acceptSecurityContextAsync(call: AcceptArguments): Promise<AcceptResult>;
}

/** The SSPI functions. None of them throws; what goes wrong is in the status. */
export interface SspiFunctions<Types extends CredentialTypes = CredentialTypes>
  extends HandleFunctions,
    PackageFunctions<Types>,
    AcceptingFunctions {}

/**
 * The functions that need the list of packages, over a list of their own.
 * @param first in the order in which they are enumerated
 */
export function createPackageFunctions(first: readonly AnySecurityPackage[]): PackageFunctions {
  const packages = [...first];
  const find = (name: string | null | undefined): AnySecurityPackage | undefined =>
    findPackage(packages, name);
  return {
    enumerateSecurityPackages: () => ({
      status: SEC_E_OK,
      packages: packages.map((item) => ({ ...item.info })),
    }),
    querySecurityPackageInfo(packageName) {
      const found = find(packageName);
      if (found === undefined) return { status: SEC_E_SECPKG_NOT_FOUND };
      return { status: SEC_E_OK, packageInfo: { ...found.info } };
    },
    acquireCredentialsHandle: (call) => acquire(packages, call),
    addSecurityPackage(added) {
      const its = added?.[PACKAGE];
      if (its === undefined) return SEC_E_INVALID_PARAMETER;
      const present = find(its.info.Name);
      if (present !== undefined) return present === its ? SEC_E_OK : SEC_E_CANNOT_INSTALL;
      packages.push(its);
      return SEC_E_OK;
    },
  };
}

function acquire(packages: readonly AnySecurityPackage[], call: AcquireArguments): AcquireResult {
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
    const found = findPackage(packages, name);
    if (found === undefined) {
      return refused(
        SEC_E_SECPKG_NOT_FOUND,
        "UnknownPackage",
        `there is no security package named ${JSON.stringify(name ?? null)}; there are ${packages.map(({ info }) => JSON.stringify(info.Name)).join(", ")}`,
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
}

function findPackage(
  packages: readonly AnySecurityPackage[],
  name: string | null | undefined,
): AnySecurityPackage | undefined {
  if (typeof name !== "string") return undefined;
  const wanted = name.toLowerCase();
  return packages.find(
    (item) =>
      item.info.Name.toLowerCase() === wanted ||
      item.aliases.some((alias) => alias.toLowerCase() === wanted),
  );
}
