# shellcheck shell=bash
# Builds with Maven, only when a source is newer than the last build, and runs the tests. Sourced by ./weir.

STAMP="$WEIR_ROOT/target/built"
# What is run as a process of its own.
APPS=(cli local-stack llm-gateway review-worker enricher-service entity-worker tool-service)

maven() { (cd "$WEIR_ROOT" && mvn -B -Dstyle.color=never "$@" </dev/null); }

# Prints the path of the jar of runnable module $1.
app_jar() {
  local jar
  for jar in "$WEIR_ROOT/$1/target/app/$1"-*.jar; do
    if [ -f "$jar" ]; then
      printf '%s' "$jar"
      return 0
    fi
  done
  return 1
}

is_stale() {
  local app
  [ -f "$STAMP" ] || return 0
  for app in "${APPS[@]}"; do
    app_jar "$app" >/dev/null || return 0
  done
  # Folders too: one is newer when a file in it was deleted.
  [ -n "$(find "$WEIR_ROOT/pom.xml" "$WEIR_ROOT"/*/pom.xml "$WEIR_ROOT"/*/src/main -newer "$STAMP" -print 2>/dev/null | head -n 1)" ]
}

build_if_stale() {
  is_stale || return 0
  # New jars under a running platform would break it.
  if platform_is_up; then
    say "sources are newer than what is running from here: restart ./weir up to use them"
    return 0
  fi
  build
}

# Whether a platform was started from this checkout's jars and still runs.
platform_is_up() {
  local pid=""
  if [ -r "$WEIR_HOME/run.json" ]; then pid="$(sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p' "$WEIR_HOME/run.json")"; fi
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null
}

refuse_while_up() {
  platform_is_up || return 0
  fail "Weir is running from this checkout, and new jars would break it." \
    "Stop it first: Ctrl-C in its terminal, or kill $(sed -n 's/.*"pid" *: *\([0-9]*\).*/\1/p' "$WEIR_HOME/run.json")"
}

build() {
  local log="$WEIR_HOME/logs/build.log" begun
  refuse_while_up
  find_maven
  mkdir -p "$WEIR_HOME/logs" "$WEIR_ROOT/target"
  say "building with $JAVA_HOME; the first build downloads some hundred MB of libraries (log: $log)"
  # Taken before the build, so that a file saved during it is newer.
  begun="$(mktemp "$WEIR_ROOT/target/building.XXXXXX")"
  if ! maven package -Dmaven.test.skip=true -pl '!benchmarks' 2>&1 | tee "$log" | build_progress; then
    rm -f "$begun"
    fail "the build failed; the whole log is $log"
  fi
  mv "$begun" "$STAMP"
}

# Benchmarks are no part of what is run: only this builds them, with what they need.
run_bench() {
  local log="$WEIR_HOME/logs/bench-build.log" jar
  refuse_while_up
  mkdir -p "$WEIR_HOME/logs"
  say "building the benchmarks (log: $log)"
  if ! maven package -Dmaven.test.skip=true -pl benchmarks -am 2>&1 | tee "$log" | build_progress; then
    fail "the build failed; the whole log is $log"
  fi
  jar="$(app_jar benchmarks)" || fail "benchmarks are not built."
  # What the platform runs as processes is measured too.
  if [ "${1:-}" = --gateway ]; then build_if_stale; fi
  # One heap for all that is measured, large enough for no collection to decide anything.
  # Two modules bring a logback.xml; logback would print its own log for that.
  exec "$JAVA_HOME/bin/java" -Xms2g -Xmx2g -XX:+UseG1GC -Dweir.benchmarks="$WEIR_ROOT/benchmarks" -Dweir.peers="$TOOLS/peers" \
    -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener \
    --sun-misc-unsafe-memory-access=allow -jar "$jar" "$@"
}

# Turns Maven's output into a line a module, a sign of life while it downloads, and its errors.
build_progress() {
  awk '
    /^\[INFO\] Building Weir: / { sub(/^\[INFO\] Building Weir: /, ""); sub(/ +[0-9]+\.[^ ]+/, ""); print "  " $0; fflush() }
    /^(\[INFO\] )?Downloaded from / { if (++downloads % 100 == 0) { print "  ... " downloads " files downloaded"; fflush() } }
    /^\[ERROR\]/ { if (++errors <= 40) print; fflush() }
  ' >&2
}

run_tests() {
  local log="$WEIR_HOME/logs/test.log" status=0 begun
  refuse_while_up
  mkdir -p "$WEIR_HOME/logs" "$WEIR_ROOT/target"
  begun="$(mktemp "$WEIR_ROOT/target/testing.XXXXXX")"
  say "testing with $JAVA_HOME (log: $log)"
  # Two modules side by side: most of what tests do is waiting.
  maven -ntp -T "${WEIR_TEST_MODULES:-2}" verify "$@" 2>&1 | tee "$log" || status=$?
  test_summary "$begun"
  skipped_tests "$begun"
  rm -f "$begun"
  if [ "$status" != 0 ]; then fail "the tests failed; the whole log is $log"; fi
}

