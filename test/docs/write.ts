/**
 * `npm run docs`: makes the generated parts of the documentation anew.
 */
import { ALL_BLOCKS } from "./all-blocks.ts";
import { renewAll } from "./blocks.ts";

const written = renewAll(ALL_BLOCKS);
console.log(written.length === 0 ? "nothing changed" : `written: ${written.join(", ")}`);
