/** TLSv1.4 is not a version. */
import tls from "sealwire/node";

tls.createServer({ minVersion: "TLSv1.4" }); // TS2769
