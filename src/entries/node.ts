/**
 * The entry `sealwire/node`: sockets with the names and the meaning of node:tls, over any Duplex. What is the same,
 * better or not there stands in `docs/node-tls.md`. Names only; all of them together are the default export, so that
 * `import tls from "sealwire/node"` takes the place of `import tls from "node:tls"`.
 */
export { type NodeTls, nodeTls as default } from "../adapters/node/default-export.ts";
export * from "../adapters/node/names.ts";
