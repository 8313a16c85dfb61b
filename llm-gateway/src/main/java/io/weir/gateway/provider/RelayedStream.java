package io.weir.gateway.provider;

import io.weir.gateway.pipeline.EventRelay;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.upstream.Limit;
import io.weir.gateway.upstream.UpstreamCall;
import io.weir.gateway.upstream.UpstreamResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider's stream, read as it arrives. */
final class RelayedStream implements ChatStream {
  private static final int BUFFER_BYTES = 16 << 10;

  /** Comments and the like; as much as one event may have. */
  private static final int MOST_BEFORE_FIRST = 8 << 20;

  private final String provider;
  private final UpstreamCall call;
  private final UpstreamResponse response;
  private final EventRelay relay;
  private final Limit silence;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private byte @Nullable [] held;
  private @Nullable Part last;

  RelayedStream(
      String provider,
      UpstreamCall call,
      UpstreamResponse response,
      EventRelay relay,
      Limit silence) {
    this.provider = provider;
    this.call = call;
    this.response = response;
    this.relay = relay;
    this.silence = silence;
  }

  /**
   * Reads up to the first event with data, so that a failure before it can still be answered with
   * its own status.
   */
  Optional<Failure> awaitFirst(Limit before) throws IOException {
    var first = new ByteArrayOutputStream();
    long bytes = 0;
    while (!relay.started() && !relay.done()) {
      int count = before.over(call, () -> response.read(buffer));
      bytes += Math.max(count, 0);
      if (bytes > MOST_BEFORE_FIRST) {
        return Optional.of(
            Failure.providerError(
                "Provider '" + provider + "' sent much and no event of an answer.",
                "stream_broken"));
      }
      first.writeBytes(count < 0 ? relay.end() : relay.accept(buffer, count));
      if (count < 0 && !relay.done()) {
        return relay.failure().or(() -> Optional.of(relay.cutShort()));
      }
      if (!relay.started() && relay.failure().isPresent()) {
        return relay.failure();
      }
    }
    held = first.toByteArray();
    return Optional.empty();
  }

  @Override
  public Part next() throws InterruptedException {
    if (last != null) {
      return last;
    }
    byte[] events = held == null ? new byte[0] : held;
    held = null;
    try {
      while (events.length == 0 && !relay.done() && relay.failure().isEmpty()) {
        int count = silence.over(call, () -> response.read(buffer));
        events = count < 0 ? relay.end() : relay.accept(buffer, count);
        if (count < 0 && events.length == 0 && !relay.done() && relay.failure().isEmpty()) {
          return end(new Part.Broken(relay.cutShort()));
        }
      }
    } catch (IOException e) {
      return end(new Part.Broken(BrokenCalls.failure(provider, e, true)));
    }
    if (events.length > 0) {
      return new Part.Events(events);
    }
    Optional<Failure> failure = relay.failure();
    return end(failure.isPresent() ? new Part.Broken(failure.get()) : new Part.End());
  }

  private Part end(Part part) {
    last = part;
    return part;
  }

  @Override
  public Optional<Usage> usage() {
    return relay.usage();
  }

  @Override
  public void close() {
    if (last instanceof Part.End) {
      response.finish();
    }
    response.close();
  }
}
