/**
 * Debian's Chromium without a window, driven by playwright-core, which lives in this folder's own node_modules.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../support/data.ts";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  // Two ends of a data channel in one page find each other by loopback addresses.
  ...["--disable-features=WebRtcHideLocalIpsWithMdns", "--allow-loopback-in-peer-connection"],
];

/** As much of playwright's Page as is used here. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<T>(program: string): Promise<T>;
  evaluate<T, A>(program: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
  on(event: "console", listener: (message: { text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
  click(selector: string): Promise<void>;
  selectOption(selector: string, value: string): Promise<unknown>;
  textContent(selector: string): Promise<string | null>;
  waitForFunction(
    program: string,
    argument?: unknown,
    options?: { timeout: number },
  ): Promise<unknown>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  close(): Promise<void>;
}

export interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Launcher {
  launchPersistentContext(folder: string, options: object): Promise<Browser>;
}

/** Starts the browser with a fresh profile. */
export async function startChromium(): Promise<Browser> {
  const require = createRequire(join(ROOT, "test/browser/package.json"));
  const { chromium } = require("playwright-core") as { chromium: Launcher };
  const profile = mkdtempSync(join(tmpdir(), "sealwire-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: FLAGS,
    headless: true,
    ignoreHTTPSErrors: true,
  });
  return {
    newPage: () => context.newPage(),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
