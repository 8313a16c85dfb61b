package io.weir.gateway.tools;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.tool.ToolCall;
import io.weir.gateway.pipeline.tool.ToolResult;
import io.weir.gateway.pipeline.tool.ToolSpec;
import java.time.Duration;

/** Executes tools. Thread-safe. */
@FunctionalInterface
public interface ToolRunner {
  /**
   * What has become of {@code call}; whatever goes wrong is a result too.
   *
   * @param longest wait
   */
  ToolResult run(ToolSpec tool, ToolCall call, Asker asker, Duration longest)
      throws InterruptedException;
}
