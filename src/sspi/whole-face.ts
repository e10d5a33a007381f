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
} from "./establish.ts";
import { createPackageFunctions, type Face, type PackageFunctions } from "./face.ts";
import * as ofMessages from "./message-functions.ts";
import type { AnyAcceptor, AnySecurityPackage } from "./security-package.ts";

/** @param packages in the order in which they are enumerated */
export function createWholeFace(
  packages: readonly AnySecurityPackage[],
  acceptors: readonly AnyAcceptor[],
): Face {
  return wholeFace(createPackageFunctions(packages), acceptors);
}

/** The functions of `createPackageFunctions` with all others. */
export function wholeFace<Part extends PackageFunctions>(
  part: Part,
  acceptors: readonly AnyAcceptor[],
): Part & Face {
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
