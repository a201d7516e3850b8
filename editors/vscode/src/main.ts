import type * as vscode from "vscode";

import { registerCommands } from "./commands.ts";
import { Countersign } from "./countersign.ts";

let countersign: Countersign | undefined;

export function activate(context: vscode.ExtensionContext): void {
  countersign = new Countersign(context.extensionPath);
  context.subscriptions.push(countersign, registerCommands(countersign));
  void countersign.start();
}

/** Lets the server write down what it knows before the window goes. */
export async function deactivate(): Promise<void> {
  await countersign?.stop();
}
