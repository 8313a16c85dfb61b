package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a picture or a document comes from: out of the request itself, or from an address that
 * Anthropic, not this gateway, reads.
 */
sealed interface MediaSource {
  record Base64(String mediaType, String data) implements MediaSource {}

  record Url(String url) implements MediaSource {}

  Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

  /** The head only: the rest may be megabytes. */
  Pattern DATA = Pattern.compile("^data:([a-zA-Z0-9.+/-]+)(?:;[^,;]*)*;base64,");

  static MediaSource image(String param, String url) {
    return of(param, url, IMAGES, "a JPEG, PNG, GIF or WebP picture");
  }

  static MediaSource document(String param, String url) {
    return of(param, url, Set.of("application/pdf"), "a PDF file");
  }

  private static MediaSource of(String param, String url, Set<String> types, String wanted) {
    if (url.regionMatches(true, 0, "https://", 0, 8)
        || url.regionMatches(true, 0, "http://", 0, 7)) {
      return new Url(url);
    }
    Matcher data = DATA.matcher(url);
    if (data.lookingAt()) {
      String type = data.group(1).toLowerCase(Locale.ROOT).replace("image/jpg", "image/jpeg");
      if (types.contains(type)) {
        return new Base64(type, url.substring(data.end()));
      }
    }
    throw new RefusedException(
        param, "expected " + wanted + " as data:…;base64,… or an https address.");
  }

  default void putInto(ObjectNode source) {
    switch (this) {
      case Base64(String mediaType, String data) ->
          source.put("type", "base64").put("media_type", mediaType).put("data", data);
      case Url(String url) -> source.put("type", "url").put("url", url);
    }
  }
}
