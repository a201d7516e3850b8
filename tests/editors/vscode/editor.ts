// VS Code as a user has it: code-server, with the real package of the extension installed, shown by a real browser.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";

import type { BrowserContext, Page } from "playwright-core";

import { descendants, programOf } from "./processes.ts";
import { until } from "./wait.ts";
import { Window } from "./window.ts";

const extension = createRequire(join(import.meta.dirname, "../../../editors/vscode/package.json"));
const { chromium } = extension("playwright-core") as typeof import("playwright-core");

/** Calm, and without what needs the network. */
const SETTINGS = {
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/** Where the programs are, and the folder for all that a user keeps. */
export interface Setup {
  codeServer: string;
  chromium: string;
  folder: string;
}

/** A user of the editor: the settings and all else that outlives a window. */
export class User {
  readonly #setup: Setup;
  readonly #name: string;
  /** The browser keeps what it knows by the address, so that stays the same. */
  #port = "0";

  constructor(setup: Setup, name: string, settings: Record<string, unknown> = {}) {
    this.#setup = setup;
    this.#name = name;
    const file = join(this.#data, "User/settings.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...SETTINGS, ...settings }));
  }

  /** Opens the file in a new editor, whose window has a folder or those of a workspace file. */
  async open(project: string, file: string, environment: Record<string, string> = {}): Promise<Editor> {
    const at = ["--auth", "none", "--bind-addr", `127.0.0.1:${this.#port}`, "--user-data-dir", this.#data];
    const process = spawn(this.#setup.codeServer, [...at, ...common(this.#setup)], {
      env: { ...surroundings(), ...environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const address = await listening(process);
    this.#port = address.port;
    const context = await chromium.launchPersistentContext(join(this.#data, "browser"), {
      executablePath: this.#setup.chromium,
      viewport: { width: 960, height: 600 },
    });
    // Nothing but the editor itself is fetched.
    await context.route(
      (url) => url.host !== address.host,
      (route) => route.abort(),
    );
    const page = context.pages()[0] ?? (await context.newPage());
    const opened = new URL(address);
    opened.searchParams.set(project.endsWith(".code-workspace") ? "workspace" : "folder", project);
    opened.searchParams.set("payload", JSON.stringify([["openFile", `vscode-remote://${address.host}${file}`]]));
    await page.goto(opened.href);
    return Editor.shown(process, context, page, basename(file), join(this.#data, "last.png"));
  }

  get #data(): string {
    return join(this.#setup.folder, this.#name);
  }
}

/** Installs the package for all users. Gives the folder in which the extension is then. */
export function install(setup: Setup, vsix: string): string {
  const data = join(setup.folder, "installer");
  const command = ["--user-data-dir", data, ...common(setup), "--install-extension", vsix];
  execFileSync(setup.codeServer, command, {
    env: surroundings(),
    stdio: "ignore",
  });
  const folder = readdirSync(extensions(setup)).find((name) => name.startsWith("countersign."));
  if (folder === undefined) {
    throw new Error("the package is not installed");
  }
  return join(extensions(setup), folder);
}

/** One window of a running editor. */
export class Editor extends Window {
  readonly #process: ChildProcess;
  readonly #context: BrowserContext;
  /** The last that is seen of it goes there, for who wonders why a scene failed. */
  readonly #lastPicture: string;

  private constructor(process: ChildProcess, context: BrowserContext, page: Page, lastPicture: string) {
    super(page);
    this.#process = process;
    this.#context = context;
    this.#lastPicture = lastPicture;
  }

  static async shown(
    process: ChildProcess,
    context: BrowserContext,
    page: Page,
    file: string,
    lastPicture: string,
  ): Promise<Editor> {
    const editor = new Editor(process, context, page, lastPicture);
    await editor.showsFile(file);
    await editor.showProblems();
    return editor;
  }

  /** The process of the server, once one runs that is not `other`. */
  async server(other?: number): Promise<number> {
    const isOther = (pid: number) => pid !== other && basename(programOf(pid)).startsWith("countersign");
    const found = await until(
      () => descendants(this.#pid).find(isOther),
      (pid) => pid !== undefined,
    );
    if (found === undefined) {
      throw new Error("no server is running");
    }
    return found;
  }

  /** Closes the window and the editor as a person does, and waits until all its processes have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.picture(this.#lastPicture);
    await this.#context.close();
    const all = [this.#pid, ...descendants(this.#pid)];
    if (this.#process.exitCode === null) {
      const exit = once(this.#process, "exit");
      this.#process.kill();
      await exit;
    }
    const left = await until(
      () => all.filter((pid) => programOf(pid) !== ""),
      (pids) => pids.length === 0,
    );
    for (const pid of left) {
      process.kill(pid, "SIGKILL");
    }
  }

  get #pid(): number {
    return this.#process.pid ?? 0;
  }
}

function common(setup: Setup): string[] {
  const quiet = ["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
  return ["--extensions-dir", extensions(setup), ...quiet];
}

function extensions(setup: Setup): string {
  const folder = join(setup.folder, "extensions");
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
  }
  return folder;
}

/** The variables of the story, and no gallery of extensions. */
function surroundings(): NodeJS.ProcessEnv {
  return { ...process.env, EXTENSIONS_GALLERY: "{}" };
}

/** Waits until code-server says where it listens. */
async function listening(process: ChildProcess): Promise<URL> {
  if (process.stdout === null) {
    throw new Error("code-server has no output");
  }
  for await (const line of createInterface({ input: process.stdout })) {
    const address = /listening on (http:\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      process.stdout.resume();
      return new URL(address);
    }
  }
  throw new Error("code-server does not start");
}
