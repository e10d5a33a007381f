/**
 * Servers of others as child processes with TLS switched on: files in a temporary folder, free ports of loopback, never
 * the machine's services.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, type Program, start } from "../interop/processes.ts";
import { postgresFolder, temporary } from "./kit.ts";

export interface Running {
  readonly port: number;
  readonly program: Program;
}

const READY_MS = 30_000;
const isRoot = process.getuid?.() === 0;

/** PostgreSQL refuses to run as root: then it runs as its own user. */
export async function postgres(): Promise<Running> {
  // A folder of its own: one run may start several.
  const data = mkdtempSync(join(temporary(), "postgres-"));
  if (isRoot) {
    chmodSync(temporary(), 0o755);
    const [uid, gid] = ["-u", "-g"].map((flag) =>
      Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })),
    ) as [number, number];
    chownSync(data, uid, gid);
  }
  const bin = postgresFolder();
  const initdb = ["-D", data, "-A", "trust", "-U", "tester", "--no-sync"];
  const [command, ...parameters] = asPostgres([join(bin, "initdb"), ...initdb]);
  execFileSync(command as string, parameters, { stdio: "pipe", cwd: "/" });
  for (const file of ["cert.pem", "key.pem"]) {
    copyFileSync(join(temporary(), file), join(data, file));
    if (isRoot) execFileSync("chown", ["postgres", join(data, file)]);
    chmodSync(join(data, file), 0o600);
  }
  const port = await freePort();
  const settings = {
    ssl: "on",
    ssl_cert_file: join(data, "cert.pem"),
    ssl_key_file: join(data, "key.pem"),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const program = run(asPostgres([join(bin, "postgres"), "-D", data, "-p", `${port}`, ...options]));
  await program.until(/ready to accept connections/, READY_MS);
  return { port, program };
}

function asPostgres(words: readonly string[]): readonly string[] {
  if (!isRoot) return words;
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", ...words];
}

export async function redis(version: string): Promise<Running> {
  const port = await freePort();
  const files = temporary();
  const program = run([
    ...["redis-server", "--port", "0", "--tls-port", `${port}`, "--bind", "127.0.0.1"],
    ...["--tls-cert-file", join(files, "cert.pem"), "--tls-key-file", join(files, "key.pem")],
    ...["--tls-auth-clients", "no", "--save", "", "--dir", files, "--daemonize", "no"],
    ...["--tls-protocols", version],
  ]);
  await program.until(/Ready to accept connections/, READY_MS);
  return { port, program };
}

export function mosquitto(version: string): Promise<Running> {
  const files = temporary();
  return mosquittoWith(
    `certfile ${join(files, "cert.pem")}`,
    `keyfile ${join(files, "key.pem")}`,
    `tls_version ${version}`,
  );
}

/** By keys agreed on outside TLS: `name` has the key `hex`. */
export function mosquittoByKey(name: string, hex: string, hint: string): Promise<Running> {
  const file = join(temporary(), "mosquitto.psk");
  writeFileSync(file, `${name}:${hex}\n`);
  return mosquittoWith(`psk_file ${file}`, `psk_hint ${hint}`, "use_identity_as_username true");
}

/** @param further lines of its configuration; none: without TLS */
export async function mosquittoWith(...further: readonly string[]): Promise<Running> {
  const port = await freePort();
  const configuration = join(temporary(), `mosquitto-${port}.conf`);
  const lines = [
    `listener ${port} 127.0.0.1`,
    "allow_anonymous true",
    "persistence false",
    ...further,
    // Started as root it would become a user that may not read the key.
    ...(isRoot ? ["user root"] : []),
  ];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const program = run(["mosquitto", "-c", configuration]);
  await program.until(/mosquitto version .* running/, READY_MS);
  return { port, program };
}

export async function nginx(version: string, root: string): Promise<Running> {
  const port = await freePort();
  const files = temporary();
  const configuration = join(files, `nginx-${port}.conf`);
  writeFileSync(
    configuration,
    `daemon off; master_process off; pid ${files}/nginx-${port}.pid; error_log stderr notice;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path ${files}/body; proxy_temp_path ${files}/proxy; fastcgi_temp_path ${files}/fastcgi;
  uwsgi_temp_path ${files}/uwsgi; scgi_temp_path ${files}/scgi;
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${files}/cert.pem; ssl_certificate_key ${files}/key.pem;
    ssl_protocols ${version};
    root ${root};
  }
}
`,
  );
  const program = run(["nginx", "-e", "stderr", "-c", configuration]);
  await program.until(/start worker|using the|built by|OS:/, READY_MS);
  return { port, program };
}

function run(words: readonly string[]): Program {
  const [command, ...parameters] = words;
  return start(command as string, parameters);
}
