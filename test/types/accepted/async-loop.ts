/** The Async function in a loop. */
import {
  type CredentialHandle,
  type EstablishResult,
  initializeSecurityContextAsync,
  SEC_I_CONTINUE_NEEDED,
  type SecBufferDesc,
} from "sealwire";

export async function run(credential: CredentialHandle, output: SecBufferDesc): Promise<void> {
  let result: EstablishResult = { status: SEC_I_CONTINUE_NEEDED, contextAttr: 0 };
  while (result.status === SEC_I_CONTINUE_NEEDED) {
    const { context } = result;
    result = await initializeSecurityContextAsync({ credential, context, contextReq: 0, output });
  }
}
