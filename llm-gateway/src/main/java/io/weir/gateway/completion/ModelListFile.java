package io.weir.gateway.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Router.Offer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lists of models as they were read last, on the disk, so that a gateway that starts while a
 * provider is away knows what it offers. A copy only: what can't be read or written is told and
 * done without. Thread-safe.
 */
public final class ModelListFile {
  private static final Logger log = LoggerFactory.getLogger(ModelListFile.class);

  private final Path file;

  public ModelListFile(Path file) {
    this.file = file;
  }

  /** The models of each provider that was there; none when there is no copy. */
  Map<String, List<String>> read() {
    var lists = new LinkedHashMap<String, List<String>>();
    if (!Files.exists(file)) {
      return lists;
    }
    try {
      for (var provider : Json.MAPPER.readTree(Files.readAllBytes(file)).properties()) {
        var models = new ArrayList<String>();
        for (JsonNode model : provider.getValue()) {
          models.add(model.asText());
        }
        lists.put(provider.getKey(), models);
      }
    } catch (IOException e) {
      log.atWarn().addKeyValue("file", file).addKeyValue("reason", e.getMessage()).log("no copy");
    }
    return lists;
  }

  synchronized void write(List<Offer> offers) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    for (Offer offer : offers) {
      if (!offer.models().isEmpty()) {
        root.set(offer.provider(), Json.MAPPER.valueToTree(offer.models()));
      }
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.write(next, Json.bytes(root));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.getMessage())
          .log("copy of the model lists not written");
    }
  }
}
