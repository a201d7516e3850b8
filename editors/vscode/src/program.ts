import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Where the program may be. */
export interface Places {
  /** The setting `countersign.server.path`; empty if it is not set. */
  setting: string;
  /** The folder of this extension. */
  extension: string;
  /** The user's home, for a setting that begins with `~/`. */
  home: string;
  /** The variable PATH. */
  path: string;
  /** As node names it: "linux", "darwin", "win32". */
  platform: string;
}

/** There is no program to start. The message says what to do. */
export class NoProgram extends Error {}

/**
 * The program to start: what the user set, else what came with the extension, else the first on the PATH.
 *
 * A setting that names no program is an error and not passed over: the user would not notice that another one runs.
 */
export function findProgram(places: Places): string {
  if (places.setting !== "") {
    return programOfSetting(places);
  }
  const name = places.platform === "win32" ? "countersign.exe" : "countersign";
  const candidates = [
    join(places.extension, "server", name),
    ...places.path
      .split(delimiter)
      .filter(isAbsolute)
      .map((folder) => join(folder, name)),
  ];
  const found = candidates.find((candidate) => whyNot(candidate) === undefined);
  if (found === undefined) {
    throw new NoProgram(
      "No countersign program was found: the extension came without one, and none is on the PATH. " +
        "Install it with “cargo install --path server/countersign”, or say where it is in the setting countersign.server.path.",
    );
  }
  return found;
}

function programOfSetting({ setting, home }: Places): string {
  const program = setting.startsWith("~/") ? join(home, setting.slice(2)) : setting;
  const problem = isAbsolute(program) ? whyNot(program) : "is not an absolute path";
  if (problem !== undefined) {
    throw new NoProgram(
      `The setting countersign.server.path is “${setting}”, which ${problem}. ` +
        "Correct it, or clear it to use the program that comes with the extension.",
    );
  }
  return program;
}

/** Why the file cannot be started, as the end of a sentence; undefined if it can. */
function whyNot(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) {
      return "is not a file";
    }
  } catch {
    return "is not there";
  }
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return "may not be executed";
  }
  return undefined;
}
