/**
 * The compiled functions under wrong arguments, in a process of its own: a fault of memory ends it. Usage:
 * `node abuse.cjs FILE ROUNDS`. The last line is "survived", with how many calls were taken and refused.
 */
const { randomBytes, randomInt } = require("node:crypto");

const native = require(process.argv[2]);
const rounds = Number(process.argv[3]);

const live = [0, 1, 2].map((cipher) => native.create(cipher, randomBytes(cipher === 0 ? 16 : 32)));
const wiped = native.create(0, new Uint8Array(16));
native.wipe(wiped);
const LENGTHS = [0, 1, 5, 11, 12, 13, 15, 16, 17, 31, 32, 33, 64, 65, 1000, 16_640, 65_536, 65_537];
const pick = (list) => list[randomInt(list.length)];
const bytes = () => new Uint8Array(pick(LENGTHS));
const odd = () =>
  pick([
    () => undefined,
    () => null,
    () => 7,
    () => -1,
    () => "text",
    () => ({}),
    () => [],
    () => () => 0,
    () => Symbol("x"),
    () => 10n,
    () => new Uint16Array(8),
    () => new Float64Array(2),
    () => new DataView(new ArrayBuffer(16)),
    () => new ArrayBuffer(16),
    () => new SharedArrayBuffer(16),
    () => Object.create(live[0]),
    () => new Proxy(live[0], {}),
    () => structuredClone(new Uint8Array(16), { transfer: [] }),
    () => {
      const detached = new Uint8Array(16);
      structuredClone(detached, { transfer: [detached.buffer] });
      return detached;
    },
  ])();
/** Mostly what fits, so that the calls go deep. */
const aead = () => (randomInt(12) === 0 ? pick([odd(), wiped]) : pick(live));
const of = (length) => (randomInt(12) === 0 ? pick([odd, bytes])() : randomBytes(length));

let taken = 0;
let refused = 0;
function call(name, args) {
  try {
    native[name](...args);
    taken++;
  } catch (error) {
    if (!(error instanceof RangeError) || error.code !== "ERR_SEALWIRE_NATIVE") throw error;
    refused++;
  }
}

for (let i = 0; i < rounds; i++) {
  const memory = new Uint8Array(40_000);
  const length = pick(LENGTHS.filter((each) => each <= 16_640));
  const data = pick([() => memory.subarray(5, 5 + length), () => of(length)])();
  const target = pick([
    () => data,
    () => memory.subarray(20_000, 20_000 + length),
    () => memory.subarray(6, 6 + length),
    () => of(length),
  ])();
  const nonce = of(12);
  const additional = of(pick([0, 5, 13]));
  call("seal", [aead(), nonce, additional, data, pick([new Uint8Array(0), of(1)]), of(16)]);
  call("open", [aead(), nonce, additional, data, of(16), target]);
  if (i % 50 === 0) {
    call("create", [pick([0, 1, 2, 3, -1, odd()]), pick([of(16), of(32)])]);
    call("wipe", [pick([odd(), wiped])]);
    call(pick(["create", "seal", "open", "wipe"]), Array.from({ length: randomInt(9) }, odd));
  }
}
if (taken === 0 || refused === 0) throw new Error("the calls were all alike");
console.log(`survived: ${taken} calls taken, ${refused} refused`);
