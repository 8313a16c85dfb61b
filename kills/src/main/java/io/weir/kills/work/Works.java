package io.weir.kills.work;

import io.weir.kills.lane.Kind;
import io.weir.kills.lane.Lane;
import java.util.List;
import java.util.function.BiFunction;

/** The kinds of work that are killed. */
public record Works(Kind kind, String name, BiFunction<Lane, String, Work> maker) {
  /** All of them. */
  public static List<Works> all() {
    return List.of(
        new Works(Kind.REVIEW, "a job", ReviewWork::new),
        new Works(Kind.ENTITY, "a breadcrumb created", BreadcrumbWork::created),
        new Works(Kind.ENTITY, "a breadcrumb updated", BreadcrumbWork::updated),
        new Works(Kind.ENTITY, "a breadcrumb deleted", BreadcrumbWork::deleted),
        new Works(Kind.ENRICHER, "a request by HTTP", EnrichWork::byHttp),
        new Works(Kind.ENRICHER, "a request by message", EnrichWork::byMessage));
  }

  /** One piece of it, that no other is mistaken for: {@code token} is a word. */
  public Work make(Lane lane, String token) {
    return maker.apply(lane, token);
  }
}
