package io.weir.entity.http;

/** Ids of breadcrumbs: single subject tokens. Stateless. */
final class BreadcrumbIds {
  private static final int LONGEST = 128;

  private BreadcrumbIds() {}

  /** Whether {@code id} can be one at all. */
  static boolean isValid(String id) {
    return !id.isEmpty()
        && id.length() <= LONGEST
        && id.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '_');
  }
}
