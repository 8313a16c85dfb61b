package io.weir.localstack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A child process with a name and a log file, in a process group of its own, watched by an {@link
 * Undertaker}. Safe for use by several threads.
 */
public final class ManagedProcess implements AutoCloseable {

  private static final Duration CLOSE_GRACE = Duration.ofSeconds(10);
  private static final Duration SUSPENDED_WITHIN = Duration.ofSeconds(5);
  private static final long LOG_KEPT_BYTES = 10L << 20;
  private static final int TAIL_BYTES = 64 << 10;

  private final Launch launch;
  private final Process process;
  private final CompletableFuture<ManagedProcess> ended;
  private volatile boolean suspended;

  private ManagedProcess(Launch launch, Process process, Undertaker undertaker) {
    this.launch = launch;
    this.process = process;
    this.ended =
        process
            .onExit()
            .thenApply(
                gone -> {
                  undertaker.forget(gone.pid());
                  return this;
                });
  }

  /**
   * Starts the process; throws {@link StackException} when the program cannot be started at all.
   */
  public static ManagedProcess start(Launch launch, Undertaker undertaker) {
    Path log = launch.logFile();
    try {
      Files.createDirectories(launch.directory());
      Files.createDirectories(log.toAbsolutePath().getParent());
      if (Files.exists(log) && Files.size(log) > LOG_KEPT_BYTES) {
        Files.move(
            log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
      ProcessBuilder builder = new ProcessBuilder(OwnSession.command(launch.command()));
      builder.directory(launch.directory().toFile());
      builder.environment().clear();
      builder.environment().putAll(launch.environment());
      builder.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
      builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
      Process process = builder.start();
      undertaker.watch(process.pid());
      return new ManagedProcess(launch, process, undertaker);
    } catch (IOException e) {
      throw new StackException(
          "Could not start %s (%s): %s"
              .formatted(launch.name(), launch.command().getFirst(), e.getMessage()),
          e);
    }
  }

  public String name() {
    return launch.name();
  }

  public Path logFile() {
    return launch.logFile();
  }

  public long pid() {
    return process.pid();
  }

  /**
   * When the process started, as the operating system tells it; the epoch when it does not tell.
   */
  public Instant startedAt() {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit code, empty while the process runs. A process ended by signal n has 128 + n. */
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Completes when the process has ended, with this. */
  public CompletableFuture<ManagedProcess> onExit() {
    return ended.copy();
  }

  /** Asks for an orderly end (SIGTERM) and returns at once. */
  public void terminate() {
    process.destroy();
    if (suspended) {
      resume();
    }
  }

  /**
   * SIGTERM, then after the grace time SIGKILL for the process and everything it started. Returns
   * whether it ended by itself within the grace time.
   */
  public boolean stop(Duration grace) throws InterruptedException {
    terminate();
    boolean inTime = process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
    killTree();
    return inTime;
  }

  /**
   * SIGKILL for this one process, as an operator's {@code kill -9} would do it; returns when it is
   * gone.
   */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /**
   * SIGSTOP: the process keeps its connections and answers nothing; returns when it has stopped.
   */
  public void suspend() throws InterruptedException {
    suspended = true;
    signal("-STOP", Long.toString(pid()));
    // The signal is sent to the process, but each of its threads stops only when it is next
    // scheduled.
    Polling.until(SUSPENDED_WITHIN, this::allThreadsStopped);
  }

  /** SIGCONT. */
  public void resume() {
    suspended = false;
    try {
      signal("-CONT", Long.toString(pid()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it was suspended and not resumed since. */
  public boolean isSuspended() {
    return suspended;
  }

  /** The last lines of the log file, for an error message; an empty list when there are none. */
  public List<String> lastLogLines(int count) {
    try (RandomAccessFile file = new RandomAccessFile(logFile().toFile(), "r")) {
      file.seek(Math.max(0, file.length() - TAIL_BYTES));
      byte[] tail = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(tail);
      List<String> lines = new String(tail, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of(
          "(the log file %s could not be read: %s)".formatted(logFile(), e.getMessage()));
    }
  }

  /**
   * An exception that says what happened, with the exit code if there is one, and the last lines of
   * the log.
   */
  public StackException failure(String what) {
    StringBuilder text = new StringBuilder(name()).append(' ').append(what);
    exitCode().ifPresent(code -> text.append(" (exit code ").append(code).append(')'));
    text.append("; log file ").append(logFile());
    for (String line : lastLogLines(15)) {
      text.append("\n  | ").append(line);
    }
    return new StackException(text.toString());
  }

  /** As {@link #stop} with ten seconds. */
  @Override
  public void close() {
    try {
      stop(CLOSE_GRACE);
    } catch (InterruptedException e) {
      killTreeQuietly();
      Thread.currentThread().interrupt();
    }
  }

  private void killTree() throws InterruptedException {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.waitFor();
    }
    // What it left behind in its group; nobody there is the usual case, and the signal then fails
    // without harm.
    signal("-KILL", "-" + pid());
  }

  private boolean allThreadsStopped() {
    Path threads = Path.of("/proc", Long.toString(pid()), "task");
    if (!Files.isDirectory(threads)) {
      return true; // not Linux, or gone
    }
    try (Stream<Path> each = Files.list(threads)) {
      return each.allMatch(
          thread -> {
            try {
              String stat = Files.readString(thread.resolve("stat"));
              return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
            } catch (IOException e) {
              return true; // that thread has ended
            }
          });
    } catch (IOException e) {
      return true;
    }
  }

  private void killTreeQuietly() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void signal(String signal, String target) throws InterruptedException {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill \"$1\" \"$2\"", "kill", signal, target)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new StackException("Could not send " + signal + " to " + name(), e);
    }
  }
}
