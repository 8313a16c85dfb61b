package io.weir.benchmarks.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Load by wrk, which takes little of the machine for itself. */
final class Wrk {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Its report as a line of JSON, in microseconds. */
  private static final String DONE =
      """
      done = function(summary, latency, requests)
        io.write(string.format('{"requests":%d,"micros":%d,"p50":%.1f,"p99":%.1f,"refused":%d,"broken":%d}\\n',
          summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
          summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
      end
      """;

  private final Path folder;

  Wrk(Path folder) {
    this.folder = folder;
  }

  /**
   * What one run saw.
   *
   * @param rate answers a second
   * @param p50 of an answer's time, in milliseconds
   * @param refused answers that were not 2xx or 3xx
   * @param broken connections that failed, and time-outs
   */
  record Seen(double rate, double p50, double p99, long refused, long broken) {}

  /** Posts {@code body} over and over on so many connections. */
  Seen run(URI uri, Map<String, String> headers, String body, int connections, Duration time)
      throws IOException, InterruptedException {
    Path script = folder.resolve("post.lua");
    Files.writeString(script, script(headers, body));
    Process process =
        new ProcessBuilder(
                List.of(
                    "wrk",
                    "-t1",
                    "-c" + connections,
                    "-d" + time.toSeconds() + "s",
                    "--timeout",
                    "10s",
                    "-s",
                    script.toString(),
                    uri.toString()))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException("wrk did not end well: " + printed);
    }
    JsonNode seen =
        JSON.readTree(
            printed
                .lines()
                .filter(line -> line.startsWith("{"))
                .findFirst()
                .orElseThrow(() -> new IOException("wrk printed no summary: " + printed)));
    return new Seen(
        seen.path("requests").asDouble() * 1e6 / seen.path("micros").asDouble(),
        seen.path("p50").asDouble() / 1e3,
        seen.path("p99").asDouble() / 1e3,
        seen.path("refused").asLong(),
        seen.path("broken").asLong());
  }

  private static String script(Map<String, String> headers, String body) {
    String lines =
        headers.entrySet().stream()
            .map(
                header ->
                    "wrk.headers[\"%s\"] = [[%s]]\n".formatted(header.getKey(), header.getValue()))
            .collect(Collectors.joining());
    return "wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n"
        + lines
        + "wrk.body = [==[%s]==]\n".formatted(body)
        + DONE;
  }
}
