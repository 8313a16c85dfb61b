package io.weir.platform.work;

import java.util.List;

/** What became of events that were to be published at once. */
public sealed interface Sent {
  /** JetStream has them all; the sequences are in the events' order. */
  record Published(List<Long> sequences) implements Sent {
    public Published {
      sequences = List.copyOf(sequences);
    }
  }

  /** The broker is away; the events are safe in their document and the sweeper publishes them. */
  record Waiting(String reason) implements Sent {}
}
