-- What a user writes to have Countersign. The path is that of this checkout.
local here = vim.fs.dirname(vim.fs.abspath(debug.getinfo(1, "S").source:sub(2)))
vim.opt.runtimepath:prepend(vim.fs.normalize(here .. "/../../../editors/neovim"))
vim.lsp.enable("countersign")
