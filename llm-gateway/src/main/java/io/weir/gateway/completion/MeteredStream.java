package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatStream;
import java.util.Optional;

/** A streamed answer whose time and tokens are counted once, at its end or when it is left. */
public final class MeteredStream implements ChatStream {
  private final ChatStream stream;
  private final Candidate by;
  private final Candidate metered;
  private final Stopwatch watch;
  private final LlmMeters meters;
  private String outcome = Completions.outcome(Failure.Kind.CANCELLED);
  private boolean closed;

  MeteredStream(
      ChatStream stream, Candidate by, Candidate metered, Stopwatch watch, LlmMeters meters) {
    this.stream = stream;
    this.by = by;
    this.metered = metered;
    this.watch = watch;
    this.meters = meters;
  }

  /** Who answers. */
  public Candidate by() {
    return by;
  }

  @Override
  public Part next() throws InterruptedException {
    Part part = stream.next();
    switch (part) {
      case Part.Events events -> {
        // Still running.
      }
      case Part.End end -> outcome = "ok";
      case Part.Broken broken -> outcome = Completions.outcome(broken.failure().kind());
    }
    return part;
  }

  @Override
  public Optional<Usage> usage() {
    return stream.usage();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    stream.close();
    meters.call(metered, outcome, watch.elapsed(), stream.usage().orElse(Usage.NONE));
  }
}
