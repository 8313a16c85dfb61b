package io.weir.platform.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the issuer's keys are read. Thread-safe. */
@FunctionalInterface
interface KeySource {
  /** Longest set of keys that is read, in bytes. Large issuers have some ten keys of 2 KB. */
  int MOST_BYTES = 256 * 1024;

  /** The set as it is now: JSON of RFC 7517. */
  byte[] read() throws IOException, InterruptedException;

  /** The content of a file, whoever writes it. */
  static KeySource of(Path file) {
    return () -> {
      try (var in = Files.newInputStream(file)) {
        byte[] found = in.readNBytes(MOST_BYTES + 1);
        if (found.length > MOST_BYTES) {
          throw new IOException("the file is longer than " + MOST_BYTES + " bytes");
        }
        return found;
      }
    };
  }
}
