package io.weir.messaging.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the process holds in memory, in MiB. */
final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMemory() {}

  static Map<String, Object> read() {
    Runtime runtime = Runtime.getRuntime();
    var memory = new LinkedHashMap<String, Object>();
    memory.put("heapUsed", mib(runtime.totalMemory() - runtime.freeMemory()));
    memory.put("heapTotal", mib(runtime.totalMemory()));
    memory.put("rss", residentKiB() >> 10);
    return memory;
  }

  /** Linux tells it in /proc; elsewhere the heap is the best that is known without native code. */
  private static long residentKiB() {
    if (Files.isReadable(STATUS)) {
      try {
        for (String line : Files.readAllLines(STATUS)) {
          if (line.startsWith("VmRSS:")) {
            return Long.parseLong(line.replaceAll("\\D", ""));
          }
        }
      } catch (IOException e) {
        return Runtime.getRuntime().totalMemory() >> 10;
      }
    }
    return Runtime.getRuntime().totalMemory() >> 10;
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }
}
