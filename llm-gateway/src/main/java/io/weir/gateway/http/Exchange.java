package io.weir.gateway.http;

import io.helidon.webserver.http.ServerResponse;
import io.weir.gateway.completion.Stopwatch;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.runtime.RequestMeter;
import java.util.Optional;

/**
 * A request that is being answered, and where it is counted.
 *
 * @param key its Idempotency-Key, as its user's
 */
record Exchange(
    Asker asker,
    Optional<String> key,
    ServerResponse response,
    RequestMeter meter,
    Stopwatch watch) {

  /** Answers with {@code failure} and counts that. */
  void refuse(Failure failure) {
    ended(asker.endpoint(), failure.status() >= 500);
    OpenAiErrors.send(response, failure);
  }

  /** Counts its end; of a stream that has begun, the answer's status says nothing. */
  void ended(String endpoint, boolean failed) {
    meter.record(endpoint, failed, watch.elapsed());
  }
}
