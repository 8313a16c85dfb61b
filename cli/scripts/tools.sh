# shellcheck shell=bash
# Installs the programs that Weir calls and this machine lacks, each named first, into $WEIR_HOME/tools. Sourced by ./weir.

TOOLS="$WEIR_HOME/tools"
# Where a server's package puts the program is often not on a user's PATH.
export PATH="$TOOLS/bin:$PATH:/usr/sbin:/usr/local/sbin"
export ESLINT_HOME="${ESLINT_HOME:-$TOOLS/eslint}"

# A file that may not be executed is found by command -v, but is no program.
has() { [ -x "$(command -v "$1" 2>/dev/null)" ]; }

# Runs a command as root if that is possible without asking anybody.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has sudo && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# The package lists of our own: apt needs root to refresh the machine's, and these leave the machine as it was.
own_apt() {
  local lists="$TOOLS/apt/lists" cache="$TOOLS/apt/cache"
  mkdir -p "$lists/partial" "$cache/archives/partial"
  apt-get -q -o "Dir::State::Lists=$lists" -o "Dir::Cache=$cache" -o APT::Sandbox::User= "$@"
}

# Unpacks program $3 of Debian package $1 (path $2 inside it) without installing the package: no root, no service.
unpack_debian() {
  local package="$1" path="$2" program="$3" folder="$TOOLS/debian/$1"
  rm -rf "$folder"
  mkdir -p "$folder" "$TOOLS/bin"
  (
    cd "$folder"
    apt-get -q -o APT::Sandbox::User= download "$package" || {
      echo "the machine's package lists do not have it: fetching them into $TOOLS/apt"
      own_apt update && own_apt download "$package"
    }
    dpkg -x "$package"_*.deb .
  ) >"$TOOLS/$program.log" 2>&1 || return 1
  [ -x "$folder/$path" ] || return 1
  ln -sf "../debian/$package/$path" "$TOOLS/bin/$program"
}

install_nats_server() {
  if has nats-server || [ -x "${WEIR_NATS_SERVER:-}" ]; then return 0; fi
  mkdir -p "$TOOLS"
  if has apt-get && has dpkg; then
    say "installing nats-server (the message broker): Debian package nats-server, unpacked into $TOOLS, no service is started"
    if unpack_debian nats-server usr/sbin/nats-server nats-server; then return 0; fi
    say "  that failed: $(tail -n 1 "$TOOLS/nats-server.log")"
  elif has brew; then
    say "installing nats-server (the message broker): brew install nats-server, no service is started"
    if brew install nats-server >"$TOOLS/nats-server.log" 2>&1; then return 0; fi
    say "  that failed: $(tail -n 1 "$TOOLS/nats-server.log")"
  fi
  fail "nats-server is needed, is not on the PATH, and could not be installed here." \
    "Install it (Debian, Ubuntu: apt-get install nats-server; macOS: brew install nats-server; anywhere: nats.io/download)," \
    "or set WEIR_NATS_SERVER to the program, or NATS_URL to a running server."
}

