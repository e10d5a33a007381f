/**
 * The entry `sealwire` outside Node: the SSPI functions over Schannel, with the portable provider.
 */
export * from "../api/portable.ts";
