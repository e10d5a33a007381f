/**
 * All SSPI functions in one object, where nothing is to be left out.
 */
import * as ofContexts from "./context-functions.ts";
import * as ofCredentials from "./credential-functions.ts";
import {
  createAccept,
  createAcceptAsync,
  initializeSecurityContext,
  initializeSecurityContextAsync,
} from "./handshake-functions.ts";
import * as ofMessages from "./message-functions.ts";
import {
  createPackageFunctions,
  type PackageFunctions,
  type SspiFunctions,
} from "./package-functions.ts";
import type { AnyAcceptor, AnySecurityPackage } from "./security-package.ts";

/** @param packages in the order in which they are enumerated */
export function createAllFunctions(
  packages: readonly AnySecurityPackage[],
  acceptors: readonly AnyAcceptor[],
): SspiFunctions {
  return allFunctions(createPackageFunctions(packages), acceptors);
}

/** The functions of `createPackageFunctions` with all others. */
export function allFunctions<Part extends PackageFunctions>(
  part: Part,
  acceptors: readonly AnyAcceptor[],
): Part & SspiFunctions {
  return {
    ...ofContexts,
    ...ofCredentials,
    ...ofMessages,
    initializeSecurityContext,
    initializeSecurityContextAsync,
    ...part,
    acceptSecurityContext: createAccept(acceptors),
    acceptSecurityContextAsync: createAcceptAsync(acceptors),
  };
}
