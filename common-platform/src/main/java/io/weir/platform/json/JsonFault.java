package io.weir.platform.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;

/** What is wrong with JSON, for whoever sent it. Stateless. */
public final class JsonFault {
  /** The parser's advice to whoever programs with it: which of its switches would let it pass. */
  private static final Pattern ADVICE =
      Pattern.compile(
          ": enable `[^`]*` to allow"
              + "|,? ?\\(?from `[^`]*`"
              + "| \\(bound as `[^`]*`\\)"
              + "|: not allowed as per `[^`]*`"
              + "|\\s*\\(not recognized as one since [^)]*\\)"
              + "|Source: [^;\\]]*;? ?");

  private JsonFault() {}

  /** The fault in a line, without the place and without names of classes. */
  public static String told(JsonProcessingException fault) {
    String first = fault.getOriginalMessage().lines().findFirst().orElse("");
    return ADVICE.matcher(first).replaceAll("");
  }
}
