package io.weir.review.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The languages that are reviewed, each with the spellings people use and the endings of its files.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of
public enum Language {
  JAVASCRIPT(
      "javascript",
      List.of("js", "node", "nodejs", "jsx", "ecmascript"),
      List.of("js", "mjs", "cjs", "jsx")),
  TYPESCRIPT("typescript", List.of("ts", "tsx"), List.of("ts", "mts", "cts", "tsx")),
  PYTHON("python", List.of("py", "python3"), List.of("py", "pyi")),
  JAVA("java", List.of(), List.of("java")),
  GO("go", List.of("golang"), List.of("go")),
  RUST("rust", List.of("rs"), List.of("rs")),
  C("c", List.of(), List.of("c", "h")),
  CPP("cpp", List.of("c++", "cxx", "cc"), List.of("cpp", "cc", "cxx", "hpp", "hh", "hxx")),
  CSHARP("csharp", List.of("c#", "cs"), List.of("cs")),
  RUBY("ruby", List.of("rb"), List.of("rb")),
  PHP("php", List.of(), List.of("php")),
  KOTLIN("kotlin", List.of("kt", "kts"), List.of("kt", "kts")),
  SWIFT("swift", List.of(), List.of("swift")),
  SCALA("scala", List.of("sc"), List.of("scala", "sc")),
  DART("dart", List.of(), List.of("dart"));

  private final String wireName;
  private final List<String> spellings;
  private final List<String> endings;

  Language(String wireName, List<String> spellings, List<String> endings) {
    this.wireName = wireName;
    this.spellings = spellings;
    this.endings = endings;
  }

  public String wireName() {
    return wireName;
  }

  /** Parses a usual spelling in any case: {@code python}, {@code py}, {@code C++}. */
  public static Optional<Language> parse(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(language -> language.wireName.equals(wanted) || language.spellings.contains(wanted))
        .findFirst();
  }

  /** The language of a file by the ending of its name. */
  public static Optional<Language> ofPath(String path) {
    String ending = endingOf(path);
    return Arrays.stream(values())
        .filter(language -> language.endings.contains(ending))
        .findFirst();
  }

  /**
   * The ending under which a tool should see code of this language from {@code path}: the path's
   * own when it belongs to the language ({@code tsx} and {@code ts} parse differently), else the
   * first one.
   */
  public String endingFor(String path) {
    String ending = endingOf(path);
    return endings.contains(ending) ? ending : endings.getFirst();
  }

  /** All wire names, for messages that say what is accepted. */
  public static String allowed() {
    return Arrays.stream(values()).map(Language::wireName).collect(Collectors.joining(", "));
  }

  private static String endingOf(String path) {
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
