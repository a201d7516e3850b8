-- A Neovim process of its own, as a user starts it, and how a story drives it.

local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))

---@class countersign.test.Editor
---@field private channel integer
local Editor = {}
Editor.__index = Editor

---Opens a file in a new editor.
---@param file string
---@param environment? table<string, string> Variables beside those of the story.
---@param setup? string Vim commands that run before the user's configuration.
---@return countersign.test.Editor
function Editor.open(file, environment, setup)
	local command = { vim.v.progpath, "--embed", "--headless", "-n", "-i", "NONE", "-u", here .. "/init.lua" }
	if setup then
		vim.list_extend(command, { "--cmd", setup })
	end
	table.insert(command, file)
	local channel = vim.fn.jobstart(command, { rpc = true, cwd = vim.fs.dirname(file), env = environment })
	assert(channel > 0, "Neovim does not start")
	local self = setmetatable({ channel = channel }, Editor)
	vim.rpcrequest(channel, "nvim_exec_lua", "Inside = dofile(...)", { here .. "/inside.lua" })
	assert(self:call("attached"), "the server is not attached")
	return self
end

---Calls a function of inside.lua in the editor.
---@param name string
---@param ... any
---@return any
function Editor:call(name, ...)
	local chunk = "local name = ...; return Inside[name](select(2, ...))"
	local value = vim.rpcrequest(self.channel, "nvim_exec_lua", chunk, { name, ... })
	return value ~= vim.NIL and value or nil
end

---Waits until the editor shows these marks.
---@param expected string[]
---@return string[] marks What it shows in the end.
function Editor:marks(expected)
	return self:call("marks", expected)
end

---The same where it is not what a scene is about: without these marks the scene cannot go on.
---@param expected string[]
function Editor:wait_for_marks(expected)
	local seen = self:marks(expected)
	assert(vim.deep_equal(seen, expected), "other marks: " .. table.concat(seen, " | "))
end

---Closes the editor as a person does, and waits until its process has ended.
function Editor:close()
	vim.rpcnotify(self.channel, "nvim_command", "qall!")
	assert(vim.fn.jobwait({ self.channel }, 10000)[1] >= 0, "Neovim does not end")
end

return Editor
