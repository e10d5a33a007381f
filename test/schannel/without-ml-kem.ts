/**
 * A program of its own, for ML-KEM stays once it is brought: prints what credentials say of each group without it.
 */
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { functionsOf } from "../support/sspi-session.ts";

/** What is said of one group. */
export interface Said {
  readonly provider: string;
  readonly kind: string;
  readonly status: number;
  readonly reason: string | null;
  readonly message: string;
}

const said: readonly Said[] = PROVIDERS.flatMap((provider) =>
  NAMED_GROUPS.map(({ code, kind }) => {
    const { status, error } = functionsOf(provider).acquireCredentialsHandle({
      ...{ package: "Schannel", credentialUse: 2 },
      authData: { dwVersion: 5, sealwire: { supportedGroups: [code] } },
    });
    const { reason = null, message = "" } = error ?? {};
    return { provider: provider.name, kind, status, reason, message };
  }),
);
console.log(JSON.stringify(said));
