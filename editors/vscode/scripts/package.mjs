// Makes the .vsix for this machine, with the server inside: $COUNTERSIGN_BIN, else a release build of this checkout.
//
//   npm run package [-- --out FILE]     default: countersign-<platform>.vsix in this folder

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";

import { createVSIX } from "@vscode/vsce";

const extension = resolve(import.meta.dirname, "..");
const repository = resolve(extension, "../..");
const target = `${process.platform}-${process.arch}`;
process.chdir(extension);

copyServer(process.env.COUNTERSIGN_BIN ?? buildServer());
writeLicence();
execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit", shell: process.platform === "win32" });
await createVSIX({ cwd: extension, target, dependencies: false, packagePath: wantedPath() });

/** @returns {string} The path of the release build. */
function buildServer() {
  const cargo = [
    "build",
    "--release",
    "--locked",
    "--package",
    "countersign",
    "--message-format=json-render-diagnostics",
  ];
  const messages = execFileSync("cargo", cargo, {
    cwd: repository,
    encoding: "utf8",
    maxBuffer: Infinity,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const program = messages
    .trim()
    .split("\n")
    .map(executable)
    .findLast((path) => path !== undefined);
  if (!program) {
    throw new Error("cargo built no program");
  }
  return program;
}

/**
 * The program that a message of cargo's says it has built.
 *
 * @param {string} message
 * @returns {string | undefined}
 */
function executable(message) {
  const artifact = /** @type {{ executable?: string | null }} */ (JSON.parse(message));
  return artifact.executable ?? undefined;
}

/** @param {string} program */
function copyServer(program) {
  rmSync("server", { recursive: true, force: true });
  mkdirSync("server");
  const copy = join("server", process.platform === "win32" ? "countersign.exe" : "countersign");
  copyFileSync(resolve(program), copy);
  chmodSync(copy, 0o755);
}

/** The package needs one file; the repository has the two licences to choose from. */
function writeLicence() {
  const texts = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => readFileSync(join(repository, name), "utf8").trim());
  writeFileSync("LICENSE", `${["MIT or Apache 2.0, as you like.", ...texts].join("\n\n---\n\n")}\n`);
}

/** @returns {string} */
function wantedPath() {
  const at = process.argv.indexOf("--out");
  const path = at < 0 ? undefined : process.argv[at + 1];
  return resolve(path ?? `countersign-${target}.vsix`);
}
