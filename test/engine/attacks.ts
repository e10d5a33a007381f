/**
 * All attacks.
 */
import type { Attack } from "./attack.ts";
import { ATTACKS_13_CLIENT } from "./attacks-13-client.ts";

export const ATTACKS: readonly Attack[] = [...ATTACKS_13_CLIENT];
