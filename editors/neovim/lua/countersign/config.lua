-- What a user may set in `vim.g.countersign`, before the server is enabled.

local M = {}

---@class countersign.Options
---@field cmd? string[] The command that starts the server; `{ "countersign", "lsp" }` if absent.

---@return string[] cmd The command that starts the server.
function M.cmd()
	local options = vim.g.countersign --[[@as countersign.Options?]]
	return type(options) == "table" and options.cmd or { "countersign", "lsp" }
end

---@return string[] problems What is wrong with what the user has set, in words.
function M.problems()
	local options = vim.g.countersign
	if options == nil then
		return {}
	elseif type(options) ~= "table" then
		return { "g:countersign is a " .. type(options) .. ", not a table" }
	end
	local problems = {}
	for name, value in pairs(options) do
		if name ~= "cmd" then
			table.insert(problems, ("g:countersign has no option `%s`"):format(name))
		elseif not vim.islist(value) or type(value[1]) ~= "string" then
			table.insert(problems, 'g:countersign.cmd is not a list of strings, as { "countersign", "lsp" }')
		end
	end
	return problems
end

return M
