/** Callbacks of the options have types of their own. */
import { type SealwireOptions, TLS1_ALERT_UNKNOWN_CA } from "sealwire";

export const options: SealwireOptions = {
  verifyPeer: (chain, facts) =>
    facts.verdict.ok ? { ok: chain.length > 0 } : { ok: false, alert: TLS1_ALERT_UNKNOWN_CA },
  keyLog: (line) => void line.length,
};
