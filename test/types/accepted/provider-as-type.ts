/** The contract of cryptography has a name. */
import type { CryptoProvider } from "sealwire";

export const nameOf = (provider: CryptoProvider): string => provider.name;
