package io.weir.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object by type and notes what is wrong with each, so that a client
 * learns all its mistakes at once. A field that is {@code null} counts as left out. A reading that
 * failed gives a stand-in (empty text, the fallback, the first choice); {@link #read} throws before
 * anyone can use it. Lengths are in UTF-16 units. Not thread-safe.
 */
public final class Fields {
  private final ObjectNode object;
  private final String path;
  private final List<FieldError> errors;

  private Fields(ObjectNode object, String path, List<FieldError> errors) {
    this.object = object;
    this.path = path;
    this.errors = errors;
  }

  /**
   * What {@code reading} makes of {@code object}.
   *
   * @throws ProblemException 400 with every field at fault
   */
  public static <T> T read(ObjectNode object, Function<Fields, T> reading) {
    var fields = new Fields(object, "", new ArrayList<>());
    T result;
    try {
      result = reading.apply(fields);
    } catch (RuntimeException e) {
      if (fields.errors.isEmpty()) {
        throw e;
      }
      throw new ProblemException(Problem.invalid(fields.errors), e); // tripped over a stand-in
    }
    if (!fields.errors.isEmpty()) {
      throw new ProblemException(Problem.invalid(fields.errors));
    }
    return result;
  }

  /** The same for the query of a request's address; of a parameter given twice the first counts. */
  public static <T> T readQuery(ServerRequest request, Function<Fields, T> reading) {
    ObjectNode parameters = JsonNodeFactory.instance.objectNode();
    var query = request.query();
    query.names().forEach(name -> parameters.put(name, query.first(name).orElse("")));
    return read(parameters, reading);
  }

  /** A text that must be there and not blank. */
  public String text(String name, int maxLength) {
    Optional<String> found = optionalText(name, maxLength);
    if (found.isEmpty() && !present(name)) {
      error(name, "required");
    } else if (found.isPresent() && found.get().isBlank()) {
      error(name, "required, but blank");
    }
    return found.orElse("");
  }

  /**
   * A text that names something, such as a user: masked it would name something else, so what looks
   * like a secret is refused.
   */
  public String identifier(String name, int maxLength) {
    String found = text(name, maxLength);
    refuseSecret(name, found);
    return found;
  }

  /** As {@link #identifier}, for one that may be left out. */
  public Optional<String> optionalIdentifier(String name, int maxLength) {
    Optional<String> found = optionalText(name, maxLength);
    found.ifPresent(text -> refuseSecret(name, text));
    return found;
  }

  private void refuseSecret(String name, String text) {
    if (SecretText.isSecret(text)) {
      error(name, "looks like a secret, and an identifier is stored and shown");
    }
  }

  /** A text that may be left out. */
  public Optional<String> optionalText(String name, int maxLength) {
    JsonNode value = get(name);
    return value == null
        ? Optional.empty()
        : Optional.ofNullable(checkText(name, value, maxLength));
  }

  /** One of {@code type}'s constants in lower case; must be there. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    if (!present(name)) {
      error(name, "required: one of " + names(type));
    }
    return choice(name, type, type.getEnumConstants()[0]);
  }

  /** One of {@code type}'s constants in lower case, or {@code fallback} when left out. */
  public <E extends Enum<E>> E choice(String name, Class<E> type, E fallback) {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    for (E constant : type.getEnumConstants()) {
      if (value.isTextual() && constant.name().toLowerCase(Locale.ROOT).equals(value.textValue())) {
        return constant;
      }
    }
    error(name, "wanted is one of %s, got %s".formatted(names(type), shown(value)));
    return fallback;
  }

  /** A whole number from {@code min} to {@code max}, or {@code fallback} when left out. */
  public int integer(String name, int fallback, int min, int max) {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    try {
      int number =
          value.isTextual()
              ? Integer.parseInt(value.textValue())
              : value.decimalValue().intValueExact();
      if ((value.isNumber() || value.isTextual()) && number >= min && number <= max) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // told below
    }
    error(name, "wanted is a whole number from %d to %d, got %s".formatted(min, max, shown(value)));
    return fallback;
  }

  /** A number from {@code min} to {@code max}, or {@code fallback} when left out. */
  public double number(String name, double fallback, double min, double max) {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (number >= min && number <= max) {
      return number;
    }
    error(name, "wanted is a number from %s to %s, got %s".formatted(min, max, shown(value)));
    return fallback;
  }

  /** True or false, or {@code fallback} when left out. */
  public boolean flag(String name, boolean fallback) {
    JsonNode value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isTextual() && List.of("true", "false").contains(value.textValue())) {
      return value.textValue().equals("true");
    }
    error(name, "wanted is true or false, got " + shown(value));
    return fallback;
  }

  /** A list of texts; empty when left out. */
  public List<String> texts(String name, int maxItems, int maxLength) {
    return items(name, maxItems, (element, at) -> checkText(at, element, maxLength));
  }

  /** An object that may be left out, as it came. */
  public Optional<ObjectNode> object(String name) {
    JsonNode value = get(name);
    if (value == null || value instanceof ObjectNode) {
      return Optional.ofNullable((ObjectNode) value);
    }
    error(name, "wanted is an object, got " + shown(value));
    return Optional.empty();
  }

  /** An object that may be left out, read by {@code reading}. */
  public <T> Optional<T> object(String name, Function<Fields, T> reading) {
    return object(name).map(found -> reading.apply(new Fields(found, path + name + ".", errors)));
  }

  /** A list of objects, each read by {@code reading}; empty when left out. */
  public <T> List<T> objects(String name, int maxItems, Function<Fields, T> reading) {
    return items(
        name,
        maxItems,
        (element, at) -> {
          if (element instanceof ObjectNode found) {
            return reading.apply(new Fields(found, path + at + ".", errors));
          }
          error(at, "wanted is an object, got " + shown(element));
          return null;
        });
  }

  /** Whether the field is there and not {@code null}. */
  public boolean present(String name) {
    return get(name) != null;
  }

  /** Notes a mistake that only the caller can see. */
  public void error(String name, String message) {
    errors.add(new FieldError(path + name, message));
  }

  private interface ItemReading<T> {
    @Nullable T read(JsonNode element, String at);
  }

  private <T> List<T> items(String name, int maxItems, ItemReading<T> reading) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      error(name, "wanted is a list, got " + shown(value));
      return List.of();
    }
    if (value.size() > maxItems) {
      error(name, "at most %d items, got %d".formatted(maxItems, value.size()));
      return List.of();
    }
    var read = new ArrayList<T>(value.size());
    for (int i = 0; i < value.size(); i++) {
      T item = reading.read(value.get(i), "%s[%d]".formatted(name, i));
      if (item != null) {
        read.add(item);
      }
    }
    return List.copyOf(read);
  }

  private @Nullable String checkText(String at, JsonNode value, int maxLength) {
    if (!value.isTextual()) {
      error(at, "wanted is text, got " + shown(value));
      return null;
    }
    String text = value.textValue();
    if (text.length() > maxLength) {
      error(at, "at most %d characters, got %d".formatted(maxLength, text.length()));
      return null;
    }
    // A lone half of a surrogate pair has no UTF-8 form: it would be stored as something else.
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      error(at, "not valid Unicode text: half of a surrogate pair");
      return null;
    }
    return text;
  }

  private @Nullable JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static String names(Class<? extends Enum<?>> type) {
    return String.join(
        ", ",
        Stream.of(type.getEnumConstants()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList());
  }

  /** Short values as they came, of others only their kind: a field may hold a whole file. */
  private static String shown(JsonNode value) {
    String text = value.isValueNode() ? value.toString() : "";
    return text.isEmpty() || text.length() > 40
        ? "a JSON " + value.getNodeType().name().toLowerCase(Locale.ROOT)
        : text;
  }
}
