package io.weir.messaging.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The YAML file of settings: a flat map from the variables' names to their values. */
final class SettingsFile {
  private SettingsFile() {}

  static Map<String, String> read(Path path) {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(Files.readString(path));
    } catch (JsonProcessingException e) {
      throw new InvalidSettingsException(
          List.of(
              "WEIR_CONFIG: %s is not YAML at line %d: %s"
                  .formatted(path, e.getLocation().getLineNr(), e.getOriginalMessage())));
    } catch (IOException e) {
      throw new InvalidSettingsException(
          List.of("WEIR_CONFIG: got \"%s\", wants a readable YAML file".formatted(path)));
    }
    var values = new HashMap<String, String>();
    var problems = new ArrayList<String>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getValue().isValueNode()) {
        values.put(entry.getKey(), entry.getValue().asText());
      } else {
        problems.add(
            "%s: got a list or map in %s, wants one value".formatted(entry.getKey(), path));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return values;
  }
}
