-- The configuration that `vim.lsp.enable("countersign")` finds. See |countersign| for the help.

---Whether the buffer shows a file of the disk: it has a name, the name is not a URI (as `fugitive://…` is), and it is
---neither help nor a terminal, a list or a scratch buffer.
---@param bufnr integer
---@return boolean
local function is_file(bufnr)
	local name = vim.api.nvim_buf_get_name(bufnr)
	return vim.bo[bufnr].buftype == "" and name ~= "" and not name:find("^%a[%w+.-]+://")
end

---@type vim.lsp.Config
return {
	cmd = require("countersign.config").cmd(),
	-- No `filetypes`: an assistant writes every kind of file. One outside every repository has no root and is served too.
	root_dir = function(bufnr, on_dir)
		if is_file(bufnr) then
			on_dir(vim.fs.root(bufnr, ".git"))
		end
	end,
}
