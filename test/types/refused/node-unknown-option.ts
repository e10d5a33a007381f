/** connect refuses an option that nobody knows. */
import tls from "sealwire/node";

tls.connect({ host: "a.example", port: 443, rejectUnauthorised: false }); // TS2769
