package io.weir.faults.scenario;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.weir.faults.stage.Observer;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Streams that take no more than a few bytes, until this is closed. */
final class FullStreams implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final JetStreamManagement management;
  private final List<StreamConfiguration> roomy;

  private FullStreams(JetStreamManagement management, List<StreamConfiguration> roomy) {
    this.management = management;
    this.roomy = roomy;
  }

  /**
   * Leaves these streams room for so many bytes more than they hold: less would delete messages.
   */
  static FullStreams leaving(Observer observer, long bytes, List<String> streams)
      throws IOException, InterruptedException {
    JetStreamManagement management = observer.management();
    var roomy = new ArrayList<StreamConfiguration>();
    for (String stream : streams) {
      StreamInfo info =
          Await.value(stream + " is there", PATIENCE, () -> management.getStreamInfo(stream));
      roomy.add(info.getConfiguration());
      set(
          management,
          StreamConfiguration.builder(info.getConfiguration())
              .maxBytes(info.getStreamState().getByteCount() + bytes)
              .build());
    }
    return new FullStreams(management, roomy);
  }

  @Override
  public void close() throws InterruptedException {
    for (StreamConfiguration stream : roomy) {
      set(management, stream);
    }
  }

  private static void set(JetStreamManagement management, StreamConfiguration wanted)
      throws InterruptedException {
    Await.until(
        wanted.getName() + " takes its bound", PATIENCE, () -> isUpdated(management, wanted));
  }

  private static boolean isUpdated(JetStreamManagement management, StreamConfiguration wanted)
      throws IOException, JetStreamApiException {
    return management.updateStream(wanted).getConfiguration().getMaxBytes() == wanted.getMaxBytes();
  }
}
