import { createInterface } from "node:readline";

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  LSPErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";

/** As many faulty messages in a row are passed over. */
const MOST_FAULTY_MESSAGES = 3;

/** What a client tells its owner. */
export interface Owner {
  /** The server has written a line to its log. */
  onLogged(line: string): void;
  /** The server has ended unasked, or did not start. Told once. */
  onLost(reason: string): void;
}

/** One process of the server and the conversation with it. It is never started a second time. */
export class Client extends LanguageClient {
  readonly #owner: Owner;
  #isOver = false;

  constructor(program: string, log: vscode.LogOutputChannel, owner: Owner) {
    super(
      "countersign",
      "Countersign",
      { command: program, args: ["lsp"] },
      options(log, owner, () => this),
    );
    this.#owner = owner;
  }

  /** Starts the server. What goes wrong is told to the owner. */
  async run(): Promise<void> {
    try {
      await this.start();
      if (this.#isOver) {
        await this.end();
      }
    } catch (error) {
      this.lost(error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends the conversation; the process has a moment to write down what it knows. */
  async end(): Promise<void> {
    this.#isOver = true;
    const process = this.serverProcess;
    try {
      await this.dispose();
    } catch {
      // It was not running yet, or does not answer.
      process?.kill();
    }
  }

  /** The conversation broke off, or did not begin. */
  lost(reason: string): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#owner.onLost(reason);
    }
  }

  /** A failed start is logged like every error; it is shown to the user by the owner, with what to do. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function options(log: vscode.LogOutputChannel, owner: Owner, client: () => Client): LanguageClientOptions {
  return {
    // An assistant writes every kind of file. What is not on the disk cannot be known.
    documentSelector: [{ scheme: "file" }],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => vscode.workspace.getConfiguration().get<unknown>("countersign"),
    // A setting that nobody set is null, so that the repository's own settings hold.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- It works with a server that does not ask, too.
    synchronize: { configurationSection: "countersign" },
    stdioOptions: {
      stdout: () => {
        // It carries the conversation.
      },
      stderr: (input) => {
        createInterface({ input }).on("line", (line) => {
          owner.onLogged(line);
        });
      },
    },
    // The owner shows what is wrong.
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (error, _message, count) => {
        if ((count ?? 0) <= MOST_FAULTY_MESSAGES) {
          return { action: ErrorAction.Continue, handled: true };
        }
        client().lost(error.message);
        return { action: ErrorAction.Shutdown, handled: true };
      },
      closed: () => {
        client().lost("its process ended");
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: { executeCommand: (command, args: unknown[]) => execute(client(), command, args) },
  };
}

/** Asks the server to act. Why it did not is shown in its own words; by default only the log would have them. */
async function execute(client: Client, command: string, args: unknown[]): Promise<unknown> {
  try {
    return await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  } catch (error) {
    // Of a text that has changed meanwhile the server tells by itself.
    if (error instanceof ResponseError && error.code === LSPErrorCodes.ContentModified) {
      return undefined;
    }
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(`Countersign: ${reason}`);
    return undefined;
  }
}
