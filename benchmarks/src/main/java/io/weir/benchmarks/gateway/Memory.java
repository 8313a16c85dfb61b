package io.weir.benchmarks.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Watches the resident memory of a process, as Linux tells it. */
final class Memory implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(200);

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong most = new AtomicLong();

  private Memory() {}

  static Memory of(long pid) {
    var memory = new Memory();
    var _ =
        memory.clock.scheduleAtFixedRate(
            () -> memory.look(pid), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return memory;
  }

  private void look(long pid) {
    try {
      Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .forEach(kibibytes -> most.accumulateAndGet(kibibytes, Math::max));
    } catch (IOException e) {
      // Not Linux, or gone: what was seen so far counts.
    }
  }

  long mostMebibytes() {
    return most.get() >> 10;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
