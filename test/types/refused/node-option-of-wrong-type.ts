/** The time is a number. */
import tls from "sealwire/node";

tls.connect({ port: 443, handshakeTimeout: "1s" }); // TS2769
