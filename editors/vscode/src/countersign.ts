import { homedir } from "node:os";

import * as vscode from "vscode";

import { Client, type Owner } from "./client.ts";
import { Ends } from "./ends.ts";
import { findProgram, NoProgram } from "./program.ts";

/** A path that is being typed is not tried at each key. */
const TYPING_PAUSE_MS = 500;
/** A server that is well answers within a second, on a slow machine within a few. */
const ANSWER_MS = 10_000;

/** Owns the server, and everything else that has to go with the extension. */
export class Countersign implements vscode.Disposable, Owner {
  readonly #log = vscode.window.createOutputChannel("Countersign", { log: true });
  readonly #settings: vscode.Disposable;
  readonly #ends = new Ends();
  readonly #extensionPath: string;
  #client: Client | undefined;
  #pause: NodeJS.Timeout | undefined;
  /** The last line of the server's log: of a server that ends at once it is likely to say why. */
  #lastLine = "";
  /** The latest wish to start or stop; an earlier one that is still under way gives up. */
  #wish = 0;

  constructor(extensionPath: string) {
    this.#extensionPath = extensionPath;
    this.#settings = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("countersign.server.path")) {
        clearTimeout(this.#pause);
        this.#pause = setTimeout(() => void this.restart(), TYPING_PAUSE_MS);
      }
    });
  }

  /** Starts the server, in place of one that runs. The only way to a server: activation and recovery go it too. */
  async start(): Promise<void> {
    const wish = await this.#replace();
    if (wish !== this.#wish) {
      return;
    }
    let silence: NodeJS.Timeout | undefined;
    try {
      const program = findProgram(this.#places());
      this.#log.info(`Starting ${program}`);
      this.#client = new Client(program, this.#log, this);
      silence = setTimeout(() => void this.#showSilent(program, wish), ANSWER_MS);
      await this.#client.run();
    } catch (error) {
      if (!(error instanceof NoProgram)) {
        throw error;
      }
      await this.#show(error.message);
    } finally {
      clearTimeout(silence);
    }
  }

  /** Starts the server anew because somebody asks for it, whatever happened before. */
  async restart(): Promise<void> {
    this.#ends.forget();
    this.#lastLine = "";
    await this.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#pause);
    await this.#replace();
  }

  showLog(): void {
    this.#log.show();
  }

  /** The server's log. Each line brings its own level. */
  onLogged(line: string): void {
    this.#log.info(line);
    this.#lastLine = line.trim() === "" ? this.#lastLine : line;
  }

  onLost(reason: string): void {
    this.#client = undefined;
    this.#log.error(`The server is lost: ${reason}`);
    if (this.#ends.mayStartAfter(Date.now())) {
      void this.start();
      return;
    }
    const last = this.#lastLine === "" ? "" : ` Its last words: “${this.#lastLine}”.`;
    void this.#show(`Countersign's server does not keep running (${reason}) and is not started again.${last}`);
  }

  dispose(): void {
    this.#settings.dispose();
    this.#log.dispose();
  }

  /** Ends the server that runs. Gives the number of this wish. */
  async #replace(): Promise<number> {
    const wish = ++this.#wish;
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
    return wish;
  }

  /** Shows that a server is waited for, unless somebody wished for another one meanwhile. */
  async #showSilent(program: string, wish: number): Promise<void> {
    if (wish === this.#wish) {
      const seconds = ANSWER_MS / 1000;
      await this.#show(`“${program}” has not answered for ${seconds} seconds: nothing is marked until it does.`);
    }
  }

  /** Shows what is wrong and what can be done about it. */
  async #show(message: string): Promise<void> {
    this.#log.error(message);
    const actions = new Map<string, () => unknown>([
      ["Restart Server", () => this.restart()],
      [
        "Open Settings",
        () => vscode.commands.executeCommand("workbench.action.openSettings", "countersign.server.path"),
      ],
      [
        "Show Log",
        () => {
          this.showLog();
        },
      ],
    ]);
    const chosen = await vscode.window.showErrorMessage(message, ...actions.keys());
    await actions.get(chosen ?? "")?.();
  }

  #places() {
    return {
      setting: vscode.workspace.getConfiguration("countersign").get("server.path", "").trim(),
      extension: this.#extensionPath,
      home: homedir(),
      path: process.env.PATH ?? "",
      platform: process.platform,
    };
  }
}
