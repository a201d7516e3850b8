-- The main job in the real Neovim: what Claude Code wrote is marked, a function at a time, until a person confirms it.
-- Each scene has a repository of its own; what the assistant writes comes through the real hook.

local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
package.path = here .. "/?.lua;" .. package.path

local check = require("check")
local claude = require("claude")
local Editor = require("editor")

local place = assert(vim.env.COUNTERSIGN_PLACE, "run by tests/editors/run, which gives the story a folder of its own")

local of_a_person = [[
fn total(items: &[u32]) -> u32 {
    items.iter().sum()
}
]]

local parse_header = [[
fn parse_header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    if name.is_empty() {
        return None;
    }
    Some((name.trim(), value.trim()))
}
]]

local parse_body = [[
fn parse_body(lines: &[&str]) -> Vec<String> {
    let mut body = Vec::new();
    for line in lines {
        if line.starts_with('#') {
            continue;
        }
        body.push(line.to_string());
    }
    body
}
]]

local checksum = [[
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| sum.rotate_left(1) ^ u32::from(*byte);
    bytes.iter().fold(0, step)
}
]]

local footer = [[
fn footer(count: usize) -> String {
    format!("{count} lines")
}
]]

local is_empty = [[
fn is_empty(lines: &[String]) -> bool {
    lines.is_empty()
}
]]

---@param ... string
---@return string text The functions with an empty line between them.
local function file_of(...)
	return table.concat({ ... }, "\n")
end

---The mark on a function of which all lines are the assistant's.
---@param first_line integer From 1.
---@param name string
---@param lines integer
---@return string
local function mark(first_line, name, lines)
	return ("%d INFO unreviewed `%s`: %d lines by Claude Code, unreviewed"):format(first_line, name, lines)
end

---@param name string
---@param lines integer
---@return string
local function confirm(name, lines)
	return ("Confirm `%s` (%d lines by Claude Code)"):format(name, lines)
end

---@param cwd string
---@param ... string
---@return string output
local function run(cwd, ...)
	local result = vim.system({ ... }, { cwd = cwd, text = true }):wait()
	assert(result.code == 0, table.concat({ ... }, " ") .. ": " .. result.stderr)
	return result.stdout
end

local projects = 0

---A new repository with one commit: `parse.rs`, which a person wrote.
---@return string project
---@return string file
local function repository()
	projects = projects + 1
	local project = place .. "/project" .. projects
	local file = project .. "/src/parse.rs"
	claude.write_as_a_person(file, of_a_person)
	run(project, "git", "init", "-q", "-b", "main")
	run(project, "git", "config", "user.name", "Ada Example")
	run(project, "git", "config", "user.email", "ada@example.org")
	run(project, "git", "add", ".")
	run(project, "git", "commit", "-q", "-m", "Add up the items")
	return project, file
end

---Such a repository in which Claude Code has since put three functions under the person's.
---@return string project
---@return string file
local function repository_with_new_code()
	local project, file = repository()
	claude.edit(project, file, of_a_person, file_of(of_a_person, parse_header, parse_body, checksum))
	return project, file
end

local header_mark = mark(5, "parse_header", 7)
local body_mark = mark(13, "parse_body", 10)
local checksum_mark = mark(24, "checksum", 4)

---What `countersign status --json` says of the one file, in a form that is easy to read.
---@param project string
---@return string
local function status(project)
	local answer = vim.json.decode(run(project, "countersign", "status", "--json"))
	return table.concat(
		vim.tbl_map(function(file)
			local form = "%s: %d unreviewed, %d confirmed, %d removals"
			return form:format(file.path, file.unreviewed_lines, file.confirmed_lines, file.removals)
		end, answer.files),
		"; "
	)
end

check.scene("what the assistant wrote is marked", function()
	local _, file = repository_with_new_code()
	local editor = Editor.open(file)
	local expected = { header_mark, body_mark, checksum_mark }
	check.equal("one mark a function, none on the person's", expected, editor:marks(expected))
	check.equal("buffers that are no files are left alone", {}, editor:call("served_of_other_buffers", file))
	editor:close()
end)

check.scene("a confirmed function stays confirmed", function()
	local project, file = repository_with_new_code()
	local one, other = Editor.open(file), Editor.open(file)
	local before = { header_mark, body_mark, checksum_mark }
	check.equal("a second editor shows the same marks", one:marks(before), other:marks(before))

	local offered = one:call("act", 5, confirm("parse_header", 7))
	check.equal("the first action confirms the function", confirm("parse_header", 7), offered.first)
	check.equal("it is the preferred one", true, offered.preferred)

	local after = { body_mark, checksum_mark }
	check.equal("its mark goes, the others stay", after, one:marks(after))
	local seen = other:marks(after)
	local gone_at, answered_at = other:call("gone_at", "parse_header"), one:call("answered_at")
	local took = gone_at and answered_at and ("%.0f ms after the answer; the goal is 250"):format(gone_at - answered_at)
	check.equal("the second editor sees it", after, seen, took)
	other:close()

	one:call("type", "6Go    let mine = line.len();<Esc>")
	check.equal(
		"typing inside it brings nothing back",
		{ mark(14, "parse_body", 10), mark(25, "checksum", 4) },
		one:call("settled_marks")
	)
	one:call("type", "u")
	check.equal("nor does the undo", after, one:call("settled_marks"))
	one:call("type", "14Go    let mine = lines.len();<Esc>")
	check.equal(
		"a line typed inside another is not the assistant's, the rest stays marked",
		{ body_mark, mark(25, "checksum", 4) },
		one:call("settled_marks")
	)
	one:call("type", "u")
	check.equal("and after the undo", after, one:call("settled_marks"))
	one:call("type", "5GdG")
	check.equal("deleting all functions takes their marks", {}, one:call("settled_marks"))
	one:call("type", "u")
	check.equal("the undo brings back only those that were there", after, one:call("settled_marks"))
	one:close()

	local later = Editor.open(file)
	check.equal("a new editor shows what was left", after, later:marks(after))
	later:close()
	check.equal("status agrees", "src/parse.rs: 14 unreviewed, 7 confirmed, 0 removals", status(project))
end)

