package io.weir.enricher.handler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.enricher.config.Profiles;
import io.weir.enricher.pipeline.EnrichRequest;
import io.weir.enricher.pipeline.Enrichment;
import io.weir.enricher.pipeline.EnrichmentSchema;
import io.weir.enricher.pipeline.Ground;
import io.weir.enricher.pipeline.PackBuilder;
import io.weir.enricher.pipeline.PackId;
import io.weir.enricher.pipeline.Profile;
import io.weir.enricher.pipeline.Prompt;
import io.weir.enricher.pipeline.PromptBuilder;
import io.weir.enricher.pipeline.RequestCheck;
import io.weir.enricher.pipeline.RequestReader;
import io.weir.enricher.pipeline.TokenEstimate;
import io.weir.enricher.store.AcceptedRequest;
import io.weir.enricher.store.PackKey;
import io.weir.enricher.store.PackStore;
import io.weir.enricher.store.StoredPack;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.llm.Asked;
import io.weir.platform.llm.Bill;
import io.weir.platform.llm.LanguageModel;
import io.weir.platform.llm.LlmCall;
import io.weir.platform.llm.LlmRejectedException;
import io.weir.platform.llm.LlmTransientException;
import io.weir.platform.llm.LlmUsage;
import io.weir.platform.llm.StructuredCall;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.proto.v1.ContextPack;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a request message into a stored pack and its announcement. A pack that was made for the
 * same request is announced again without asking a model, as long as it is fresh and complete.
 */
public final class EnrichHandler implements MessageHandler<ContextEnrichRequest> {
  private static final Duration HELD_BY_OTHER = Duration.ofSeconds(2);

  private final Logger log = LoggerFactory.getLogger(EnrichHandler.class);
  private final Profiles profiles;
  private final Grounding grounding;
  private final LanguageModel model;
  private final PackStore packs;
  private final RequestAccounts requests;
  private final Duration packMaxAge;
  private final MeterRegistry meters;
  private final Clock clock;

