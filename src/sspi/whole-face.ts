/**
 * All functions of the face in one object, where nothing is to be left out.
 */
import { encryptAllBy } from "./encrypt-all.ts";
import { createAccept, createAcceptAsync } from "./establish.ts";
import { createFace } from "./face.ts";
import type { Face } from "./face-types.ts";
import type { AnyAcceptor, AnySecurityPackage } from "./security-package.ts";

/** @param packages in the order in which they are enumerated */
export function createWholeFace(
  packages: readonly AnySecurityPackage[],
  acceptors: readonly AnyAcceptor[],
): Face {
  return wholeFace(createFace(packages), acceptors);
}

/** What is missing beside the functions of `createFace`. */
export function wholeFace<Part extends ReturnType<typeof createFace>>(
  part: Part,
  acceptors: readonly AnyAcceptor[],
): Part & Face {
  return {
    ...part,
    acceptSecurityContext: createAccept(acceptors),
    acceptSecurityContextAsync: createAcceptAsync(acceptors),
    encryptAll: encryptAllBy(part),
  };
}
