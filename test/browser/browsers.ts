/**
 * Debian's Chromium and Firefox without a window, driven by puppeteer-core, which lives in this folder's own node_modules.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../support/data.ts";

export type BrowserName = "chromium" | "firefox";

/** As much of puppeteer's Page as is used here. */
export interface Page {
  goto(url: string): Promise<unknown>;
  /** Value of an expression in the page, awaited. */
  evaluate(expression: string): Promise<unknown>;
  on(event: "console", listener: (message: { text(): string }) => void): unknown;
  on(event: "pageerror", listener: (error: Error) => void): unknown;
  click(selector: string): Promise<void>;
  select(selector: string, value: string): Promise<unknown>;
  waitForFunction(expression: string, options: { timeout: number }): Promise<unknown>;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
  setViewport(size: { width: number; height: number }): Promise<void>;
  close(): Promise<void>;
}

export interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Launcher {
  launch(options: object): Promise<Browser>;
}

/** Two ends of a data channel in one page find each other by loopback addresses. */
const OPTIONS: Readonly<Record<BrowserName, object>> = {
  chromium: {
    browser: "chrome",
    executablePath: "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...["--disable-features=WebRtcHideLocalIpsWithMdns", "--allow-loopback-in-peer-connection"],
    ],
  },
  firefox: {
    browser: "firefox",
    executablePath: "/usr/bin/firefox-esr",
    extraPrefsFirefox: {
      "media.peerconnection.ice.loopback": true,
      "media.peerconnection.ice.obfuscate_host_addresses": false,
    },
  },
};

/** Starts a browser with a fresh profile; certificates of unknown issuers are taken. */
export function startBrowser(name: BrowserName): Promise<Browser> {
  const require = createRequire(join(ROOT, "test/browser/package.json"));
  const launcher = require("puppeteer-core") as Launcher & { readonly default?: Launcher };
  const { launch } = launcher.default ?? launcher;
  return launch({ headless: true, acceptInsecureCerts: true, ...OPTIONS[name] });
}

/** Text of the first element that fits. */
export async function textOf(page: Page, selector: string): Promise<string> {
  const found = await page.evaluate(`document.querySelector(${JSON.stringify(selector)})`);
  if (found === null) throw new Error(`there is no ${selector} in the page`);
  return String(
    await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`),
  );
}
