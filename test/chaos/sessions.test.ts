/**
 * Two hundred sessions over bad transports: data intact, or exactly one error at each end.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chaoticSession } from "./session.ts";

const chaos = suite("chaos: sessions, a few");

chaos("200 seeds", async () => {
  let whole = 0;
  for (let first = 1; first <= 200; first += 20) {
    const seeds = Array.from({ length: 20 }, (_, i) => first + i);
    const reports = await Promise.all(seeds.map(chaoticSession));
    for (const [i, report] of reports.entries()) {
      assert.equal(report.faults, [], `seed ${first + i}: ${report.faults.join(", ")}`);
      if (report.whole) whole++;
    }
  }
  assert.ok(whole > 60, `${whole} of 200 came through`);
  assert.ok(whole < 160, `${whole} of 200 came through: too little went wrong`);
});

chaos.run();
