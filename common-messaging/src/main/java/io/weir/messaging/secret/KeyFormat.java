package io.weir.messaging.secret;

import java.util.regex.Pattern;

/**
 * The form of one provider's keys.
 *
 * @param rule the kind, such as {@code github-token}
 * @param title the kind in words
 * @param anchor the fixed part
 * @param before how many characters of the key stand before the anchor
 * @param bounded whether the key must not be the tail of a word
 * @param pattern of the key from its first character, group 1 is the secret; possessive only, so
 *     that matching never goes back
 * @param longest characters that are looked at
 */
record KeyFormat(
    String rule,
    String title,
    String anchor,
    int before,
    boolean bounded,
    Pattern pattern,
    int longest) {}
