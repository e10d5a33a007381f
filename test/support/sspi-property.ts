/**
 * The property of the face: random sessions, a number of cases, the same for the same seed. A session that breaks a rule
 * is reported with the seed that replays it alone.
 */
import { ASC_REQ_MUTUAL_AUTH } from "../../src/sspi/context-flags.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import { CLIENT_IDENTITY } from "./pinned-dependencies.ts";
import { numbers } from "./random.ts";
import { type Auth, credential, VERSIONS, versionOnly } from "./session-kit.ts";
import { SspiModel } from "./sspi-model.ts";

/** Most cases of one session. */
const SESSION = 400;

/** Cases of a session that has failed on both sides. */
const AFTERLIFE = 25;

interface Variant {
  readonly client: CredentialHandle;
  readonly server: CredentialHandle;
  readonly serverReq: number;
}

/** Both versions, with and without client certificates, tickets, renegotiation, transparent post-handshake messages. */
function variants(): Variant[] {
  return VERSIONS.flatMap((version) =>
    [0, 1, 2, 3].map((kind): Variant => {
      const own: Auth = kind === 1 ? { paCred: [CLIENT_IDENTITY] } : {};
      return {
        client: credential("client", {
          ...versionOnly(version),
          ...own,
          dwSessionLifespan: -1,
          sealwire: { transparentPostHandshake: kind === 2, allowRenegotiation: true },
        }),
        server: credential("server", {
          sealwire: { ticketCount: kind, allowRenegotiation: kind === 3 },
        }),
        serverReq: kind === 1 || kind === 3 ? ASC_REQ_MUTUAL_AUTH : 0,
      };
    }),
  );
}

export interface PropertyOptions {
  readonly seed: number;
  readonly cases: number;
  /** Called now and then with the cases done. */
  readonly progress?: (done: number) => void;
}

/**
 * Runs at least `cases` cases.
 * @returns how many there were
 * @throws Error with the seed of the session that broke a rule
 */
export function checkFace({ seed, cases, progress }: PropertyOptions): number {
  const all = variants();
  let done = 0;
  for (let session = 0; done < cases; session++) {
    const own = (seed + session) >>> 0;
    const next = numbers(own);
    const { client, server, serverReq } = all[next(all.length)] as Variant;
    const model = new SspiModel(next, client, server, serverReq);
    const end = Math.min(SESSION, 1 + next(2 * SESSION));
    try {
      let left = AFTERLIFE;
      while (model.calls < end && left > 0) {
        model.step();
        if (model.over) left--;
      }
      model.drain();
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Error(
        `call ${model.calls} of session ${own}: ${text}\nreplay: SEALWIRE_SEED=${own} SEALWIRE_CASES=1 npm run test:property`,
      );
    }
    done += model.calls;
    progress?.(done);
  }
  return done;
}
