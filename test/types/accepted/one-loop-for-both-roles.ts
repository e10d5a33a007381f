/** One loop serves clients and servers. */
import {
  acceptSecurityContext,
  type CredentialHandle,
  initializeSecurityContext,
  SEC_E_OK,
} from "sealwire";

export function step(isServer: boolean, credential: CredentialHandle, contextReq: number) {
  const call = isServer ? acceptSecurityContext : initializeSecurityContext;
  const { status, contextAttr } = call({ credential, contextReq, targetName: "a.example" });
  return status === SEC_E_OK ? contextAttr : 0;
}
