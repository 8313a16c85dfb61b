package io.weir.gateway.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The YAML file of providers as it is written, each value with its line, before anything is made of
 * it: a map with the one key {@code providers}, a list of maps whose values are single ones, lists
 * or flat maps of them.
 */
record ProvidersFile(List<Entry> entries, List<Problem> problems) {

  /** What is wrong, where, and what belongs there. */
  record Problem(int line, String got, String wants) {}

  /** One provider's lines. */
  record Entry(int line, Map<String, Field> fields) {}

  /**
   * One value, list of values or map of values.
   *
   * @param values of a list, or the one value
   * @param entries of a map
   */
  record Field(int line, Shape shape, List<String> values, Map<String, String> entries) {
    private enum Shape {
      SINGLE,
      LIST,
      MAP
    }

    static Field single(int line, String value) {
      return new Field(line, Shape.SINGLE, List.of(value), Map.of());
    }

    static Field list(int line, List<String> values) {
      return new Field(line, Shape.LIST, values, Map.of());
    }

    static Field map(int line, Map<String, String> entries) {
      return new Field(line, Shape.MAP, List.of(), entries);
    }

    boolean single() {
      return shape == Shape.SINGLE;
    }

    boolean list() {
      return shape == Shape.LIST;
    }

    boolean map() {
      return shape == Shape.MAP;
    }

    String text() {
      return switch (shape) {
        case SINGLE -> values.getFirst();
        case LIST -> "a list";
        case MAP -> "a map";
      };
    }
  }

  ProvidersFile {
    entries = List.copyOf(entries);
    problems = List.copyOf(problems);
  }

  static ProvidersFile parse(String yaml) throws IOException {
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      return new Reading(parser).file();
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      String what = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      return new ProvidersFile(List.of(), List.of(new Problem(line, what, "valid YAML")));
    }
  }

  private static final class Reading {
    private final JsonParser parser;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    ProvidersFile file() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return wrong("no map", "a map with the key providers");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!name.equals("providers")) {
          problem("key " + name, "the key providers and no other");
          parser.skipChildren();
        } else if (value != JsonToken.START_ARRAY) {
          problem("providers that is no list", "a list of providers");
          parser.skipChildren();
        } else {
          entries();
        }
      }
      return new ProvidersFile(entries, problems);
    }

    private void entries() throws IOException {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          entries.add(entry());
        } else {
          problem("a provider that is no map", "a map with name, kind and base_url");
          parser.skipChildren();
        }
      }
    }

    private Entry entry() throws IOException {
      int line = line();
      Map<String, Field> fields = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int fieldLine = line();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_OBJECT) {
          fields.put(name, Field.map(fieldLine, map()));
        } else if (value == JsonToken.START_ARRAY) {
          fields.put(name, Field.list(fieldLine, values()));
        } else {
          fields.put(name, Field.single(fieldLine, parser.getText()));
        }
      }
      return new Entry(line, fields);
    }

    private Map<String, String> map() throws IOException {
      Map<String, String> entries = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken().isScalarValue()) {
          entries.put(name, parser.getText());
        } else {
          problem(name + " that is no single value", "plain values");
          parser.skipChildren();
        }
      }
      return entries;
    }

    private List<String> values() throws IOException {
      var values = new ArrayList<String>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken().isScalarValue()) {
          values.add(parser.getText());
        } else {
          problem("a list inside a list", "plain values");
          parser.skipChildren();
        }
      }
      return values;
    }

    private ProvidersFile wrong(String got, String wants) {
      problem(got, wants);
      return new ProvidersFile(entries, problems);
    }

    private void problem(String got, String wants) {
      problems.add(new Problem(line(), got, wants));
    }

    private int line() {
      return Math.max(1, parser.currentTokenLocation().getLineNr());
    }
  }
}
