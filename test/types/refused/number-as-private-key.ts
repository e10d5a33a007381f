/** A number is not a private key. */
import { certContextFromPem } from "sealwire";

certContextFromPem("-----BEGIN CERTIFICATE-----", 42); // TS2345
