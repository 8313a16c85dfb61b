package io.weir.cli.deadletter;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.weir.cli.broker.NatsAccess;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.LetterEdit;
import io.weir.messaging.jetstream.OperatorConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir dlq edit}. */
@Command(
    name = "edit",
    description =
        "Mends a dead letter. Without options the payload's JSON is opened in $EDITOR; a message of a known contract is checked before it is stored.",
    footer = {
      "",
      "The letter keeps its id and gets the next revision; replay sends it. An edit in vain changes nothing.",
      "",
      "Examples:",
      "  weir dlq edit 42",
      "  weir dlq show 42 --json | jq .payload > fixed.json; weir dlq edit 42 --payload-json fixed.json",
      "  weir dlq edit 42 --payload message.bin --set-header Content-Type=application/x-protobuf",
      "  weir dlq edit 42 --subject review.jobs.low.review"
    },
    mixinStandardHelpOptions = true)
final class DlqEdit implements Callable<Integer> {
  private final NatsAccess nats;
  private final TextEditor editor;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "The letter's id, as list shows it.")
  private long id;

  /** Where a new payload comes from: one or none. */
  static final class Source {
    @Option(
        names = "--payload",
        paramLabel = "FILE",
        description = "New payload: the file's bytes as they are; - is standard input.")
    private @Nullable String bytes;

    @Option(
        names = "--payload-json",
        paramLabel = "FILE",
        description = "New payload in its JSON form; - is standard input.")
    private @Nullable String json;
  }

  @ArgGroup private @Nullable Source source;

  @Option(
      names = "--type",
      paramLabel = "NAME",
      description = "Message type when the letter's headers name none, such as weir.v1.ReviewJob.")
  private String type = "";

  @Option(
      names = "--set-header",
      paramLabel = "NAME=VALUE",
      description = "Sets a header of the message.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--remove-header",
      paramLabel = "NAME",
      description = "Removes a header of the message.")
  private Set<String> remove = new LinkedHashSet<>();

  @Option(names = "--subject", paramLabel = "SUBJECT", description = "Where a replay sends it.")
  private @Nullable String subject;

  @Option(
      names = "--unchecked",
      description = "Stores the payload although it breaks its contract.")
  private boolean unchecked;

  @Option(names = "--json", description = "Tells the result as JSON, for programs.")
  private boolean json;

  DlqEdit(NatsAccess nats, TextEditor editor) {
    this.nats = nats;
    this.editor = editor;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (OperatorConnection operator = nats.open()) {
      Optional<DeadLetter> found = operator.deadLetters().find(id);
      if (found.isEmpty()) {
        err.println("weir: there is no dead letter " + id);
        return 1;
      }
      DeadLetter letter = found.get();
      try {
        LetterEdit edit =
            new LetterEdit(payload(letter), Optional.ofNullable(subject), set, remove);
        if (edit.isEmptyFor(letter)) {
          err.println("weir: nothing was changed");
          return 1;
        }
        check(edit.apply(letter));
        DeadLetter edited = operator.deadLetters().edit(letter, edit, NatsAccess.operator());
        out.println(
            json
                ? LetterJson.pretty(LetterJson.of(edited.head()))
                : "letter %d is now revision %d; send it: weir dlq replay %d"
                    .formatted(edited.id(), edited.revision(), edited.id()));
      } catch (InvalidMessageException e) {
        err.println("weir: letter %d stays as it was: %s".formatted(id, e.getMessage()));
        return 1;
      }
    }
    out.flush();
    return 0;
  }

  private Optional<ByteString> payload(DeadLetter letter) throws IOException, InterruptedException {
    Source from = source;
    if (from != null && from.bytes != null) {
      return Optional.of(read(from.bytes));
    }
    if (from != null && from.json != null) {
      return Optional.of(fromJson(letter, read(from.json)));
    }
    if (!set.isEmpty() || !remove.isEmpty() || subject != null) {
      return Optional.empty();
    }
    PayloadForm form = PayloadForm.of(letter);
    if (form.kind().equals("bytes")) {
      throw new InvalidMessageException(
          "its payload has no form to edit; give the bytes: --payload FILE");
    }
    String text = editor.edit("letter-" + letter.id(), form.text());
    if (text.equals(form.text())) {
      return Optional.empty();
    }
    ByteString bytes = ByteString.copyFromUtf8(text);
    return Optional.of(form.isText() ? bytes : fromJson(letter, bytes));
  }

  /** The bytes of a message that is given as JSON, in the form that its headers tell. */
  private ByteString fromJson(DeadLetter letter, ByteString text) {
    String name = typeOf(letter);
    if (name.isEmpty() || PayloadForm.isJson(letter)) {
      try {
        var _ = LetterJson.MAPPER.readTree(text.toByteArray());
      } catch (IOException e) {
        throw new InvalidMessageException("not JSON: " + e.getMessage(), e);
      }
      if (!PayloadForm.isJson(letter)) {
        // Its consumer would take the text for the binary form.
        set.putIfAbsent("Content-Type", "application/json");
      }
      return text;
    }
    Message message = KnownContracts.checked(name, text, "application/json");
    return message.toByteString();
  }

  private void check(DeadLetter edited) {
    String name = typeOf(edited);
    if (!unchecked && KnownContracts.prototype(name).isPresent()) {
      String form = edited.head().header("Content-Type").orElse("");
      var _ = KnownContracts.checked(name, edited.payload(), form);
    }
  }

  private String typeOf(DeadLetter letter) {
    String named = type.isEmpty() ? PayloadForm.type(letter) : type;
    if (!type.isEmpty() && KnownContracts.prototype(type).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--type %s is not known; there are %s".formatted(type, KnownContracts.names()));
    }
    return named;
  }

  private static ByteString read(String file) throws IOException {
    if (file.equals("-")) {
      return ByteString.readFrom(System.in);
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return ByteString.readFrom(in);
    } catch (IOException e) {
      throw new InvalidMessageException("can't read " + file + ": " + e.getMessage(), e);
    }
  }
}
