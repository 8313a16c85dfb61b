package io.weir.testsupport;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;

/** Connections by which tests look at a server, patient with a machine that stands still. */
public final class TestNats {
  /**
   * Also bounds each request to JetStream, for which the client's default of two seconds is little.
   * One that was sent while a server was starting is not answered at all: who waits for such a
   * server has to have patience for several.
   */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private TestNats() {}

  /**
   * Connects once.
   *
   * @param urls of a server, or of those of a cluster with commas between them
   */
  public static Connection connect(String urls) throws IOException, InterruptedException {
    return Nats.connect(Options.builder().server(urls).connectionTimeout(PATIENCE).build());
  }
}
