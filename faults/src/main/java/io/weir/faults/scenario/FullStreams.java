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
import java.util.Map;

/**
 * Streams that take no more than a few messages, until this is closed. By messages, since a cluster
 * before 2.10 deletes the oldest ones of a stream that is full by bytes.
 */
final class FullStreams implements AutoCloseable {
  /**
   * What was refused is tried again after up to 30 s. A cluster of the 2.10 line remembers its id
   * for a duplicate window of 5 minutes and takes it only then; all others take it at once.
   */
  static final Duration REFUSED_WAITS = Duration.ofMinutes(6);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final JetStreamManagement management;
  private final List<StreamConfiguration> roomy;
  private final List<StreamConfiguration> tight;

  private FullStreams(
      JetStreamManagement management,
      List<StreamConfiguration> roomy,
      List<StreamConfiguration> tight) {
    this.management = management;
    this.tight = tight;
    this.roomy = roomy;
  }

  /**
   * Leaves each of these streams room for so many messages more than it holds. Ask for more than is
   * published while this is done: a bound below what a stream holds deletes its oldest messages,
   * also where new ones are to be refused.
   */
  static FullStreams leaving(Observer observer, Map<String, Long> room)
      throws IOException, InterruptedException {
    JetStreamManagement management = observer.management();
    var roomy = new ArrayList<StreamConfiguration>();
    var tight = new ArrayList<StreamConfiguration>();
    for (var entry : room.entrySet()) {
      String stream = entry.getKey();
      StreamInfo info =
          Await.value(stream + " is there", PATIENCE, () -> management.getStreamInfo(stream));
      roomy.add(info.getConfiguration());
      StreamConfiguration bounded =
          StreamConfiguration.builder(info.getConfiguration())
              .maxMessages(info.getStreamState().getMsgCount() + entry.getValue())
              .build();
      tight.add(bounded);
      set(management, bounded);
    }
    return new FullStreams(management, roomy, tight);
  }

  /** Returns when each of them has no more room: from here on what comes is refused. */
  void awaitFull() throws InterruptedException {
    for (StreamConfiguration stream : tight) {
      Await.until(
          stream.getName() + " is full",
          PATIENCE,
          () ->
              management.getStreamInfo(stream.getName()).getStreamState().getMsgCount()
                  >= stream.getMaxMsgs());
    }
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
    return management.updateStream(wanted).getConfiguration().getMaxMsgs() == wanted.getMaxMsgs();
  }
}
