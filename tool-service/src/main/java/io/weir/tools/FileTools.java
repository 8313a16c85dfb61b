package io.weir.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.messaging.secret.Redaction;
import io.weir.proto.v1.ToolError;
import io.weir.proto.v1.ToolError.Code;
import io.weir.proto.v1.ToolRequest;
import io.weir.proto.v1.ToolResponse;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * Reads, lists and searches files, text only, within bounds. Secrets in them are masked: a model's
 * provider must not see them. Thread-safe.
 */
final class FileTools {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 256 << 10;
  private static final int MOST_LINES = 400;
  private static final int MOST_NAMES = 500;
  private static final int MOST_MATCHES = 100;
  private static final int MOST_FILES = 5_000;
  private static final int LONGEST_LINE = 300;

  private final Root root;

  /** What can be called, by the last word of its subject. */
  enum Tool {
    READ_FILE("reads lines of a text file: path, from, to"),
    LIST_FILES("lists files: path, glob"),
    SEARCH_FILES("finds lines that hold a text, in any case: text, path, glob");

    private final String does;

    Tool(String does) {
      this.does = does;
    }

    String does() {
      return does;
    }

    String subject() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The arguments are wrong, and how. */
  private static final class WrongException extends Exception {
    WrongException(String why) {
      super(why, null, false, false);
    }
  }

  FileTools(Root root) {
    this.root = root;
  }

  /** What has come of it; a failure is an answer too. */
  ToolResponse execute(Tool tool, ToolRequest request) {
    try {
      JsonNode arguments = JSON.readTree(request.getArgumentsJson());
      String content =
          switch (tool) {
            case READ_FILE -> read(arguments);
            case LIST_FILES -> list(arguments);
            case SEARCH_FILES -> search(arguments);
          };
      return ToolResponse.newBuilder().setContent(content).build();
    } catch (JsonProcessingException e) {
      return failed(Code.CODE_INVALID_INPUT, "The arguments are no JSON.");
    } catch (WrongException e) {
      return failed(Code.CODE_INVALID_INPUT, String.valueOf(e.getMessage()));
    } catch (Root.DeniedException e) {
      return failed(Code.CODE_ACCESS_DENIED, String.valueOf(e.getMessage()));
    } catch (AccessDeniedException e) {
      return failed(Code.CODE_ACCESS_DENIED, "The service itself may not read it.");
    } catch (NoSuchFileException e) {
      return failed(Code.CODE_NOT_FOUND, "There is no such file or folder.");
    } catch (IOException e) {
      return failed(Code.CODE_SYSTEM_ERROR, "It could not be read.");
    }
  }

  private static ToolResponse failed(Code code, String message) {
    return ToolResponse.newBuilder()
        .setError(ToolError.newBuilder().setCode(code).setMessage(message))
        .build();
  }

  private String read(JsonNode arguments) throws WrongException, IOException, Root.DeniedException {
    Path file = root.resolve(text(arguments, "path", true));
    if (!Files.isRegularFile(file)) {
      throw new WrongException("path: a file is expected, this is a folder.");
    }
    String text =
        Root.text(file, MOST_BYTES)
            .orElseThrow(() -> new WrongException("path: the file is no text in UTF-8."));
    // Masked before it is cut: a part of a secret would not be known as one.
    List<String> lines = Redaction.of(text).text().lines().toList();
    int from = number(arguments, "from", 1);
    int to = Math.min(lines.size(), number(arguments, "to", Integer.MAX_VALUE));
    int last = (int) Math.min(to, (long) from + MOST_LINES - 1);
    var shown = new StringBuilder();
    for (int line = from; line <= last; line++) {
      shown.append(line).append(": ").append(lines.get(line - 1)).append('\n');
    }
    if (last < to || Files.size(file) > MOST_BYTES) {
      shown.append("[there is more]\n");
    }
    return shown.toString();
  }

  private String list(JsonNode arguments) throws WrongException, IOException, Root.DeniedException {
    List<Path> files =
        root.files(root.resolve(text(arguments, "path", false)), glob(arguments), MOST_NAMES + 1);
    List<String> names = files.stream().limit(MOST_NAMES).map(root::name).toList();
    return String.join("\n", names) + (files.size() > MOST_NAMES ? "\n[there are more]" : "");
  }

  private String search(JsonNode arguments)
      throws WrongException, IOException, Root.DeniedException {
    String wanted = text(arguments, "text", true).toLowerCase(Locale.ROOT);
    var found = new ArrayList<String>();
    Path start = root.resolve(text(arguments, "path", false));
    List<Path> files = root.files(start, glob(arguments), MOST_FILES + 1);
    boolean all = files.size() <= MOST_FILES;
    for (Path file : files.subList(0, Math.min(files.size(), MOST_FILES))) {
      try {
        Optional<String> text = Root.text(file, MOST_BYTES);
        all &= text.isEmpty() || Files.size(file) <= MOST_BYTES;
        if (text.isPresent() && text.get().toLowerCase(Locale.ROOT).contains(wanted)) {
          lines(file, text.get(), wanted, found);
        }
      } catch (IOException e) {
        all = false; // it is gone, or nobody may read it: the others are searched all the same
      }
      if (found.size() > MOST_MATCHES) {
        return String.join("\n", found.subList(0, MOST_MATCHES)) + "\n[there are more]";
      }
    }
    return String.join("\n", found)
        + (all ? "" : "\n[not all was searched: too many files, large or unreadable ones]");
  }

  private void lines(Path file, String text, String wanted, List<String> found) {
    List<String> lines = Redaction.of(text).text().lines().toList();
    for (int i = 0; i < lines.size() && found.size() <= MOST_MATCHES; i++) {
      String line = lines.get(i);
      if (line.toLowerCase(Locale.ROOT).contains(wanted)) {
        String shown = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line;
        found.add(root.name(file) + ":" + (i + 1) + ": " + shown.strip());
      }
    }
  }

  private static PathMatcher glob(JsonNode arguments) throws WrongException {
    String glob = text(arguments, "glob", false);
    try {
      return glob.isEmpty()
          ? path -> true
          : FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new WrongException("glob: expected a pattern such as **/*.java.");
    }
  }

  private static String text(JsonNode arguments, String name, boolean required)
      throws WrongException {
    JsonNode value = arguments.path(name);
    boolean missing = value.isMissingNode() || value.isNull() || value.asText().isEmpty();
    if (missing ? required : !value.isTextual()) {
      throw new WrongException(name + ": expected a text.");
    }
    return missing ? "" : value.asText();
  }

  private static int number(JsonNode arguments, String name, int otherwise) throws WrongException {
    JsonNode value = arguments.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber() || value.asInt() < 1) {
      throw new WrongException(name + ": expected a number of a line, from 1.");
    }
    return value.asInt();
  }
}
