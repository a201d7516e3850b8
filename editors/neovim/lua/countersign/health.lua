-- What `:checkhealth countersign` says: each trouble with what to do next.

local config = require("countersign.config")

local M = {}

local function check_neovim()
	local version = "Neovim " .. tostring(vim.version())
	if vim.fn.has("nvim-0.12") == 1 then
		vim.health.ok(version)
	elseif vim.fn.has("nvim-0.11") == 1 then
		vim.health.warn(version .. " does not serve files of no known type", "Neovim 0.12 does")
	else
		vim.health.error(version .. " is too old", "Install Neovim 0.11 or newer")
	end
end

---@param arguments string[]
---@return vim.SystemCompleted? ended Nothing if the command cannot be run.
local function run(arguments)
	local ran, ended = pcall(function()
		return vim.system(arguments, { text = true, timeout = 10000 }):wait()
	end)
	return ran and ended or nil
end

---@return boolean found
local function check_program()
	local program = config.cmd()[1]
	if vim.fn.executable(program) == 0 then
		vim.health.error(("`%s` cannot be run"):format(program), {
			"Install it: cargo install --path server/countersign",
			"Put its folder on the PATH of Neovim, or name it in g:countersign.cmd, see |countersign-options|",
		})
		return false
	end
	local version = run({ program, "--version" })
	if version and version.code == 0 then
		vim.health.ok(("%s, %s"):format(vim.trim(version.stdout), vim.fn.exepath(program)))
	else
		vim.health.warn(("`%s --version` fails"):format(program), "See whether it runs in a terminal")
	end
	return true
end

---What the program itself finds wrong in the current folder's repository.
local function check_repository()
	local doctor = run({ config.cmd()[1], "doctor" })
	if not doctor then
		return
	end
	local findings = vim.trim(doctor.stdout .. doctor.stderr)
	if doctor.code == 0 then
		vim.health.ok(findings)
	else
		vim.health.warn(findings, ("`%s doctor` says this in %s"):format(config.cmd()[1], vim.fn.getcwd()))
	end
end

local function check_server()
	-- Neovim 0.11 cannot tell whether a server is enabled.
	if vim.lsp.is_enabled and not vim.lsp.is_enabled("countersign") then
		vim.health.warn("The server is not enabled", 'Put vim.lsp.enable("countersign") into your init.lua')
	end
	local clients = vim.lsp.get_clients({ name = "countersign" })
	for _, client in ipairs(clients) do
		local served = vim.tbl_count(client.attached_buffers)
		vim.health.ok(("Serves %d of the open files in %s"):format(served, client.root_dir or "no repository"))
	end
	if #clients == 0 then
		vim.health.info("No server runs: it starts with the first file that is opened")
	end
end

---Writes the report; called by Neovim.
function M.check()
	vim.health.start("countersign")
	check_neovim()
	for _, problem in ipairs(config.problems()) do
		vim.health.error(problem, "See |countersign-options|")
	end
	if #config.problems() == 0 and check_program() then
		check_repository()
		check_server()
	end
end

return M
