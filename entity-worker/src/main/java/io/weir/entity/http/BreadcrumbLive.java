package io.weir.entity.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Timestamps;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.Tailed;
import io.weir.messaging.jetstream.StreamHistory;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Scope;
import io.weir.platform.http.Caller;
import io.weir.platform.http.EventOutput;
import io.weir.platform.http.EventStream;
import io.weir.platform.http.Fields;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.LiveStreams;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.live.Feed;
import io.weir.platform.live.Mailbox;
import io.weir.proto.v1.BreadcrumbEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * {@code GET /breadcrumbs/events}: what is created, updated and deleted, as it happens. An event's
 * id is its sequence in the stream, so that whoever was away says what they have seen and gets what
 * they have missed, as far back as the stream goes. Thread-safe.
 */
public final class BreadcrumbLive {
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");
  private static final int MOST_WAITING = 1_000;
  private static final int LONGEST_NAME = 256;
  private static final int LONGEST_LIST = 4_096;

  private final Feed<BreadcrumbEvent> feed;
  private final StreamHistory<BreadcrumbEvent> history;
  private final LiveStreams live;

  public BreadcrumbLive(
      Feed<BreadcrumbEvent> feed, StreamHistory<BreadcrumbEvent> history, LiveStreams live) {
    this.feed = feed;
    this.history = history;
    this.live = live;
  }

  /** A feed of all changes, by owner. */
  public static Feed<BreadcrumbEvent> feed(MeterRegistry meters) {
    return new Feed<>("breadcrumb_events", event -> List.of(ofOwner(event.getOwnerId())), meters);
  }

  public void addTo(HttpApi api) {
    api.onLive(Routes.BREADCRUMBS_EVENTS, this::events);
  }

  /**
   * What somebody wants to hear of; no owner is everybody's. A deletion is told to all of them: of
   * what is deleted neither tags nor schema are left.
   */
  private record Wanted(Optional<String> owner, List<String> tags, Optional<String> schema)
      implements Predicate<BreadcrumbEvent> {
    @Override
    public boolean test(BreadcrumbEvent event) {
      return owner.filter(name -> !name.equals(event.getOwnerId())).isEmpty()
          && (event.getType() == BreadcrumbEvent.Type.TYPE_DELETED
              || (event.getTagsList().containsAll(tags)
                  && schema.filter(name -> !name.equals(event.getSchemaName())).isEmpty()));
    }
  }

  private static String ofOwner(String owner) {
    return "owner:" + owner;
  }

  private void events(ServerRequest request, ServerResponse response) throws InterruptedException {
    Wanted wanted = wanted(request);
    OptionalLong seen = seen(request);
    Mailbox<BreadcrumbEvent> mailbox = Mailbox.ofAll(MOST_WAITING, wanted);
    String topic = wanted.owner().map(BreadcrumbLive::ofOwner).orElse(Feed.ALL);
    try (Feed.Watch _ = feed.watch(topic, mailbox)) {
      // Looked at after the watch has begun, so that no change falls between.
      StreamHistory.Range there = history.range();
      EventStream.serve(live, request, response, mailbox, new Watching(wanted, there, seen));
    }
  }

  private static Wanted wanted(ServerRequest request) {
    Wanted asked =
        Fields.readQuery(
            request,
            query ->
                new Wanted(
                    query.optionalText("owner", LONGEST_NAME),
                    query.optionalText("tags", LONGEST_LIST).stream()
                        .flatMap(text -> Stream.of(text.split(",")))
                        .map(text -> text.strip())
                        .filter(tag -> !tag.isEmpty())
                        .toList(),
                    query.optionalText("schema", LONGEST_NAME)));
    if (asked.owner().isEmpty() && Caller.of(request).may(Scope.ANY_USER)) {
      return asked;
    }
    String owner = Caller.actingFor(request, asked.owner());
    return new Wanted(Optional.of(owner), asked.tags(), asked.schema());
  }

  private static OptionalLong seen(ServerRequest request) {
    Optional<String> id = request.headers().first(LAST_EVENT_ID);
    try {
      return id.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(id.get()));
    } catch (NumberFormatException e) {
      throw new ProblemException(
          Problem.invalid("Last-Event-ID", "wanted is the id of an event, got " + id.get()), e);
    }
  }

  /** Tells what was missed, then what happens. Used by one thread. */
  private final class Watching implements EventStream<BreadcrumbEvent> {
    private final Wanted wanted;
    private final StreamHistory.Range there;
    private final OptionalLong seen;
    private long told;

    Watching(Wanted wanted, StreamHistory.Range there, OptionalLong seen) {
      this.wanted = wanted;
      this.there = there;
      this.seen = seen;
      this.told = seen.orElse(there.last());
    }

    @Override
    public boolean begin(EventOutput output) {
      boolean another = told > there.last();
      if (another || (seen.isPresent() && told + 1 < there.first())) {
        lost(output, another ? there.last() : there.first() - 1);
      }
      if (told < there.last()) {
        history.read(
            told + 1,
            message -> {
              if (wanted.test(message.payload())) {
                tell(output, message);
              }
              return message.sequence() < there.last();
            });
      }
      told = Math.max(told, there.last());
      output.mark(String.valueOf(told));
      return true;
    }

    @Override
    public boolean message(EventOutput output, Tailed<BreadcrumbEvent> message) {
      if (message.sequence() > told) {
        tell(output, message);
      }
      return true;
    }

    @Override
    public boolean resumed(EventOutput output, boolean lost) {
      if (lost) {
        told = 0; // the stream may be another
        output.event("lost", "0", "{}");
      }
      return true;
    }

    private void lost(EventOutput output, long until) {
      output.event(
          "lost",
          String.valueOf(until),
          Json.mapper().createObjectNode().put("from", told + 1).put("to", until).toString());
      told = until;
    }

    private void tell(EventOutput output, Tailed<BreadcrumbEvent> message) {
      told = message.sequence();
      output.event(
          name(message.payload()), String.valueOf(told), json(message.payload()).toString());
    }
  }

  private static String name(BreadcrumbEvent event) {
    return switch (event.getType()) {
      case TYPE_CREATED -> "created";
      case TYPE_UPDATED -> "updated";
      case TYPE_DELETED -> "deleted";
      case TYPE_UNSPECIFIED, UNRECOGNIZED -> "changed";
    };
  }

  private static ObjectNode json(BreadcrumbEvent event) {
    ObjectNode json =
        Json.mapper()
            .createObjectNode()
            .put("id", event.getBreadcrumbId())
            .put("type", name(event))
            .put("owner", event.getOwnerId())
            .put("version", event.getVersion())
            .put("title", event.getTitle())
            .put("schema_name", event.getSchemaName());
    event.getTagsList().forEach(json.putArray("tags")::add);
    return json.put("updated_at", Timestamps.toString(event.getUpdatedAt()));
  }
}
