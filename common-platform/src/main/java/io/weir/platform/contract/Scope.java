package io.weir.platform.contract;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a caller may do; keys and tokens carry a set of these. A scope says which routes are open,
 * never whose documents are seen: everybody sees their own only, unless they have {@link
 * #ANY_USER}.
 */
public enum Scope {
  CHAT("chat", "ask models through the gateway"),
  TOOLS("tools", "have models use the tools of the gateway"),
  MODELS("models", "list the gateway's models"),
  JOBS_READ("jobs:read", "see review jobs and their findings"),
  JOBS_WRITE("jobs:write", "enqueue, cancel and retry review jobs"),
  PACKS_READ("packs:read", "see context packs"),
  PACKS_WRITE("packs:write", "ask for context packs"),
  BREADCRUMBS_READ("breadcrumbs:read", "see breadcrumbs with their entities"),
  BREADCRUMBS_WRITE("breadcrumbs:write", "create, replace and delete breadcrumbs"),
  SEARCH("search", "search breadcrumbs"),
  OPERATE("operate", "see queues and statistics of a whole service"),
  /** For services that charge their users themselves, so that nothing is charged twice. */
  UNCHARGED("uncharged", "have calls of models recorded and charged to nobody"),
  ANY_USER("any-user", "act for any user and see what belongs to others");

  private final String text;
  private final String allows;

  Scope(String text, String allows) {
    this.text = text;
    this.allows = allows;
  }

  /** Its name outside of this code: {@code jobs:read}. */
  public String text() {
    return text;
  }

  /** What it is good for, for people. */
  public String allows() {
    return allows;
  }

  /** The scope of that name; case counts. */
  public static Optional<Scope> of(String text) {
    return Stream.of(values()).filter(scope -> scope.text.equals(text)).findFirst();
  }

  /** All names. */
  public static List<String> texts() {
    return Stream.of(values()).map(Scope::text).toList();
  }

  @Override
  public String toString() {
    return text;
  }
}
