package io.weir.entity.handler;

import com.google.protobuf.Timestamp;
import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.StoredExtraction;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.EntitiesExtracted;
import java.time.Instant;

/** The messages that announce entities. Stateless. */
final class EntityEvents {
  // Far below what a server takes; whoever needs more asks the store.
  private static final int MOST_BYTES = 512 * 1024;

  private EntityEvents() {}

  /** Announces a stored extraction; the same one always under the same id. */
  static Outgoing extracted(String id, StoredExtraction extraction, String correlationId) {
    var message =
        EntitiesExtracted.newBuilder()
            .setBreadcrumbId(id)
            .setVersion(extraction.version())
            .setContentHash(extraction.contentHash())
            .setExtractorVersion(extraction.extractorVersion())
            .addAllEntityKeywords(extraction.found().keywords())
            .setExtractedAt(timestamp(extraction.at()));
    extraction.found().entities().forEach(entity -> message.addEntities(proto(entity)));
    if (message.build().getSerializedSize() > MOST_BYTES) {
      message.clearEntities().clearEntityKeywords();
    }
    return outgoing(message.build(), correlationId);
  }

  /** Announces that a breadcrumb is gone. */
  static Outgoing deleted(Breadcrumb breadcrumb, String extractorVersion, String correlationId) {
    var message =
        EntitiesExtracted.newBuilder()
            .setBreadcrumbId(breadcrumb.id())
            .setVersion(breadcrumb.version())
            .setExtractorVersion(extractorVersion)
            .setExtractedAt(timestamp(breadcrumb.updatedAt()))
            .setDeleted(true);
    return outgoing(message.build(), correlationId);
  }

  private static Outgoing outgoing(EntitiesExtracted message, String correlationId) {
    String id =
        "entities.%s.%d.%s"
            .formatted(
                message.getBreadcrumbId(), message.getVersion(), message.getExtractorVersion());
    return Outgoing.of(
        Subjects.ENTITIES_EXTRACTED.with(message.getBreadcrumbId()),
        id,
        Codecs.ENTITIES_EXTRACTED,
        message,
        correlationId);
  }

  private static io.weir.proto.v1.Entity proto(Entity entity) {
    return io.weir.proto.v1.Entity.newBuilder()
        .setText(entity.text())
        .setType(entity.type().wireName())
        .setStart(entity.start())
        .setEnd(entity.end())
        .setConfidence(entity.confidence())
        .setSource(entity.source())
        .setField(entity.field())
        .build();
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
