package io.weir.gateway.tools;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.completion.CachedCompletions;
import io.weir.gateway.completion.Completions;
import java.time.Clock;
import java.time.Duration;

/** For tests of all else. */
public final class NoTools {
  private NoTools() {}

  /** Answers of {@code completions}, to requests that want no tools. */
  public static ToolAnswers over(Completions completions, CachedCompletions cached) {
    return new ToolAnswers(
        completions,
        cached,
        (tool, call, asker, longest) -> {
          throw new AssertionError("no tool is offered");
        },
        new ToolBounds(1, 1, 1, Duration.ofMinutes(1)),
        Clock.systemUTC(),
        new SimpleMeterRegistry());
  }
}
