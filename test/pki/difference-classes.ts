/**
 * The classes of differences between us, OpenSSL and Go that are understood: who sees it differently, and why.
 */
export interface DifferenceClass {
  readonly name: string;
  readonly who: string;
  readonly why: string;
}

export const DIFFERENCES: readonly DifferenceClass[] = [];
