/** A credential is not a context. */
import { type CredentialHandle, deleteSecurityContext } from "sealwire";

export const go = (credential: CredentialHandle) => deleteSecurityContext(credential); // TS2345
