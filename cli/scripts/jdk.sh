# shellcheck shell=bash
# Finds the JDK 25 among the JDKs of this machine and checks Maven and Node. Sourced by ./weir.

JDK_WANTED=25

# Folders whose sub-folders may be JDKs; WEIR_JDK_PLACES (separated by colons) replaces them.
jdk_places() {
  printf '%s' "${WEIR_JDK_PLACES:-/usr/lib/jvm:/usr/java:/opt/java:/Library/Java/JavaVirtualMachines:${HOME:-/}/.sdkman/candidates/java:${HOME:-/}/.jdks:${HOME:-/}/Library/Java/JavaVirtualMachines}"
}

# Prints the major version of the JDK in folder $1; nothing when there is none.
jdk_major() {
  local version=""
  # Without javac it is a runtime, which cannot build.
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    version="$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9.]*\).*/\1/p' "$1/release")"
  fi
  if [ -z "$version" ]; then
    version="$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9][0-9.]*\).*/\1/p')" || return 0
  fi
  # 1.8 is 8.
  version="${version#1.}"
  printf '%s' "${version%%.*}"
}

# Prints the folder of the JDK that `java` on the PATH belongs to.
jdk_on_path() {
  command -v java >/dev/null 2>&1 || return 0
  java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' || true
}

# Prints one candidate a line, in the order in which they are preferred.
jdk_candidates() {
  local places place folder
  printf '%s\n' "${JAVA_HOME:-}"
  jdk_on_path
  IFS=: read -r -a places <<<"$(jdk_places)"
  for place in "${places[@]}"; do
    for folder in "$place"/*; do
      # A macOS bundle keeps the JDK inside.
      if [ -d "$folder/Contents/Home" ]; then folder="$folder/Contents/Home"; fi
      if [ -d "$folder" ]; then printf '%s\n' "$folder"; fi
    done
  done
  if [ -z "${WEIR_JDK_PLACES:-}" ] && [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$JDK_WANTED" 2>/dev/null || true
  fi
}

# Sets and exports JAVA_HOME, or ends with what to install.
find_jdk() {
  local candidate major found=""
  while IFS= read -r candidate; do
    [ -n "$candidate" ] || continue
    major="$(jdk_major "$candidate")"
    if [ "$major" = "$JDK_WANTED" ]; then
      export JAVA_HOME="$candidate"
      return 0
    fi
    if [ -n "$major" ]; then found="$found$candidate is $major; "; fi
  done < <(jdk_candidates)
  fail "a JDK $JDK_WANTED is needed, and none was found (${found:-no JDK at all was found; }looked at JAVA_HOME, the PATH, $(jdk_places))." \
    "Install one:" \
    "  Debian, Ubuntu:  apt-get install openjdk-25-jdk, or temurin-25-jdk from adoptium.net" \
    "  Fedora:          dnf install java-25-openjdk-devel" \
    "  macOS:           brew install --cask temurin@25" \
    "  anywhere:        sdk install java 25-tem (sdkman.io), or unpack one from adoptium.net" \
    "or set JAVA_HOME to where it is."
}

# Whether version $1 is at least version $2; both are numbers separated by dots.
at_least() {
  local have want i
  IFS=. read -r -a have <<<"$1"
  IFS=. read -r -a want <<<"$2"
  for i in 0 1 2; do
    if [ "${have[i]:-0}" -gt "${want[i]:-0}" ]; then return 0; fi
    if [ "${have[i]:-0}" -lt "${want[i]:-0}" ]; then return 1; fi
  done
  return 0
}

MAVEN_WANTED=3.8.7

find_maven() {
  local version=""
  if command -v mvn >/dev/null 2>&1; then
    version="$(mvn -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p' | head -n 1)" || true
  fi
  if [ -n "$version" ] && at_least "${version%.}" "$MAVEN_WANTED"; then return 0; fi
  fail "Maven $MAVEN_WANTED or newer is needed to build, but $(if [ -n "$version" ]; then echo "Maven $version"; else echo "no mvn"; fi) is on the PATH." \
    "Install it: apt-get install maven (Debian 12, Ubuntu 24.04 or newer), dnf install maven, brew install maven," \
    "or unpack one from maven.apache.org and put its bin folder on the PATH."
}

NODE_WANTED=20.19

# Node runs eslint only: without it JavaScript and TypeScript are reviewed without a linter.
has_node() {
  local version=""
  if command -v node >/dev/null 2>&1; then version="$(node --version 2>/dev/null)" || true; fi
  version="${version#v}"
  version="${version%%-*}"
  if [ -n "$version" ] && at_least "$version" "$NODE_WANTED" && command -v npm >/dev/null 2>&1; then return 0; fi
  local found="node on the PATH is $version"
  if [ -z "$version" ]; then found="no node is on the PATH"; fi
  if ! command -v npm >/dev/null 2>&1; then found="$found and npm is missing"; fi
  say "eslint is skipped, so JavaScript and TypeScript are reviewed without a linter: it needs Node $NODE_WANTED or newer with npm, but $found."
  say "  install it: apt-get install nodejs npm (Debian 13, Ubuntu 25.04 or newer), brew install node, or nodejs.org"
  return 1
}
