/**
 * `npm run test:timing [-- --quick]`: whether inputs that an attacker sends take times that he can tell apart. For each row two
 * inputs are taken in random order, in the same memory; Welch's t over the samples without the slowest tenth is printed, with the
 * medians. |t| above 4.5 with many samples says that there is a difference; how large it is against noise of a network is beside
 * it. Times depend on the machine and its load: the status is not 0 only if the control, which leaks, is not seen, or if a
 * difference is sure and a quarter of the whole time.
 */
import { timingRows } from "./rows.ts";
import { type Comparison, compare } from "./welch.ts";

const QUICK = process.argv.includes("--quick");
const SAMPLES = QUICK ? 4_000 : 60_000;
/** Samples of the slowest rows. */
const LEAST_SAMPLES = QUICK ? 40 : 400;
/** Of a row's median, that a row may differ by on a machine that does other things as well. */
const TOLERATED = 0.25;
const SEEN = 4.5;

const write = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const micros = (milliseconds: number): string => (milliseconds * 1000).toFixed(2);

let faults = 0;
write("| what | samples | median, µs | difference, µs | % | t |");
write("| --- | ---: | ---: | ---: | ---: | ---: |");
for (const row of timingRows()) {
  const samples = Math.max(LEAST_SAMPLES, Math.round(SAMPLES * (row.share ?? 1)));
  const found: Comparison = compare(row.inputs, row.run, samples);
  const { medians, t } = found;
  const difference = medians[1] - medians[0];
  const part = difference / medians[0];
  const cells = [
    row.name,
    String(samples),
    micros(medians[0]),
    micros(difference),
    (100 * part).toFixed(1),
    t.toFixed(1),
  ];
  write(`| ${cells.join(" | ")} |`);
  const wrong =
    row.leaks === true ? Math.abs(t) < SEEN : Math.abs(t) > SEEN && Math.abs(part) > TOLERATED;
  if (!wrong) continue;
  faults++;
  write(
    row.leaks === true ? "  NOT SEEN: the clock is too coarse here" : "  TOO LARGE a difference",
  );
}
process.exitCode = faults === 0 ? 0 : 1;
