package io.weir.enricher.store;

import io.weir.platform.llm.Bought;
import io.weir.platform.usage.Charge;
import java.util.List;
import java.util.Optional;

/**
 * A request, as far as it has got.
 *
 * @param id of the request, and of its message when it came by HTTP
 * @param error why it failed; empty unless it did
 * @param charge by which it counts; empty for one that was stored before requests were counted
 * @param bought what models were paid for it, in all tries
 * @param pack the id of what it was answered with; empty unless it is done, and for one that was
 *     before this was kept
 */
public record AcceptedRequest(
    String id,
    PackKey key,
    String correlationId,
    Status status,
    String error,
    Optional<Charge> charge,
    List<Bought> bought,
    Optional<String> pack) {

  public AcceptedRequest {
    bought = List.copyOf(bought);
  }

  /** One that nothing was done for yet. */
  public static AcceptedRequest pending(
      String id, PackKey key, String correlationId, Charge charge) {
    return new AcceptedRequest(
        id,
        key,
        correlationId,
        Status.PENDING,
        "",
        Optional.of(charge),
        List.of(),
        Optional.empty());
  }

  /** How far a request has got. */
  public enum Status {
    PENDING,
    DONE,
    FAILED
  }
}
