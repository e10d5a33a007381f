/**
 * Damaged flights: every byte of every flight on one provider, and as many as there is time for where JavaScript computes.
 */
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { PAIRS } from "../providers/subjects.ts";
import { damagedFlights } from "./damage.ts";

const places = ([first, second]: (typeof PAIRS)[number]): number => {
  if (first !== second) return 30;
  return first === nodeProvider ? Number.POSITIVE_INFINITY : 100;
};

for (const pair of PAIRS) damagedFlights(pair, places(pair)).run();
