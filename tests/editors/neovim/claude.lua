-- Plays Claude Code: its recorded payloads, with other paths and texts, go through the real hook before and after the
-- change on disk.

local M = {}

local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
local calls = 0

---@param path string
---@return string? text None for a file that is not there.
local function read(path)
	local file = io.open(path, "rb")
	if not file then
		return nil
	end
	local text = file:read("*a")
	file:close()
	return text
end

---@param path string
---@param text string
local function write(path, text)
	vim.fn.mkdir(vim.fs.dirname(path), "p")
	local file = assert(io.open(path, "wb"))
	file:write(text)
	file:close()
end

---A recorded payload of the event.
---@param event string As "PreToolUse-Edit".
---@param project string The folder in which the assistant works.
---@return table
local function recorded(event, project)
	local text = assert(read(("%s/../payloads/claude-code/%s.json"):format(here, event)))
	return vim.json.decode((text:gsub("{{project}}", project):gsub("{{home}}", vim.env.HOME)))
end

---Calls the hook as Claude Code does: in the project, under the variables of Claude Code, the payload on stdin. What
---the hook prints would be read by the assistant, so it must print nothing; and it must never fail.
---@param project string
---@param payload table
local function hook(project, payload)
	local result = vim.system({ "countersign", "hook", "claude-code" }, {
		cwd = project,
		env = { CLAUDECODE = "1", CLAUDE_PROJECT_DIR = project },
		stdin = vim.json.encode(payload),
		text = true,
	}):wait()
	assert(result.code == 0, "the hook ended with " .. result.code .. ": " .. result.stderr)
	assert(result.stdout .. result.stderr == "", "the hook printed: " .. result.stdout .. result.stderr)
end

---The patch as Claude Code puts it into its payloads.
---@param before string
---@param after string
---@return table[]
local function structured_patch(before, after)
	local hunks = {}
	local patch = vim.text.diff(before, after, { ctxlen = 3 }) --[[@as string]]
	for line in vim.gsplit(patch, "\n", { trimempty = true }) do
		local a, b, c, d = line:match("^@@ %-(%d+),?(%d*) %+(%d+),?(%d*) @@")
		if a then
			local function count(text)
				return tonumber(text) or 1
			end
			local hunk = { oldStart = tonumber(a), oldLines = count(b), newStart = tonumber(c), newLines = count(d) }
			table.insert(hunks, vim.tbl_extend("error", hunk, { lines = {} }))
		else
			table.insert(hunks[#hunks].lines, line)
		end
	end
	return hunks
end

---A use of a tool that has been announced and changed the file, and whose end has not been told yet.
---@class countersign.test.Use
---@field finish fun() Tells the end of it.

---Announces the use of a tool, and changes the file.
---@param tool "Edit"|"Write"
---@param project string
---@param path string
---@param after string The whole text of the file afterwards.
---@param input table What the tool is given beside the path.
---@return countersign.test.Use
local function use(tool, project, path, after, input)
	calls = calls + 1
	local id, before = ("toolu_story%04d"):format(calls), read(path)
	local pre, post = recorded("PreToolUse-" .. tool, project), recorded("PostToolUse-" .. tool, project)
	local given = vim.tbl_extend("force", pre.tool_input, input, { file_path = path })
	pre.tool_use_id, post.tool_use_id = id, id
	pre.tool_input, post.tool_input = given, given
	post.tool_response = vim.tbl_extend("force", post.tool_response, {
		filePath = path,
		oldString = given.old_string,
		newString = given.new_string,
		content = given.content,
		type = tool == "Write" and (before and "update" or "create") or nil,
		originalFile = before or vim.NIL,
		structuredPatch = before and structured_patch(before, after) or {},
	})
	hook(project, pre)
	write(path, after)
	return {
		finish = function()
			hook(project, post)
		end,
	}
end

---The assistant replaces `old`, which stands once in the file, by `new`, and has not told the end of it yet.
---@param project string
---@param path string
---@param old string
---@param new string
---@return countersign.test.Use
function M.begin_edit(project, path, old, new)
	local before = assert(read(path))
	local first, last = before:find(old, 1, true)
	assert(first and last, "the text to replace is not in the file")
	local after = before:sub(1, first - 1) .. new .. before:sub(last + 1)
	return use("Edit", project, path, after, { old_string = old, new_string = new })
end

---@param project string
---@param path string
---@param old string
---@param new string
function M.edit(project, path, old, new)
	M.begin_edit(project, path, old, new).finish()
end

---The assistant writes the whole file anew.
---@param project string
---@param path string
---@param text string
function M.write(project, path, text)
	use("Write", project, path, text, { content = text }).finish()
end

M.write_as_a_person = write

return M
