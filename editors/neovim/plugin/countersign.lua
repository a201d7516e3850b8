-- `vim.lsp.enable` starts a server on the FileType event, which a file without a known type never causes. This gives
-- such files the server as well, if the user has enabled it.

-- Neovim 0.11 cannot tell whether a server is enabled; there such files go without.
if vim.g.loaded_countersign or not vim.lsp.is_enabled then
	return
end
vim.g.loaded_countersign = true

---@param bufnr integer
local function attach(bufnr)
	local config = vim.lsp.config.countersign
	local function start(root)
		vim.lsp.start(vim.tbl_extend("force", config, { root_dir = root }), { bufnr = bufnr, silent = true })
	end
	if type(config.root_dir) == "function" then
		config.root_dir(bufnr, start)
	else
		start(config.root_dir)
	end
end

vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile", "BufWritePost" }, {
	group = vim.api.nvim_create_augroup("countersign", {}),
	desc = "Start Countersign in files that have no file type",
	callback = function(event)
		if vim.bo[event.buf].filetype == "" and vim.lsp.is_enabled("countersign") then
			attach(event.buf)
		end
	end,
})
