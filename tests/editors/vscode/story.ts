// The main job in the real VS Code: what Claude Code wrote is marked, a function at a time, until a person confirms it.
// What the assistant writes comes through the real hook, and the extension from its real package.

import { execFileSync } from "node:child_process";
import { realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as check from "./check.ts";
import * as claude from "./claude.ts";
import { install, type Setup, User } from "./editor.ts";
import { ended, programOf } from "./processes.ts";
import { IS_EMPTY, LAST_LINES, repository, setInFolder, status } from "./project.ts";

/** Less than tests/editors/run gives, so that the browser is closed in an orderly way. */
const SECONDS_FOR_ALL = 540;

const place = variable("COUNTERSIGN_PLACE");
const codeServer = process.argv[2] ?? "";
const setup: Setup = {
  codeServer,
  chromium: join(dirname(codeServer), "chromium"),
  folder: join(place, "vscode"),
};

const HEADER_MARK = "5 Info `parse_header`: 7 lines by Claude Code, unreviewed";
const CHECKSUM_MARK = "13 Info `checksum`: 4 lines by Claude Code, unreviewed";
const IS_EMPTY_MARK = "18 Info `is_empty`: 3 lines by Claude Code, unreviewed";
const MARKS = [HEADER_MARK, CHECKSUM_MARK];
const CONFIRM_HEADER = "Confirm `parse_header` (7 lines by Claude Code)";

/** A folder that is not the scene's subject is trusted. */
const TRUST = { "security.workspace.trust.enabled": false };

setTimeout(() => {
  console.log(`FAIL vscode: the story did not end within ${SECONDS_FOR_ALL} seconds`);
  process.exit(1);
}, SECONDS_FOR_ALL * 1000).unref();

const installed = install(setup, join(place, "countersign.vsix"));

await check.scene("a confirmed function stays confirmed", async () => {
  const project = repository(join(place, "project"));
  const user = new User(setup, "reviewer");
  {
    await using editor = await user.open(project.root, project.file);
    await editor.statusBarSays("Restricted Mode");
    const none = ["No matching commands"];
    check.equal("in a folder that is not trusted it is off", none, await editor.commands("Countersign: "));
    await editor.trust();
    await editor.showsFile("parse.rs");
    check.equal("once it is trusted, one mark a function, none on the person's", MARKS, await editor.marks(MARKS));
    check.equal("their first lines are underlined", 2, await editor.underlined(2));

    await editor.hideSideBar();
    const offered = await editor.quickFixes(5);
    check.equal("the first quick fix confirms the function", CONFIRM_HEADER, offered[0]);
    await editor.picture(join(process.env.COUNTERSIGN_PICTURES ?? place, "vscode.png"));
    await editor.press("Enter");
    check.equal("its mark goes, the other stays", [CHECKSUM_MARK], await editor.marks([CHECKSUM_MARK]));
    check.equal("and so does the line under it", 1, await editor.underlined(1));
  }
  await using later = await user.open(project.root, project.file);
  check.equal("a new editor shows what was left", [CHECKSUM_MARK], await later.marks([CHECKSUM_MARK]));
  check.equal("status agrees", "src/parse.rs: 4 unreviewed, 7 confirmed", status(project));
});

await check.scene("what others do is seen", async () => {
  const { root, file } = repository(join(place, "others"));
  const user = new User(setup, "watcher", TRUST);
  await using editor = await user.open(root, file);
  await editor.waitForMarks(MARKS);

  await editor.goToLine(16);
  const finish = claude.beginEdit(root, file, LAST_LINES, LAST_LINES + IS_EMPTY);
  await editor.readsFromDisk(file, "fn is_empty");
  finish();
  const expected = [...MARKS, IS_EMPTY_MARK];
  check.equal(
    "text that the editor reads before the hook tells of it is marked",
    expected,
    await editor.marks(expected),
  );

  const server = await editor.server();
  check.equal("the server is the one of the package", join(installed, "server/countersign"), programOf(server));
  process.kill(server, "SIGKILL");
  const second = await editor.server(server);
  check.equal("a server that is killed is started again", expected, await editor.marks(expected));
  await editor.runCommand("Countersign: Restart Server");
  await editor.server(second);
  check.equal("and one that the user starts anew shows each mark once", expected, await editor.marks(expected));
  check.equal("the one before has ended", "", await ended(second));
  await editor.quickFixes(5);
  await editor.press("Enter");
  const left = [CHECKSUM_MARK, IS_EMPTY_MARK];
  check.equal("the new one takes a confirmation", left, await editor.marks(left));
});

await check.scene("what is wrong is said, and what to do", async () => {
  const project = repository(join(place, "trouble"));
  const path = "countersign.server.path";
  const gone = join(place, "gone/countersign");
  setInFolder(project, { [path]: gone });
  await using editor = await new User(setup, "unlucky", TRUST).open(project.root, project.file);
  const [missing = ""] = await editor.messages();
  check.contains("a path that names nothing", `“${gone}”, which is not there`, missing);
  const choices = ["Restart Server", "Open Settings", "Show Log"];
  check.equal("with what can be done", choices, await editor.choices());

  const settings = setInFolder(project, { [path]: process.execPath });
  const [broken = ""] = await editor.messagesOn(settings, "keep running");
  check.contains("a program that ends at once is given up", "does not keep running", broken);

  const silent = join(place, "silent");
  writeFileSync(silent, "#!/bin/sh\nexec sleep 600\n", { mode: 0o755 });
  setInFolder(project, { [path]: silent });
  const [unanswered = ""] = await editor.messagesOn(settings, "has not answered");
  check.contains("one that never answers is named", `“${silent}” has not answered for 10 seconds`, unanswered);

  const program = execFileSync("sh", ["-c", "command -v countersign"], {
    encoding: "utf8",
  }).trim();
  setInFolder(project, {
    [path]: program,
    "countersign.severity.unreviewed": "warning",
  });
  const warnings = MARKS.map((mark) => mark.replace("Info", "Warning"));
  check.equal("what is corrected is taken at once, with the other settings", warnings, await editor.marks(warnings));
  const server = programOf(await editor.server());
  check.equal("the program of the setting comes before the one of the package", realpathSync(program), server);
});

await check.scene("a folder of a window has settings of its own", async () => {
  const [mild, strict] = [repository(join(place, "mild")), repository(join(place, "strict"))];
  setInFolder(strict, { "countersign.severity.unreviewed": "warning" });
  const both = join(place, "both.code-workspace");
  writeFileSync(both, JSON.stringify({ folders: [{ path: mild.root }, { path: strict.root }] }));
  await using editor = await new User(setup, "several", TRUST).open(both, mild.file);
  const warnings = MARKS.map((mark) => mark.replace("Info", "Warning"));
  const expected = [...warnings, ...MARKS];
  check.equal("the severity of one is not that of the other", expected, await editor.marks(expected));
});

await check.scene("an assistant cannot confirm", async () => {
  const project = repository(join(place, "assistant"));
  const user = new User(setup, "assistant", TRUST);
  await using editor = await user.open(project.root, project.file, {
    CLAUDECODE: "1",
  });
  await editor.waitForMarks(MARKS);
  await editor.quickFixes(5);
  await editor.press("Enter");
  const messages = await editor.messages();
  check.contains("the user is told what was found", "CLAUDECODE", messages.join(" | "));
  check.equal("once", 1, messages.length);
  check.equal("all marks stay", MARKS, await editor.marks(MARKS));
  check.equal("status agrees", "src/parse.rs: 11 unreviewed, 0 confirmed", status(project));
});

process.exit(check.hasFailed ? 1 : 0);

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: the story is run by tests/editors/run`);
  }
  return value;
}
