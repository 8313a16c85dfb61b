package io.weir.localstack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How to start one service as a process of its own.
 *
 * @param root the checkout in which it was built
 * @param module such as {@code review-worker}
 * @param port its HTTP port on 127.0.0.1, fixed over restarts
 * @param environment what it gets besides PATH, HOME, LANG, TMPDIR, {@code HTTP_PORT}, {@code
 *     HTTP_HOST} and {@code LOG_DIR}; wins over these
 * @param directory its working directory; its logs go to {@code logs/} there
 * @param heapMebibytes limit of its Java heap
 * @param undertaker who ends it when this JVM dies, else one of its own
 */
public record ServiceLaunch(
    Path root,
    String module,
    int port,
    Map<String, String> environment,
    Path directory,
    int heapMebibytes,
    Optional<Undertaker> undertaker) {

  /**
   * For processes that live for a test: one compiler, which halves the CPU time of a start and is
   * never the slower one in so short a life.
   */
  static final Map<String, String> SHORT_LIVED =
      Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

  public ServiceLaunch {
    environment = Map.copyOf(environment);
  }

  /** For a test: a free port, 256 MiB of heap, one compiler, no further environment. */
  public static ServiceLaunch of(Path root, String module, Path directory) {
    return new ServiceLaunch(
        root,
        module,
        FreePorts.one(),
        SHORT_LIVED,
        directory.toAbsolutePath(),
        256,
        Optional.empty());
  }

  /** The same with one more environment variable. */
  public ServiceLaunch with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new ServiceLaunch(root, module, port, more, directory, heapMebibytes, undertaker);
  }

  public ServiceLaunch withPort(int httpPort) {
    return new ServiceLaunch(
        root, module, httpPort, environment, directory, heapMebibytes, undertaker);
  }

  public ServiceLaunch withUndertaker(Undertaker watcher) {
    return new ServiceLaunch(
        root, module, port, environment, directory, heapMebibytes, Optional.of(watcher));
  }
}
