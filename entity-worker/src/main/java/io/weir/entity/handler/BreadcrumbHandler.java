package io.weir.entity.handler;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.entity.pipeline.ContentHash;
import io.weir.entity.pipeline.Document;
import io.weir.entity.pipeline.Extraction;
import io.weir.entity.pipeline.Extractor;
import io.weir.entity.pipeline.ExtractorRegistry;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.Breadcrumbs;
import io.weir.entity.store.StoredExtraction;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.proto.v1.BreadcrumbEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Extracts the entities of breadcrumbs that changed. Reads the breadcrumb from the store, not from
 * the event, so that late and repeated events do no harm: what is current already is announced
 * again and not extracted again.
 */
public final class BreadcrumbHandler implements MessageHandler<BreadcrumbEvent> {
  private static final Logger log = LoggerFactory.getLogger(BreadcrumbHandler.class);
  private static final String BREADCRUMB = "breadcrumb";

  private final Breadcrumbs breadcrumbs;
  private final ExtractorRegistry extractors;
  private final MeterRegistry meters;
  private final Clock clock;

  /** Does no I/O. */
  public BreadcrumbHandler(
      Breadcrumbs breadcrumbs, ExtractorRegistry extractors, MeterRegistry meters, Clock clock) {
    this.breadcrumbs = breadcrumbs;
    this.extractors = extractors;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public Outcome handle(Delivery<BreadcrumbEvent> delivery) throws InterruptedException {
    String id = delivery.payload().getBreadcrumbId();
    log(id).addKeyValue("version", delivery.payload().getVersion()).log("processing");
    Optional<Breadcrumb> found = breadcrumbs.find(id);
    if (found.isEmpty()) {
      count("not_found");
      log.atWarn().addKeyValue(BREADCRUMB, id).log("not found");
      return Outcome.skip("breadcrumb " + id + " was not found");
    }
    Breadcrumb breadcrumb = found.get();
    if (breadcrumb.deleted()) {
      count("deleted");
      log(id).log("deleted, its entities are forgotten");
      return Outcome.done(
          EntityEvents.deleted(
              breadcrumb, extractorOf(breadcrumb).version(), delivery.correlationId()));
    }
    return extract(breadcrumb, delivery);
  }

  private Outcome extract(Breadcrumb breadcrumb, Delivery<BreadcrumbEvent> delivery)
      throws InterruptedException {
    Extractor extractor = extractorOf(breadcrumb);
    Document document = breadcrumb.document();
    String hash = ContentHash.of(document);
    Optional<StoredExtraction> before =
        breadcrumb.extraction().filter(stored -> stored.isCurrent(hash, extractor.version()));
    if (before.isPresent() && before.get().version() == breadcrumb.version()) {
      return skipped(breadcrumb, before.get(), delivery);
    }
    Extraction found;
    try {
      found = before.isPresent() ? before.get().found() : extractor.extract(document);
    } catch (RuntimeException e) {
      // Only its class: a message might quote the document.
      count("failed");
      log.atWarn()
          .addKeyValue(BREADCRUMB, breadcrumb.id())
          .addKeyValue("failures", delivery.failures() + 1)
          .addKeyValue("error", e.getClass().getName())
          .log("extraction failed");
      return Outcome.retry("extraction failed: " + e.getClass().getName());
    }
    var extraction =
        new StoredExtraction(breadcrumb.version(), hash, extractor.version(), found, now());
    if (!breadcrumbs.saveExtraction(breadcrumb.id(), extraction)) {
      count("superseded");
      log(breadcrumb.id()).addKeyValue("version", breadcrumb.version()).log("superseded");
      return Outcome.skip(
          "version %d was changed meanwhile; that change has its own event"
              .formatted(breadcrumb.version()));
    }
    if (before.isPresent()) {
      return skipped(breadcrumb, extraction, delivery);
    }
    count("extracted");
    log(breadcrumb.id())
        .addKeyValue("version", breadcrumb.version())
        .addKeyValue("entities", found.entities().size())
        .addKeyValue("keywords", found.keywords().size())
        .log("extracted");
    return Outcome.done(
        EntityEvents.extracted(breadcrumb.id(), extraction, delivery.correlationId()));
  }

  private Outcome skipped(
      Breadcrumb breadcrumb, StoredExtraction extraction, Delivery<BreadcrumbEvent> delivery) {
    count("skipped");
    log(breadcrumb.id())
        .addKeyValue("version", breadcrumb.version())
        .log("already has entities (skipped)");
    return Outcome.done(
        EntityEvents.extracted(breadcrumb.id(), extraction, delivery.correlationId()));
  }

  private Extractor extractorOf(Breadcrumb breadcrumb) {
    return extractors.forSchema(breadcrumb.content().schemaName());
  }

  private static LoggingEventBuilder log(String id) {
    return log.atInfo().addKeyValue(BREADCRUMB, id);
  }

  private void count(String outcome) {
    Counter.builder("weir.extractions")
        .description("Breadcrumb events by what became of them.")
        .tag("outcome", outcome)
        .register(meters)
        .increment();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
