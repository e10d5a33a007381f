/**
 * How long the secrets of a credential live: to the end of its handle and of the last context that uses it, as on
 * Windows, where contexts keep a credential alive after FreeCredentialsHandle.
 */
export class CredentialLife {
  readonly #end: () => void;
  #contexts = 0;
  #freed = false;

  /** @param end overwrites the secrets; called once */
  constructor(end: () => void) {
    this.#end = end;
  }

  /** A context uses the credential. */
  retain(): void {
    this.#contexts++;
  }

  /** A context that used the credential is gone, or uses another one. */
  release(): void {
    this.#contexts--;
    if (this.#freed && this.#contexts === 0) this.#end();
  }

  /** The handle is dead. */
  free(): void {
    this.#freed = true;
    if (this.#contexts === 0) this.#end();
  }
}
