package io.weir.entity.handler;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.entity.pipeline.recognise.EntityType;
import io.weir.entity.pipeline.recognise.TextField;
import io.weir.entity.search.IndexedDocument;
import io.weir.entity.search.SearchIndex;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.Breadcrumbs;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import io.weir.proto.v1.EntitiesExtracted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's search index as the store is: fills it at start, then follows the events. Every
 * event makes it read the breadcrumb anew, so that order and repetition of events don't matter.
 * Thread-safe.
 */
public final class IndexKeeper
    implements MessageHandler<EntitiesExtracted>, Component, HealthSource {
  private static final Logger log = LoggerFactory.getLogger(IndexKeeper.class);
  private static final int PAGE = 200;

  private final Breadcrumbs breadcrumbs;
  private final SearchIndex index;
  // Reading the store and writing the index are one step, or an older reading could win.
  private final ReentrantLock step = new ReentrantLock();
  private volatile boolean filled;

  /** Does no I/O. */
  public IndexKeeper(Breadcrumbs breadcrumbs, SearchIndex index, MeterRegistry meters) {
    this.breadcrumbs = breadcrumbs;
    this.index = index;
    Gauge.builder("weir.search.documents", index, SearchIndex::size)
        .description("Documents in this node's search index.")
        .register(meters);
  }

  /** Fills the index from the store; start its consumer before, so that no change falls between. */
  @Override
  public void start() throws InterruptedException {
    String last = "";
    int count = 0;
    int read;
    do {
      List<Breadcrumb> page;
      step.lockInterruptibly();
      try {
        page = breadcrumbs.pageAfter(last, PAGE);
        index.put(page.stream().map(IndexKeeper::indexed).toList());
      } finally {
        step.unlock();
      }
      read = page.size();
      count += read;
      last = page.isEmpty() ? last : page.getLast().id();
    } while (read == PAGE);
    filled = true;
    log.atInfo().addKeyValue("documents", count).log("search index filled");
  }

  @Override
  public Outcome handle(Delivery<EntitiesExtracted> delivery) throws InterruptedException {
    String id = delivery.payload().getBreadcrumbId();
    step.lockInterruptibly();
    try {
      Optional<Breadcrumb> found = breadcrumbs.find(id).filter(breadcrumb -> !breadcrumb.deleted());
      if (found.isPresent()) {
        index.put(List.of(indexed(found.get())));
      } else {
        index.remove(id);
      }
    } finally {
      step.unlock();
    }
    log.atDebug().addKeyValue("breadcrumb", id).log("indexed");
    return Outcome.done();
  }

  @Override
  public void close() {
    index.close();
  }

  @Override
  public List<HealthCheck> checks() {
    return List.of(
        filled
            ? HealthCheck.ok("search_index")
            : HealthCheck.degraded(
                "search_index", "it is being filled from the store", "searches find only part"));
  }

  @Override
  public Map<String, Object> facts() {
    return Map.of("search", Map.of("documents", index.size()));
  }

  private static IndexedDocument indexed(Breadcrumb breadcrumb) {
    Map<Boolean, List<TextField>> fields =
        breadcrumb.document().fields().stream()
            .filter(field -> !field.name().equals("title"))
            .collect(Collectors.partitioningBy(field -> field.kind() == TextField.Kind.CODE));
    Stream<String> symbols =
        breadcrumb.extraction().stream()
            .flatMap(extraction -> extraction.found().entities().stream())
            .filter(entity -> entity.type() == EntityType.CODE_SYMBOL)
            .map(entity -> entity.text());
    return new IndexedDocument(
        breadcrumb.id(),
        breadcrumb.content().title(),
        joined(fields.getOrDefault(false, List.of()).stream().map(TextField::text)),
        joined(
            Stream.concat(
                fields.getOrDefault(true, List.of()).stream().map(TextField::text), symbols)),
        breadcrumb.extraction().map(extraction -> extraction.found().keywords()).orElse(List.of()),
        breadcrumb.owner(),
        breadcrumb.content().tags());
  }

  private static String joined(Stream<String> texts) {
    return texts.collect(Collectors.joining("\n"));
  }
}