check.scene("a confirmation outlives the server", function()
	local project, file = repository_with_new_code()
	local editor = Editor.open(file)
	editor:wait_for_marks({ header_mark, body_mark, checksum_mark })
	-- From the middle of the function, where no mark is under the cursor.
	local killed = editor:call("act_and_kill", 17, confirm("parse_body", 10))
	check.equal("the server is killed right after its answer", true, killed)
	editor:close()

	local later, expected = Editor.open(file), { header_mark, checksum_mark }
	check.equal("the next server knows the confirmation", expected, later:marks(expected))
	later:close()
	check.equal("status agrees", "src/parse.rs: 11 unreviewed, 10 confirmed, 0 removals", status(project))
end)

check.scene("the assistant writes while the file is open", function()
	local project, file = repository_with_new_code()
	local editor = Editor.open(file)
	editor:wait_for_marks({ header_mark, body_mark, checksum_mark })
	editor:call("act", 5, confirm("parse_header", 7))
	editor:wait_for_marks({ body_mark, checksum_mark })

	local rewritten = file_of(of_a_person, footer, parse_header, parse_body, checksum)
	claude.write(project, file, rewritten)
	editor:call("look_at_disk")
	local expected = { mark(5, "footer", 3), mark(17, "parse_body", 10), mark(28, "checksum", 4) }
	check.equal("the new function is marked, the confirmed one is not", expected, editor:marks(expected))
	check.equal("the editor shows the text on disk", true, editor:call("text") == rewritten)

	local last_line = "    bytes.iter().fold(0, step)\n}\n"
	local use = claude.begin_edit(project, file, last_line, last_line .. "\n" .. is_empty)
	editor:call("look_at_disk")
	editor:call("settled_marks")
	use.finish()
	table.insert(expected, mark(33, "is_empty", 3))
	check.equal("text that the editor reads before the hook tells of it is marked", expected, editor:marks(expected))
	editor:close()
	check.equal("status agrees", "src/parse.rs: 20 unreviewed, 7 confirmed, 0 removals", status(project))
end)

check.scene("every file on disk is served", function()
	local project = repository()
	claude.write(project, project .. "/NOTES", "The header is one line.\nThe body follows.\n")
	local untyped = Editor.open(project .. "/NOTES")
	check.contains("a file of no known type", "by Claude Code, unreviewed", untyped:call("any_marks"))
	untyped:close()

	local folder = place .. "/folder"
	vim.fn.mkdir(folder)
	claude.write(folder, folder .. "/parse.rs", file_of(parse_header, checksum))
	local loose, expected = Editor.open(folder .. "/parse.rs"), { mark(1, "parse_header", 7), mark(9, "checksum", 4) }
	check.equal("a file outside every repository", expected, loose:marks(expected))
	loose:close()
end)

check.scene("the command of the server can be set", function()
	local _, file = repository_with_new_code()
	local set = ("let g:countersign = {'cmd': ['%s', 'lsp']}"):format(vim.fn.exepath("countersign"))
	local path_without_it = vim.env.PATH:gsub("^[^:]*:", "")
	local editor = Editor.open(file, { PATH = path_without_it }, set)
	local expected = { header_mark, body_mark, checksum_mark }
	check.equal("g:countersign.cmd starts it", expected, editor:marks(expected))
	editor:close()
end)

check.scene("the health check says what is wrong", function()
	local project, file = repository_with_new_code()
	local editor = Editor.open(file)
	editor:wait_for_marks({ header_mark, body_mark, checksum_mark })
	local well = editor:call("health")
	check.contains("it finds the program", "OK countersign ", well)
	check.contains("and counts what is served", "OK Serves 1 of the open files in " .. project, well)
	check.equal("it finds no fault where all is well", "", well:match("ERROR.*") or well:match("WARNING.*") or "")
	local missing = editor:call("health", { cmd = { "/nowhere/countersign", "lsp" } })
	check.contains("a program that is not there", "ERROR `/nowhere/countersign` cannot be run", missing)
	local mistyped = editor:call("health", { command = { "countersign", "lsp" } })
	check.contains("an option that there is not", "ERROR g:countersign has no option `command`", mistyped)
	local no_list = editor:call("health", { cmd = "countersign lsp" })
	check.contains("a command that is no list", "ERROR g:countersign.cmd is not a list of strings", no_list)
	editor:close()
end)

check.scene("an assistant cannot confirm", function()
	local project, file = repository_with_new_code()
	local expected = { header_mark, body_mark, checksum_mark }
	local editor = Editor.open(file, { CLAUDECODE = "1" })
	editor:wait_for_marks(expected)
	editor:call("act", 5, confirm("parse_header", 7))
	check.contains("the user is told what was found", "CLAUDECODE", editor:call("told", "CLAUDECODE"))
	check.equal("all marks stay", expected, editor:call("settled_marks"))
	editor:close()
	check.equal("status agrees", "src/parse.rs: 21 unreviewed, 0 confirmed, 0 removals", status(project))
end)

os.exit(check.failed and 1 or 0)
