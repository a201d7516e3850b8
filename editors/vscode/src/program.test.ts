import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";

import { findProgram } from "./program.ts";

/** A folder with these programs, and a search of it; `mode` is that of each program. */
function search(programs: string[], { setting = "", mode = 0o755 } = {}): string {
  const root = mkdtempSync(join(tmpdir(), "countersign-program-"));
  try {
    for (const program of programs) {
      mkdirSync(join(root, dirname(program)), { recursive: true });
      writeFileSync(join(root, program), "");
      chmodSync(join(root, program), mode);
    }
    const found = findProgram({
      setting: setting.replace("{root}", root),
      extension: join(root, "extension"),
      home: join(root, "home"),
      path: ["relative", join(root, "bin"), join(root, "other")].join(delimiter),
      platform: "linux",
    });
    return found.slice(root.length + 1);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const BUNDLED = "extension/server/countersign";

test("the setting comes first, then what came with the extension, then the PATH in its order", () => {
  const all = ["home/countersign", BUNDLED, "bin/countersign", "other/countersign"];
  assert.equal(search(all, { setting: "{root}/home/countersign" }), "home/countersign");
  assert.equal(search(all, { setting: "~/countersign" }), "home/countersign");
  assert.equal(search(all), BUNDLED);
  assert.equal(search(["bin/countersign", "other/countersign"]), "bin/countersign");
  assert.equal(search(["other/countersign"]), "other/countersign");
});

test("a setting that names no program is not passed over", () => {
  const all = [BUNDLED, "bin/countersign"];
  assert.throws(() => search(all, { setting: "{root}/gone" }), /server\.path is “.*\/gone”, which is not there/);
  assert.throws(() => search(all, { setting: "{root}/bin" }), /is not a file/);
  assert.throws(() => search(all, { setting: "countersign" }), /is not an absolute path/);
});

test("a program that may not be executed is none", () => {
  const setting = { setting: "{root}/bin/countersign", mode: 0o644 };
  assert.throws(() => search(["bin/countersign"], setting), /may not be executed/);
  assert.throws(() => search([BUNDLED, "bin/countersign"], { mode: 0o644 }), /No countersign program was found/);
});
