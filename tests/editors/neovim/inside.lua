-- What a story does inside an editor. It is loaded into the running Neovim and called from the process that drives it.

local M = {}

---Waits until the condition holds. Nothing takes long, but the machine may be busy.
---@param condition fun(): boolean
---@return boolean holds
local function wait(condition)
	return (vim.wait(10000, condition, 2))
end

---Milliseconds of a clock that all processes of this machine share, when the mark on a name was last seen to go.
---@type table<string, number>
local gone_at = {}
---The names that had a mark when the marks last changed.
---@type table<string, boolean>
local marked = {}
---When the last command to the server was answered.
---@type number?
local answered_at
---What to do at that very moment.
---@type fun()?
local on_answer
---@type string[]
local notified = {}

---@return number
local function now()
	return vim.uv.hrtime() / 1e6
end

---@return vim.lsp.Client?
local function client()
	return vim.lsp.get_clients({ bufnr = 0, name = "countersign" })[1]
end

---A mark as a line of text: its line from 1, its severity, its code and its message.
local function as_line(line, severity, code, message)
	return ("%d %s %s %s"):format(line, severity, code, message)
end

---@return string[] marks What the editor shows, in the order of the lines.
local function shown()
	local marks = {}
	for _, mark in ipairs(vim.diagnostic.get(0)) do
		local severity = vim.diagnostic.severity[mark.severity]
		table.insert(marks, { mark.lnum, as_line(mark.lnum + 1, severity, mark.code, mark.message) })
		assert(mark.source == "countersign", "a mark by " .. tostring(mark.source))
	end
	table.sort(marks, function(a, b)
		return a[1] < b[1]
	end)
	return vim.tbl_map(function(mark)
		return mark[2]
	end, marks)
end

---Waits until the editor shows these marks.
---@param expected string[]
---@return string[] marks What it shows in the end.
function M.marks(expected)
	wait(function()
		return vim.deep_equal(shown(), expected)
	end)
	return shown()
end

---Waits until the editor shows a mark.
---@return string marks
function M.any_marks()
	wait(function()
		return #shown() > 0
	end)
	return table.concat(shown(), "\n")
end

---@return string[]? marks What the server answers for the text that the buffer has now; nil if it asks to try again.
local function answered()
	-- The number of the buffer, not 0: only then does Neovim send the changes that it still holds back.
	local buffer = vim.api.nvim_get_current_buf()
	local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
	local response = assert(assert(client()):request_sync("textDocument/diagnostic", params, 10000, buffer))
	if response.err then
		return nil
	end
	local names = { "ERROR", "WARN", "INFO", "HINT" }
	local items = response.result.items
	table.sort(items, function(a, b)
		return a.range.start.line < b.range.start.line
	end)
	return vim.tbl_map(function(item)
		return as_line(item.range.start.line + 1, names[item.severity], item.code, item.message)
	end, items)
end

---The marks once the server has seen every change that was made: a mark that is to stay away shows itself only then.
---@return string[] marks What the editor shows then.
function M.settled_marks()
	local expected
	wait(function()
		expected = answered()
		return expected ~= nil
	end)
	return M.marks(expected)
end

---Applies the code action with this title, the cursor standing on the line.
---@param line integer From 1.
---@param title string
---@return {first: string?, preferred: boolean?, titles: string[]} offered
local function act(line, title)
	local offered = { titles = {} }
	vim.api.nvim_win_set_cursor(0, { line, 0 })
	answered_at = nil
	local settled = false
	vim.lsp.buf.code_action({
		apply = true,
		filter = function(action)
			if #offered.titles == 0 then
				offered.first, offered.preferred = action.title, action.isPreferred
			end
			table.insert(offered.titles, action.title)
			settled = true
			return action.title == title
		end,
	})
	wait(function()
		return answered_at ~= nil or (settled and not vim.list_contains(offered.titles, title))
	end)
	return offered
end

---Applies a code action.
M.act = act

---Applies a code action, and kills the server the moment its answer is there.
---@param line integer From 1.
---@param title string
---@return boolean killed
function M.act_and_kill(line, title)
	local servers = vim.api.nvim_get_proc_children(vim.fn.getpid())
	assert(#servers == 1, "the editor has " .. #servers .. " child processes, not the server alone")
	on_answer = function()
		vim.uv.kill(servers[1], "sigkill")
	end
	act(line, title)
	return wait(function()
		return client() == nil
	end)
end

---@return number? milliseconds When the last command was answered.
function M.answered_at()
	return answered_at
end

---@param name string
---@return number? milliseconds When its mark went.
function M.gone_at(name)
	return gone_at[name]
end

---Types keys as a person does.
---@param keys string In the notation of mappings.
function M.type(keys)
	vim.api.nvim_feedkeys(vim.keycode(keys), "tx", false)
end

---Looks whether the file on disk has changed, as an editor does that gets the focus, and reads it again.
function M.look_at_disk()
	vim.cmd.checktime()
end

---@return string
function M.text()
	return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), "\n") .. "\n"
end

---Waits until the server is attached to the buffer in the window.
---@return boolean attached
function M.attached()
	return wait(function()
		local found = client()
		return found ~= nil and found.initialized == true
	end)
end

---Opens buffers that are no files of the disk, and then one that is.
---@param file string
---@return string[] served What the server is attached to of those that it should leave alone.
function M.served_of_other_buffers(file)
	local others = {
		["without a name"] = "enew | setfiletype rust",
		["scratch"] = "enew | setlocal buftype=nofile | file scratch.rs | setfiletype rust",
		["a URI"] = "enew | file fugitive:///repository/.git//0/main.rs | setfiletype rust",
		["help"] = "help",
		["a terminal"] = "terminal true",
	}
	local buffers = {}
	for name, command in pairs(others) do
		vim.cmd(command)
		buffers[name] = vim.api.nvim_get_current_buf()
	end
	vim.cmd.edit(file)
	assert(M.attached())
	return vim.tbl_filter(function(name)
		return #vim.lsp.get_clients({ bufnr = buffers[name] }) > 0
	end, vim.tbl_keys(buffers))
end

---@param options? table What the user has set in `g:countersign`.
---@return string report What the health check says.
function M.health(options)
	vim.g.countersign = options
	vim.cmd.checkhealth("countersign")
	local report = M.text()
	vim.cmd.bwipeout()
	return report
end

---@param part string
---@return string all What the editor told its user, once `part` is in it or it does not come.
function M.told(part)
	local function all()
		return table.concat(notified, "\n")
	end
	wait(function()
		return all():find(part, 1, true) ~= nil
	end)
	return all()
end

vim.api.nvim_create_autocmd("DiagnosticChanged", {
	callback = function()
		local present = {}
		for _, mark in ipairs(vim.diagnostic.get()) do
			present[mark.message:match("^`(.-)`") or ""] = true
		end
		for name in pairs(vim.tbl_extend("force", marked, present)) do
			gone_at[name] = not present[name] and now() or nil
		end
		marked = present
	end,
})

vim.api.nvim_create_autocmd("LspRequest", {
	callback = function(event)
		local request = event.data.request
		if request.method == "workspace/executeCommand" and request.type == "complete" then
			answered_at = now()
			if on_answer then
				on_answer()
			end
		end
	end,
})

local notify = vim.notify
---@diagnostic disable-next-line: duplicate-set-field
vim.notify = function(message, ...)
	table.insert(notified, message)
	return notify(message, ...)
end

return M
