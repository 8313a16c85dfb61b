package io.weir.entity.store;

import com.google.protobuf.Timestamp;
import io.weir.messaging.Outgoing;
import io.weir.messaging.Subject;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.BreadcrumbEvent;
import java.time.Instant;

/** The event that tells of a change. Stateless. */
final class BreadcrumbEvents {
  private BreadcrumbEvents() {}

  /**
   * The event of the change that gave {@code breadcrumb} its version; that version makes its id
   * unique.
   */
  static Outgoing of(Breadcrumb breadcrumb, BreadcrumbEvent.Type type, String correlationId) {
    var event =
        BreadcrumbEvent.newBuilder()
            .setType(type)
            .setBreadcrumbId(breadcrumb.id())
            .setOwnerId(breadcrumb.owner())
            .setVersion(breadcrumb.version())
            .addAllTags(breadcrumb.content().tags())
            .setSchemaName(breadcrumb.content().schemaName())
            .setUpdatedAt(timestamp(breadcrumb.updatedAt()))
            .setTitle(breadcrumb.content().title());
    EventContext.of(breadcrumb.context()).ifPresent(event::setContext);
    return Outgoing.of(
        subject(type, breadcrumb.id()),
        "bc.%s.%d".formatted(breadcrumb.id(), breadcrumb.version()),
        Codecs.BREADCRUMB_EVENT,
        event.build(),
        correlationId);
  }

  private static Subject subject(BreadcrumbEvent.Type type, String id) {
    return switch (type) {
      case TYPE_CREATED -> Subjects.BREADCRUMB_CREATED.with(id);
      case TYPE_UPDATED -> Subjects.BREADCRUMB_UPDATED.with(id);
      case TYPE_DELETED -> Subjects.BREADCRUMB_DELETED.with(id);
      case TYPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("a change is a creation, an update or a deletion");
    };
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
