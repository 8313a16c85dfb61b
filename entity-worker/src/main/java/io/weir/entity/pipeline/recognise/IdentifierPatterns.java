package io.weir.entity.pipeline.recognise;

import static io.weir.entity.pipeline.recognise.PatternRecogniser.row;

import io.weir.entity.pipeline.text.Scripts;
import java.util.List;

/**
 * Rows for names that machines give: UUIDs, versions, paths, vulnerability numbers, schema names.
 */
final class IdentifierPatterns {
  private static final String SEGMENT = "[A-Za-z0-9_.@+\\-]+";
  private static final String KNOWN_ENDING =
      "(?:java|kt|scala|py|ts|tsx|js|jsx|mjs|go|rs|c|h|cpp|hpp|cs|rb|php|swift|dart|sh|sql|html|css|proto|md|txt|rst"
          + "|csv|tsv|json|jsonl|ya?ml|toml|xml|ini|conf|cfg|properties|gradle|lock|log|pdf|docx|xlsx|pptx|png|jpe?g|svg"
          + "|gif|zip|gz|tar|jar|env)";

  private IdentifierPatterns() {}

  static List<Recogniser> rows() {
    String hex = "[0-9a-fA-F]";
    return List.of(
        row(
                "uuid",
                EntityType.UUID,
                0.99,
                "-",
                hex + "{8}-" + hex + "{4}-" + hex + "{4}-" + hex + "{4}-" + hex + "{12}")
            .onlyIf(found -> found.before() != '-' && found.after(0) != '-'),
        row("cve", EntityType.CVE, 0.99, "-", "(?i)CVE-[0-9]{4}-[0-9]{4,8}")
            .onlyIf(found -> found.before() != '-'),
        row(
                "schema",
                EntityType.SCHEMA,
                0.9,
                ".v",
                "[a-z][a-z0-9_\\-]*(?:\\.[a-z][a-z0-9_\\-]*)*\\.v[0-9]+")
            .onlyIf(found -> !goesOn(found) && "./:@\\".indexOf(found.before()) < 0),
        row(
                "version",
                EntityType.VERSION,
                0.85,
                ".",
                "[vV]?[0-9]+\\.[0-9]+\\.[0-9]+(?:\\.[0-9]+)?(?:-[0-9A-Za-z]+(?:[.\\-][0-9A-Za-z]+)*)?(?:\\+[0-9A-Za-z.]+)?")
            .onlyIf(found -> !goesOn(found) && found.before() != '.' && found.before() != '/'),
        row("version", EntityType.VERSION, 0.75, "v", "v[0-9]+(?:\\.[0-9]+)?")
            .onlyIf(found -> !goesOn(found) && "./-:@".indexOf(found.before()) < 0),
        row("path", EntityType.PATH, 0.9, "/", "(?:~|\\.{1,2})?(?:/" + SEGMENT + "){2,}/?")
            .narrowedBy(IdentifierPatterns::withoutTrailingStop)
            .onlyIf(
                found ->
                    startsFresh(found) && found.surface().chars().anyMatch(Character::isLetter)),
        row(
                "path",
                EntityType.PATH,
                0.9,
                "/",
                "(?:"
                    + SEGMENT
                    + "/)+[A-Za-z0-9_\\-]+(?:\\.[A-Za-z0-9]+)*\\.[A-Za-z][A-Za-z0-9]{0,9}")
            .onlyIf(found -> startsFresh(found) && found.after(0) != '/'),
        row(
                "path",
                EntityType.PATH,
                0.8,
                ".",
                "[A-Za-z0-9_\\-]+(?:\\.[A-Za-z0-9_\\-]+)*\\." + KNOWN_ENDING)
            .onlyIf(
                found -> startsFresh(found) && !goesOn(found) && "/(:".indexOf(found.after(0)) < 0),
        row("path", EntityType.PATH, 0.9, ":\\", "[A-Za-z]:(?:\\\\[A-Za-z0-9_.$\\-]+)+"));
  }

  // A dot that is followed by more is not the end of a sentence.
  private static boolean goesOn(Found found) {
    return found.after(0) == '.' && Character.isLetterOrDigit(found.after(1));
  }

  private static boolean startsFresh(Found found) {
    char before = found.before();
    boolean insideWord = Scripts.isWordPart(before) && !Scripts.isUnsegmented(before);
    return !insideWord && ".:/@\\-~".indexOf(before) < 0;
  }

  private static Found withoutTrailingStop(Found found) {
    int end = found.end();
    while (end > found.start() && found.text().charAt(end - 1) == '.') {
      end--;
    }
    return found.until(end);
  }
}
