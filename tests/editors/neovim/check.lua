-- The lines that a story prints, and whether any of them was a failure.

local M = { failed = false }

---@param line string
local function say(line)
	io.stdout:write(line, "\n")
	io.stdout:flush()
end

---@param value any
---@return string
local function shown(value)
	if type(value) == "string" then
		return value
	elseif vim.islist(value) then
		return "[" .. table.concat(value, " | ") .. "]"
	end
	return vim.inspect(value)
end

---Checks that `seen` equals `expected`, and prints the line that says so.
---@param what string What a user would say is the case.
---@param expected any
---@param seen any
---@param remark? string What else was seen, as a measured time.
function M.equal(what, expected, seen, remark)
	remark = remark and " (" .. remark .. ")" or ""
	if vim.deep_equal(expected, seen) then
		say(("ok   neovim: %s: %s%s"):format(what, shown(seen), remark))
	else
		M.failed = true
		say(("FAIL neovim: %s: expected %s, seen %s%s"):format(what, shown(expected), shown(seen), remark))
	end
end

---Checks that `text` has `part` in it.
---@param what string
---@param part string
---@param text string
function M.contains(what, part, text)
	local found = text:find(part, 1, true) ~= nil
	M.equal(what, part, found and part or text)
end

---Runs one scene. An error in it is a failure of its own and does not keep the next scene from running.
---@param name string
---@param scene fun()
function M.scene(name, scene)
	local done, problem = xpcall(scene, debug.traceback)
	if not done then
		M.failed = true
		say(("FAIL neovim: %s: %s"):format(name, shown(problem)))
	end
end

return M
