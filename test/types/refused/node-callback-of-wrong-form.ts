/** checkServerIdentity answers with an error or nothing. */
import tls from "sealwire/node";

tls.connect({ host: "a.example", checkServerIdentity: () => true }); // TS2769
