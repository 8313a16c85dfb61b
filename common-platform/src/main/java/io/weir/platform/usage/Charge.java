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
 * @param key the API key whose budget it counts in too; empty for none
 * @param micros micro-dollars that are reserved of that budget, 0 or more
 */
public record Charge(
    String id,
    String user,
    YearMonth month,
    String service,
    String work,
    long tokens,
    long requests,
    String key,
    long micros) {
  /** The field of a work's document that holds it. */
  public static final String FIELD = "charge";

  public Charge {
    if (tokens < 0 || requests < 1 || micros < 0) {
      throw new IllegalArgumentException(
          "an estimate of %d tokens and %d micro-dollars for %d requests"
              .formatted(tokens, micros, requests));
    }
  }

  /** One for a single request. */
  public Charge(String id, String user, YearMonth month, String service, String work, long tokens) {
    this(id, user, month, service, work, tokens, 1, "", 0);
  }

  /** As the value of {@link #FIELD}. */
  public Document document() {
    var document =
        new Document("id", id)
            .append("user", user)
            .append("month", month.toString())
            .append("service", service)
            .append("work", work)
            .append("tokens", tokens)
            .append("requests", requests);
    return key.isEmpty() ? document : document.append("key", key).append("micros", micros);
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
        requests(document),
        document.get("key", ""),
        micros(document));
  }

  /** Charges had no key before keys could have budgets. */
  private static long micros(Document document) {
    Number micros = document.get("micros", Number.class);
    return micros == null ? 0 : micros.longValue();
  }

  /** Charges were for one request each before they could be for several. */
  static long requests(Document document) {
    Number requests = document.get("requests", Number.class);
    return requests == null ? 1 : requests.longValue();
  }
}
