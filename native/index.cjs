"use strict";
/**
 * The compiled functions, or an error that states what to do. Nothing is downloaded or compiled here.
 */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const file = join(__dirname, "build", "seal.node");
if (!existsSync(file)) {
  throw new Error(
    `sealwire-native is not built for ${process.platform}-${process.arch}: run "npm run build" in its folder; a C compiler is needed`,
  );
}
module.exports = require(file);
