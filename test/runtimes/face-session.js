/**
 * The caller's loop over an SSPI face in memory, in plain JavaScript, knowing nothing but the documented names.
 */

export class Failure extends Error {
  constructor(face, call, status, report) {
    super(`${call}: ${face.statusName(status)} ${report?.message ?? ""}`);
    this.status = face.statusName(status);
    this.alert = report?.alertReceived?.name ?? report?.alertSent?.name ?? null;
  }
}

/** One end: what it makes is in `out`, what arrives is appended to `input`. */
export class End {
  constructor(face, role, credential, targetName) {
    Object.assign(this, { face, role, credential, targetName });
    this.context = undefined;
    this.input = new Uint8Array(0);
    this.out = [];
    this.done = false;
  }

  append(bytes) {
    const joined = new Uint8Array(this.input.length + bytes.length);
    joined.set(this.input);
    joined.set(bytes, this.input.length);
    this.input = joined;
  }

  /** One handshake call; false if it wants more bytes. */
  establish(token = this.input) {
    const { face } = this;
    const input = [
      new face.SecBuffer(face.SECBUFFER_TOKEN, token),
      new face.SecBuffer(face.SECBUFFER_EMPTY),
    ];
    const output = new face.SecBuffer(face.SECBUFFER_TOKEN);
    const call = {
      credential: this.credential,
      context: this.context,
      contextReq: 0x100 | (this.role === "client" ? 0x4000 : 0x8000),
      input: new face.SecBufferDesc(input),
      output: new face.SecBufferDesc([output]),
    };
    const answer =
      this.role === "client"
        ? face.initializeSecurityContext({ ...call, targetName: this.targetName })
        : face.acceptSecurityContext(call);
    if (answer.status === face.SEC_E_INCOMPLETE_MESSAGE) return false;
    this.context = answer.context ?? this.context;
    if (output.cbBuffer > 0) this.out.push(output.bytes.slice());
    this.keep(input, token);
    if (answer.status === face.SEC_E_OK) this.done = true;
    else if (answer.status !== face.SEC_I_CONTINUE_NEEDED)
      throw new Failure(face, "handshake", answer.status, answer.error);
    return true;
  }

  keep(buffers, token) {
    const extra = buffers.find((buffer) => buffer.BufferType === this.face.SECBUFFER_EXTRA);
    this.input = token.slice(token.length - (extra?.cbBuffer ?? 0));
  }

  get sizes() {
    return this.face.queryContextAttributes(this.context, this.face.SECPKG_ATTR_STREAM_SIZES).value;
  }

  get connection() {
    return this.face.queryContextAttributes(this.context, this.face.SEALWIRE_ATTR_CONNECTION).value;
  }

  write(data) {
    const { face } = this;
    const { cbHeader, cbTrailer, cbMaximumMessage } = this.sizes;
    for (let at = 0; at < data.length; at += cbMaximumMessage) {
      const piece = data.subarray(at, at + cbMaximumMessage);
      const memory = new Uint8Array(cbHeader + piece.length + cbTrailer);
      memory.set(piece, cbHeader);
      const end = cbHeader + piece.length;
      const trailer = new face.SecBuffer(face.SECBUFFER_STREAM_TRAILER, memory.subarray(end));
      const status = face.encryptMessage(
        this.context,
        0,
        new face.SecBufferDesc([
          new face.SecBuffer(face.SECBUFFER_STREAM_HEADER, memory.subarray(0, cbHeader)),
          new face.SecBuffer(face.SECBUFFER_DATA, memory.subarray(cbHeader, end)),
          trailer,
          new face.SecBuffer(face.SECBUFFER_EMPTY),
        ]),
      );
      if (status !== face.SEC_E_OK) throw new Failure(face, "encryptMessage", status);
      this.out.push(memory.subarray(0, end + trailer.cbBuffer));
    }
  }

  /** All data that is there; ends with null after close_notify. */
  read() {
    const { face } = this;
    const pieces = [];
    while (this.input.length > 0) {
      const token = this.input;
      const buffers = [new face.SecBuffer(face.SECBUFFER_DATA, token)];
      for (let i = 0; i < 3; i++) buffers.push(new face.SecBuffer(face.SECBUFFER_EMPTY));
      const status = face.decryptMessage(this.context, new face.SecBufferDesc(buffers));
      if (status === face.SEC_E_INCOMPLETE_MESSAGE) break;
      this.keep(buffers, token);
      if (status === face.SEC_I_CONTEXT_EXPIRED) return [...pieces, null];
      if (status === face.SEC_I_RENEGOTIATE) this.establish();
      else if (status !== face.SEC_E_OK)
        throw new Failure(face, "decryptMessage", status, face.lastError(this.context));
      const data = buffers.find((buffer) => buffer.BufferType === face.SECBUFFER_DATA);
      if (status === face.SEC_E_OK && data !== undefined) pieces.push(data.bytes.slice());
    }
    return pieces;
  }

  close() {
    const { face } = this;
    const token = Uint8Array.of(face.SCHANNEL_SHUTDOWN, 0, 0, 0);
    face.applyControlToken(
      this.context,
      new face.SecBufferDesc([new face.SecBuffer(face.SECBUFFER_TOKEN, token)]),
    );
    this.establish(new Uint8Array(0));
  }
}

/** Carries what was made to the other end. */
export function carry(from, to) {
  for (const bytes of from.out.splice(0)) to.append(bytes);
}

/** Handshakes two ends with each other. A failure is thrown after its alert was carried over. */
export function handshake(client, server) {
  client.establish(new Uint8Array(0));
  for (let round = 0; round < 20 && !(client.done && server.done); round++) {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      carry(from, to);
      try {
        while (!to.done && to.input.length > 0 && to.establish());
      } catch (failure) {
        carry(to, from);
        throw failure;
      }
    }
  }
  carry(client, server);
  carry(server, client);
}
