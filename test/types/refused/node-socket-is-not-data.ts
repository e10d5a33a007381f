/** A socket is not a string. */
import tls from "sealwire/node";

export const text: string = tls.connect({ port: 443 }); // TS2322
