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

/**
 * One process of the server and the conversation with it. It is never started a second time: `onLost` is called once
 * when it ends unasked or does not start, and whoever owns it makes a new one.
 */
export class Client extends LanguageClient {
  readonly #onLost: (reason: string) => void;
  #isOver = false;

  constructor(program: string, log: vscode.LogOutputChannel, onLost: (reason: string) => void) {
    super(
      "countersign",
      "Countersign",
      { command: program, args: ["lsp"] },
      options(log, () => this),
    );
    this.#onLost = onLost;
  }

  /** Starts the server. What goes wrong is told to `onLost`. */
  async run(): Promise<void> {
    try {
      await this.start();
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
      this.#onLost(reason);
    }
  }

  /** A failed start is logged like every error; it is shown to the user by the owner, with what to do. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function options(log: vscode.LogOutputChannel, client: () => Client): LanguageClientOptions {
  return {
    // An assistant writes every kind of file. What is not on the disk cannot be known.
    documentSelector: [{ scheme: "file" }],
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => vscode.workspace.getConfiguration().get<unknown>("countersign"),
    // The server takes settings that are pushed, which every editor can do.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    synchronize: { configurationSection: "countersign" },
    stdioOptions: { stdout: ignored, stderr: logged },
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

/** The server's log. Each line begins with its own level. */
function logged(stderr: NodeJS.ReadableStream, log: vscode.LogOutputChannel): void {
  createInterface({ input: stderr }).on("line", (line) => {
    log.info(line);
  });
}

/** Stdout carries the conversation. */
function ignored(): void {
  // Nothing is left to read.
}