  /**
   * @param packMaxAge how long a pack answers repeated requests; what lies ahead in it grows stale
   */
  public EnrichHandler(
      Profiles profiles,
      Grounding grounding,
      LanguageModel model,
      PackStore packs,
      RequestAccounts requests,
      Duration packMaxAge,
      MeterRegistry meters,
      Clock clock) {
    this.profiles = profiles;
    this.grounding = grounding;
    this.model = model;
    this.packs = packs;
    this.requests = requests;
    this.packMaxAge = packMaxAge;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public Outcome handle(Delivery<ContextEnrichRequest> delivery) throws InterruptedException {
    Map<String, Profile> known = profiles.current();
    return switch (new RequestReader(known.keySet()).read(MaskedRequest.of(delivery.payload()))) {
      case RequestCheck.Refused refused -> Outcome.dead(refused.reason());
      case RequestCheck.Accepted accepted -> {
        EnrichRequest request = accepted.request();
        Profile profile = known.get(request.profile());
        if (profile == null) {
          throw new IllegalStateException("the reader let an unknown profile pass");
        }
        yield enrich(delivery, request, profile);
      }
    };
  }

  @Override
  public void deadLettered(Delivery<ContextEnrichRequest> delivery, String reason)
      throws InterruptedException {
    requests.failed(delivery, reason);
  }

  private Outcome enrich(
      Delivery<ContextEnrichRequest> delivery, EnrichRequest request, Profile profile)
      throws InterruptedException {
    PackKey key = PackKey.of(request);
    String requestHash = PackId.ofRequest(request, profile);
    String workId = ReadyMessage.workId(delivery);
    AcceptedRequest accepted =
        requests.of(delivery, key, TokenEstimate.of(request, profile, today()));
    Optional<StoredPack> stored = packs.find(key);
    if (stored.isPresent() && answers(stored.get(), requestHash, workId)) {
      return announced(stored.get(), accepted, delivery, "stored");
    }
    return switch (packs.claim(key)) {
      case PackStore.Claimed.Held held ->
          Outcome.handBack("another worker has this pack until " + held.until(), HELD_BY_OTHER);
      case PackStore.Claimed.Mine mine -> {
        try {
          yield made(
              new Work(delivery, accepted, request, profile, key, requestHash, workId), mine);
        } finally {
          packs.letGo(mine);
        }
      }
    };
  }

  private record Work(
      Delivery<ContextEnrichRequest> delivery,
      AcceptedRequest accepted,
      EnrichRequest request,
      Profile profile,
      PackKey key,
      String requestHash,
      String workId) {}

  private Outcome made(Work work, PackStore.Claimed.Mine claim) throws InterruptedException {
    Bill bill = new Bill(work.accepted().bought());
    try {
      // Between looking and claiming, another worker may have finished the same request.
      Optional<StoredPack> stored = packs.find(work.key());
      if (stored.isPresent() && answers(stored.get(), work.requestHash(), work.workId())) {
        return announced(stored.get(), work.accepted(), work.delivery(), "stored");
      }
      LocalDate today = today();
      Grounding.Result grounded =
          grounding.ground(work.request(), work.profile(), claim.owner(), today);
      Ground ground = grounded.ground();
      Prompt prompt =
          PromptBuilder.build(
              work.profile(), work.request(), ground.facts(), ground.selection().passages(), today);
      return switch (ask(work, prompt, claim.owner().orElse(""), bill)) {
        case Asked.Invalid<Enrichment>(var name, var problems) ->
            Outcome.dead(
                "the answers of "
                    + name
                    + " broke the schema twice: "
                    + String.join("; ", problems));
        case Asked.Answered<Enrichment>(var answer, var name) -> {
          ContextPack pack =
              PackBuilder.fromModel(packId(work, ground), work.request(), ground, answer, name);
          StoredPack made = stored(work, ground, pack, bill.usage(), grounded.searched());
          yield packs.save(made, claim)
              ? announced(made, work.accepted(), work.delivery(), "made")
              : overtaken();
        }
        case Asked.Offline<Enrichment>(var reason) -> {
          Ground said = ground.withNotice("model", "No model took part: " + reason + ".");
          ContextPack pack = PackBuilder.offline(packId(work, said), work.request(), said);
          StoredPack made = stored(work, said, pack, bill.usage(), false);
          yield packs.save(made, claim)
              ? announced(made, work.accepted(), work.delivery(), "made")
              : overtaken();
        }
      };
    } catch (LlmTransientException e) {
      return e.retryAfter()
          .map(after -> Outcome.retryAfter(String.valueOf(e.getMessage()), after))
          .orElseGet(() -> Outcome.retry(String.valueOf(e.getMessage())));
    } catch (LlmRejectedException e) {
      return Outcome.dead(String.valueOf(e.getMessage()));
    }
  }

  private Asked<Enrichment> ask(Work work, Prompt prompt, String owner, Bill bill)
      throws InterruptedException {
    LlmCall question =
        LlmCall.of(
                work.workId(),
                "enrich",
                prompt.system(),
                prompt.user(),
                work.profile().maxTokens(),
                work.delivery().deadline())
            .withTemperature(Optional.of(work.profile().temperature()))
            .withCorrelationId(work.delivery().correlationId())
            .withCacheOf(owner);
    try {
      return model.ask(new StructuredCall<>(question, EnrichmentSchema.FORMAT), bill);
    } finally {
      // Before the pack is saved: what was paid is known however this ends, and counted once.
      requests.paid(work.accepted(), bill.bought());
    }
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  private static String packId(Work work, Ground ground) {
    return PackId.ofPack(
        work.request(), work.profile(), ground.facts(), ground.selection().passages());
  }

  private boolean answers(StoredPack stored, String requestHash, String workId) {
    if (!stored.requestHash().equals(requestHash)) {
      return false;
    }
    Instant oldest = clock.instant().minus(packMaxAge);
    return stored.workId().equals(workId)
        || (stored.complete() && stored.enrichedAt().isAfter(oldest));
  }

  private StoredPack stored(
      Work work, Ground ground, ContextPack pack, LlmUsage usage, boolean complete) {
    return new StoredPack(
        work.key(),
        work.requestHash(),
        work.workId(),
        complete,
        pack,
        usage,
        ground.selection().budget(),
        ground.selection().dropped(),
        correlationId(work.delivery()),
        clock.instant());
  }

  private Outcome announced(
      StoredPack stored,
      AcceptedRequest accepted,
      Delivery<ContextEnrichRequest> delivery,
      String origin)
      throws InterruptedException {
    requests.done(accepted, stored.pack().getId());
    Counter.builder("weir.enrich.packs")
        .description("Packs announced, by how they were made and where they came from.")
        .tag("mode", stored.pack().getMode())
        .tag("origin", origin)
        .register(meters)
        .increment();
    log.atDebug()
        .addKeyValue("campaign", stored.key().campaignId())
        .addKeyValue("locale", stored.key().locale())
        .addKeyValue("mode", stored.pack().getMode())
        .addKeyValue("origin", origin)
        .log("pack ready");
    return Outcome.done(ReadyMessage.of(stored, delivery, correlationId(delivery)));
  }

  private static Outcome overtaken() {
    return Outcome.handBack("another worker took this pack over", HELD_BY_OTHER);
  }

  static String correlationId(Delivery<ContextEnrichRequest> delivery) {
    String own = delivery.payload().getCorrelationId();
    return own.isEmpty() ? delivery.correlationId() : Redaction.ofLog(own);
  }
}
