/**
 * Damaged flights, sampled: few places of each flight where handshakes take their time. `damage.check.ts` knows more.
 */
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { PAIRS } from "../providers/subjects.ts";
import { damagedFlights } from "./damage.ts";

const places = (pair: (typeof PAIRS)[number]): number =>
  pair.every((one) => one === nodeProvider) ? 30 : 4;

for (const pair of PAIRS) damagedFlights(pair, places(pair)).run();