install_pylint() {
  if has pylint; then return 0; fi
  mkdir -p "$TOOLS/bin"
  local log="$TOOLS/pylint.log"
  if has apt-get && as_root true; then
    say "installing pylint (the Python linter): apt-get install pylint"
    if as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends pylint >"$log" 2>&1 ||
      { as_root apt-get -q update >>"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends pylint >>"$log" 2>&1; }; then
      # The machine may hide /usr/bin from us: what was installed and still isn't found is not installed.
      hash -r
      if has pylint; then return 0; fi
    fi
    say "  that failed: $(tail -n 1 "$log")"
  fi
  if has python3; then
    say "installing pylint (the Python linter): pip install pylint, into an environment of its own in $TOOLS/python"
    if { python3 -m venv --clear "$TOOLS/python" && "$TOOLS/python/bin/python" -m pip install --quiet pylint; } >"$log" 2>&1; then
      ln -sf ../python/bin/pylint "$TOOLS/bin/pylint"
      return 0
    fi
    say "  that failed: $(tail -n 1 "$log")"
  fi
  say "pylint is skipped, so Python is reviewed without a linter; to have it: apt-get install pylint, or pip install pylint"
}

# Installs the npm packages that folder $1 of the checkout locks into $TOOLS/$2, beside that folder's own files. $3: what it is.
install_packages() {
  local shipped="$WEIR_ROOT/$1" home="$TOOLS/$2" log="$TOOLS/$2.log" stamp
  [ -f "$shipped/package.json" ] || return 0
  stamp="$(cat "$shipped"/* | cksum)"
  if [ -d "$home/node_modules" ] && [ "$(cat "$home/installed" 2>/dev/null)" = "$stamp" ]; then return 0; fi
  has_node || return 0
  say "installing $2 ($3): npm ci, into $home"
  rm -rf "$home"
  mkdir -p "$home"
  cp "$shipped"/* "$home/"
  # Packages may not run anything while they are installed.
  if (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 </dev/null; then
    printf '%s\n' "$stamp" >"$home/installed"
    return 0
  fi
  say "  that failed: $(grep -m 1 -E 'npm (ERR|error)' "$log" || tail -n 1 "$log"); the whole log is $log"
  return 1
}

install_eslint() {
  [ "$ESLINT_HOME" = "$TOOLS/eslint" ] || return 0
  install_packages review-worker/linters/eslint eslint "the JavaScript and TypeScript linter" ||
    say "eslint is skipped, so JavaScript and TypeScript are reviewed without a linter"
}

# What ./weir bench --gateway measures with and beside.
gateway_bench_tools() {
  install_packages benchmarks/peers peers "the gateway that ours is measured beside" || exit 1
  if ! has nginx; then
    say "installing nginx (a bare proxy to measure beside): Debian package nginx, unpacked into $TOOLS, no service is started"
    unpack_debian nginx usr/sbin/nginx nginx || fail "nginx could not be installed: $(tail -n 1 "$TOOLS/nginx.log")"
  fi
  if ! has wrk; then
    say "installing wrk (the load generator): apt-get install wrk"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends wrk >"$TOOLS/wrk.log" 2>&1 ||
      { as_root apt-get -q update >>"$TOOLS/wrk.log" 2>&1 && as_root apt-get -q install -y --no-install-recommends wrk >>"$TOOLS/wrk.log" 2>&1; } ||
      fail "wrk could not be installed: $(tail -n 1 "$TOOLS/wrk.log")" "Install it (Debian, Ubuntu: apt-get install wrk)."
  fi
}

install_promtool() {
  if has promtool; then return 0; fi
  mkdir -p "$TOOLS"
  if has apt-get && has dpkg; then
    say "installing promtool (checks /metrics in tests): Debian package prometheus, unpacked into $TOOLS, no service is started"
    if unpack_debian prometheus usr/bin/promtool promtool; then return 0; fi
    say "  that failed: $(tail -n 1 "$TOOLS/promtool.log")"
  elif has brew; then
    say "installing promtool (checks /metrics in tests): brew install prometheus, no service is started"
    if brew install prometheus >"$TOOLS/promtool.log" 2>&1; then return 0; fi
    say "  that failed: $(tail -n 1 "$TOOLS/promtool.log")"
  fi
  say "promtool is missing (Debian package prometheus, brew install prometheus)"
}

# What the platform needs to run.
run_tools() {
  if [ -z "${NATS_URL:-}" ]; then install_nats_server; fi
  install_pylint
  install_eslint
  # The review worker looks for a bare name in the system's folders only.
  if has pylint; then export PYLINT="${PYLINT:-$(command -v pylint)}"; fi
  if has node; then export NODE="${NODE:-$(command -v node)}"; fi
}

# What tests need besides; says which tests are going to miss what.
test_tools() {
  install_nats_server
  install_promtool
  install_packages e2e/clients clients "real clients that the gateway has to satisfy" || true
  has pylint || say "without pylint: the tests that lint Python fail or are skipped"
  [ -d "$ESLINT_HOME/node_modules" ] || say "without eslint: the tests that lint JavaScript and TypeScript fail or are skipped"
  [ -d "$TOOLS/clients/node_modules" ] || say "without the clients of e2e/clients: the tests that they are for fail"
  has promtool || say "without promtool: the tests that check /metrics fail or are skipped"
}
