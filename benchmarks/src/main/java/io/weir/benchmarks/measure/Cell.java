package io.weir.benchmarks.measure;

import java.util.Locale;

/**
 * One row of the tables: some work under some conditions, done by several subjects in turn.
 *
 * @param size bytes of a message's payload
 * @param concurrency most messages in hand or on their way at once
 * @param handling what a handler does with a message
 */
public record Cell(Work work, int size, int concurrency, Handling handling) {
  /** What is done with messages. */
  public enum Work {
    PUBLISH_SYNC("publish-sync"),
    PUBLISH_PIPELINED("publish-pipelined"),
    CONSUME_ACK("consume-ack"),
    CONSUME_PUBLISH_ACK("consume-store-publish-ack");

    private final String label;

    Work(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }

    public boolean consumes() {
      return this == CONSUME_ACK || this == CONSUME_PUBLISH_ACK;
    }

    public boolean publishes() {
      return this != CONSUME_ACK;
    }
  }

  /** Such as {@code consume-ack/256B/K=10/no-op}: what {@code --only} is matched with. */
  public String id() {
    return "%s/%s/K=%d/%s".formatted(work.label(), sizeLabel(), concurrency, handling.label());
  }

  public String sizeLabel() {
    return size < 1024 ? size + "B" : String.format(Locale.ROOT, "%dKiB", size / 1024);
  }
}
