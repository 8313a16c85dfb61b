package io.weir.messaging.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class TeachingPageTest {
  private static final Path ROOT = Path.of(System.getProperty("weir.root", ".."));

  @Test
  void thePageShowsTheExampleAsItIsAndItIsShort() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/common-messaging.md"));
    String example =
        Files.readString(
            ROOT.resolve(
                "common-messaging/src/test/java/io/weir/messaging/example/ShoutService.java"));
    assertTrue(page.contains("```java\n" + example + "```"), "the page shows another example");
    long lines = example.lines().count();
    assertTrue(lines < 60, lines + " lines");
  }
}
