/**
 * The entry `sealwire` in Node: the SSPI functions over Schannel, with the provider of node:crypto.
 */
export * from "../api/node.ts";
