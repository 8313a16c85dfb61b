package io.weir.enricher.store;

/**
 * A request that came by HTTP, as far as it has got.
 *
 * @param id of the request and of its message
 * @param error why it failed; empty unless it did
 */
public record AcceptedRequest(
    String id, PackKey key, String correlationId, Status status, String error) {

  /** How far a request has got. */
  public enum Status {
    PENDING,
    DONE,
    FAILED
  }
}
