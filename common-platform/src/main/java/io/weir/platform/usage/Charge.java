package io.weir.platform.usage;

import java.time.YearMonth;
import org.bson.Document;

/**
 * Room that was reserved for a piece of work, in the month that it was accepted in. It is kept in
 * the work's own document, so that whoever finishes the work knows what to settle. Its id is made
 * anew each time: a piece of work that is accepted twice by mistake has two, and the one that its
 * document does not hold is refunded.
 *
 * @param id of its own, never used again
 * @param user whose it is
 * @param month in which it counts, in UTC
 * @param service that does the work
 * @param work the id of the work
 * @param tokens the estimate that is reserved, 0 or more
 * @param requests how many requests it has room for, 1 or more
 */
public record Charge(
    String id,
    String user,
    YearMonth month,
    String service,
    String work,
    long tokens,
    long requests) {
  /** The field of a work's document that holds it. */
  public static final String FIELD = "charge";

  public Charge {
    if (tokens < 0 || requests < 1) {
      throw new IllegalArgumentException(
          "an estimate of %d tokens for %d requests".formatted(tokens, requests));
    }
  }

  /** One for a single request. */
  public Charge(String id, String user, YearMonth month, String service, String work, long tokens) {
    this(id, user, month, service, work, tokens, 1);
  }

  /** As the value of {@link #FIELD}. */
  public Document document() {
    return new Document("id", id)
        .append("user", user)
        .append("month", month.toString())
        .append("service", service)
        .append("work", work)
        .append("tokens", tokens)
        .append("requests", requests);
  }

  /** What {@link #document} has written. */
  public static Charge of(Document document) {
    return new Charge(
        document.getString("id"),
        document.getString("user"),
        YearMonth.parse(document.getString("month")),
        document.getString("service"),
        document.getString("work"),
        document.get("tokens", Number.class).longValue(),
        requests(document));
  }

  /** Charges were for one request each before they could be for several. */
  static long requests(Document document) {
    Number requests = document.get("requests", Number.class);
    return requests == null ? 1 : requests.longValue();
  }
}
