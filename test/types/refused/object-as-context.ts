/** No object but a handle is a context. */
import { lastError } from "sealwire";

lastError({ kind: "context" }); // TS2345
