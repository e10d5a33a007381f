/**
 * Servers of others as child processes with TLS switched on: files in a temporary folder, free ports of loopback, never
 * the machine's services.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
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

/** @param password of the user "default"; none: everyone may do everything */
export async function redis(version: string, password = ""): Promise<Running> {
  const port = await freePort();
  const files = temporary();
  const program = run([
    ...["redis-server", "--port", "0", "--tls-port", `${port}`, "--bind", "127.0.0.1"],
    ...["--tls-cert-file", join(files, "cert.pem"), "--tls-key-file", join(files, "key.pem")],
    ...["--tls-auth-clients", "no", "--save", "", "--dir", files, "--daemonize", "no"],
    ...["--tls-protocols", version, "--requirepass", password],
  ]);
  await program.until(/Ready to accept connections/, READY_MS);
  return { port, program };
}

/** The one user of {@link mariadb} that needs a password, and TLS. */
export const MARIADB_USER = { user: "tester", password: "secret", database: "tests" } as const;

export async function mariadb(): Promise<Running> {
  const data = mkdtempSync(join(temporary(), "mariadb-"));
  // The first connections come before anyone could connect: users are made by a file.
  const first = join(data, "first.sql");
  const { user, password, database } = MARIADB_USER;
  const lines = [
    `create database ${database};`,
    `create user '${user}'@'%' identified by '${password}' require ssl;`,
    `grant all on ${database}.* to '${user}'@'%';`,
  ];
  writeFileSync(first, `${lines.join("\n")}\n`);
  const files = temporary();
  const tables = join(data, "tables");
  const common = ["--no-defaults", `--datadir=${tables}`, ...(isRoot ? ["--user=root"] : [])];
  execFileSync("mariadb-install-db", [...common, "--auth-root-authentication-method=normal"], {
    stdio: "pipe",
  });
  const port = await freePort();
  const program = run([
    ...["mariadbd", ...common, `--port=${port}`, "--bind-address=127.0.0.1"],
    ...[`--socket=${join(data, "socket")}`, `--pid-file=${join(data, "pid")}`],
    ...[`--ssl-cert=${join(files, "cert.pem")}`, `--ssl-key=${join(files, "key.pem")}`],
    ...[
      `--init-file=${first}`,
      "--tls-version=TLSv1.2,TLSv1.3",
      "--skip-name-resolve",
      "--innodb-buffer-pool-size=8M",
    ],
  ]);
  await program.until(/ready for connections/, READY_MS);
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

/**
 * vsftpd with an anonymous user who may write, for whom TLS and reuse of its sessions are required.
 * @param folder where the files are
 * @param implicit TLS from the first byte
 */
export async function vsftpd(folder: string, implicit: boolean): Promise<Running> {
  const port = await freePort();
  const files = temporary();
  const configuration = join(files, `vsftpd-${port}.conf`);
  const settings = {
    listen: "YES",
    listen_address: "127.0.0.1",
    listen_port: port,
    background: "NO",
    run_as_launching_user: "YES",
    seccomp_sandbox: "NO",
    anonymous_enable: "YES",
    anon_root: folder,
    anon_upload_enable: "YES",
    anon_other_write_enable: "YES",
    anon_world_readable_only: "NO",
    write_enable: "YES",
    ssl_enable: "YES",
    implicit_ssl: implicit ? "YES" : "NO",
    allow_anon_ssl: "YES",
    force_anon_logins_ssl: "YES",
    force_anon_data_ssl: "YES",
    require_ssl_reuse: "YES",
    ssl_ciphers: "HIGH",
    rsa_cert_file: join(files, "cert.pem"),
    rsa_private_key_file: join(files, "key.pem"),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(configuration, lines.join(""));
  const program = run(["vsftpd", configuration]);
  await accepting(port, program);
  return { port, program };
}

/** Until a port of loopback of that program accepts connections, for programs that never say that they are ready. */
async function accepting(port: number, program: Program): Promise<void> {
  for (const end = Date.now() + READY_MS; ; ) {
    const socket = connect(port, "127.0.0.1");
    const answer = await once(socket, "connect").then(
      () => null,
      (error: Error) => error,
    );
    socket.destroy();
    if (answer === null) return;
    if (Date.now() > end || program.child.exitCode !== null)
      throw new Error(`${answer.message}\n${program.output()}`);
    await setTimeout(50);
  }
}

/** Who may write at {@link slapd}, and below what. */
export const SLAPD_USER = {
  base: "dc=example,dc=com",
  name: "cn=tester,dc=example,dc=com",
  password: "secret",
} as const;

/** slapd with both ports, which answers nobody without TLS. */
export async function slapd(): Promise<{
  ports: { ldap: number; ldaps: number };
  program: Program;
}> {
  const folder = mkdtempSync(join(temporary(), "slapd-"));
  const files = temporary();
  const { base, name, password } = SLAPD_USER;
  const configuration = join(folder, "slapd.conf");
  const lines = [
    "include /etc/ldap/schema/core.schema",
    "modulepath /usr/lib/ldap",
    "moduleload back_mdb",
    `pidfile ${join(folder, "pid")}`,
    `TLSCertificateFile ${join(files, "cert.pem")}`,
    `TLSCertificateKeyFile ${join(files, "key.pem")}`,
    "security tls=1",
    "database mdb",
    `suffix "${base}"`,
    `rootdn "${name}"`,
    `rootpw ${password}`,
    `directory ${folder}`,
  ];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const entries = join(folder, "base.ldif");
  writeFileSync(
    entries,
    `dn: ${base}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n`,
  );
  execFileSync("slapadd", ["-f", configuration, "-l", entries], { stdio: "pipe" });
  const ports = { ldap: await freePort(), ldaps: await freePort() };
  const addresses = `ldap://127.0.0.1:${ports.ldap} ldaps://127.0.0.1:${ports.ldaps}`;
  // Any output keeps it in the foreground.
  const program = run(["slapd", "-d", "stats", "-f", configuration, "-h", addresses]);
  await program.until(/slapd starting/, READY_MS);
  return { ports, program };
}

/** The one user of {@link dovecot}. */
export const DOVECOT_USER = { user: "tester", pass: "secret" } as const;

/** Dovecot with both ports; nobody logs in without TLS. */
export async function dovecot(): Promise<{
  ports: { imap: number; imaps: number };
  program: Program;
}> {
  const folder = mkdtempSync(join(temporary(), "dovecot-"));
  const files = temporary();
  // Its users have to find their files.
  for (const path of [files, folder]) chmodSync(path, 0o755);
  const ports = { imap: await freePort(), imaps: await freePort() };
  const mail = join(folder, "mail");
  mkdirSync(mail);
  // Mail of root is refused.
  const owner = isRoot ? "nobody" : userInfo().username;
  if (isRoot) execFileSync("chown", [owner, mail]);
  const own = isRoot
    ? []
    : [
        `default_login_user = ${owner}`,
        `default_internal_user = ${owner}`,
        `default_internal_group = ${groupOf(owner, "-gn")}`,
        "service imap-login {\n chroot =\n}",
        "service anvil {\n chroot =\n}",
      ];
  const lines = [
    "protocols = imap",
    "listen = 127.0.0.1",
    `base_dir = ${join(folder, "run")}`,
    `state_dir = ${join(folder, "state")}`,
    "log_path = /dev/stderr",
    "ssl = required",
    `ssl_cert = <${join(files, "cert.pem")}`,
    `ssl_key = <${join(files, "key.pem")}`,
    "ssl_min_protocol = TLSv1.2",
    `passdb {\n driver = static\n args = password=${DOVECOT_USER.pass}\n}`,
    `userdb {\n driver = static\n args = uid=${owner} gid=${groupOf(owner, "-g")} home=${mail}\n}`,
    `mail_location = maildir:${join(mail, "box")}`,
    "first_valid_uid = 1",
    `service imap-login {\n inet_listener imap {\n port = ${ports.imap}\n }\n inet_listener imaps {\n port = ${ports.imaps}\n }\n}`,
    ...own,
  ];
  const configuration = join(folder, "dovecot.conf");
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const program = run(["dovecot", "-F", "-c", configuration]);
  await accepting(ports.imap, program);
  return { ports, program };
}

/** @param as its number ("-g") or its name ("-gn") */
const groupOf = (user: string, as: "-g" | "-gn"): string =>
  execFileSync("id", [as, user], { encoding: "utf8" }).trim();
