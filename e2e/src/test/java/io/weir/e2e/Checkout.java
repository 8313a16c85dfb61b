package io.weir.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the built modules are. */
final class Checkout {
  private Checkout() {}

  /**
   * The top of the checkout: the nearest folder above with both {@code weir} and {@code pom.xml}.
   */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null) {
      if (Files.exists(folder.resolve("weir")) && Files.exists(folder.resolve("pom.xml"))) {
        return folder;
      }
      folder = folder.getParent();
    }
    throw new IllegalStateException("not inside a checkout: " + Path.of("").toAbsolutePath());
  }
}
