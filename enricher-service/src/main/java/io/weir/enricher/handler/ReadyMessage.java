package io.weir.enricher.handler;

import com.google.protobuf.util.Timestamps;
import io.weir.enricher.pipeline.PackId;
import io.weir.enricher.store.StoredPack;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.ContextEnrichReady;
import io.weir.proto.v1.ContextEnrichRequest;
import java.util.List;

/** Announces a stored pack to whoever asked for it. */
final class ReadyMessage {
  private ReadyMessage() {}

  /** Names the delivery's work: the same for each redelivery, another one for each asking. */
  static String workId(Delivery<ContextEnrichRequest> delivery) {
    // A sequence alone comes again when a stream is made anew; its time does not.
    return PackId.ofTexts(
        List.of(
            delivery.stream(),
            Long.toString(delivery.sequence()),
            delivery.publishedAt().toString()));
  }

  /** The message; the same for the same delivery and pack. */
  static Outgoing of(
      StoredPack stored, Delivery<ContextEnrichRequest> delivery, String correlationId) {
    var ready =
        ContextEnrichReady.newBuilder()
            .setCampaignId(stored.key().campaignId())
            .setLocale(stored.key().locale())
            .setProfile(stored.key().profile())
            .setContextPack(stored.pack())
            .setCorrelationId(correlationId)
            .setTimestamp(Timestamps.fromMillis(stored.enrichedAt().toEpochMilli()))
            .build();
    String id = PackId.ofTexts(List.of(workId(delivery), stored.pack().getId()));
    return Outgoing.of(
        Subjects.CONTEXT_ENRICH_READY.with(),
        "enrich-ready-" + id,
        Codecs.CONTEXT_ENRICH_READY,
        ready,
        correlationId);
  }
}
