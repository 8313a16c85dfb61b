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
 * it: a map with the one key {@code providers}, a list of flat maps.
 */
record ProvidersFile(List<Entry> entries, List<Problem> problems) {

  /** What is wrong, where, and what belongs there. */
  record Problem(int line, String got, String wants) {}

  /** One provider's lines. */
  record Entry(int line, Map<String, Field> fields) {}

  /**
   * One value or list of values.
   *
   * @param list whether it was written as a list
   */
  record Field(int line, boolean list, List<String> values) {
    String text() {
      return list ? "a list" : values.getFirst();
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
          problem(name + " that is a map", "one value or a list of values");
          parser.skipChildren();
        } else if (value == JsonToken.START_ARRAY) {
          fields.put(name, new Field(fieldLine, true, values()));
        } else {
          fields.put(name, new Field(fieldLine, false, List.of(parser.getText())));
        }
      }
      return new Entry(line, fields);
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
