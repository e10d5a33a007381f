/** Structures have names as types. */
import type { SecPkgContext_StreamSizes } from "sealwire";

export const sum = (sizes: SecPkgContext_StreamSizes): number => sizes.cbHeader + sizes.cbTrailer;
