/**
 * psk_key_exchange_modes (RFC 8446 §4.2.9).
 *   ke_modes <1: PskKeyExchangeMode (1)>
 */
import { ExtensionType } from "../../protocol/extension-type.ts";
import type { Extension } from "./extension.ts";
import { u8Numbers } from "./number-lists.ts";

export interface PskKeyExchangeModesValues {
  readonly pskKeyExchangeModes: readonly number[];
}

export const pskKeyExchangeModes: Extension<PskKeyExchangeModesValues> = {
  type: ExtensionType.PskKeyExchangeModes,
  versions: "TLS 1.3",
  places: {
    clientHello: { member: "pskKeyExchangeModes", codec: u8Numbers("ke_modes", "pskModes") },
  },
};
