package io.weir.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.cli.remote.CallException;
import io.weir.cli.remote.ServiceApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a service says of its health.
 *
 * @param status {@code ok}, {@code degraded}, {@code down}, or {@code away} when it does not answer
 * @param notes what is not well, for a person
 */
record ServiceStatus(String name, String status, String url, List<String> notes) {
  private static final Duration TIME_OUT = Duration.ofSeconds(5);

  ServiceStatus {
    notes = List.copyOf(notes);
  }

  boolean isOk() {
    return status.equals("ok");
  }

  static ServiceStatus ask(HttpClient http, String name, String url) throws InterruptedException {
    try {
      JsonNode health =
          new ServiceApi(http, URI.create(url), Optional.empty(), TIME_OUT).ask("/health").json();
      var notes = new ArrayList<String>();
      for (JsonNode check : health.path("checks")) {
        if (!check.path("status").asText().equals("ok")) {
          notes.add(
              "%s: %s %s"
                  .formatted(
                      check.path("name").asText(),
                      check.path("status").asText(),
                      check.path("reason").asText("")));
        }
      }
      return new ServiceStatus(name, health.path("status").asText("unknown"), url, notes);
    } catch (CallException e) {
      return new ServiceStatus(name, "away", url, List.of(String.valueOf(e.getMessage())));
    }
  }
}
