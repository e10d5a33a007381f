/**
 * All byte memory that JavaScript code makes while a test runs, kept alive: what a secret was written to and not overwritten is
 * found, whoever made the copy. Memory inside node:crypto and strings are out of reach.
 */
interface Recorded {
  readonly memory: ArrayBufferLike;
  readonly made: Error;
}

type Maker = (...values: never[]) => Uint8Array;

export class RecordedMemory {
  readonly #all: Recorded[] = [];
  readonly #seen = new Set<ArrayBufferLike>();
  readonly #undo: (() => void)[] = [];

  /** From now on what is made is recorded. */
  start(): void {
    for (const name of ["Uint8Array", "Uint32Array"] as const) this.#recordClass(name);
    for (const name of ["from", "alloc", "allocUnsafe", "allocUnsafeSlow", "concat"] as const) {
      this.#recordFunction(Buffer as unknown as Record<string, Maker>, name);
    }
  }

  /** What was recorded stays. */
  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Where each memory that holds the bytes was made. */
  holders(secret: readonly number[]): string[] {
    // In memory of its own, for Node's pool is searched as well.
    const needle = Buffer.allocUnsafeSlow(secret.length);
    needle.set(secret);
    return this.#all
      .filter(({ memory }) => Buffer.from(memory as ArrayBuffer).includes(needle))
      .map(({ made }) => (made.stack ?? "").split("\n").slice(2, 9).join("\n"));
  }

  #record<View extends ArrayBufferView>(view: View): View {
    const memory = view.buffer;
    if (!this.#seen.has(memory)) {
      this.#seen.add(memory);
      this.#all.push({ memory, made: new Error("made here") });
    }
    return view;
  }

  #recordClass(name: "Uint8Array" | "Uint32Array"): void {
    const original = globalThis[name] as Uint8ArrayConstructor;
    const recording: Uint8ArrayConstructor = new Proxy(original, {
      construct: (target, values, made) =>
        this.#record(Reflect.construct(target, values, made === recording ? target : made)),
    });
    globalThis[name] = recording as never;
    this.#undo.push(() => {
      globalThis[name] = original as never;
    });
    this.#recordFunction(original.prototype as unknown as Record<string, Maker>, "slice");
  }

  #recordFunction(holder: Record<string, Maker>, name: string): void {
    const owned = Object.getOwnPropertyDescriptor(holder, name);
    const original = holder[name] as Maker;
    const record = (view: Uint8Array): Uint8Array => this.#record(view);
    Object.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      value(this: unknown, ...values: never[]) {
        return record(original.apply(this as never, values));
      },
    });
    this.#undo.push(() => {
      if (owned === undefined) delete holder[name];
      else Object.defineProperty(holder, name, owned);
    });
  }
}