# $1 is how many requests a service gets; what came of them is printed as they are done.
run_fuzz() {
  local log="$WEIR_HOME/logs/fuzz.log" requests=10000 seed="$RANDOM" status=0
  while [ $# -gt 0 ]; do
    case "$1" in
      --seed) seed="${2:-}" && shift ;;
      *) requests="$1" ;;
    esac
    shift
  done
  case "$requests$seed" in
    "" | *[!0-9]*) fail "test --fuzz takes numbers, but got: $requests --seed $seed" "usage: ./weir test --fuzz [N] [--seed S]" ;;
  esac
  refuse_while_up
  mkdir -p "$WEIR_HOME/logs"
  say "fuzzing with seed $seed, $requests requests a service (log: $log)"
  maven -ntp verify -pl e2e -am -Dtest=NoUnitTests -Dit.test=FuzzIT -Dsurefire.failIfNoSpecifiedTests=false \
    -Dfailsafe.failIfNoSpecifiedTests=false -Dfuzz.requests="$requests" -Dfuzz.seed="$seed" >"$log" 2>&1 || status=$?
  grep -E '^(fuzz|[a-z]+-[a-z]+): ' "$log" || true
  if [ "$status" != 0 ]; then
    fail "the services did not keep to their documents; the whole log is $log" "All findings are in $WEIR_ROOT/e2e/target/fuzz.txt"
  fi
}

# Not among the APPS, since nobody but a tester runs it. Results of a run go to a folder that the run names.
run_faults() {
  local log="$WEIR_HOME/logs/build.log"
  mkdir -p "$WEIR_HOME/logs"
  say "building the fault suite (log: $log)"
  if ! maven package -ntp -Dmaven.test.skip=true -pl faults -am >"$log" 2>&1; then
    fail "the build failed; the whole log is $log"
  fi
  "$JAVA_HOME/bin/java" -Xmx1g --sun-misc-unsafe-memory-access=allow -jar "$(app_jar faults)" "$@"
}

# The services' jars are built too: they are what is killed.
run_kills() {
  local log="$WEIR_HOME/logs/build.log"
  refuse_while_up
  mkdir -p "$WEIR_HOME/logs"
  say "building the services and what kills them (log: $log)"
  if ! maven package -ntp -Dmaven.test.skip=true -pl kills -am >"$log" 2>&1; then
    fail "the build failed; the whole log is $log"
  fi
  "$JAVA_HOME/bin/java" -Xmx1g --sun-misc-unsafe-memory-access=allow -Dweir.root="$WEIR_ROOT" -jar "$(app_jar kills)" "$@"
}

# The totals of Surefire and Failsafe of each module, and of all, from the reports written since file $1: modules are tested side by side,
# so their lines in the log are mixed. Then the classes that took longest, each by its own clock.
test_summary() {
  local module kind reports all=()
  while read -r module; do
    for kind in surefire failsafe; do
      reports="$WEIR_ROOT/$module/target/$kind-reports"
      [ -d "$reports" ] || continue
      while read -r report; do all+=("$report"); done < <(find "$reports" -name 'TEST-*.xml' -newer "$1")
    done
  done < <(sed -n 's/.*<module>\(.*\)<\/module>.*/\1/p' "$WEIR_ROOT/pom.xml")
  if [ "${#all[@]}" = 0 ]; then return 0; fi
  awk '
    function value(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    /^<testsuite / {
      parts = split(FILENAME, path, "/")
      phase = path[parts - 1] == "failsafe-reports" ? "integration tests" : "unit tests"
      key = sprintf("%-18s %-18s", path[parts - 3], phase)
      if (!(key in run)) keys[++count] = key
      run[key] += value("tests"); failures[key] += value("failures")
      errors[key] += value("errors"); skipped[key] += value("skipped")
      time = value("time"); gsub(/,/, "", time)
      name = value("name"); sub(/.*\./, "", name)
      times[++classes] = time + 0; names[classes] = path[parts - 3] " " name
      nextfile
    }
    END {
      print ""
      form = "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n"
      for (i = 1; i <= count; i++) {
        key = keys[i]
        printf "%s " form, key, run[key], failures[key], errors[key], skipped[key]
        r += run[key]; f += failures[key]; e += errors[key]; s += skipped[key]
      }
      printf "%-37s " form, "all", r, f, e, s
      print ""
      print "the slowest:"
      for (i = 1; i <= 10 && i <= classes; i++) {
        best = 0
        for (c = 1; c <= classes; c++) if (!(c in shown) && (!best || times[c] > times[best])) best = c
        shown[best] = 1
        printf "%7.1f s  %s\n", times[best], names[best]
      }
    }
  ' "${all[@]}"
}

# What was not tested since file $1 was written, and why, as the reports have it: a skipped test is no passed one.
skipped_tests() {
  find "$WEIR_ROOT"/*/target/surefire-reports "$WEIR_ROOT"/*/target/failsafe-reports -name 'TEST-*.xml' -newer "$1" \
    -exec cat {} + 2>/dev/null | awk '
    /<testcase / {
      test = $0
      sub(/.* classname="/, "", test)
      class = test
      sub(/".*/, "", class)
      sub(/.*\./, "", class)
      name = $0
      sub(/.*<testcase name="/, "", name)
      sub(/".*/, "", name)
    }
    /<skipped/ {
      reason = "no reason given"
      if (match($0, /message="[^"]*"/)) reason = substr($0, RSTART + 9, RLENGTH - 10)
      else if (match($0, /<!\[CDATA\[[^:]*: /)) { # the text of the exception by which it ended itself
        reason = substr($0, RSTART + RLENGTH)
        sub(/\]\]>.*/, "", reason)
      }
      gsub(/&quot;/, "\"", reason); gsub(/&lt;/, "<", reason); gsub(/&gt;/, ">", reason); gsub(/&#10;/, " ", reason); gsub(/&amp;/, "\\&", reason)
      if (count++ == 0) { print ""; print "not tested here:" }
      print "  " class "." name ": " reason
    }
  '
}
