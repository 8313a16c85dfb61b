package io.weir.enricher.handler;

import io.weir.enricher.store.AcceptedRequest;
import io.weir.enricher.store.PackKey;
import io.weir.enricher.store.RequestStore;
import io.weir.messaging.Delivery;
import io.weir.platform.llm.Bought;
import io.weir.platform.llm.LlmUsage;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Prices;
import io.weir.platform.usage.Spend;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.WorkState;
import io.weir.proto.v1.ContextEnrichRequest;
import java.util.List;
import java.util.Optional;

/**
 * Counts requests for their users. A request counts by the one charge that its document holds, with
 * the purchases that its document holds, so that whoever ends it again says the same. Thread-safe.
 */
public final class RequestAccounts implements WorkState.Source {
  private final RequestStore requests;
  private final Usage usage;
  private final Prices prices;
  private final String defaultUser;

  /**
   * Does no I/O.
   *
   * @param defaultUser for whom requests count that came as messages
   */
  public RequestAccounts(RequestStore requests, Usage usage, Prices prices, String defaultUser) {
    this.requests = requests;
    this.usage = usage;
    this.prices = prices;
    this.defaultUser = defaultUser;
  }

  /**
   * The request of a delivery. One that came by HTTP is stored and charged already; one that came
   * as a message is now, whatever the default user's quota says.
   *
   * @param tokens what it may cost
   */
  AcceptedRequest of(Delivery<ContextEnrichRequest> delivery, PackKey key, long tokens)
      throws InterruptedException {
    Optional<AcceptedRequest> known = find(delivery);
    if (known.isPresent()) {
      return known.get();
    }
    String id = ReadyMessage.workId(delivery);
    Charge charge = usage.open(defaultUser, id, tokens);
    AcceptedRequest noted =
        requests.note(
            AcceptedRequest.pending(id, key, EnrichHandler.correlationId(delivery), charge));
    if (!noted.charge().equals(Optional.of(charge))) {
      var _ = usage.refund(charge);
    }
    return noted;
  }

  /** Keeps what models were paid for a request, whatever becomes of it. */
  void paid(AcceptedRequest request, List<Bought> bought) throws InterruptedException {
    if (bought.size() > request.bought().size()) {
      requests.paid(request.id(), bought);
    }
  }

  /** The request's pack is stored: it is done, and counts. May be called again. */
  void done(AcceptedRequest request, String pack) throws InterruptedException {
    requests.done(request.id(), pack);
    end(requests.find(request.id()));
  }

  /** The request of a delivery was given up. May be called again. */
  void failed(Delivery<ContextEnrichRequest> delivery, String reason) throws InterruptedException {
    Optional<AcceptedRequest> request = find(delivery);
    if (request.isPresent()) {
      requests.failed(request.get().id(), reason);
      end(requests.find(request.get().id()));
    }
  }

  @Override
  public WorkState of(Charge charge) throws InterruptedException {
    Optional<AcceptedRequest> request = requests.find(charge.work());
    if (request.isEmpty() || !request.get().charge().equals(Optional.of(charge))) {
      return new WorkState.Gone();
    }
    if (request.get().status() == AcceptedRequest.Status.PENDING) {
      return new WorkState.Alive();
    }
    return counts(request.get())
        ? new WorkState.Finished(spend(request.get()))
        : new WorkState.Gone();
  }

  private Optional<AcceptedRequest> find(Delivery<ContextEnrichRequest> delivery)
      throws InterruptedException {
    Optional<AcceptedRequest> byHttp = requests.find(delivery.messageId());
    return byHttp.isPresent() ? byHttp : requests.find(ReadyMessage.workId(delivery));
  }

  private void end(Optional<AcceptedRequest> request) throws InterruptedException {
    if (request.isPresent()
        && request.get().charge().isPresent()
        && request.get().status() != AcceptedRequest.Status.PENDING) {
      Charge charge = request.get().charge().get();
      var _ =
          counts(request.get()) ? usage.settle(charge, spend(request.get())) : usage.refund(charge);
    }
  }

  // What came to nothing and cost nothing is given back; what cost something is counted.
  private static boolean counts(AcceptedRequest request) {
    return request.status() == AcceptedRequest.Status.DONE || !request.bought().isEmpty();
  }

  private Spend spend(AcceptedRequest request) {
    LlmUsage all = LlmUsage.of(request.bought());
    return new Spend(
        request.bought().isEmpty() ? "" : request.bought().getLast().model(),
        all.promptTokens(),
        all.completionTokens(),
        prices.costMicros(all.promptTokens(), all.completionTokens()));
  }
}
