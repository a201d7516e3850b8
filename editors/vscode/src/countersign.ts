import { homedir } from "node:os";

import * as vscode from "vscode";

import { Client } from "./client.ts";
import { Ends } from "./ends.ts";
import { findProgram, NoProgram } from "./program.ts";

/** Owns the server, and everything else that has to go with the extension. */
export class Countersign implements vscode.Disposable {
  readonly #log = vscode.window.createOutputChannel("Countersign", { log: true });
  readonly #settings: vscode.Disposable;
  readonly #ends = new Ends();
  readonly #extensionPath: string;
  #client: Client | undefined;
  /** The latest wish to start or stop; an earlier one that is still under way gives up. */
  #wish = 0;

  constructor(extensionPath: string) {
    this.#extensionPath = extensionPath;
    this.#settings = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("countersign.server.path")) {
        void this.restart();
      }
    });
  }

  /** Starts the server, in place of one that runs. The only way to a server: activation and recovery go it too. */
  async start(): Promise<void> {
    const wish = await this.#replace();
    if (wish !== this.#wish) {
      return;
    }
    try {
      const program = findProgram(this.#places());
      this.#log.info(`Starting ${program}`);
      this.#client = new Client(program, this.#log, (reason) => {
        this.#recover(reason);
      });
      await this.#client.run();
    } catch (error) {
      if (!(error instanceof NoProgram)) {
        throw error;
      }
      await this.#show(error.message);
    }
  }

  /** Starts the server anew because somebody asks for it, whatever happened before. */
  async restart(): Promise<void> {
    this.#ends.forget();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#replace();
  }

  showLog(): void {
    this.#log.show();
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

  #recover(reason: string): void {
    this.#client = undefined;
    this.#log.error(`The server is lost: ${reason}`);
    if (this.#ends.mayStartAfter(Date.now())) {
      void this.start();
    } else {
      const tried = "It was started several times and is not any more.";
      void this.#show(`Countersign's server does not keep running: ${reason}. ${tried} The log may say why.`);
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
