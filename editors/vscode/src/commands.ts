import * as vscode from "vscode";

import type { Countersign } from "./countersign.ts";

/** What a user may call, by the names in package.json. The server's own commands are registered while it runs. */
const COMMANDS: Record<string, (countersign: Countersign) => unknown> = {
  "countersign.restart": (countersign) => countersign.restart(),
  "countersign.showLog": (countersign) => {
    countersign.showLog();
  },
};

export function registerCommands(countersign: Countersign): vscode.Disposable {
  const registered = Object.entries(COMMANDS).map(([name, run]) =>
    vscode.commands.registerCommand(name, () => run(countersign)),
  );
  return vscode.Disposable.from(...registered);
}
