package io.weir.localstack;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A small sidecar process that ends the registered children when this JVM dies in any way, {@code
 * kill -9} included. It reads from a pipe whose other end only this JVM holds, so the end of that
 * pipe is the death of the JVM: it then sends SIGTERM to each child, waits for the grace time, and
 * sends SIGKILL to what is left of the children's process groups. After an orderly {@link #close()}
 * it exits without touching anybody. Safe for use by several threads.
 */
public final class Undertaker implements AutoCloseable {

  /** Time between SIGTERM and SIGKILL for the children of a JVM that died. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

  // Portable sh: no arrays, no local. "$1" is the number of tenths of a second to wait.
  private static final String SCRIPT =
      """
      pids=''
      while read -r verb pid; do
        case $verb in
          add) pids="$pids $pid" ;;
          del) kept=''
            for p in $pids; do [ "$p" = "$pid" ] || kept="$kept $p"; done
            pids=$kept ;;
        esac
      done
      for p in $pids; do kill -TERM "$p"; done
      ticks=0
      while [ "$ticks" -lt "$1" ]; do
        alive=''
        for p in $pids; do kill -0 "$p" && alive=yes; done
        [ -z "$alive" ] && break
        sleep 0.1
        ticks=$((ticks + 1))
      done
      for p in $pids; do kill -KILL "-$p" || kill -KILL "$p"; done
      """;

  private final Process sidecar;
  private final OutputStream pipe;

  private Undertaker(Process sidecar) {
    this.sidecar = sidecar;
    this.pipe = sidecar.getOutputStream();
  }

  public static Undertaker start() {
    return start(DEFAULT_GRACE);
  }

  public static Undertaker start(Duration grace) {
    List<String> command =
        OwnSession.command(
            List.of("/bin/sh", "-c", SCRIPT, "weir-undertaker", "" + grace.toMillis() / 100));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
    try {
      return new Undertaker(builder.start());
    } catch (IOException e) {
      throw new StackException("Could not start /bin/sh, which watches over child processes", e);
    }
  }

  /** Process id of the sidecar. */
  public long pid() {
    return sidecar.pid();
  }

  void watch(long pid) {
    tell("add " + pid);
  }

  void forget(long pid) {
    tell("del " + pid);
  }

  /** Lets the sidecar go, which first ends what is still registered, as if this JVM had died. */
  @Override
  public synchronized void close() {
    try {
      pipe.close();
    } catch (IOException e) {
      sidecar.destroy();
    }
  }

  private synchronized void tell(String line) {
    if (!sidecar.isAlive()) {
      return;
    }
    try {
      pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      // It was closed or killed meanwhile: the children have lost a safety net, not their parent.
      sidecar.destroy();
    }
  }
}
