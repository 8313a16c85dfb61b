package io.weir.tools;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that may be seen. What lies outside is not reached by {@code ..}, by an absolute path
 * or by a symbolic link; names that begin with a dot ({@code .env}, {@code .git}) are not there.
 * Whoever may write in the folder could still swap a folder for a link between two looks: give it
 * to nobody who must not read with the service's rights.
 *
 * @param folder its real path
 */
record Root(Path folder) {
  /** Deeper folders are not walked. */
  private static final int DEEPEST = 32;

  /** Why something is not given. */
  static final class DeniedException extends Exception {
    DeniedException(String path) {
      super("'" + path + "' is not in the folder of this tool.", null, false, false);
    }
  }

  static Root of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new IOException("no folder");
    }
    return new Root(real);
  }

  /** The real path of what {@code path} names. */
  Path resolve(String path) throws DeniedException, IOException {
    Path inside;
    try {
      inside = folder.resolve(path.isEmpty() ? "." : path).normalize();
    } catch (InvalidPathException e) {
      throw new NoSuchFileException(path);
    }
    if (!visible(inside)) {
      throw new DeniedException(path);
    }
    Path real = inside.toRealPath();
    if (!visible(real)) {
      throw new DeniedException(path);
    }
    return real;
  }

  private boolean visible(Path path) {
    if (!path.startsWith(folder)) {
      return false;
    }
    for (Path name : folder.relativize(path)) {
      if (name.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  /** As the model names it. */
  String name(Path path) {
    return folder.relativize(path).toString().replace('\\', '/');
  }

  /**
   * The files in and below {@code start}, sorted; links and what can't be read are left out.
   *
   * @param wanted of their paths from the folder on
   * @param most that are given
   */
  List<Path> files(Path start, PathMatcher wanted, int most) throws IOException {
    var found = new ArrayList<Path>();
    Files.walkFileTree(
        start,
        Set.of(),
        DEEPEST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes about) {
            return visible(path) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes about) {
            if (about.isRegularFile() && visible(path) && wanted.matches(folder.relativize(path))) {
              found.add(path);
            }
            return found.size() < most ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException reason) {
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.naturalOrder());
    return found;
  }

  /**
   * The text of a file; empty when it is no text in UTF-8.
   *
   * @param most bytes of it; of a longer one the beginning
   */
  static Optional<String> text(Path file, int most) throws IOException {
    byte[] bytes;
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(most);
    }
    int end = bytes.length;
    // A character that the limit has cut in two is left out.
    for (int back = 1; end == most && back <= 4 && back <= end; back++) {
      int lead = bytes[end - back] & 0xFF;
      if ((lead & 0xC0) != 0x80) {
        int length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        end = back < length ? end - back : end;
        break;
      }
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end)).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
