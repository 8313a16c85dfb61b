package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.StreamText;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatStream;
import io.weir.gateway.routing.ProviderGates.Visit;
import io.weir.gateway.usage.CallRecorder.OpenCall;
import io.weir.gateway.usage.CallRecorder.Said;
import io.weir.gateway.usage.Hold;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A streamed answer whose time and tokens are counted once: before its last event is handed on, or
 * when it breaks or is left.
 */
public final class MeteredStream implements AnswerStream {
  /** The last event's line, with or without a space; what a model says is never so quoted. */
  private static final Pattern DONE = Pattern.compile("(^|[\\r\\n])data: ?\\[DONE][ \\r\\n]*$");

  private static final int TAIL = 24;

  private final ChatStream stream;
  private final Candidate by;
  private final Candidate metered;
  private final Stopwatch watch;
  private final LlmMeters meters;
  private final OpenCall call;
  private final Hold hold;
  private final Visit visit;
  private final StreamText text = new StreamText();
  private String outcome = ProviderCalls.outcome(Failure.Kind.CANCELLED);
  private boolean told;
  private long lastChunk;
  private boolean closed;

  MeteredStream(
      ChatStream stream,
      Candidate by,
      Candidate metered,
      Stopwatch watch,
      LlmMeters meters,
      OpenCall call,
      Hold hold,
      Visit visit) {
    this.stream = stream;
    this.by = by;
    this.metered = metered;
    this.watch = watch;
    this.meters = meters;
    this.call = call;
    this.hold = hold;
    this.visit = visit;
  }

  @Override
  public Candidate by() {
    return by;
  }

  @Override
  public Part next() throws InterruptedException {
    Part part = stream.next();
    switch (part) {
      case Part.Events events -> {
        chunk();
        text.add(events.bytes());
        if (endsWithDone(events.bytes())) {
          answered();
        }
      }
      case Part.End end -> answered();
      case Part.Broken broken -> {
        outcome = ProviderCalls.outcome(broken.failure().kind());
        told = true;
        visit.failed(broken.failure());
        call.failed(broken.failure(), stream.usage(), said());
      }
    }
    return part;
  }

  private void chunk() {
    long now = System.nanoTime();
    if (lastChunk != 0) {
      meters.chunk(metered, Duration.ofNanos(now - lastChunk));
    }
    lastChunk = now;
  }

  private void answered() {
    outcome = "ok";
    told = true;
    visit.answered();
    call.answered(stream.usage(), said());
  }

  private Said said() {
    return new Said(text.text(), text.share());
  }

  private static boolean endsWithDone(byte[] events) {
    int from = Math.max(0, events.length - TAIL);
    return DONE.matcher(new String(events, from, events.length - from, StandardCharsets.ISO_8859_1))
        .find();
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
    meters.call(
        LlmMeters.CHAT, metered, outcome, watch.elapsed(), stream.usage().orElse(Usage.NONE));
    if (!told) {
      call.cancelled(stream.usage(), said());
    }
    hold.close();
    visit.close();
  }
}
