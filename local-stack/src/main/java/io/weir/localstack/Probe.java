package io.weir.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Short HTTP looks at a process of our own. Uses the plain JDK connection: a probe of a starting
 * process fails dozens of times, and each failure costs microseconds here and no threads.
 */
final class Probe {

  static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIME_OUT_MILLIS = (int) Duration.ofSeconds(2).toMillis();

  /** Whether a GET is answered with 200. */
  boolean isOk(URI uri) {
    try {
      HttpURLConnection connection = open(uri);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** The JSON body of a GET, empty unless it is answered with 200. */
  Optional<JsonNode> json(URI uri) {
    try {
      HttpURLConnection connection = open(uri);
      try {
        if (connection.getResponseCode() != 200) {
          return Optional.empty();
        }
        return Optional.of(JSON.readTree(connection.getInputStream().readAllBytes()));
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static HttpURLConnection open(URI uri) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) uri.toURL().openConnection(java.net.Proxy.NO_PROXY);
    connection.setConnectTimeout(TIME_OUT_MILLIS);
    connection.setReadTimeout(TIME_OUT_MILLIS);
    return connection;
  }
}
