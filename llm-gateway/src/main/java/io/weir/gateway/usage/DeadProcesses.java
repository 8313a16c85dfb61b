package io.weir.gateway.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.proto.v1.LlmUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes that died in the folder and left a journal, with the calls in it. Thread-safe. */
final class DeadProcesses {
  private static final Logger log = LoggerFactory.getLogger(DeadProcesses.class);

  private final Map<String, Set<String>> calls = new ConcurrentHashMap<>();
  private final Counter unknown;

  DeadProcesses(MeterRegistry meters) {
    this.unknown =
        Counter.builder("weir.llm.calls.unknown.adopted")
            .description("Calls that a killed process had begun, told as unknown.")
            .register(meters);
  }

  void adopt(Journal.Left left) {
    unknown.increment(left.begun().size());
    calls.put(
        left.process(),
        Stream.concat(left.begun().stream(), left.ended().stream())
            .map(LlmUsage::getRequestId)
            .collect(Collectors.toSet()));
    if (!left.begun().isEmpty() || !left.ended().isEmpty()) {
      log.atInfo()
          .addKeyValue("untold", left.ended().size())
          .addKeyValue("unknown", left.begun().size())
          .log("usage of a process that was killed");
    }
  }

  /**
   * Those whose calls are all told by now, until {@link #buried}.
   *
   * @param untold whether some of these calls are not
   */
  Set<String> told(Predicate<Set<String>> untold) {
    return calls.entrySet().stream()
        .filter(one -> !untold.test(one.getValue()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Nothing of it is left. */
  void buried(String process) {
    var _ = calls.remove(process);
  }
}
